"""Intervals that hold the truth as often as they say."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest, poisson

from bench.intervals import Figure, quantile, share, yearly_rate


@pytest.mark.parametrize(("found", "of"), [(0, 10), (1, 10), (5, 10), (10, 10), (1800, 2000)])
def test_a_share_has_wilsons_interval(found, of):
    known = binomtest(found, of).proportion_ci(method="wilson")

    figure = share(found, of)

    assert figure == pytest.approx((found / of, known.low, known.high))


def test_a_share_of_nobody_can_be_anything():
    assert share(0, 0)[1:] == (0, 1)


@pytest.mark.parametrize("events", [0, 1, 7, 60])
def test_a_rate_has_the_exact_interval_of_a_count(events):
    figure = yearly_rate([events], [25.0])

    assert figure.value == events / 25
    assert poisson.sf(events - 1, 25 * figure.low) == pytest.approx(0.025 if events else 1.0)
    assert poisson.cdf(events, 25 * figure.high) == pytest.approx(0.025)


def test_a_mix_of_equal_groups_is_their_sum():
    apart = yearly_rate([3, 7, 2], [10.0, 20.0, 5.0], [10 / 35, 20 / 35, 5 / 35])

    assert apart == pytest.approx(yearly_rate([12], [35.0]))


def test_an_event_in_a_heavy_group_counts_for_more():
    rare, common = [0.1, 0.9], [0.9, 0.1]

    assert yearly_rate([5, 0], [10.0, 10.0], rare).value == pytest.approx(0.05)
    assert yearly_rate([5, 0], [10.0, 10.0], common).value == pytest.approx(0.45)


def test_the_interval_of_a_mix_holds_the_truth_nineteen_times_of_twenty():
    rng = np.random.default_rng(4)
    years, weights, truth = [80.0, 40.0, 20.0], [0.6, 0.3, 0.1], [0.05, 0.12, 0.3]
    rate = float(np.dot(weights, truth))
    draws = rng.poisson(np.multiply(years, truth), (2000, 3))

    held = [f.low <= rate <= f.high for f in (yearly_rate(list(d), years, weights) for d in draws)]

    assert np.mean(held) >= 0.95


def test_a_rate_without_a_year_is_not_known():
    assert yearly_rate([0, 0], [3.0, 0.0], [0.5, 0.5])[1:] == (0, np.inf)


def test_the_interval_of_a_median_is_that_of_its_order_statistics():
    days = np.arange(1.0, 101)

    figure = quantile(days, 0.5)

    # Between the 40th and the 61st day the median lies with at least 95 %.
    assert figure == Figure(50.5, 40, 61)
    assert binom.cdf(60, 100, 0.5) - binom.cdf(39, 100, 0.5) >= 0.95


def test_few_days_leave_a_late_quantile_open():
    assert quantile(np.array([1.0, 2.0, 3.0]), 0.9).high == np.inf
    assert quantile(np.array([1.0, 2.0, 3.0]), 0.1).low == -np.inf


def test_no_days_have_no_median():
    assert np.isnan(quantile(np.array([]), 0.5).value)
