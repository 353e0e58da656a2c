"""A person's usual, and the spread of a mean with holes in it."""

import numpy as np
import pytest

from diary.analysis.usual import PRIOR, clipped_mean, read_usual, variance_of_mean

from . import reference
from .diaries import as_lists

NAN = np.nan


def usual(tenths, reach=2.5):
    read = read_usual(np.asarray(tenths, float), 14, reach, least=2.0, prior=PRIOR)
    return type(read)(*(field[()] for field in read))


def eight_weeks(*answers: float) -> np.ndarray:
    """56 days, the answers on every other day, NaN after them."""
    days = np.full(56, NAN)
    days[: 2 * len(answers) : 2] = answers
    return days


def test_a_usual_is_the_reference_in_points():
    rng = np.random.default_rng(1)
    for missing in (0, 0.3, 0.6):
        tenths = np.rint(rng.normal(50, 15, 56))
        tenths[rng.random(56) < missing] = NAN
        tenths[:2] = 100

        read = usual(tenths)

        points = [None if value is None else value / 10 for value in as_lists(tenths)]
        mean, sd, phi, low, high, clipped, variance, count = reference.usual_of(points)
        assert read.answered == count
        assert [read.mean, read.sd, read.low, read.high, read.clipped] == pytest.approx(
            [10 * value for value in (mean, sd, low, high, clipped)]
        )
        assert [read.phi, read.variance] == pytest.approx([phi, variance])


def test_a_series_that_never_moves_is_taken_to_move_a_little():
    read = usual(np.full(56, 40.0))

    assert read.sd == pytest.approx(np.sqrt(5 * 12**2 / (55 + 5)))
    assert read.phi == pytest.approx(8 * 0.35 / (55 + 8))
    assert (read.mean, read.clipped) == (40, 40)


def test_two_levels_apart_are_not_taken_for_a_perfect_memory():
    levels = np.repeat([0.0, 100.0], 28)
    levels[27] = NAN

    assert usual(levels).phi == 0.8


def test_a_series_that_swings_back_every_day_carries_nothing_over():
    assert usual(np.tile([0.0, 100.0], 28)).phi == 0


def test_a_series_that_hardly_moves_has_a_memory_all_the_same():
    tenths = np.full(56, 50.0)
    tenths[20:22] = 51

    points = [value / 10 for value in tenths]
    assert usual(tenths).phi == pytest.approx(reference.usual_of(points)[2])


def test_days_that_do_not_touch_say_nothing_about_what_is_carried_over():
    assert usual(eight_weeks(*range(20, 48))).phi == pytest.approx(0.35)


def test_13_answered_days_are_no_usual_and_14_are():
    assert np.isnan(usual(eight_weeks(*[30.0] * 13)).mean)
    assert usual(eight_weeks(*[30.0] * 13)).answered == 13
    assert usual(eight_weeks(*[30.0] * 14)).mean == 30


def test_one_terrible_day_moves_the_mean_as_recorded_but_not_the_clipped_one():
    calm = np.full(56, 30.0)
    terrible = calm.copy()
    terrible[20] = 100

    assert usual(terrible).mean == pytest.approx(30 + 70 / 56)
    assert usual(terrible).clipped == pytest.approx(30 + (usual(terrible).high - 30) / 56)
    assert usual(terrible).clipped < 31


def test_values_are_clipped_at_some_sd_but_never_within_two_points():
    restless = np.tile([20.0, 20, 80, 80], 14)
    steady = np.full(56, 50.0)

    assert usual(restless).high == pytest.approx(50 + 2.5 * usual(restless).sd)
    assert usual(restless).low == pytest.approx(50 - 2.5 * usual(restless).sd)
    assert (usual(steady).low, usual(steady).high) == (30, 70)


def test_clipping_works_on_both_sides_and_weighs():
    value, weight = np.array([0.0, 50.0, 100.0, 60.0]), np.array([3.0, 1.0, 2.0, 4.0])

    clipped = clipped_mean(value, weight, np.float64(20), np.float64(70))

    assert clipped == pytest.approx((3 * 20 + 50 + 2 * 70 + 4 * 60) / 10)


@pytest.mark.parametrize("phi", [0.0, 0.35, 0.8])
@pytest.mark.parametrize("answered", ["1111111", "1011001", "0000100"])
def test_the_variance_of_a_mean_is_that_of_the_ar1_covariance(phi, answered):
    weights = np.array([float(letter) for letter in answered]) * [1, 2, 3, 4, 5, 6, 7]
    days = np.arange(7)
    covariance = phi ** np.abs(np.subtract.outer(days, days))

    expected = weights @ covariance @ weights / weights.sum() ** 2

    assert variance_of_mean(weights, np.float64(phi)) == pytest.approx(expected)


def test_a_gap_between_answers_makes_their_mean_surer():
    together = variance_of_mean(np.array([1.0, 1, 0, 0, 0, 0]), np.float64(0.6))
    apart = variance_of_mean(np.array([1.0, 0, 0, 0, 0, 1]), np.float64(0.6))

    assert apart < together
