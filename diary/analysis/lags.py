"""What goes with what from one day to the next: a few declared pairs, for one person.

y(s) = a + b·y(s−1) + c·x + trend + weekday, by least squares over the days s on which all three
values are recorded; x is that of the day before (lag 1) or of the same date (lag 0). The error of
c is HC3's (MacKinnon & White 1985). Detection notes, section C.

The notes leave open how far back to look: a year. A diary of more than half a year also gets the
wave of a year, or seasons would look like links (`bench detection` counts how often).
"""

from typing import NamedTuple

import numpy as np

from diary.analysis.student import reach, two_tailed
from diary.analysis.sums import total
from diary.analysis.weekly import SPAN, holds, holm, runs_of
from diary.analysis.windows import Bools, Floats, Integers

NEEDED = 60  # pairs; with fewer nothing is said
COEFFICIENTS = 6  # a, b, c, the trend, cosine and sine of the week
SEASONED = SPAN // 2  # days: pairs that lie further apart get cosine and sine of the year as well
APART = (
    0.1  # share of x's variation that is its own; with less, x and y's past cannot be told apart
)
_NOTHING = 1e-12  # share of a column's squares below which it adds nothing to those before it
_ROUNDING = 1e-9  # below it a standardised number is what rounding left of zero


class Pair(NamedTuple):
    """Two measures, the first one earlier. A night is recorded on the date on which it ended."""

    earlier: str
    later: str
    lag: int  # dates between the two


# Declared before looking; Holm's correction is for all six, answered or not. Only a night and the
# day that follows share a date and still have an order. Two measures of one day have none, so
# the later one is that of the next date; so is the night after a painful day.
FAMILY = (
    Pair("sleep_hours", "pain", 0),
    Pair("pain", "mood", 1),
    Pair("mood", "pain", 1),
    Pair("pain", "sleep_hours", 1),
    Pair("pain", "company", 1),
    Pair("worry", "pain", 1),
)
MEASURES = tuple(dict.fromkeys(name for pair in FAMILY for name in (pair.earlier, pair.later)))
Series = dict[str, Floats]  # each of MEASURES, (…, days) in whole steps of its scale


class Lagged(NamedTuple):
    """What the pairs show, each field of one shape; NaN where it cannot be told."""

    pairs: Integers  # of days
    effect: Floats  # sd of y for one sd of x
    low: Floats  # 95 % interval
    high: Floats
    p: Floats


def look_at_lags(series: Series) -> tuple[Lagged, Bools]:
    """The latest run over the family, and which pairs may be told: ``(…, 6)``.

    Each series holds the ``HISTORY`` days that end on the last Sunday.

    >>> from diary.analysis.weekly import HISTORY
    >>> nothing = np.full(HISTORY, np.nan)
    >>> look_at_lags(dict.fromkeys(MEASURES, nothing))[1].any()
    np.False_
    """
    runs = fit(*pairs_of({name: runs_of(series[name]) for name in MEASURES}))
    clear = holds(holm(runs.p, len(FAMILY)), runs.effect)
    return Lagged(*(field[..., -1, :] for field in runs)), clear


def pairs_of(series: Series) -> tuple[Floats, Floats, Floats]:
    """x, y of the day before and y, for every pair of the family: ``(…, 6, days - 1)`` each."""
    x, before, y = [], [], []
    for earlier, later, lag in FAMILY:
        x.append(series[earlier][..., :-1] if lag else series[earlier][..., 1:])
        before.append(series[later][..., :-1])
        y.append(series[later][..., 1:])
    return np.stack(x, axis=-2), np.stack(before, axis=-2), np.stack(y, axis=-2)


def paired(x: Floats, before: Floats, y: Floats) -> Bools:
    """The days on which all three are recorded, ``(…, days)``."""
    return ~np.isnan(x + before + y)


def fit(x: Floats, before: Floats, y: Floats) -> Lagged:
    """How much y goes with x beyond its own day before: ``(…)`` of ``(…, days)`` each.

    >>> fit(*np.full((3, 1, 90), np.nan))[:2]
    (array([0]), array([nan]))
    """
    used = paired(x, before, y)
    pairs, seasoned = used.sum(axis=-1), _span(used) > SEASONED
    x, before, y = (np.where(used, values, 0.0) for values in (x, before, y))
    part, squares, residual, leverage = _least_squares(_columns(used, seasoned, before, x), y)
    spread_x, spread_y = _spread(x, pairs), _spread(y, pairs)
    squares = np.where(squares >= APART * spread_x, squares, np.nan)
    # Both in sd: of the measures over these days.
    scale = np.sqrt(spread_x / np.where(spread_y > 0, spread_y, np.nan))
    # A day that alone tells a coefficient fits it whatever it was: its error cannot be told.
    free = np.where(used, 1 - leverage, 1.0)
    off = part * residual / np.where(free > _ROUNDING, free, np.nan)
    error = scale * np.sqrt(total(off * off)) / squares
    effect = scale * total(part * y) / squares
    effect = np.where(np.abs(effect) < _ROUNDING, 0.0, effect)
    effect = np.where((pairs >= NEEDED) & ~np.isnan(error), effect, np.nan)
    df = pairs - COEFFICIENTS - 2 * seasoned
    half = reach(df) * error
    p = two_tailed(in_errors(effect, error), df)
    return Lagged(pairs, effect, effect - half, effect + half, p)


def in_errors(effect: Floats, error: Floats) -> Floats:
    """An effect in standard errors. Nothing known without error is still nothing.

    >>> in_errors(np.array([0.0, 1.0, np.nan]), np.array([0.0, 0.0, 1.0]))
    array([ 0., inf, nan])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((effect == 0) & (error == 0), 0.0, effect / error)


def _span(used: Bools) -> Integers:
    """The days from the first to the last that is used, ``(…)``; 0 where none is.

    >>> _span(np.array([[False, True, False, True], [False] * 4]))
    array([3, 0])
    """
    day = np.arange(1, used.shape[-1] + 1)
    first = np.where(used, day, used.shape[-1] + 1).min(axis=-1)
    return np.maximum(np.where(used, day, 0).max(axis=-1) - first + 1, 0)


def _columns(used: Bools, seasoned: Bools, before: Floats, x: Floats) -> list[Floats]:
    """The model's columns ``(…, days)``, 0 on days that are not used; x comes last."""
    day = np.arange(used.shape[-1])
    week, year = 2 * np.pi * day / 7, 2 * np.pi * day / SPAN
    shared = (np.ones(day.size), day - day[-1] / 2, np.cos(week), np.sin(week))
    season = [np.where(used & seasoned[..., None], of(year), 0.0) for of in (np.cos, np.sin)]
    return [*(np.where(used, column, 0.0) for column in shared), *season, before, x]


def _least_squares(columns: list[Floats], y: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The last column's own part, its squares, what is left of y, and the leverage of each day.

    Each column is freed of those before it (Gram and Schmidt, modified), so that no matrix is
    inverted. One that adds nothing to them is passed over, as by a pseudo-inverse; where that
    is the last, its squares are NaN.
    """
    parts: list[tuple[Floats, Floats]] = []
    residual, leverage = y, np.zeros_like(y)
    for column in columns:
        own = column
        for part, squares in parts:
            own = own - part * (total(part * own) / squares)[..., None]
        squares = total(own * own)
        squares = np.where(squares > _NOTHING * total(column * column), squares, np.inf)
        residual = residual - own * (total(own * residual) / squares)[..., None]
        leverage = leverage + own * own / squares[..., None]
        parts.append((own, squares))
    return own, np.where(np.isinf(squares), np.nan, squares), residual, leverage


def _spread(values: Floats, pairs: Integers) -> Floats:
    """The sum of squares about the mean: exactly 0 where whole values are all alike."""
    sums = total(values)
    return (pairs * total(values * values) - sums * sums) / np.maximum(pairs, 1)
