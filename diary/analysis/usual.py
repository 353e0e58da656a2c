"""A person's own usual: eight weeks of one series, and how far a mean of theirs can stray.

Everything is in tenths of a point, as the series are. Detection notes, section B.
"""

from typing import NamedTuple

import numpy as np

from diary.analysis.windows import Bools, Floats, Integers

TENTHS = 10.0  # in a point


class Usual(NamedTuple):
    """Usuals, each field of one shape; NaN where too few days are answered to speak of one."""

    answered: Integers  # days
    mean: Floats  # as recorded
    sd: Floats  # of one day
    phi: Floats  # lag-one autocorrelation: what is left of a day's deviation on the next
    low: Floats  # values are clipped to low … high
    high: Floats
    clipped: Floats  # mean of the clipped values
    variance: Floats  # v: of a mean over the answered days, in units of sd squared


class Prior(NamedTuple):
    """What is believed of a diary before it is read, and how many days of it that is worth."""

    sd: float = 1.2  # points
    days: int = 5
    phi: float = 0.35
    pairs: int = 8
    highest_phi: float = 0.8


PRIOR = Prior()


def read_usual(tenths: Floats, needed: int, reach: float, least: float, prior: Prior) -> Usual:
    """The usuals of windows ``(…, days)`` in tenths, NaN = not recorded.

    ``needed`` answered days make a usual; values beyond ``reach`` sd of the mean and beyond
    ``least`` points are clipped.

    >>> read_usual(np.full((1, 56), np.nan), 14, reach=2.5, least=2.0, prior=PRIOR).mean
    array([nan])
    """
    answered = ~np.isnan(tenths)
    value = np.where(answered, tenths, 0.0)
    answered_days = answered.sum(axis=-1)
    count = np.where(answered_days >= needed, answered_days, np.nan)
    total = value.sum(axis=-1)
    mean = total / count
    # Whole numbers up to the division: the sum of squares about the mean, and of the products
    # of neighbouring days about the mean.
    squares = (count * (value * value).sum(axis=-1) - total * total) / count
    pairs, products = _neighbours(value, answered, count, total)
    expected = prior.days * (TENTHS * prior.sd) ** 2
    sd = np.sqrt((squares + expected) / (count - 1 + prior.days))
    # At least 1e-6 points squared: a series that never moves says nothing about its phi.
    carried = products / np.maximum(squares / count, 1e-6 * TENTHS**2)
    phi = (carried + prior.pairs * prior.phi) / (pairs + prior.pairs)
    phi = np.clip(phi, 0, prior.highest_phi)
    reach_of_days = np.maximum(reach * sd, least * TENTHS)
    low, high = mean - reach_of_days, mean + reach_of_days
    return Usual(
        answered=answered_days,
        mean=mean,
        sd=sd,
        phi=phi,
        low=low,
        high=high,
        clipped=clipped_mean(value, answered.astype(float), low, high),
        variance=variance_of_mean(answered.astype(float), phi),
    )


def _neighbours(
    value: Floats, answered: Bools, count: Floats, total: Floats
) -> tuple[Integers, Floats]:
    """Adjacent dates both answered: how many, and the sum of r_i r_(i+1), r = value - mean."""
    both = answered[..., 1:] & answered[..., :-1]
    pairs = both.sum(axis=-1)
    products = (value[..., 1:] * value[..., :-1]).sum(axis=-1)
    sums = np.where(both, value[..., 1:] + value[..., :-1], 0.0).sum(axis=-1)
    about_mean = count * count * products - count * total * sums + pairs * total * total
    return pairs, about_mean / (count * count)


def clipped_mean(value: Floats, weight: Floats, low: Floats, high: Floats) -> Floats:
    """The weighted mean of values clipped to low … high; NaN where the weights add up to 0.

    ``value`` (0 where not recorded) and ``weight`` (whole numbers, 0 where not recorded) are
    ``(…, days)``, the bounds ``(…)``. The values inside are whole and added as such.

    >>> clipped_mean(np.array([10.0, 50.0]), np.array([1.0, 1.0]), np.float64(20), np.float64(90))
    np.float64(35.0)
    """
    below = value < low[..., None]
    above = value > high[..., None]
    inside = (weight * np.where(below | above, 0.0, value)).sum(axis=-1)
    weight_below = (weight * below).sum(axis=-1)
    weight_above = (weight * above).sum(axis=-1)
    whole = weight.sum(axis=-1)
    clipped = inside + weight_below * low + weight_above * high
    return clipped / np.where(whole > 0, whole, np.nan)


def variance_of_mean(weight: Floats, phi: Floats) -> Floats:
    """The exact variance of a weighted mean of an AR(1) series with holes, as a share of one day's.

    ``weight`` is ``(…, days)``: whole numbers, 0 where not recorded; ``phi`` is ``(…)``. With
    N_l the sum of the products of weights l days apart: (N_0 + 2 sum phi^l N_l) / (sum w)^2.

    >>> variance_of_mean(np.array([1.0, 0.0, 1.0]), np.float64(0.5))
    np.float64(0.625)
    >>> variance_of_mean(np.array([0.0, 0.0]), np.float64(0.5))
    np.float64(nan)
    """
    together = (weight * weight).sum(axis=-1)
    power = np.ones_like(phi)
    for lag in range(1, weight.shape[-1]):
        power = power * phi
        together = together + 2 * power * (weight[..., lag:] * weight[..., :-lag]).sum(axis=-1)
    whole = weight.sum(axis=-1)
    return together / np.where(whole > 0, whole * whole, np.nan)
