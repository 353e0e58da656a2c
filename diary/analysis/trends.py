"""What a chart draws: means of days, weeks and months, a fortnight's line, the first weeks.

Values are ``(…, days)`` in the measure's own unit, NaN = not recorded. Sums run over the days
oldest first, one at a time, so that a series has the same means alone and in a batch.
"""

from typing import NamedTuple

import numpy as np

from diary.analysis.windows import Floats, Integers, windows_ending

FORTNIGHT = 14  # dates
LINE_NEEDED = 8  # answered days of the fourteen; with fewer a line is noise
USUAL_DAYS, USUAL_ENDS, USUAL_NEEDED = 56, 28, 14  # as in the worsening rule
FIRST_DAYS, FIRST_NEEDED = 56, 14


class Bins(NamedTuple):
    """Days put together, ``(…, bins)``; NaN where no day of the bin was recorded."""

    mean: Floats
    answered: Integers  # days
    low: Floats
    high: Floats


class Line(NamedTuple):
    """A straight line through a fortnight, ``(…,)``; NaN with too few answered days."""

    slope: Floats  # per day
    start: Floats  # its value on the first of the dates …
    end: Floats  # … and on the last
    answered: Integers  # days


def bin_days(
    values: Floats, starts: Integers, lows: Floats | None = None, highs: Floats | None = None
) -> Bins:
    """Mean, count and range of each bin; a bin runs from its start to the next one's, or the end.

    ``starts`` are ascending indices ``(bins,)`` of days; days before the first belong to no bin.
    ``lows`` and ``highs`` are the smallest and largest value within each day, where a day has
    more than one.

    >>> bins = bin_days(np.array([1.0, np.nan, 3.0, np.nan]), np.array([0, 3]))
    >>> bins.mean, bins.answered, bins.high
    (array([ 2., nan]), array([2, 0]), array([ 3., nan]))
    """
    lows = values if lows is None else lows
    highs = values if highs is None else highs
    ends = np.append(starts[1:], values.shape[-1])
    shape = (*values.shape[:-1], len(starts))
    total, answered = np.zeros(shape), np.zeros(shape, int)
    low, high = np.full(shape, np.nan), np.full(shape, np.nan)
    for offset in range(max(ends - starts, default=0)):
        within = starts + offset < ends
        day = np.where(within, starts + offset, 0)
        value = np.where(within, values[..., day], np.nan)
        answered += ~np.isnan(value)
        total += np.where(np.isnan(value), 0.0, value)
        low = np.fmin(low, np.where(within, lows[..., day], np.nan))
        high = np.fmax(high, np.where(within, highs[..., day], np.nan))
    return Bins(_mean(total, answered, needed=1), answered, low, high)


def fortnight_means(values: Floats) -> tuple[Floats, Integers]:
    """Of the 14 dates ending on each day: the mean, NaN without an answer, and the answered days.

    Both are ``(…, days - 13)``: the first fortnight ends on the fourteenth day, so whoever wants
    every day of a range passes 13 more before it.

    >>> fortnight_means(np.full(14, np.nan))
    (array([nan]), array([0]))
    """
    days = values.shape[-1] - FORTNIGHT + 1
    return _means(windows_ending(values, FORTNIGHT - 1, days, FORTNIGHT), needed=1)


def usual_means(values: Floats) -> tuple[Floats, Integers]:
    """The usual as of the last day, ``(…,)``: of the 56 dates that end 28 days before it.

    ``values`` ends on that day and holds 83 or more before it. The mean is NaN with fewer than
    14 answered days, the number of which is told as well.

    >>> usual_means(np.full(84, np.nan))
    (np.float64(nan), np.int64(0))
    """
    last = values.shape[-1] - 1 - USUAL_ENDS
    return _means(windows_ending(values, last, 1, USUAL_DAYS)[..., 0, :], USUAL_NEEDED)


def first_weeks(values: Floats) -> tuple[Floats, Integers]:
    """The mean of a diary's first 56 dates, ``(…,)``, and its answered days.

    ``values`` begins with the first date of the diary. NaN with fewer than 14 answered days.

    >>> first_weeks(np.full(100, np.nan))
    (np.float64(nan), np.int64(0))
    """
    return _means(values[..., :FIRST_DAYS], FIRST_NEEDED)


def fortnight_line(values: Floats) -> Line:
    """The line through the last 14 dates: a description, never a finding.

    The slope is the median of the slopes between all pairs of answered days, by their dates
    (Theil 1950, Sen 1968); the line's height the median value at the median answered date. The
    notes measured why no rule uses it: over two weeks its noise is as large as a worsening.

    >>> fortnight_line(np.full(14, np.nan)).slope
    array(nan)
    >>> fortnight_line(np.arange(14.0) / 2).slope
    array(0.5)
    """
    window = values[..., -FORTNIGHT:]
    answered = ~np.isnan(window)
    count = answered.sum(axis=-1)
    dates = np.where(answered, np.arange(window.shape[-1], dtype=float), np.nan)
    early, late = np.triu_indices(window.shape[-1], k=1)
    slopes = (window[..., late] - window[..., early]) / (late - early)
    slope = np.where(count >= LINE_NEEDED, _median(slopes), np.nan)
    begin = _median(window) - slope * _median(dates)
    return Line(slope, begin, begin + slope * (window.shape[-1] - 1), count)


def _means(windows: Floats, needed: int) -> tuple[Floats, Integers]:
    answered = ~np.isnan(windows)
    count = answered.sum(axis=-1)
    total = np.zeros(count.shape)
    for day in range(windows.shape[-1]):
        total += np.where(answered[..., day], windows[..., day], 0.0)
    return _mean(total, count, needed), count


def _mean(total: Floats, count: Integers, needed: int) -> Floats:
    return total / np.where(count >= needed, count, np.nan)


def _median(values: Floats) -> Floats:
    """The median along the last axis of what is not NaN; NaN where all is."""
    ordered = np.sort(values, axis=-1)  # NaN last
    count = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    lower = np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, axis=-1)
    upper = np.take_along_axis(ordered, count // 2, axis=-1)
    return ((lower + upper) / 2)[..., 0]
