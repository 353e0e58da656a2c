"""Reminders as a calendar (RFC 5545), to stand among a person's other appointments.

A reminder travels with its person: its times are floating, the same on the clock wherever that
hangs. Where the time zone is pinned they are times of that zone, which is written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vRecur

from diary.reminders.decide import first_fire
from diary.reminders.rrule import write_rrule
from diary.reminders.schedule import Schedule

TYPE = "text/calendar"  # in UTF-8, unless it says otherwise: RFC 5545, 8.1
WRITTEN_OUT = timedelta(days=3653)  # of the changes of a pinned zone's clock


class Told(NamedTuple):
    """A reminder as its calendar tells of it. `words` are fit for a lock screen."""

    id: UUID
    version: int
    schedule: Schedule
    words: str


def written(reminders: Iterable[Told], zone: str, after: datetime, *, pinned: bool) -> bytes:
    """The calendar of all that comes after this instant; each time of day is an event of its own.

    `zone` says where the person is then. Nothing in it warns or rings: that is what pushes are
    for, and what a calendar does is set there.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Fortnight//Reminders//EN")
    calendar.add("version", "2.0")
    events = [event for told in reminders for event in _events(told, zone, after, pinned)]
    if pinned or not events:  # a calendar without any part would be none
        first = after.astimezone(ZoneInfo(zone)).date()
        last = first + WRITTEN_OUT
        calendar.add_component(Timezone.from_tzinfo(ZoneInfo(zone), zone, first, last))
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()


def _events(told: Told, zone: str, after: datetime, pinned: bool) -> Iterator[Event]:
    for minute in told.schedule.minutes:
        schedule = told.schedule._replace(minutes=(minute,))
        found = first_fire(schedule, zone, after)
        if found is None:
            continue
        (day, _), _ = found
        at = time(minute // 60, minute % 60)
        rule = vRecur.from_ical(write_rrule(schedule, zone))
        if schedule.ends_on and not pinned:
            rule["UNTIL"] = [datetime.combine(schedule.ends_on, at)]  # floating as its start
        event = Event()
        event.add("uid", f"{told.id}-{at:%H%M}@fortnight")
        event.add("dtstamp", after)
        event.add("sequence", told.version - 1)
        event.add("dtstart", datetime.combine(day, at, ZoneInfo(zone) if pinned else None))
        event.add("rrule", rule)
        event.add("summary", told.words)
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")  # it takes no time of the day
        yield event
