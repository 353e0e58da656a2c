"""Whole episodes, from the days that a person recorded to what is told about them."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from diary.analysis import (
    STATUSES,
    Episode,
    SymptomRule,
    episodes,
    first_weeks,
    initial_states,
    walk_symptoms,
    walk_worsening,
)
from diary.analysis.symptoms import SYMPTOM_MACHINE
from diary.analysis.worsening import WORSENING_MACHINE

from .diaries import DAY_ONE, level_days, nine, symptom_days

NAN = np.nan
WELL = nine(0)
ILL = nine(2, 2, 3, -2, 2, 2, others=0)  # six of nine, both core ones among them


def day(number):
    return date.fromordinal(DAY_ONE) + timedelta(days=number)


def look_over_symptoms(*spells):
    symptoms = symptom_days((13, NAN), *spells)
    walk = walk_symptoms(symptoms, np.array([DAY_ONE]), initial_states(1), history=13)
    start = initial_states(1)[0]
    return walk, episodes(start, walk.states[0], DAY_ONE, SYMPTOM_MACHINE)


def look_over_worsening(pain_spells, mood_spells):
    """Day 0 is the first with a usual: 125 days of history, 83 of them recorded."""
    pain, mood = (
        level_days((42, NAN), (83, level), *spells)
        for level, spells in ((30, pain_spells), (70, mood_spells))
    )
    walk = walk_worsening(pain, mood, np.array([DAY_ONE]), initial_states(1), history=125)
    start = initial_states(1)[0]
    return walk, episodes(start, walk.states[0], DAY_ONE, WORSENING_MACHINE)


def statuses(walk):
    """Each status with the first of the days that it lasted."""
    words = [STATUSES[code] for code in walk.status[0]]
    return [(n, word) for n, word in enumerate(words) if n == 0 or words[n - 1] != word]


class TestSymptoms:
    def test_an_illness_of_a_month_is_found_in_its_second_week_and_ends_with_it(self):
        walk, found = look_over_symptoms((40, WELL), (30, ILL), (30, WELL))

        assert found == [Episode(day(50), day(80), "cleared")]
        # The tenth ill day is 49; five well ones lie in the window from 74 on.
        assert walk.reading.probability[0, 48:51].tolist() == [0, 1, 1]
        assert statuses(walk) == [
            (0, "learning"),
            (13, "clear"),
            (49, "unclear"),
            (50, "open"),
            (80, "clear"),
        ]

    def test_silence_pauses_an_episode_then_ends_it_and_then_asks_to_learn_anew(self):
        walk, found = look_over_symptoms((20, WELL), (20, ILL), (100, NAN), (30, WELL))

        assert found == [Episode(day(30), day(70), "lapsed")]
        # Day 42 is the last with an answer in four days; day 126 the 84th after it.
        assert statuses(walk) == [
            (0, "learning"),
            (13, "clear"),
            (29, "unclear"),
            (30, "open"),
            (56, "paused"),
            (70, "insufficient"),
            (126, "learning"),
            (153, "clear"),
        ]

    def test_an_episode_goes_on_when_the_person_comes_back_as_ill_within_two_weeks(self):
        _, found = look_over_symptoms((20, WELL), (20, ILL), (28, NAN), (16, ILL))

        assert found == [Episode(day(30), None, None)]

    def test_coming_back_later_is_another_episode(self):
        _, found = look_over_symptoms((20, WELL), (20, ILL), (45, NAN), (20, ILL))

        assert [episode.reason for episode in found] == ["lapsed", None]

    def test_every_other_day_recorded_is_enough(self):
        symptoms = symptom_days((13, NAN), (40, WELL), (40, ILL))
        symptoms[..., ::2] = NAN
        walk = walk_symptoms(symptoms, np.array([DAY_ONE]), initial_states(1), history=13)

        assert STATUSES[walk.status[0, -1]] == "open"
        assert walk.reading.answered[0, -1] == 7
        assert (walk.reading.low[0, -1], walk.reading.high[0, -1]) == (False, True)

    def test_a_probability_at_the_closing_one_is_unclear(self):
        symptoms = symptom_days((13, NAN), (20, WELL), (9, ILL))
        symptoms[..., -5] = NAN
        first, start = np.array([DAY_ONE]), initial_states(1)
        probability = walk_symptoms(symptoms, first, start, history=13).reading.probability[0, -1]

        for close_at, word in ((probability, "unclear"), (np.nextafter(probability, 1), "clear")):
            rule = SymptomRule(machine=replace(SYMPTOM_MACHINE, open_at=1.0, close_at=close_at))
            walk = walk_symptoms(symptoms, first, start, history=13, rule=rule)
            assert STATUSES[walk.status[0, -1]] == word

    def test_the_evidence_of_the_opening_day(self):
        walk, found = look_over_symptoms((40, WELL), (30, ILL))
        opened = found[0].opened_on.toordinal() - DAY_ONE

        assert walk.reading.symptom_present[0, :, opened].tolist() == [11] * 6 + [0] * 3
        assert walk.reading.symptom_answered[0, :, opened].tolist() == [14] * 9
        assert walk.reading.symptom_probability[0, :, opened].tolist() == [1] * 6 + [0] * 3
        assert walk.reading.answered[0, opened] == 14


RISE, FALL = [(30, 30), (60, 60)], [(30, 70), (60, 40)]


class TestWorsening:
    def test_pain_rising_while_mood_falls_is_found_once(self):
        _, found = look_over_worsening(
            [(30, 30), (60, 60), (90, 30)], [(30, 70), (60, 40), (90, 70)]
        )

        assert len(found) == 1
        # A week at the new level is enough where days are as steady as this.
        assert found[0].opened_on == day(36)
        assert found[0].reason == "new_usual"

    def test_while_it_is_open_the_usual_is_the_one_of_the_day_it_opened(self):
        walk, found = look_over_worsening(RISE, FALL)
        opened = found[0].opened_on.toordinal() - DAY_ONE

        assert found == [Episode(day(opened), day(opened + 42), "new_usual")]
        frozen = slice(opened, opened + 43)
        for leg in (walk.pain, walk.mood):
            for field in (leg.usual, leg.usual_answered):
                assert len(set(field[0, frozen])) == 1
        assert walk.pain.usual[0, opened] == pytest.approx(3.05)
        # The day after, the usual is today's again and half of it is the new level.
        assert walk.pain.usual[0, opened + 43] > 3.8

    def test_a_return_to_the_usual_clears_it(self):
        walk, found = look_over_worsening(
            [(30, 30), (24, 60), (60, 30)], [(30, 70), (24, 40), (60, 70)]
        )

        assert [episode.reason for episode in found] == ["cleared"]
        assert found[0].closed_on < day(30 + 24 + 15)
        assert STATUSES[walk.status[0, -1]] == "clear"

    def test_silence_pauses_it_then_ends_it(self):
        walk, found = look_over_worsening(
            [*RISE[:1], (15, 60), (60, NAN)], [*FALL[:1], (15, 40), (60, NAN)]
        )
        opened = found[0].opened_on.toordinal() - DAY_ONE

        # Day 47 is the last with an answer in four days.
        assert found == [Episode(day(opened), day(47 + 28), "lapsed")]
        assert statuses(walk)[-3:] == [(opened, "open"), (47 + 14, "paused"), (75, "insufficient")]

    def test_the_level_that_became_usual_does_not_open_again(self):
        _, found = look_over_worsening([(30, 30), (200, 60)], [(30, 70), (200, 40)])

        assert len(found) == 1

    def test_a_second_worsening_from_the_new_usual_is_found(self):
        spells = [(30, 30), (140, 50), (30, 80)], [(30, 70), (140, 50), (30, 20)]

        _, found = look_over_worsening(*spells)

        assert [episode.reason for episode in found] == ["new_usual", None]
        assert found[1].opened_on >= day(170)

    def test_14_usual_days_must_pass_before_anything_is_told(self):
        pain, mood = level_days((125, NAN), (60, 30)), level_days((125, NAN), (60, 70))
        walk = walk_worsening(pain, mood, np.array([DAY_ONE]), initial_states(1), history=125)

        assert statuses(walk) == [(0, "learning"), (41, "clear")]

    def test_a_usual_frozen_before_the_walk_is_found_again_from_the_day_it_opened(self):
        whole, found = look_over_worsening(RISE, FALL)
        opened = found[0].opened_on.toordinal() - DAY_ONE
        pain, mood = (
            level_days((42, NAN), (83, level), *spells)
            for level, spells in ((30, RISE), (70, FALL))
        )

        late = opened + 42
        walk = walk_worsening(
            pain[:, late:],
            mood[:, late:],
            np.array([DAY_ONE + late]),
            whole.states[:, late - 1],
            history=125,
        )

        assert walk.pain.usual[0, 0] == whole.pain.usual[0, opened]
        assert walk.score.tobytes() == whole.score[:, late:].tobytes()
        assert (
            episodes(whole.states[0, late - 1], walk.states[0], DAY_ONE + late, WORSENING_MACHINE)
            == found
        )

    def test_a_slow_drift_is_in_the_long_view_and_never_an_alert(self):
        days = np.arange(42 + 83 + 400)
        wobble = days % 2
        pain, mood = np.rint(30 + 0.08 * days) + wobble, np.rint(70 - 0.08 * days) + wobble

        walk = walk_worsening(
            pain[None], mood[None], np.array([DAY_ONE]), initial_states(1), history=125
        )

        assert episodes(initial_states(1)[0], walk.states[0], DAY_ONE, WORSENING_MACHINE) == []
        first, _ = first_weeks(pain / 10)
        assert walk.pain.recent[0, -1] - first > 3.5
