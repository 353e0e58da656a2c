"""Student's t for whole degrees of freedom: how rare a value is, and how far an interval reaches.

Nothing but + − × ÷ √, element by element, so that a value has the same bits alone and in a batch.
"""

import math
from functools import cache

import numpy as np

from diary.analysis.windows import Floats, Integers

LEVEL = 0.95  # of every interval
MOST = 400  # degrees of freedom that intervals are known for: a year of days, and some
_FAR = 1e100  # beyond it every t is as rare as can be told


def two_tailed(t: Floats, df: Integers) -> Floats:
    """The chance of a t at least this far from 0, either way; NaN where t is NaN or df < 1.

    Finite series in the cosine of arctan(t / √df): Abramowitz & Stegun 26.7.3 and 26.7.4.

    >>> two_tailed(np.array([0.0, np.inf, np.nan]), np.array([5, 4, 3]))
    array([ 1.,  0., nan])
    """
    t, df = np.broadcast_arrays(t, df)
    known = ~np.isnan(t) & (df >= 1)
    freedom = np.where(known, df, 1)
    tangent = np.where(known, np.minimum(np.abs(t), _FAR), 0.0) / np.sqrt(freedom)
    cosine = 1 / np.sqrt(1 + tangent * tangent)
    sine, odd = tangent * cosine, freedom % 2 == 1
    terms = np.where(odd, freedom - 1, freedom) // 2
    term = np.where(odd, cosine, 1.0)
    series = np.where(terms > 0, term, 0.0)
    for number in range(1, int(terms.max(initial=0))):
        step = np.where(odd, 2 * number / (2 * number + 1), (2 * number - 1) / (2 * number))
        term = term * cosine * cosine * step
        series = np.where(number < terms, series + term, series)
    within = sine * series
    within = np.where(odd, 2 / math.pi * (_arctan(tangent) + within), within)
    return np.where(known, np.clip(1 - within, 0, 1), np.nan)


def reach(df: Integers) -> Floats:
    """How many standard errors the 95 % interval reaches to either side; NaN where df < 1.

    >>> reach(np.array([1, 60, 0])).round(4)
    array([12.7062,  2.0003,     nan])
    """
    if df.max(initial=0) > MOST:
        raise ValueError(f"intervals are known for at most {MOST} degrees of freedom")
    return _reaches()[np.maximum(df, 0)]


@cache
def _reaches() -> Floats:
    """The 97.5 % quantiles for 0 … MOST degrees of freedom, the first NaN.

    Newton's steps from the normal quantile: the tail is convex, so they only go up.
    """
    df = np.arange(1, MOST + 1)
    scale = [
        math.exp(math.lgamma((n + 1) / 2) - math.lgamma(n / 2)) / math.sqrt(n * math.pi)
        for n in range(1, MOST + 1)
    ]
    quantile = np.full(MOST, 1.959963984540054)
    for _ in range(12):
        density = np.array(scale) * (1 + quantile * quantile / df) ** (-(df + 1) / 2)
        quantile = quantile + (two_tailed(quantile, df) - (1 - LEVEL)) / (2 * density)
    return np.concatenate([[np.nan], quantile])


def _arctan(tangent: Floats) -> Floats:
    """The arc tangent of what is not negative: the angle halved four times, then its series."""
    small = tangent
    for _ in range(4):
        small = small / (1 + np.sqrt(1 + small * small))
    square = small * small
    series = np.zeros_like(small)
    for power in range(21, 0, -2):  # below tan(π/32) the next term is less than 1e-22
        series = 1 / power - square * series
    return 16 * small * series
