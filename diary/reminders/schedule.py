"""On which dates and at which minutes a reminder fires, as its person chose them.

A slot is a date and a minute of the day: what makes one occurrence of a reminder that one and
no other, whatever the clocks do. Nothing here knows a time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

EVERY_DAY = 0b1111111
MOST_WEEKS = 4
LAST_DATE = date(2100, 12, 31)  # no reminder ends later, unless it never does
_DAY = timedelta(days=1)


class Slot(NamedTuple):
    day: date
    minute: int


class Schedule(NamedTuple):
    """`weekdays` is a mask whose lowest bit is Monday; weeks count from the anchor's Monday."""

    minutes: tuple[int, ...]
    weekdays: int = EVERY_DAY
    every_n_weeks: int = 1
    anchor: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None

    def falls_on(self, day: date) -> bool:
        """
        >>> every_other_monday = Schedule((480,), 1, 2, date(2026, 3, 2))
        >>> [every_other_monday.falls_on(date(2026, 3, day)) for day in (2, 3, 9, 16)]
        [True, False, False, True]
        """
        if not self.weekdays >> day.weekday() & 1:
            return False
        if (self.starts_on and day < self.starts_on) or (self.ends_on and day > self.ends_on):
            return False
        if self.every_n_weeks == 1 or self.anchor is None:
            return True
        return (_monday(day) - _monday(self.anchor)).days // 7 % self.every_n_weeks == 0

    def waking(self, nudges: bool) -> Schedule:
        """When to look at it: a nudge may fall on any day, at the first time."""
        return self._replace(weekdays=EVERY_DAY, every_n_weeks=1) if nudges else self


@lru_cache(maxsize=100_000)
def next_slot(schedule: Schedule, day: date, minute: int = -1) -> Slot | None:
    """The first slot after that minute of that date; None when the reminder has ended.

    >>> next_slot(Schedule((480, 1230)), date(2026, 3, 20), 480)
    Slot(day=datetime.date(2026, 3, 20), minute=1230)
    >>> next_slot(Schedule((480,), ends_on=date(2026, 3, 20)), date(2026, 3, 20), 480) is None
    True
    """
    if schedule.falls_on(day):
        for later in schedule.minutes:
            if later > minute:
                return Slot(day, later)
    day = max(day + _DAY, schedule.starts_on or date.min)
    for _ in range(7 * schedule.every_n_weeks):
        if schedule.falls_on(day):
            return Slot(day, schedule.minutes[0])
        day += _DAY
    return None


def slots_after(schedule: Schedule, day: date, minute: int = -1) -> Iterator[Slot]:
    while slot := next_slot(schedule, day, minute):
        yield slot
        day, minute = slot


def first_slots(schedule: Schedule, day: date, count: int) -> list[Slot]:
    return list(islice(slots_after(schedule, day), count))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
