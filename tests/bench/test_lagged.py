"""Looking at the benchmark's people: common ways against scipy's, and ours on a few of them."""

import numpy as np
import pytest
from scipy.stats import pearsonr

from bench.crew import crew
from bench.insights import goals, insights
from bench.lagged import TRACKED_LINK, half_a_point, linked, look, look_for_a_year
from bench.linked import NOTHING, SOMETHING, WORLDS
from diary.analysis import lags
from diary.analysis.weekly import HISTORY

PLAIN, MOVING = "unrelated, φ .5", "unrelated, with seasons and drifts"
STRONG = "link .3, activity 1 point"


def test_a_common_link_is_that_of_pearsons_test_over_the_days_that_have_both():
    rng = np.random.default_rng(1)
    series = rng.normal(0, 1, (60, 2, 80)).round(1)
    series[:, 1] += 0.25 * series[:, 0]
    series[rng.random(series.shape) < 0.3] = np.nan

    def known(one, other):
        both = ~np.isnan(one + other)
        return pearsonr(one[both], other[both]).pvalue < 0.05

    told = linked(series)
    assert told[:, 0, 1].tolist() == [known(one, other) for one, other in series]
    later = [known(one[:-3], other[3:]) for one, other in series]
    assert linked(series, 3)[:, 0, 1].tolist() == later
    assert 10 < told[:, 0, 1].sum() < 50


@pytest.mark.parametrize(
    ("with_it", "without", "apart", "told"),
    [(3, 3, 5, True), (2, 3, 9, False), (3, 2, 9, False), (3, 3, 4, False), (3, 3, -5, True)],
)
def test_half_a_point_takes_three_days_on_each_side(with_it, without, apart, told):
    mood = np.full((1, 20), np.nan)
    mood[0, :with_it], mood[0, 10 : 10 + without] = 50 + apart, 50
    done = (np.arange(20) < 10)[None, None]
    assert half_a_point(mood, done).tolist() == [[told]]


def test_the_link_of_the_worlds_is_the_first_of_the_family():
    assert lags.FAMILY[TRACKED_LINK][:2] == ("sleep_hours", "pain")


def test_short_diaries_are_told_nothing():
    looked = look(STRONG, 60, 10, (1,))
    assert not looked.enough.any()
    assert not looked.run.any()


def test_what_is_there_is_found_in_a_year_by_most_of_a_few_people():
    looked = look(STRONG, HISTORY, 30, (2,))
    assert looked.told[:, TRACKED_LINK].mean() > 0.7
    assert looked.activity_told[:, 0, 1].mean() > 0.6
    assert np.nanmean(looked.interval) > 0.8
    assert (looked.told <= looked.run).all()
    assert (looked.activity_told <= looked.activity_run).all()


@pytest.mark.parametrize("world", [PLAIN, MOVING])
def test_what_is_not_there_is_told_to_few(world):
    """A seeded part of the goals: 50 people with a year, of whom half a dozen would be too many."""
    looked = look(world, HISTORY, 50, (3,))
    assert looked.told.any(axis=1).sum() <= 5
    assert looked.activity_told.any(axis=(1, 2)).sum() <= 5
    assert looked.any_pair.mean() > 0.8


def test_the_same_seed_looks_at_the_same_people():
    looks = (look(PLAIN, 120, 20, (4,)) for _ in range(2))
    for one, other in zip(*looks, strict=True):
        assert np.array_equal(one, other, equal_nan=True)


def test_a_year_of_looks_sees_at_least_as_much_in_single_runs():
    looked = look_for_a_year(PLAIN, 4, (5,))
    assert looked.run.shape == looked.told.shape == (4,)
    assert (looked.told <= looked.run).all()


def test_the_page_tells_goals_and_tables():
    said = []
    with crew(1, said.append) as each:
        told = insights(each, 4, (6,))
    assert [goal.most for goal in told.goals] == [0.05] * 8 + [None]
    text = "\n".join(told.page)
    assert all(text.count(f"| {world} |") == 5 + (world in NOTHING) for world in WORLDS)
    assert all(text.count(f"| {world} |") for world in SOMETHING)
    assert "nan" not in text
    assert said


def test_a_goal_looks_at_people_who_can_be_told_something():
    few = {(world, days): look(world, days, 6, (7,)) for world in WORLDS for days in (60, HISTORY)}
    [first, *_] = goals(few)
    enough = few[PLAIN, HISTORY].enough.sum()
    assert first.figure.high > 0.9 / enough  # short diaries make it no surer
