"""95 % intervals of what a benchmark counts."""

from typing import NamedTuple

import numpy as np
from scipy.stats import binom, chi2

from diary.analysis.windows import Floats

LEVEL = 0.95
Z = 1.959963984540054  # the normal quantile of 97.5 %


class Figure(NamedTuple):
    """A figure with its interval; NaN where nothing was seen that could tell it."""

    value: float
    low: float
    high: float


def share(found: int, of: int) -> Figure:
    """A proportion with Wilson's interval (Wilson 1927).

    >>> share(0, 0)
    Figure(value=nan, low=0.0, high=1.0)
    """
    if not of:
        return Figure(float("nan"), 0.0, 1.0)
    p, square = found / of, Z * Z
    centre = (p + square / (2 * of)) / (1 + square / of)
    half = Z / (1 + square / of) * np.sqrt(p * (1 - p) / of + square / (4 * of * of))
    low = 0.0 if found == 0 else float(centre - half)
    high = 1.0 if found == of else float(centre + half)
    return Figure(p, low, high)


def yearly_rate(
    events: list[int], years: list[float], weights: list[float] | None = None
) -> Figure:
    """Events a year: exact for one group (Garwood 1936), Fay and Feuer's for a weighted mix.

    ``weights`` add up to 1. Without a year nothing is known:

    >>> yearly_rate([0], [0.0])
    Figure(value=nan, low=0.0, high=inf)
    """
    if not all(years):
        return Figure(float("nan"), 0.0, float("inf"))
    per_event = np.array(weights or [1.0]) / np.array(years)
    rate = float((per_event * events).sum())
    variance = float((per_event**2 * events).sum())
    one_more = rate + per_event.max(), variance + per_event.max() ** 2
    tail = (1 - LEVEL) / 2
    low = _gamma(rate, variance, tail) if rate else 0.0
    return Figure(rate, low, _gamma(*one_more, 1 - tail))


def _gamma(mean: float, variance: float, probability: float) -> float:
    """A quantile of the gamma distribution with this mean and variance (Fay & Feuer 1997)."""
    return float(variance / (2 * mean) * chi2.ppf(probability, 2 * mean * mean / variance))


def quantile(values: Floats, probability: float) -> Figure:
    """A quantile with the interval of its order statistics.

    >>> quantile(np.array([]), 0.5)
    Figure(value=nan, low=-inf, high=inf)
    """
    if not values.size:
        return Figure(float("nan"), float("-inf"), float("inf"))
    ordered = np.sort(values)
    below = binom.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], values.size, probability).astype(int)
    low = ordered[below[0] - 1] if below[0] else -np.inf
    high = ordered[below[1]] if below[1] < values.size else np.inf
    return Figure(float(np.quantile(ordered, probability)), float(low), float(high))
