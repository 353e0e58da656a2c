"""Who was found, when, and how often a rule was wrong."""

import numpy as np
import pytest

from bench.counting import (
    Watch,
    count_pattern,
    count_worsening,
    together,
    watch,
    watched,
)
from bench.rules import look_over
from bench.trials import PAIR
from diary.analysis import Machine

DAYS = 200
START = np.array([80])


def opened_on(*days: int, until: int = 0) -> Watch:
    """One person's watch: openings on these days, open from the first of them on."""
    opened = np.zeros((1, DAYS), bool)
    opened[0, list(days)] = True
    state = np.zeros((1, DAYS), bool)
    if days:
        state[0, days[0] : until or DAYS] = True
    return Watch(opened, state, np.ones((1, DAYS), bool))


@pytest.mark.parametrize(
    ("day", "within"),
    [(79, False), (80, True), (136, True), (137, False)],
    ids=["the day before", "the ramp's first day", "the 57th day", "too late"],
)
def test_worsening_is_found_in_57_days_from_its_start(day, within):
    count = count_worsening(opened_on(day), START)

    assert count.within.tolist() == [within]
    assert count.delay.tolist() == (
        [day - 80.0] if within else [pytest.approx(np.nan, nan_ok=True)]
    )


@pytest.mark.parametrize(
    ("day", "within"),
    [(72, False), (73, True), (122, True), (123, False)],
    ids=["8 days before", "7 days before", "42 days after", "too late"],
)
def test_a_pattern_is_found_from_a_week_before_to_six_after(day, within):
    assert count_pattern(opened_on(day), START).within.tolist() == [within]


def test_the_delay_of_a_pattern_is_counted_from_its_fourteenth_day():
    assert count_pattern(opened_on(93), START).delay.tolist() == [0]
    assert count_pattern(opened_on(91), START).delay.tolist() == [-2]


def test_the_first_opening_that_counts_gives_the_delay():
    assert count_worsening(opened_on(60, 90, 120), START).delay.tolist() == [10]


def test_what_was_open_on_the_day_before_is_told_apart():
    assert count_worsening(opened_on(60), START).already.tolist() == [True]
    assert count_worsening(opened_on(60, until=79), START).already.tolist() == [False]
    assert count_worsening(opened_on(80), START).already.tolist() == [False]


@pytest.mark.parametrize(("day", "counts"), [(69, False), (70, True), (169, True), (170, False)])
def test_one_sided_people_are_watched_from_day_70_to_169(day, counts):
    assert count_worsening(opened_on(day), START).aside.tolist() == [counts]


def test_openings_and_evaluable_days_are_counted():
    seen = opened_on(60, 120)
    seen.evaluable[0, :40] = False

    count = count_worsening(seen, START)

    assert (count.openings.tolist(), count.evaluable.tolist()) == ([2], [160])


def test_groups_are_put_together_person_by_person():
    count = together([count_worsening(opened_on(90), START), count_worsening(opened_on(), START)])

    assert count.within.tolist() == [True, False]


def test_a_score_opens_on_its_second_high_day_and_closes_at_half():
    score = np.full((1, 40), 0.2)
    score[0, 10:20] = 1.1
    score[0, 20:23] = 0.7

    seen = watch(score, PAIR)

    assert np.flatnonzero(seen.opened).tolist() == [11]
    assert np.flatnonzero(seen.open).tolist() == list(range(11, 27))


def test_a_day_without_a_score_is_not_evaluable():
    score = np.array([[1.0, np.nan, 1.0]])

    seen = watch(score, Machine(1.0, 2, 0.5, 5))

    assert seen.evaluable.tolist() == [[True, False, True]]
    assert seen.opened.tolist() == [[False, False, True]]


def test_an_opening_is_seen_once_on_its_day():
    pain, mood = np.full((1, 120), 30.0), np.full((1, 120), 70.0)
    pain[0, ::2] += 10
    pain[0, 90:], mood[0, 90:] = 70, 30

    walk = look_over(pain, mood)
    seen = watched(walk.states, walk.evaluable)

    assert seen.opened.sum() == 1
    day = int(seen.opened.argmax())
    assert 90 < day < 105
    assert np.flatnonzero(seen.open)[0] == day
