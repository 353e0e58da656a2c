"""Days with an activity against days without it, of the same fortnights, for one person.

Every fortnight that has both kinds of days is one comparison, so seasons and slow drifts are in
neither side; the difference is their mean, weighted by how much each can tell. Its variance is
the exact one of an AR(1) series at the days that were recorded, with the person's own spread and
carry-over. Days without an entry are on neither side.
"""

from typing import NamedTuple

import numpy as np

from diary.analysis.lags import in_errors
from diary.analysis.student import reach, two_tailed
from diary.analysis.sums import total
from diary.analysis.weekly import holds, holm, runs_of
from diary.analysis.windows import Bools, Floats, Integers

MEASURES = ("pain", "mood")  # declared before looking, for every kind of activity
NEEDED = 10  # days with it, and as many without; with fewer nothing is said
FORTNIGHT = 14  # days
# Believed of a day's carry-over beforehand, worth so many pairs of days. As the worsening rule had
# it when this was measured; a change over there changes nothing here.
PHI, PAIRS, HIGHEST_PHI = 0.35, 20, 0.8
_ROUNDING = 1e-9  # steps; below it a number is what rounding left of zero


class Difference(NamedTuple):
    """With minus without, each field of one shape; NaN where it cannot be told."""

    days_with: Integers
    days_without: Integers
    difference: Floats  # in the steps of the values
    low: Floats  # 95 % interval
    high: Floats
    p: Floats


def look_at_factors(values: Floats, done: Bools, noted: Bools) -> tuple[Difference, Bools]:
    """The latest run over kinds and measures, and what may be told: ``(…, kinds, measures)``.

    ``values`` ``(…, measures, days)`` are in whole steps, NaN = not recorded; ``done`` is
    ``(…, kinds, days)``; ``noted`` ``(…, days)`` are the days on which an activity that was done
    would have been noted (``noting``). All hold the ``HISTORY`` days that end on a Sunday.
    """
    values, done, noted = (np.moveaxis(runs_of(a), -2, 0) for a in (values, done, noted))
    runs = compare(
        values[..., None, :, :], done[..., :, None, :], noted[..., None, None, :]
    )  # (3, …, kinds, measures)
    kinds, measures = runs.p.shape[-2:]
    p = runs.p.reshape(*runs.p.shape[:-2], kinds * measures)
    # How many questions could be asked depends on how many days there are, not on their values.
    asked = (~np.isnan(p)).sum(axis=-1)
    adjusted = np.moveaxis(holm(p, asked), 0, -2)
    effect = np.moveaxis(runs.difference.reshape(p.shape), 0, -2)
    clear = holds(adjusted, effect).reshape(runs.p.shape[1:])
    return Difference(*(field[-1] for field in runs)), clear


def noting(any_done: Bools) -> Bools:
    """The days within a fortnight of a noted activity, ``(…, days)``.

    Elsewhere activities were perhaps done and not noted: a day there is on neither side.

    >>> noting(np.arange(40) == 20).nonzero()[0][[0, -1]]
    array([ 6, 34])
    """
    days = any_done.shape[-1]
    around = np.zeros((*any_done.shape[:-1], days + 2 * FORTNIGHT), bool)
    for offset in range(2 * FORTNIGHT + 1):
        around[..., offset : offset + days] |= any_done
    return around[..., FORTNIGHT : FORTNIGHT + days]


def sides(values: Floats, done: Bools, noted: Bools) -> tuple[Bools, Bools]:
    """The days with the activity and the days without it, ``(…, days)`` each."""
    recorded = ~np.isnan(values)
    return recorded & done, recorded & ~done & noted


def compare(values: Floats, done: Bools, noted: Bools) -> Difference:
    """With minus without: ``(…)`` of ``(…, days)`` each, whole fortnights, the last day last.

    >>> nothing = np.zeros(28, bool)
    >>> compare(np.full(28, np.nan), nothing, nothing).difference
    array(nan)
    """
    with_it, without = sides(values, done, noted)
    used = with_it | without
    value = np.where(used, values, 0.0)
    weight, weights = _weights(with_it, without)
    with np.errstate(invalid="ignore"):
        difference = total(weight * value) / weights
    difference = np.where(np.abs(difference) < _ROUNDING, 0.0, difference)
    sd, phi = _noise(value - difference[..., None] * with_it, used)
    error = sd * np.sqrt(_variance(weight, phi)) / weights
    # Fortnights with days of one kind only have no say, so their days do not count as enough.
    n, m = ((side & (weight != 0)).sum(axis=-1) for side in (with_it, without))
    difference = np.where(np.minimum(n, m) >= NEEDED, difference, np.nan)
    df = n + m - 2
    half = reach(df) * error
    return Difference(
        with_it.sum(axis=-1),
        without.sum(axis=-1),
        difference,
        difference - half,
        difference + half,
        two_tailed(in_errors(difference, error), df),
    )


def _weights(with_it: Bools, without: Bools) -> tuple[Floats, Floats]:
    """Each day's weight ``(…, days)`` in the sum of the fortnights' differences, and their sum.

    In a fortnight of n days with and m without the difference of the means weighs nm / (n + m),
    as least squares would have it. Fortnights end with the last day.
    """
    shape = (*with_it.shape[:-1], with_it.shape[-1] // FORTNIGHT, FORTNIGHT)
    n = with_it.reshape(shape).sum(axis=-1, keepdims=True)
    m = without.reshape(shape).sum(axis=-1, keepdims=True)
    of = np.maximum(n + m, 1)
    weight = (with_it.reshape(shape) * m - without.reshape(shape) * n) / of
    weights = total((n * m / of)[..., 0])
    return weight.reshape(with_it.shape), np.where(weights > 0, weights, np.nan)


def _noise(rest: Floats, used: Bools) -> tuple[Floats, Floats]:
    """The spread of single days and what is left of one on the next, without the difference.

    Over all days, not within fortnights: there a slow carry-over would look smaller than it is.
    """
    days = used.sum(axis=-1)
    rest = np.where(used, rest, 0.0)
    off = np.where(used, rest - (total(rest) / np.maximum(days, 1))[..., None], 0.0)
    squares = total(off * off)
    neighbours = (used[..., 1:] & used[..., :-1]).sum(axis=-1)
    mean_square = squares / np.maximum(days, 1)
    carried = total(off[..., 1:] * off[..., :-1]) / np.where(mean_square > 0, mean_square, 1.0)
    phi = (carried + PAIRS * PHI) / (neighbours + PAIRS)
    return np.sqrt(squares / np.maximum(days - 2, 1)), np.clip(phi, 0, HIGHEST_PHI)


def _variance(weight: Floats, phi: Floats) -> Floats:
    """Of the weighted sum of an AR(1) series of variance 1: ``(…)``, exact with holes.

    The sum of w(s) w(t) φ^|s−t|, day by day: what the days so far carry into each one.
    """
    days_first = np.ascontiguousarray(np.moveaxis(weight, -1, 0))
    carried, twice = np.zeros_like(phi), np.zeros_like(phi)
    for today in days_first:
        twice = twice + today * carried
        carried = phi * (carried + today)
    return np.maximum(total(weight * weight) + 2 * twice, 0.0)  # rounding may go below
