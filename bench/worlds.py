"""What all simulated worlds share: days that hang together, and days that go missing.

Every number is from the detection notes, section H. Arrays are ``(people, …, days)``.
"""

import numpy as np
from scipy.special import logit

from diary.analysis.windows import Bools, Floats

BURST = 0.8  # how much of one day's urge to skip the diary is left on the next
ITEM_SKIPPED = 0.03  # of the answers on an answered day


def spread(rng: np.random.Generator, low: float, high: float, people: int, *others: int) -> Floats:
    """One draw per person between two bounds, ``(people, *others, 1)``: ready for days."""
    return rng.uniform(low, high, (people, *others, 1))


def carried_over(shocks: Floats, phi: Floats) -> Floats:
    """AR(1) series of variance 1 from independent standard ``shocks`` ``(…, days)``.

    ``phi`` ``(…, 1)`` is what is left of a day on the next one.

    >>> carried_over(np.array([[1.0, 0.0, 0.0]]), np.array([[0.5]]))
    array([[1.  , 0.5 , 0.25]])
    """
    fresh = np.sqrt(1 - phi * phi)
    series = shocks.copy()
    for day in range(1, shocks.shape[-1]):
        series[..., day] = phi[..., 0] * series[..., day - 1] + fresh[..., 0] * shocks[..., day]
    return series


def skipped_days(
    rng: np.random.Generator, rate: float, severity: Floats, pull: float, burst: float = BURST
) -> Bools:
    """Days without an entry: ``(people, days)``, more of them the worse the days are.

    ``rate`` is the share of missing days among good ones; ``severity`` ``(people, days)`` is 0 on
    these and 1 at worst, where the log-odds are ``pull`` higher. A rate of 0 misses nothing.
    """
    people, days = severity.shape
    if rate == 0:
        return np.zeros((people, days), bool)
    person = 0.5 * rng.standard_normal((people, 1))
    bursts = carried_over(rng.standard_normal((people, days)), np.full((people, 1), burst))
    odds = logit(rate) - 0.25 + person + 0.6 * bursts + pull * severity
    return rng.random((people, days)) < 1 / (1 + np.exp(-odds))


def skipped_items(rng: np.random.Generator, rate: float, shape: tuple[int, ...]) -> Bools:
    """Single answers left out of an entry; none in a world where nothing is missing."""
    return rng.random(shape) < (ITEM_SKIPPED if rate else 0)
