"""From a local date and time to the instant at which a reminder fires, in any zone, or to none.

Clocks skip an hour, repeat one, and have left out whole dates. One rule for each, so that every
date which exists in a zone gives exactly one instant, and no other date gives any:

* a time that the clock skips moves on by as much as the clock does (RFC 5545 section 3.3.5);
* where that would leave the date, it is the moment of the change;
* a time that the clock shows twice is its first;
* a date that does not exist has no instant.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

EXACT = "exact"
GAP_SHIFTED = "gap_shifted"
GAP_CLAMPED = "gap_clamped"
OVERLAP_FIRST = "overlap_first"
NO_SUCH_DATE = "no_such_date"
RULES = (EXACT, GAP_SHIFTED, GAP_CLAMPED, OVERLAP_FIRST, NO_SUCH_DATE)

_SECOND = timedelta(seconds=1)


class Firing(NamedTuple):
    """`at` is an instant in UTC, None where the rule is `no_such_date`."""

    at: datetime | None
    rule: str


@lru_cache(maxsize=100_000)  # a pass over a million reminders asks for few different ones
def resolve(zone: str, day: date, minute: int) -> Firing:
    """When it is that minute of that date in the zone.

    >>> at, rule = resolve("Europe/Berlin", date(2026, 3, 29), 2 * 60 + 30)  # 2 to 3 is skipped
    >>> at.isoformat(), rule
    ('2026-03-29T01:30:00+00:00', 'gap_shifted')
    >>> resolve("Pacific/Apia", date(2011, 12, 30), 9 * 60)  # the island went from 29 to 31
    Firing(at=None, rule='no_such_date')
    """
    there = ZoneInfo(zone)
    wall = datetime.combine(day, time(minute // 60, minute % 60))
    first = wall.replace(tzinfo=there)
    at = first.astimezone(UTC)  # of a skipped time, by the offset before the gap: PEP 495
    shown = at.astimezone(there)
    if shown.replace(tzinfo=None) == wall:
        twice = first.utcoffset() != first.replace(fold=1).utcoffset()
        return Firing(at, OVERLAP_FIRST if twice else EXACT)
    # Where a zone's table ends and its rule begins, zoneinfo may read a local time by the offset of
    # neither (Nuuk, 2023-10-28): by the one that the clock shows then, it is there after all.
    other = (wall - shown.utcoffset()).replace(tzinfo=UTC)
    if other.astimezone(there).replace(tzinfo=None) == wall:
        return Firing(other, EXACT)
    if shown.date() == day:
        return Firing(at, GAP_SHIFTED)
    change = _change(there, first, at)
    if (change - _SECOND).astimezone(there).date() < day:
        return Firing(None, NO_SUCH_DATE)
    return Firing(change, GAP_CLAMPED)


def _change(there: ZoneInfo, skipped: datetime, after: datetime) -> datetime:
    """The instant at which the clock jumped over `skipped`, to the second."""
    before = skipped.replace(fold=1).astimezone(UTC)  # by the offset after the gap: too early
    old = before.astimezone(there).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // _SECOND // 2 * _SECOND
        if middle.astimezone(there).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def ends_at(zone: str, day: date) -> datetime:
    """The instant at which a local date is over."""
    after = day + timedelta(days=1)
    while (end := resolve(zone, after, 0).at) is None:  # the next date does not exist there
        after += timedelta(days=1)
    return end
