"""Looking once a week, and telling only what holds in three weeks: runs, Holm, the sign.

Looking every day would be seven chances a week to be wrong. The runs end with the last three
Sundays before today, so they are a function of the diary and the date: nothing depends on when
somebody asked, or on the order in which entries came. Detection notes, section C.
"""

from datetime import date, timedelta

import numpy as np

from diary.analysis.windows import Bools, Floats, Integers, windows_ending

RUNS = 3
WEEK = 7  # days
SPAN = 52 * WEEK  # days that a run looks back over
HISTORY = SPAN + (RUNS - 1) * WEEK  # days that all runs together read
CHANCE = 0.05  # of a run to find anything where nothing is, for all that it asks together


def last_sunday(today: date) -> date:
    """The end of the last complete ISO week; today's own week is never over.

    >>> last_sunday(date(2026, 11, 23)), last_sunday(date(2026, 11, 22))
    (datetime.date(2026, 11, 22), datetime.date(2026, 11, 15))
    """
    return today - timedelta(days=today.isoweekday())


def runs_of(days: Floats) -> Floats:
    """What each run reads, the latest last: ``(…, 3, SPAN)`` of ``(…, HISTORY)`` days.

    ``days`` ends on the last Sunday.

    >>> runs_of(np.arange(float(HISTORY)))[:, -1] - HISTORY
    array([-15.,  -8.,  -1.])
    """
    return windows_ending(days, SPAN - 1, HISTORY - SPAN + 1, SPAN)[..., ::WEEK, :]


def holm(p: Floats, asked: Integers | int) -> Floats:
    """Holm's adjusted p-values (Holm 1979) of questions along the last axis.

    ``asked`` is how many questions there were, ``(…)``: those that could not be answered stay
    NaN, and count only as far as it counts them.

    >>> holm(np.array([0.02, np.nan, 0.01]), asked=3)
    array([0.04,  nan, 0.03])
    """
    order = np.argsort(p, axis=-1, kind="stable")  # NaN last
    left = np.maximum(np.expand_dims(asked, -1) - np.arange(p.shape[-1]), 1)
    rising = np.maximum.accumulate(np.take_along_axis(p, order, axis=-1) * left, axis=-1)
    back = np.argsort(order, axis=-1, kind="stable")
    return np.take_along_axis(np.minimum(rising, 1.0), back, axis=-1)


def holds(adjusted: Floats, effect: Floats) -> Bools:
    """Whether each finding may be told, ``(…, questions)`` of ``(…, runs, questions)``.

    It is beyond chance in every run, and of one sign in all of them.
    """
    sign = np.sign(effect)
    return (adjusted < CHANCE).all(axis=-2) & (sign == sign[..., -1:, :]).all(axis=-2)
