"""How often insights tell what is there, and what is not, beside common ways of looking.

Each person is looked at once, at the end of a diary of so many days; some once a week for a year.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import t

from bench.linked import (
    MOOD,
    PAIN,
    SLEEP,
    TENTHS,
    TRACKED,
    WORLDS,
    Linked,
    World,
    keep_linked,
)
from diary.analysis import factors, lags
from diary.analysis.weekly import CHANCE, HISTORY, RUNS, SPAN, WEEK, holds, holm
from diary.analysis.windows import Bools, Floats, windows_ending

DAYS = (60, 90, 120, 180, HISTORY)
LAGS = 7
TRACKED_LINK = lags.FAMILY.index(lags.Pair("sleep_hours", "pain", 0))
LOOKS = 52  # in a year
SOME = 25  # people looked at at once, so that their windows stay in the processor's cache


class Looked(NamedTuple):
    """What is told to each of some people."""

    pearson: Bools  # (people,): sleep and pain are linked, p < .05
    best_lag: Bools  # (people,): … at any of seven lags
    any_pair: Bools  # (people,): … or any other two of the eight things
    enough: Bools  # (people,): pairs of sleep and pain for us to say anything
    alone: Bools  # (people,): our test of sleep and pain, p < .05, without Holm
    run: Bools  # (people, 6): ours in one run
    told: Bools  # (people, 6): … in three
    half_a_point: Bools  # (people, kinds): three days with, three without, half a point apart
    activity_run: Bools  # (people, kinds, measures): ours in one run
    activity_told: Bools  # … in three
    interval: Floats  # (people,): whether the first activity's interval held; NaN = not enough


class Yearly(NamedTuple):
    """Whether anything was told at any of a year's weekly looks, ``(people,)``."""

    run: Bools
    told: Bools


def look(name: str, days: int, people: int, seed: tuple[int, ...]) -> Looked:
    """Some people of one world, each with a diary of so many days."""
    rng = np.random.default_rng([*seed, list(WORLDS).index(name), days])
    world = WORLDS[name]
    batches = [min(SOME, people - begun) for begun in range(0, people, SOME)]
    looked = [_look(world, keep_linked(rng, world, batch, days)) for batch in batches]
    return Looked(*(np.concatenate(field) for field in zip(*looked, strict=True)))


def look_for_a_year(name: str, people: int, seed: tuple[int, ...]) -> Yearly:
    """Some people of one world without links, looked at every week once a year is behind them."""
    rng = np.random.default_rng([*seed, list(WORLDS).index(name)])
    history = HISTORY + (LOOKS - 1) * WEEK
    batches = [min(SOME, people - begun) for begun in range(0, people, SOME)]
    looked = [_weekly(keep_linked(rng, WORLDS[name], batch, history, history)) for batch in batches]
    return Yearly(*(np.concatenate(field) for field in zip(*looked, strict=True)))


def _look(world: World, kept: Linked) -> Looked:
    series = _series(kept.tracked)
    seen, clear = lags.look_at_lags(series)
    activity, activity_clear = factors.look_at_factors(
        kept.tracked[:, [PAIN, MOOD]], kept.done, factors.noting(kept.done.any(axis=1))
    )
    year = kept.tracked[..., -SPAN:]
    at_lag = np.stack([linked(year, lag)[:, SLEEP, PAIN] for lag in range(LAGS)])
    upper = np.triu(np.ones((len(TRACKED), len(TRACKED)), bool), 1)
    low, high = activity.low[:, 0, 1] / TENTHS, activity.high[:, 0, 1] / TENTHS
    holds_it = (low <= world.effect) & (world.effect <= high)
    return Looked(
        pearson=at_lag[0],
        best_lag=at_lag.any(axis=0),
        any_pair=(linked(year) & upper).any(axis=(1, 2)),
        enough=seen.pairs[:, TRACKED_LINK] >= lags.NEEDED,
        alone=seen.p[:, TRACKED_LINK] < CHANCE,
        run=holm(seen.p, len(lags.FAMILY)) < CHANCE,
        told=clear,
        half_a_point=half_a_point(year[:, MOOD], kept.done[..., -SPAN:]),
        activity_run=_adjusted(activity.p) < CHANCE,
        activity_told=activity_clear,
        interval=np.where(np.isnan(low), np.nan, holds_it),
    )


def _weekly(kept: Linked) -> Yearly:
    """Every weekly run once, and every three that follow each other."""
    series = _series(kept.tracked)
    ends = {
        name: windows_ending(days, SPAN - 1, days.shape[-1] - SPAN + 1, SPAN)[..., ::WEEK, :]
        for name, days in series.items()
    }
    runs = lags.fit(*lags.pairs_of(ends))  # (people, weeks, 6)
    adjusted = holm(runs.p, len(lags.FAMILY))
    told = [
        holds(adjusted[:, week : week + RUNS], runs.effect[:, week : week + RUNS]).any(axis=-1)
        for week in range(LOOKS)
    ]
    return Yearly((adjusted[:, RUNS - 1 :] < CHANCE).any(axis=(1, 2)), np.any(told, axis=0))


def _series(tracked: Floats) -> lags.Series:
    return {name: tracked[:, TRACKED.index(name)] for name in lags.MEASURES}


def _adjusted(p: Floats) -> Floats:
    flat = p.reshape(len(p), -1)
    return holm(flat, (~np.isnan(flat)).sum(axis=-1)).reshape(p.shape)


def linked(series: Floats, lag: int = 0) -> Bools:
    """Pairs with p < .05 of Pearson's r over the days that have both: ``(people, n, n)``.

    ``series`` is ``(people, n, days)``, NaN = not recorded; rows are ``lag`` days earlier.
    """
    days = series.shape[-1] - lag
    here, there = ~np.isnan(series[..., :days]), ~np.isnan(series[..., lag:])
    x, y = (np.nan_to_num(part) for part in (series[..., :days], series[..., lag:]))
    here, there = here.astype(float), np.swapaxes(there.astype(float), -1, -2)
    y = np.swapaxes(y, -1, -2)
    n = here @ there
    in_x, in_y = n * (x * x @ there) - (x @ there) ** 2, n * (here @ (y * y)) - (here @ y) ** 2
    together = n * (x @ y) - (x @ there) * (here @ y)
    limit = t.ppf(1 - CHANCE / 2, np.maximum(n - 2, 1))
    return (n > 2) & (together**2 * (n - 2 + limit**2) > limit**2 * in_x * in_y)


def half_a_point(mood: Floats, done: Bools) -> Bools:
    """Which activities are said to move mood: three days with, three without, ½ point apart.

    ``mood`` is ``(people, days)`` in tenths, ``done`` ``(people, kinds, days)``.
    """
    recorded = ~np.isnan(mood)[:, None]
    value = np.nan_to_num(mood)[:, None]
    with_it, without = recorded & done, recorded & ~done
    n, m = with_it.sum(axis=-1), without.sum(axis=-1)
    above = (value * with_it).sum(axis=-1) / np.maximum(n, 1)
    below = (value * without).sum(axis=-1) / np.maximum(m, 1)
    return (n >= 3) & (m >= 3) & (np.abs(above - below) >= TENTHS / 2)
