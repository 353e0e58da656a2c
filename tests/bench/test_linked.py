"""The people of the insights' benchmark: what is true of them is what was asked for."""

import numpy as np
import pytest

from bench.linked import (
    KINDS,
    MISSING,
    MOOD,
    NOTHING,
    PAIN,
    SLEEP,
    TRACKED,
    World,
    keep_linked,
)
from diary.analysis.weekly import HISTORY


def kept(world=None, people=200, days=300, seed=1):
    return keep_linked(np.random.default_rng(seed), world or World(), people, days)


def correlation(one, other):
    both = ~np.isnan(one + other)
    return np.corrcoef(one[both], other[both])[0, 1]


def test_diaries_end_with_the_last_day_of_the_history():
    diaries = kept(days=60)
    assert diaries.tracked.shape == (200, len(TRACKED), HISTORY)
    assert np.isnan(diaries.tracked[..., :-60]).all()
    assert not np.isnan(diaries.tracked[..., -60:]).all(axis=1).all(axis=0).any()
    assert not diaries.done[..., :-60].any()


def test_values_are_whole_points_on_the_scale():
    recorded = kept().tracked
    recorded = recorded[~np.isnan(recorded)]
    assert set(np.unique(recorded)) <= {10.0 * point for point in range(11)}


def test_the_share_of_missing_days_is_about_what_was_asked_for():
    gone = np.isnan(kept().tracked[..., -300:]).all(axis=1).mean()
    assert gone == pytest.approx(MISSING, abs=0.04)


@pytest.mark.parametrize("phi", [0.5, 0.7])
def test_a_day_carries_over_to_the_next(phi):
    pain = kept(World((phi, phi))).tracked[:, PAIN, -300:]
    # Whole points add noise of their own, so a little less of it is seen.
    assert correlation(pain[:, :-1], pain[:, 1:]) == pytest.approx(phi - 0.03, abs=0.03)


@pytest.mark.parametrize("world", NOTHING.values(), ids=NOTHING)
def test_where_nothing_is_linked_nothing_is(world):
    series = kept(world, people=600).tracked
    assert correlation(series[:, SLEEP], series[:, PAIN]) == pytest.approx(0, abs=0.02)


def test_a_link_is_as_strong_as_was_asked_for():
    """Pain after a night, beyond the day before: a regression over everybody finds it again."""
    series = kept(World(link=0.3), people=800).tracked[..., -300:]
    sleep, before, pain = series[:, SLEEP, 1:], series[:, PAIN, :-1], series[:, PAIN, 1:]
    both = ~np.isnan(sleep + before + pain)
    design = np.column_stack([np.ones(both.sum()), before[both], sleep[both]])
    [_, _, link], *_ = np.linalg.lstsq(design, pain[both], rcond=None)
    assert link == pytest.approx(0.29, abs=0.02)
    assert np.nanstd(pain) == pytest.approx(np.nanstd(sleep), rel=0.03)


def test_an_activity_moves_mood_by_as_much_as_was_asked_for():
    diaries = kept(World(effect=1.0), people=400)
    mood = diaries.tracked[:, MOOD]
    apart = [np.nanmean(mood[diaries.done[:, k]]) - np.nanmean(mood) for k in (0, 1)]
    assert apart[0] > 4
    assert abs(apart[1]) < 0.5


def test_activities_are_noted_on_days_with_an_entry_alone():
    diaries = kept()
    empty = np.isnan(diaries.tracked).all(axis=1)
    # A day on which every single answer was left out counts as empty here as well.
    assert (diaries.done & empty[:, None]).mean() < 1e-4
    often = diaries.done[..., -300:].mean(axis=-1) / (1 - MISSING)
    assert diaries.done.shape[1] == KINDS
    assert often.min() < 0.15
    assert often.max() > 0.6
    assert often.mean() == pytest.approx(0.375, abs=0.03)


def test_the_same_seed_makes_the_same_people():
    for one, other in zip(kept(seed=4), kept(seed=4), strict=True):
        assert np.array_equal(one, other, equal_nan=True)
