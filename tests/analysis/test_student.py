"""Student's t against scipy's, and the same bits alone and in a batch."""

import numpy as np
import pytest
from scipy.stats import t

from diary.analysis.student import MOST, reach, two_tailed
from diary.analysis.sums import total

DF = np.arange(1, MOST + 1)


def test_tails_are_those_of_scipy():
    size = np.concatenate([np.linspace(-8, 8, 65), [30.0, 1e3, 1e9, 1e120, np.inf]])
    known = 2 * t.sf(np.abs(size[:, None]), DF)
    assert np.abs(two_tailed(size[:, None], DF) - known).max() < 1e-12


def test_intervals_reach_as_far_as_those_of_scipy():
    assert np.abs(reach(DF) - t.ppf(0.975, DF)).max() < 1e-10


def test_without_a_degree_of_freedom_nothing_is_known():
    assert np.isnan(two_tailed(np.array([2.0]), np.array([0]))).all()
    assert np.isnan(reach(np.array([0, -5]))).all()


def test_more_than_a_year_of_days_is_refused():
    with pytest.raises(ValueError, match="400 degrees of freedom"):
        reach(np.array([MOST + 1]))


def test_one_value_has_the_same_bits_as_in_a_batch():
    rng = np.random.default_rng(3)
    size, df = rng.normal(0, 3, 500), rng.integers(1, MOST, 500)
    alone = [two_tailed(size[n : n + 1], df[n : n + 1])[0] for n in range(500)]
    assert np.array_equal(two_tailed(size, df), alone)


@pytest.mark.parametrize("days", [0, 1, 2, 3, 14, 363, 364])
def test_a_sum_has_the_same_bits_however_the_days_lie_in_memory(days):
    rng = np.random.default_rng(days)
    batch = rng.normal(0, 1, (5, 3, days)) * 10.0 ** rng.integers(-9, 9, (5, 3, days))
    sums = total(batch)
    assert sums == pytest.approx(batch.sum(axis=-1))
    assert np.array_equal(total(np.asfortranarray(batch)), sums)
    assert np.array_equal([[total(one.copy()) for one in several] for several in batch], sums)
