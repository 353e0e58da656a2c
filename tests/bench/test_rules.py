"""Other rules for worsening, against scipy and against what they are known to do wrong."""

import numpy as np
import pytest
from scipy.stats import kendalltau, linregress, norm

from bench import rules
from bench.pain_mood import keep_pain_and_mood
from tests.bench.drawn import series

NAN = np.nan


def test_a_slope_is_that_of_a_regression_on_the_answered_days():
    values = series(missing=0.3)

    t = rules.slope(values)

    for day in (40, 77, 120):
        window = values[0, day - 13 : day + 1]
        known = np.flatnonzero(~np.isnan(window))
        line = linregress(known, window[known])
        assert t[0, day] == pytest.approx(line.slope / line.stderr)


def test_a_mann_kendall_test_is_the_known_one():
    values = series(missing=0.0)

    z = rules.mann_kendall(values)

    for day in (40, 77, 120):
        window = values[0, day - 13 : day + 1]
        known = kendalltau(np.arange(14), window, method="asymptotic")
        # scipy has no correction for continuity: ours is a little nearer to 0.
        assert np.sign(z[0, day]) == np.sign(known.statistic)
        assert 0 <= norm.isf(known.pvalue / 2) - abs(z[0, day]) < 0.15


def test_too_few_answers_give_no_score():
    values = np.full((1, 60), NAN)
    values[0, 30:36] = [10, 20, 30, 40, 50, 60]

    assert np.isnan(rules.slope(values)).all()
    assert np.isnan(rules.mann_kendall(values)).all()
    assert np.isnan(rules.corrected_mann_kendall(values)).all()


def test_a_rise_is_less_sure_where_days_carry_over():
    climbing = np.repeat(np.arange(0, 100, 10.0), 6)[None]
    jumping = climbing.copy()
    jumping[0, ::2] += 10
    jumping[0, 1::2] -= 10

    plain = [rules.mann_kendall(v, 28, 14)[0, 40] for v in (climbing, jumping)]
    corrected = [rules.corrected_mann_kendall(v)[0, 40] for v in (climbing, jumping)]

    assert corrected[0] < plain[0] / 2
    assert corrected[1] > 0.5 * plain[1]


def test_fortnights_are_compared_by_their_answered_days():
    values = np.full((1, 28), 30.0)
    values[0, 14:] = 50
    values[0, 20] = NAN

    assert rules.fortnights(values)[0, -1] == 2


def test_a_missing_day_taken_for_zero_looks_like_a_change():
    values = np.full((1, 28), 60.0)
    values[0, 14:] = NAN
    values[0, 14::2] = 60

    assert rules.fortnights(values)[0, -1] == 0
    assert rules.zero_filled(values)[0, -1] == -3


def test_the_last_fourteen_entries_reach_far_back():
    values = np.full((1, 84), NAN)
    values[0, ::3] = 30
    values[0, 60::3] = 60

    score = rules.last_entries(values)

    assert np.isnan(score[0, 1::3]).all()
    # Eight of its "last 14" are of the last 24 days, the others older.
    assert score[0, 81] == pytest.approx(8 / 14 * 3)


def test_nobody_who_never_writes_has_a_last_entry():
    assert np.isnan(rules.last_entries(np.full((1, 60), NAN))).all()


def test_a_chart_compares_with_the_first_six_weeks():
    values = np.full((2, 100), 30.0)
    values[:, :42:2] = 40
    values[0, 60:] = 70
    values[1, :42] = NAN

    chart = rules.exponential(values)

    assert np.isnan(chart[:, :42]).all()
    assert abs(chart[0, 59]) < 3
    assert chart[0, 99] > 8
    assert np.isnan(chart[1]).all()


def test_the_smaller_of_two_is_taken_and_mood_counts_downwards():
    score = rules.smaller(lambda values: values)

    assert score(np.array([[3.0]]), np.array([[-2.0]])).tolist() == [[2.0]]
    assert score(np.array([[1.0]]), np.array([[-2.0]])).tolist() == [[1.0]]
    assert score(np.array([[3.0]]), np.array([[2.0]])).tolist() == [[-2.0]]


def test_our_score_is_that_of_our_walk_until_an_episode_freezes_it():
    diaries = keep_pain_and_mood(np.random.default_rng(5), "together", 20, 0.3)

    walk = rules.look_over(diaries.pain, diaries.mood)
    score = rules.SCORES[rules.OURS](diaries.pain, diaries.mood)

    free = np.cumsum(walk.states["opened_on"] > 0, axis=1) <= 1
    assert np.array_equal(walk.score[free], score[free], equal_nan=True)
    assert not free.all()


def test_a_sum_needs_both_to_be_up():
    diaries = keep_pain_and_mood(np.random.default_rng(5), "together", 20, 0.3)
    unclipped = rules.replace(rules.TWO_WEEKS, drift=0.0, reach=rules.NO_CLIP)

    pain, mood = rules.legs(diaries.pain, diaries.mood, unclipped)
    score = rules.sum_with_floor(diaries.pain, diaries.mood)

    one_up = (np.maximum(pain, mood) > 3) & (np.minimum(pain, mood) < 1)
    assert one_up.any()
    assert (score[one_up] <= 0).all()
    both = np.minimum(pain, mood) >= 1
    assert score[both] == pytest.approx((pain + mood)[both] / np.sqrt(2))


@pytest.mark.parametrize("rule", rules.SCORES)
def test_every_rule_sees_a_large_change_and_no_small_one(rule):
    diaries = keep_pain_and_mood(np.random.default_rng(6), "together", 40, 0.1)
    still = keep_pain_and_mood(np.random.default_rng(6), "stable", 40, 0.1)
    day = diaries.start + 25

    worse = rules.SCORES[rule](diaries.pain, diaries.mood)[np.arange(40), day]
    same = rules.SCORES[rule](still.pain, still.mood)[np.arange(40), day]

    assert np.nanmedian(worse) > np.nanmedian(same) + 0.3
