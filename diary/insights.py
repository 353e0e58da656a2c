"""What goes with what in one diary: lagged pairs of measures, and activities.

A pure function of the records and the person's own date. How it is decided is in
`analysis/lags.py`, `analysis/factors.py` and `analysis/weekly.py`; here records become series,
and what was found becomes rows: every declared pair, always, and every kind of activity noted in
the last year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from diary import record
from diary.analysis import factors, lags, weekly
from diary.days import days_since
from diary.findings import rounded
from diary.measures import ACTIVITY_KINDS, SCALES
from diary.vault import Vault

NOT_YET, NOTHING_CLEAR, CLEAR = STATUSES = ("not_yet", "nothing_clear", "clear")
# Own words can be as many as there are days; beyond these only the most often noted are compared.
MOST_KINDS = 50

Days = Mapping[date, Mapping[str, Any]]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Link:
    """One declared pair of measures. ``pairs`` counts to today; an effect is that of the last
    weekly look, and None unless it is clear."""

    pair: lags.Pair
    status: str
    pairs: int
    effect: float | None = None  # sd of the later measure for one of the earlier
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Factor:
    """A kind of activity and a measure, as in ``Link``: days to today, the difference as last
    looked at, in the measure's unit."""

    kind: str
    measure: str
    status: str
    days_with: int
    days_without: int
    difference: float | None = None
    low: float | None = None
    high: float | None = None


def find_insights(vault: Vault, today: date) -> tuple[list[Link], list[Factor]]:
    """All that can be said of a diary on the person's own today."""
    first = weekly.last_sunday(today) - timedelta(days=weekly.HISTORY - 1)
    kept = days_since({vault.user: vault}, [vault.user], first, today)[vault.user]
    days = {on: day.values() for on, day in kept.items()}
    # A fortnight more, for an activity just before the first day says that they were noted then.
    since = first - timedelta(days=factors.FORTNIGHT)
    done: dict[str, set[date]] = {}
    for day, activity in record.between(vault, "activities", since, today):
        done.setdefault(activity.fields["kind"], set()).add(day)
    return links_of(days, first, today), factors_of(days, done, first, today)


def links_of(days: Days, first: date, today: date) -> list[Link]:
    """Every declared pair, in its order. ``first`` begins the history of the last Sunday."""
    series = {name: steps(days, name, first, today) for name in lags.MEASURES}
    so_far = lags.paired(*lags.pairs_of({n: s[-weekly.SPAN :] for n, s in series.items()}))
    seen, clear = lags.look_at_lags({n: s[: weekly.HISTORY] for n, s in series.items()})
    found = []
    for at, pair in enumerate(lags.FAMILY):
        pairs = int(so_far[at].sum())
        status = _status(pairs >= lags.NEEDED, clear[at])
        numbers = (seen.effect[at], seen.low[at], seen.high[at])
        found.append(Link(pair, status, pairs, *_told(status, numbers)))
    return found


def factors_of(
    days: Days, done: Mapping[str, Iterable[date]], first: date, today: date
) -> list[Factor]:
    """Every kind of activity with every measure, by ``kinds_of``; ``done`` holds its dates."""
    values = np.stack([steps(days, name, first, today) for name in factors.MEASURES])
    noted = _on(set().union(*done.values()), first - timedelta(days=factors.FORTNIGHT), today)
    noted = factors.noting(noted)[factors.FORTNIGHT :]
    kinds = kinds_of({kind: [day for day in dates if day >= first] for kind, dates in done.items()})
    if not kinds:
        return []
    acts = np.stack([_on(done[kind], first, today) for kind in kinds])
    seen, clear = factors.look_at_factors(
        *(a[..., : weekly.HISTORY] for a in (values, acts, noted))
    )
    year = slice(-weekly.SPAN, None)
    with_it, without = factors.sides(values[:, year], acts[:, None, year], noted[year])
    found = []
    for k, kind in enumerate(kinds):
        for m, measure in enumerate(factors.MEASURES):
            counts = int(with_it[k, m].sum()), int(without[k, m].sum())
            status = _status(min(counts) >= factors.NEEDED, clear[k, m])
            step = SCALES[measure].step
            numbers = (seen.difference[k, m], seen.low[k, m], seen.high[k, m])
            told = _told(status, [step * number for number in numbers])
            found.append(Factor(kind, measure, status, *counts, *told))
    return found


def kinds_of(dates: Mapping[str, Iterable[date]]) -> list[str]:
    """The kinds to look at: those of the vocabulary in its order, then own words by letter."""
    noted = {kind: len(set(days)) for kind, days in dates.items() if days}
    known = [choice.name for choice in ACTIVITY_KINDS if choice.name in noted]
    own = sorted(noted.keys() - set(known), key=lambda kind: (-noted[kind], kind))
    return known + sorted(own[: MOST_KINDS - len(known)], key=lambda kind: (kind.casefold(), kind))


def steps(days: Days, name: str, first: date, last: date) -> Floats:
    """One measure by date, in whole steps of its scale so that sums are exact: ``(days,)``."""
    step = SCALES[name].step
    values = np.full((last - first).days + 1, np.nan)
    for day, fields in days.items():
        if first <= day <= last and fields.get(name) is not None:
            values[(day - first).days] = round(fields[name] / step)
    return values


def _on(dates: Iterable[date], first: date, last: date) -> npt.NDArray[np.bool_]:
    """On which days something was done, ``(days,)``."""
    done = np.zeros((last - first).days + 1, bool)
    for day in dates:
        if first <= day <= last:
            done[(day - first).days] = True
    return done


def _status(enough: bool, clear: bool) -> str:
    if not enough:
        return NOT_YET
    return CLEAR if clear else NOTHING_CLEAR


def _told(status: str, numbers: Iterable[float]) -> tuple[float | None, ...]:
    return tuple(rounded(number) for number in numbers) if status == CLEAR else ()
