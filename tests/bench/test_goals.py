"""When a goal is missed, and which goals there are."""

import numpy as np
import pytest

from bench.counting import Count
from bench.figures import (
    covered,
    delay,
    found,
    mixed_rate,
    part,
    pooled_rate,
    rate,
)
from bench.goals import Goal, knee_goals
from bench.intervals import Figure
from bench.knee import Knee


def count_of(
    *within: bool, already: bool = False, openings: int = 0, evaluable: int = 1461
) -> Count:
    people = len(within)
    return Count(
        within=np.array(within),
        already=np.full(people, already),
        delay=np.where(within, np.arange(people) * 10.0, np.nan),
        openings=np.full(people, openings),
        evaluable=np.full(people, 1461),  # four years
        aside=np.zeros(people, bool),
    )


@pytest.mark.parametrize(
    ("figure", "missed"),
    [
        (Figure(0.75, 0.72, 0.79), True),
        (Figure(0.75, 0.72, 0.80), False),
        (Figure(0.85, 0.82, 0.88), False),
    ],
    ids=["all of it below", "the bound inside", "above"],
)
def test_a_goal_from_below_is_missed_by_its_whole_interval(figure, missed):
    assert Goal("found", figure, least=0.80).missed is missed


@pytest.mark.parametrize(
    ("figure", "missed"),
    [
        (Figure(0.14, 0.13, 0.15), True),
        (Figure(0.14, 0.12, 0.15), False),
        (Figure(0.10, 0.09, 0.11), False),
    ],
    ids=["all of it above", "the bound inside", "below"],
)
def test_a_goal_from_above_is_missed_by_its_whole_interval(figure, missed):
    assert Goal("false alarms", figure, most=0.12).missed is missed


def test_coverage_can_be_too_low_and_too_high():
    assert Goal("coverage", Figure(0.8, 0.78, 0.82), least=0.88, most=0.97).missed
    assert Goal("coverage", Figure(0.99, 0.98, 1.0), least=0.88, most=0.97).missed
    assert not Goal("coverage", Figure(0.9, 0.88, 0.92), least=0.88, most=0.97).missed


def test_an_aim_is_never_missed():
    assert not Goal("stretch", Figure(0.1, 0.0, 0.2), aim=0.85).missed


def test_what_was_open_before_counts_as_found():
    assert found(count_of(True, False)).value == 0.5
    assert found(count_of(True, False, already=True)).value == 1


def test_the_found_can_be_counted_among_some():
    assert found(count_of(True, False, False), np.array([True, True, False])).value == 0.5


def test_delays_are_those_of_the_found():
    assert delay(count_of(True, False, True), 0.5).value == 10


def test_a_rate_is_of_evaluable_years():
    twice = count_of(False, openings=2)

    assert rate(twice).value == 0.5
    assert pooled_rate(twice, count_of(False)).value == 0.25


def test_the_mix_weighs_its_kinds():
    kinds = {
        "stable": count_of(False),
        "seasonal": count_of(False, openings=4),
        "flares": count_of(False, openings=8),
    }

    assert mixed_rate(kinds).value == pytest.approx(0.3 * 1 + 0.1 * 2)


def test_both_intervals_of_a_person_are_one_trial():
    holds = np.array([[1, 1], [1, 0], [0, 1], [1, 1], [np.nan, 1]])

    # Six of eight hold: as sure as three of four people, not as six of eight.
    assert covered(holds) == part(np.array([True, True, True, False]))


def test_intervals_that_were_never_shown_say_nothing():
    assert np.isnan(covered(np.full((3, 2), np.nan)).value)


def test_two_alarms_on_the_real_diary_are_one_too_many():
    once, twice = (knee_goals(Knee(alarms, 1.5, count_of(True)))[1] for alarms in (1, 2))

    assert not once.missed
    assert twice.missed
