"""From counts to figures: each a number with its 95 % interval."""

import numpy as np

from bench.counting import Count
from bench.intervals import Figure, quantile, share, yearly_rate
from bench.pain_mood import MIX, YEAR
from bench.trials import Coverage, Group, Result
from diary.analysis.windows import Bools, Floats

Results = dict[Group, Result]


def found(count: Count, among: Bools | None = None) -> Figure:
    """The share of people who were found, already open ones included."""
    hit = count.within | count.already
    return part(hit if among is None else hit[among])


def part(happened: Bools) -> Figure:
    """The share of people to whom something happened.

    >>> part(np.array([], bool)).low
    0.0
    """
    return share(int(happened.sum()), happened.size)


def delay(count: Count, probability: float) -> Figure:
    """A quantile of the days until an opening, of those that opened in time."""
    return quantile(count.delay[~np.isnan(count.delay)], probability)


def rate(*counts: Count, weights: list[float] | None = None) -> Figure:
    """Openings in a year of evaluable days, of one group or of a weighted mix of groups."""
    events = [int(count.openings.sum()) for count in counts]
    return yearly_rate(events, [years(count) for count in counts], weights)


def years(count: Count) -> float:
    return float(count.evaluable.sum() / YEAR)


def pooled_rate(*counts: Count) -> Figure:
    """Openings in a year of evaluable days, of several groups taken as one."""
    events = sum(int(count.openings.sum()) for count in counts)
    return yearly_rate([events], [sum(years(count) for count in counts)])


def mixed_rate(by_kind: dict[str, Count]) -> Figure:
    """False alarms a year among people to whom nothing happens."""
    return rate(*(by_kind[kind] for kind in MIX), weights=list(MIX.values()))


def mixed(results: Results, missing: float, harsh: bool = False) -> Figure:
    return mixed_rate({kind: results[Group(kind, missing, harsh)].ours for kind in MIX})


def covered(holds: Floats) -> Figure:
    """The share of intervals ``(people, 2)`` that held the truth.

    A person's two intervals count as one trial: they are not independent of each other.
    """
    shown = holds[~np.isnan(holds).any(axis=1)]
    if not shown.size:
        return share(0, 0)
    return share(round(float(shown.mean() * len(shown))), len(shown))


def coverage_of(result: Result) -> tuple[Figure, Figure]:
    """Coverage on any day after the start, and on the day of an opening."""
    coverage: Coverage = result.coverage
    return covered(coverage.any_day), covered(coverage.opening)
