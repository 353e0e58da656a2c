"""Sums of what is not whole, in one order."""

import numpy as np

from diary.analysis.windows import Floats


def total(values: Floats) -> Floats:
    """The sum along the last axis, ``(…)`` of ``(…, days)``, by folding the days in half.

    Numpy's own sum adds in an order that depends on how the array lies in memory. Here every
    addition is of two whole rows, so one person gets the same bits alone and in a batch.

    >>> total(np.array([[1.0, 2.0, 3.0], [0.5, 0.0, 0.25]]))
    array([6.  , 0.75])
    >>> total(np.zeros((2, 0)))
    array([0., 0.])
    """
    days = values.shape[-1]
    if days == 0:
        return np.zeros(values.shape[:-1])
    while days > 1:
        half = (days + 1) // 2
        folded = values[..., :half].copy()
        folded[..., : days - half] += values[..., half:days]
        values, days = folded, half
    return values[..., 0]
