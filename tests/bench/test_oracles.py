"""Detectors that know what nobody knows: that they are built from what is true."""

import numpy as np
import pytest

from bench import oracle, pattern_oracle
from bench.nine_symptoms import keep_symptoms
from bench.pain_mood import DAYS, Nature, keep_pain_and_mood


@pytest.mark.parametrize(
    ("kind", "flares"), [("stable", False), ("seasonal", False), ("flares", True)]
)
def test_the_noise_it_knows_is_that_of_the_diaries(kind, flares):
    people = 1500
    diaries = keep_pain_and_mood(np.random.default_rng(3), kind, people, 0)
    recorded = np.stack([diaries.pain, diaries.mood], axis=1) / 10
    natures = [
        Nature(*(field[person, 0] for field in diaries.nature)) for person in range(0, people, 50)
    ]

    known = np.mean([oracle._covariance(nature, flares) for nature in natures], axis=0)

    week = diaries.nature.weekly * np.cos(
        2 * np.pi * np.arange(DAYS) / 7 + diaries.nature.weekly_phase
    )
    own = recorded - np.stack([-week / 2, week], axis=1)
    own = own - own.mean(axis=0)
    for lag in (0, 1, 5, 40):
        for first, second in ((0, 0), (1, 1), (0, 1)):
            seen = np.mean(own[:, first, : DAYS - lag] * own[:, second, lag:])
            blocks = known.reshape(DAYS, 2, DAYS, 2)[:, first, :, second]
            rounding = oracle.ROUNDING * (lag == 0 and first == second)
            assert seen == pytest.approx(np.diagonal(blocks, lag).mean() + rounding, abs=0.3)


def test_a_day_without_an_answer_tells_nothing():
    diaries = keep_pain_and_mood(np.random.default_rng(4), "together", 2, 0)
    pain, mood = diaries.pain.copy(), diaries.mood.copy()
    pain[1], mood[1] = pain[0], mood[0]
    for series in (pain, mood):
        series[:, 150:] = np.nan
    alike = diaries._replace(
        pain=pain, mood=mood, nature=Nature(*(field[[0, 0]] for field in diaries.nature))
    )

    score = oracle.score_by_oracle(alike, flares=False)

    assert np.array_equal(score[0], score[1], equal_nan=True)
    assert np.isnan(score[:, : oracle.FIRST_ASKED]).all()
    # The hypotheses of older ramps run out, what has been answered stays.
    assert np.abs(np.diff(score[0, 150:160])).max() < 1


def test_it_is_sure_of_large_ramps_and_not_of_one_series_alone():
    highest = {
        kind: np.nanmax(
            oracle.score_by_oracle(
                keep_pain_and_mood(np.random.default_rng(5), kind, 12, 0.1), flares=False
            ),
            axis=1,
        )
        for kind in ("stable", "together", "pain only", "mood only", "improving")
    }

    assert np.median(highest["together"]) > 4
    for kind in ("stable", "pain only", "mood only", "improving"):
        assert np.median(highest[kind]) < 2


def test_sums_of_products_are_those_over_all_sets():
    ratio = np.array([[2.0, 3.0, 5.0]]).reshape(1, 3, 1)

    sums = [float(part[0, 0]) for part in pattern_oracle._products(ratio, 3)]

    assert sums == [1, 10, 31, 30]


def test_a_mean_over_sets_counts_only_those_with_a_core_symptom():
    inside = np.log(np.array([4.0, 1, 1, 1, 1, 1, 1, 1, 1]).reshape(1, 9, 1))
    nothing = np.zeros_like(inside)

    # Of the 15 pairs with a core symptom 8 hold the first one; of pairs without core none does.
    with_core = pattern_oracle._mean(inside, nothing, (2,))[0]
    without = pattern_oracle._mean(inside, nothing, (2,), core=False)[0]

    assert with_core == pytest.approx((8 * 4 + 7) / 15)
    assert without == pytest.approx(1)


def test_an_answer_that_was_not_given_changes_no_ratio():
    present = np.ones((1, 9, 3), bool)
    answered = np.array([True, False, True]) & present

    running = pattern_oracle._ratios(present, answered, 0.9, np.full((1, 9, 1), 0.1))

    assert running[0, 0] == pytest.approx(np.log(9) * np.array([0, 1, 1, 2]))


def test_it_finds_episodes_and_leaves_the_others():
    highest = {
        kind: np.nanmax(
            pattern_oracle.score_by_oracle(keep_symptoms(np.random.default_rng(6), kind, 30, 0.3)),
            axis=1,
        )
        for kind in (
            "episode",
            "borderline",
            "3-4 symptoms",
            "no core",
            "brief",
            "cyclic",
            "healthy",
        )
    }

    assert np.median(highest["episode"]) > 15
    assert np.median(highest["borderline"]) > 8
    for kind in ("3-4 symptoms", "no core", "brief", "cyclic", "healthy"):
        assert np.quantile(highest[kind], 0.9) < 8
