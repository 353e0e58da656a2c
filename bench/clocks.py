"""The clock against an oracle that knows nothing of it: every zone, every date, many times a day.

The oracle walks a zone's offsets along UTC and lists which instants show which local time. It
never asks what a local time is in UTC.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, partial
from importlib.metadata import version
from itertools import pairwise
from multiprocessing import get_context
from zoneinfo import ZoneInfo

from bench.reminders import Row
from diary.reminders.clock import EXACT, RULES, Firing, resolve
from diary.zones import ZONES, same_clock

YEARS = (1993, 1994, 2011, 2015, 2016, 2018, 2023, 2024, 2025, 2026, 2027)
MINUTES = (0, 15, 30, 60, 105, 135, 150, 210, 540, 1230, 1410, 1439)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)

Clock = Callable[[str, date, int], Firing]


@dataclass(slots=True)
class Tally:
    """How many firings there were, by rule, and what was wrong with any."""

    firings: int = 0
    rules: dict[str, int] = field(default_factory=lambda: dict.fromkeys(RULES, 0))
    missing: int = 0  # a date that exists gave no instant
    ghosts: int = 0  # a date that does not exist gave one
    wrong: int = 0  # another instant than the oracle's
    order: int = 0  # two dates the wrong way round

    @property
    def faults(self) -> int:
        return self.missing + self.ghosts + self.wrong + self.order

    def add(self, other: Tally) -> None:
        for name in ("firings", "missing", "ghosts", "wrong", "order"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for rule, count in other.rules.items():
            self.rules[rule] += count


@dataclass(frozen=True)
class Stretch:
    """From one change of a zone's clock to the next: instants, and what to add for local time."""

    begins: datetime
    ends: datetime
    offset: timedelta

    @cached_property
    def shows(self) -> tuple[datetime, datetime]:
        """The first local time that it shows, and the first after it."""
        plain = self.begins.replace(tzinfo=None), self.ends.replace(tzinfo=None)
        return plain[0] + self.offset, plain[1] + self.offset


def stretches(zone: str, year: int) -> list[Stretch]:
    """A year of a zone and three days more on both sides, found by looking at each hour."""
    there = ZoneInfo(zone)
    at = datetime(year, 1, 1, tzinfo=UTC) - 3 * _DAY
    last = datetime(year + 1, 1, 1, tzinfo=UTC) + 3 * _DAY
    found, begins, offset = [], at, _offset(there, at)
    while at < last:
        later = at + _HOUR
        if (new := _offset(there, later)) != offset:
            change = _halved(there, at, later, offset)
            found.append(Stretch(begins, change, offset))
            begins, offset = change, new
        at = later
    return [*found, Stretch(begins, last, offset)]


def _offset(there: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(there).utcoffset()


def _halved(there: ZoneInfo, before: datetime, after: datetime, old: timedelta) -> datetime:
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        before, after = (middle, after) if _offset(there, middle) == old else (before, middle)
    return after


def expected(walked: Sequence[Stretch], day: date, minute: int) -> datetime | None:
    """The one instant that a reminder of that date and time is due at; None: no such date."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    for stretch in walked:
        first, end = stretch.shows
        if first <= wall < end:
            return (wall - stretch.offset).replace(tzinfo=UTC)
    for old, new in pairwise(walked):
        if old.shows[1] <= wall < new.shows[0]:
            moved = (wall - old.offset).replace(tzinfo=UTC)
            if (moved.replace(tzinfo=None) + new.offset).date() == day:
                return moved
            last_shown = old.shows[1] - _SECOND
            return new.begins if last_shown.date() == day else None
    raise AssertionError(f"{wall} is outside of what was walked")


def try_zone(zone: str, year: int, minutes: Sequence[int], clock: Clock = resolve) -> Tally:
    """Every date of the year at each of these times, held against the oracle."""
    walked, tally = stretches(zone, year), Tally()
    before: dict[int, datetime] = {}
    day = date(year, 1, 1)
    while day.year == year:
        for minute in minutes:
            at, rule = clock(zone, day, minute)
            right = expected(walked, day, minute)
            tally.firings += at is not None
            tally.rules[rule] += 1
            tally.missing += at is None and right is not None
            tally.ghosts += at is not None and right is None
            tally.wrong += at is not None and right is not None and at != right
            if at is not None:
                tally.order += minute in before and at <= before[minute]
                before[minute] = at
        day += _DAY
    return tally


def clocks_of(zones: Iterable[str]) -> dict[str, int]:
    """Each different clock by its first name, and how many names it has."""
    clocks: dict[str, int] = {}
    for zone in zones:
        known = next((name for name in clocks if same_clock(name, zone)), zone)
        clocks[known] = clocks.get(known, 0) + 1
    return clocks


def all_zones(zones: Iterable[str], years: Sequence[int], minutes: Sequence[int]) -> dict:
    """A tally for each year. Names of one clock are tried once and counted each."""
    clocks = clocks_of(zones)
    table = {year: Tally() for year in years}
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("fork")) as workers:
        tried = partial(_try_years, years=years, minutes=minutes)
        for names, tallies in zip(clocks.values(), workers.map(tried, clocks), strict=True):
            for year, tally in zip(years, tallies, strict=True):
                for _ in range(names):
                    table[year].add(tally)
    return table


def _try_years(zone: str, years: Sequence[int], minutes: Sequence[int]) -> list[Tally]:
    tallies = []
    for year in years:
        tallies.append(try_zone(zone, year, minutes))
        resolve.cache_clear()
    return tallies


def line(name: str, tally: Tally) -> str:
    rare = "  ".join(f"{tally.rules[rule]:>6}" for rule in RULES if rule != EXACT)
    return (
        f"{name:<8}{tally.firings:>11}  {rare}  {tally.missing:>7}{tally.ghosts:>7}"
        f"{tally.wrong:>7}{tally.order:>7}"
    )


HEAD = f"{'year':<8}{'firings':>11}  shifted clamped  first  no date   missing ghosts  wrong  order"


def try_out(size, seed: int, folder, say) -> list[Row]:
    """The all-zones table."""
    zones = sorted(ZONES)[:: size.zones]
    say(
        f"Clocks: {len(zones)} zones of {len(clocks_of(zones))} different clocks,"
        f" {len(MINUTES)} times a day, from tzdata {version('tzdata')}."
    )
    say(HEAD)
    total = Tally()
    for year, tally in all_zones(zones, YEARS[-size.years :], MINUTES).items():
        say(line(str(year), tally))
        total.add(tally)
    say(line("all", total))
    faults = Row(
        "Each date of each zone: one instant, or there is no such date",
        f"{total.faults} faults in {total.firings:,}",
        "0",
        total.faults > 0,
    )
    return [faults]
