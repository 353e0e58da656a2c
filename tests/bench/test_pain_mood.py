"""People who record pain and mood: what the detection notes say of them is true of them."""

import numpy as np
import pytest

from bench import pain_mood
from bench.pain_mood import COURSES, DAYS, keep_pain_and_mood

PEOPLE = 400


def people(kind: str, missing: float = 0, harsh: bool = False, seed: int = 1):
    return keep_pain_and_mood(np.random.default_rng(seed), kind, PEOPLE, missing, harsh)


def moved(diaries) -> tuple[float, float]:
    """How far pain and mood are in the last 30 days from where they were in the first 60."""
    return tuple(
        float(np.nanmean(series[:, -30:]) - np.nanmean(series[:, :60])) / 10
        for series in (diaries.pain, diaries.mood)
    )


@pytest.mark.parametrize(
    ("kind", "pain", "mood"),
    [
        ("stable", 0, 0),
        ("together", 2.2, -2.2),
        ("abrupt", 2.2, -2.2),
        ("small", 1.25, -1.25),
        ("pain only", 2.2, 0),
        ("mood only", 0, -2.2),
        ("improving", -2.0, 2.0),  # the scale ends: not quite as far
    ],
)
def test_every_kind_moves_as_it_is_called(kind, pain, mood):
    assert moved(people(kind)) == pytest.approx((pain, mood), abs=0.25)


def test_opposed_people_are_worse_in_one_and_better_in_the_other():
    diaries = people("opposed")

    assert (diaries.pain_size * diaries.mood_size > 0).all()
    assert 0.4 < (diaries.pain_size > 0).mean() < 0.6


def test_values_are_whole_points_on_the_scale():
    for series in people("together", 0.3)[:2]:
        recorded = series[~np.isnan(series)]
        assert set(recorded) <= {10.0 * point for point in range(11)}


def test_a_ramp_starts_where_it_says():
    diaries = people("abrupt")
    day = np.arange(DAYS) - diaries.start[:, None]
    off = (diaries.expected_pain - diaries.expected_pain[:, :1]).mean(axis=0)

    assert diaries.start.min() >= 70
    assert diaries.start.max() <= 109
    assert off[:70] == pytest.approx(0, abs=0.1)
    after = np.where(day >= 7, diaries.expected_pain, np.nan)
    before = np.where(day <= 0, diaries.expected_pain, np.nan)
    rise = np.nanmean(after, axis=1) - np.nanmean(before, axis=1)
    assert np.corrcoef(rise, diaries.pain_size)[0, 1] > 0.8


def test_a_ramp_takes_ten_to_28_days_and_mood_follows_pain():
    start = np.full(PEOPLE, 80)

    pain, mood = pain_mood._ramps(np.random.default_rng(1), COURSES["together"], start)

    assert not pain[:, :81].any()
    assert (pain[:, 80 + 9] < 1).all()
    assert (pain[:, 80 + 28] == 1).all()
    assert (mood <= pain).all()
    assert (mood[:, 80 + 33] == 1).all()
    lag = (pain - mood).sum(axis=1)
    assert lag.mean() == pytest.approx(2.5, abs=0.2)
    assert lag.max() <= 5


def test_pain_and_mood_of_a_day_hang_together():
    diaries = people("stable")
    pain = diaries.pain - diaries.pain.mean(axis=1, keepdims=True)
    mood = diaries.mood - diaries.mood.mean(axis=1, keepdims=True)

    together = (pain * mood).mean(axis=1) / (pain.std(axis=1) * mood.std(axis=1))

    assert -0.5 < together.mean() < -0.2


def test_a_harsh_world_carries_more_from_day_to_day():
    mild, harsh = people("stable"), people("stable", harsh=True)

    assert (harsh.nature.phi - mild.nature.phi) == pytest.approx(0.25)
    assert harsh.nature.phi.max() <= 0.85


def test_seasons_are_slow_and_pull_the_two_apart():
    diaries = people("seasonal")

    assert (diaries.nature.yearly >= 0.4).all()
    pain = diaries.expected_pain - diaries.expected_pain.mean(axis=1, keepdims=True)
    mood = diaries.expected_mood - diaries.expected_mood.mean(axis=1, keepdims=True)
    assert np.mean(pain * mood) < 0
    assert not people("stable").nature.yearly.any()


def test_a_flare_lasts_two_to_four_days_and_comes_about_monthly():
    flare = pain_mood._flares(np.random.default_rng(3), 500)
    ends = np.diff(flare, axis=1) < 0

    assert flare.mean() == pytest.approx(3 / 35, abs=0.01)
    assert flare.sum() / ends.sum() == pytest.approx(3.1, abs=0.3)


def test_low_days_are_missing_more_often():
    diaries = people("together", 0.3)

    assert np.isnan(diaries.pain[:, :70]).mean() == pytest.approx(0.31, abs=0.03)
    assert np.isnan(diaries.pain[:, 140:]).mean() > 0.42


def test_improving_people_skip_no_more_than_others():
    diaries = people("improving", 0.3)

    assert np.isnan(diaries.pain[:, 140:]).mean() == pytest.approx(0.31, abs=0.03)


def test_what_is_expected_is_what_is_recorded_on_average():
    diaries = people("together")

    assert diaries.pain.mean() / 10 == pytest.approx(diaries.expected_pain.mean(), abs=0.05)
    assert diaries.mood.mean() / 10 == pytest.approx(diaries.expected_mood.mean(), abs=0.05)


def test_the_ends_of_the_scale_pull_what_is_expected_inwards():
    level, sd = np.array([[-1.0, 0.0, 5.0, 10.0]]), np.array([[1.0]])

    expected = pain_mood._within_scale(level, sd)[0]

    assert 0 < expected[0] < expected[1] == pytest.approx(0.399, abs=0.001)
    assert expected[2:] == pytest.approx([5, 9.601], abs=0.001)


def test_the_same_seed_makes_the_same_people():
    once, again, others = (
        people("together", 0.3),
        people("together", 0.3),
        people("together", 0.3, seed=2),
    )

    assert np.array_equal(once.pain, again.pain, equal_nan=True)
    assert not np.array_equal(once.pain, others.pain, equal_nan=True)


def test_those_to_whom_nothing_happens_are_all_of_the_mix():
    assert sum(pain_mood.MIX.values()) == pytest.approx(1)
    assert all(not COURSES[kind].pain and not COURSES[kind].mood for kind in pain_mood.MIX)
