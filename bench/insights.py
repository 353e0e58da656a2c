"""What the benchmark says about insights: its goals, and its part of the page."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from bench.crew import Each
from bench.figures import part
from bench.goals import Goal
from bench.lagged import DAYS, TRACKED_LINK, Looked, Yearly, look, look_for_a_year
from bench.linked import NOTHING, SOMETHING, WORLDS
from bench.page import figures_table
from diary.analysis.weekly import CHANCE
from diary.analysis.windows import Bools

ALL = Mapping[tuple[str, int], Looked]  # by world and days

INTRODUCTION = """\
## Insights

People record eight things and note eight kinds of activity (`bench/linked.py`); 30 % of days are
missing. We look once a week: at six declared pairs with Holm's correction, at every kind of
activity with pain and with mood, and tell what three weekly runs agree on. Beside it, on the same
diaries: p < .05 of Pearson's r, and three days with, three without, half a point apart.

What is told where nothing is:
"""
FOUND = """\
What is told where something is: pain goes with the night before it (sd for one sd), mood with an
activity.
"""
YEARLY = """\
The goals are for one look. Whoever looks every week of a year looks often, and is told of a link
that is not there more often than that:
"""


class Insights(NamedTuple):
    goals: list[Goal]
    page: list[str]


def insights(each: Each, people: int, seed: tuple[int, ...]) -> Insights:
    """Everybody looked at: so many people of each world and length of diary."""
    groups = [(world, days) for world in WORLDS for days in DAYS]
    looked = each("insights", look, [(*group, people, seed) for group in groups])
    results = dict(zip(groups, looked, strict=True))
    jobs = [(world, people // 4, seed) for world in NOTHING]
    yearly = dict(zip(NOTHING, each("a year of looks", look_for_a_year, jobs), strict=True))
    tables = [nothing_table(results), FOUND, something_table(results), YEARLY, year_table(yearly)]
    return Insights(goals(results), [INTRODUCTION, *tables])


def goals(results: ALL) -> list[Goal]:
    """Not more than one of twenty people is told of a link, or an activity, that is not there."""
    found = []
    for world in NOTHING:
        told = [_any(r.told)[r.enough] for r in _of(results, world)]
        found.append(Goal(f"Links told: {world}", part(np.concatenate(told)), most=CHANCE))
    for world in list(NOTHING)[:2]:
        run = [_any(r.run)[r.enough] for r in _of(results, world)]
        found.append(Goal(f"… in one run: {world}", part(np.concatenate(run)), most=CHANCE))
    for world in NOTHING:
        told = [_any(r.activity_told) for r in _of(results, world)]
        found.append(Goal(f"Activities told: {world}", part(np.concatenate(told)), most=CHANCE))
    holds = np.concatenate([r.interval for r in results.values()])
    held = part(holds[~np.isnan(holds)] > 0)
    return [*found, Goal("95 % intervals of a difference hold", held, least=0.93)]


def nothing_table(results: ALL) -> str:
    """What is told where nothing is."""
    rows = [
        (
            world,
            f"{days} days",
            *map(part, (r.pearson, r.best_lag, r.any_pair, r.enough, _any(r.run), _any(r.told))),
            *map(part, (_any(r.half_a_point), _any(r.activity_run), _any(r.activity_told))),
        )
        for (world, days), r in results.items()
        if world in NOTHING
    ]
    theirs = ("Pearson: sleep and pain", "… best of 7 lags", "… any two of 8")
    links = ("60 pairs", "our links, one run", "… told")
    activities = ("half a point, of 8 kinds", "our activities, one run", "… told")
    return figures_table(("people", "diary", *theirs, *links, *activities), rows)


def something_table(results: ALL) -> str:
    """What is told where something is, and how often the interval of the difference holds."""
    rows = []
    for (world, days), r in results.items():
        if world not in SOMETHING:
            continue
        link = (r.pearson, r.enough, r.alone, r.run[:, TRACKED_LINK], r.told[:, TRACKED_LINK])
        activity = (
            r.half_a_point[:, 0],
            r.activity_run[:, 0, 1],
            r.activity_told[:, 0, 1],
            r.interval[~np.isnan(r.interval)] > 0,
        )
        rows.append((world, f"{days} days", *map(part, link), *map(part, activity)))
    links = ("Pearson", "60 pairs", "our test alone", "… with Holm, one run", "… told")
    activities = ("half a point", "our activity, one run", "… told", "its interval holds")
    return figures_table(("people", "diary", *links, *activities), rows)


def year_table(yearly: Mapping[str, Yearly]) -> str:
    rows = [(world, part(seen.run), part(seen.told)) for world, seen in yearly.items()]
    return figures_table(("people", "any link in any run of 52 weeks", "… told"), rows)


def _of(results: ALL, world: str) -> list[Looked]:
    return [looked for (name, _), looked in results.items() if name == world]


def _any(told: Bools) -> Bools:
    """Whether anything was told to each person."""
    return told.reshape(len(told), -1).any(axis=1)
