"""Days that were not recorded, as chances: what is likely on them, and how many there may be."""

import numpy as np

from diary.analysis.windows import Bools, Floats, Integers


def chances_of_presence(present: Bools, answered: Bools, nearness: float) -> Floats:
    """How likely a symptom was present on each day of a window, from its answered days.

    Arrays ``(…, days)``. Neighbours weigh more: an answered day e counts ``nearness ** |d - e|``
    on day d; the window's own share of present days, drawn towards a half by half a day of each
    kind, counts as one more answered day. Detection notes, A: q.

    A window without answers says a half, which is why nobody reads it without a count of them:

    >>> never = np.zeros((1, 2), bool)
    >>> chances_of_presence(never, never, nearness=0.6)
    array([[0.5, 0.5]])
    """
    days = present.shape[-1]
    counted = answered.sum(axis=-1, keepdims=True)
    share = (present.sum(axis=-1, keepdims=True) + 0.5) / (counted + 1)
    powers = [1.0]
    for _ in range(days - 1):
        powers.append(powers[-1] * nearness)
    distance = np.abs(np.subtract.outer(np.arange(days), np.arange(days)))
    weights = np.array(powers)[distance]
    weight_present = np.zeros(present.shape)
    weight = np.zeros(present.shape)
    for day in range(days):  # oldest first, always: a sum of fractions depends on its order
        weight_present += weights[day] * present[..., day, None]
        weight += weights[day] * answered[..., day, None]
    return (weight_present + share) / (weight + 1)


def chance_of_at_least(needed: int, chances: Floats, sure: Integers | int = 0) -> Floats:
    """The chance that ``sure`` and the independent ``chances`` make ``needed`` or more.

    ``chances`` is ``(…, events)``, ``sure`` and the answer ``(…)``. The Poisson-binomial
    distribution, one event after the other, with "enough" as a count that is never left: what
    is certain from the start is exactly 1, what cannot be reached exactly 0.

    >>> chance_of_at_least(2, np.array([[0.5, 0.5, 0.0]]))
    array([0.25])
    >>> chance_of_at_least(1, np.empty((1, 0)))
    array([0.])
    """
    if needed <= 0:
        return np.ones(chances.shape[:-1])
    begin = np.broadcast_to(np.minimum(sure, needed), chances.shape[:-1])
    counts = np.arange(needed + 1).reshape(-1, *([1] * begin.ndim))
    chance = (counts == begin).astype(float)
    for event in range(chances.shape[-1]):
        yes = chances[..., event]
        no = 1 - yes
        chance[needed] += chance[needed - 1] * yes
        chance[1:needed] = chance[1:needed] * no + chance[: needed - 1] * yes
        chance[0] *= no
    return chance[needed]
