"""The calendar against a peer: recurring-ical-events reads what we write, and finds our slots."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from diary.reminders.calendar import Told, written
from diary.reminders.clock import EXACT, resolve
from diary.reminders.schedule import EVERY_DAY, Schedule, slots_after
from tests.diary.reminders.reminding import at

AFTER = at("2026-03-20 12:00")
YEAR = timedelta(days=365)
ZONES = ("Europe/Berlin", "America/New_York", "Pacific/Chatham", "Asia/Tokyo", "America/Nuuk")


def draw(drawn: random.Random) -> Schedule:
    """Any schedule that a person can choose."""
    minutes = sorted(drawn.sample(range(0, 1440, 5), drawn.randint(1, 4)))
    today = AFTER.date()
    starts = drawn.choice([None, today - YEAR, today + timedelta(days=drawn.randrange(90))])
    ends = drawn.choice([None, today + timedelta(days=drawn.randrange(400))])
    if starts and ends and ends < starts:
        ends = None
    weeks = drawn.choice([1, 1, 2, 3, 4])
    anchor = today + timedelta(days=drawn.randint(-40, 40)) if weeks > 1 else None
    mask = drawn.choice([EVERY_DAY, drawn.randint(1, EVERY_DAY)])
    return Schedule(tuple(minutes), mask, weeks, anchor, starts, ends)


def ours(schedule: Schedule, zone: str) -> list[datetime]:
    """Local times of a year's slots whose instant is still to come."""
    last, found = (AFTER + YEAR).date(), []
    for slot in slots_after(schedule, AFTER.date() - timedelta(days=2)):
        if slot.day >= last:
            break
        at = resolve(zone, *slot).at
        if at and at > AFTER:
            found.append(datetime.combine(slot.day, time(slot.minute // 60, slot.minute % 60)))
    return found


def theirs(ics: bytes) -> list[datetime]:
    calendar = Calendar.from_ical(ics)
    first = AFTER.date() - timedelta(days=2)
    found = recurring_ical_events.of(calendar).between(first, (AFTER + YEAR).date())
    return sorted(event["DTSTART"].dt for event in found)


@pytest.mark.parametrize("number", range(12))
def test_a_year_of_any_reminder_is_read_as_we_meant_it(number):
    drawn = random.Random(f"calendar {number}")
    schedule, zone = draw(drawn), drawn.choice(ZONES)
    told = Told(UUID(int=number), 1, schedule, "Time for your check-in.")
    assert theirs(written([told], zone, AFTER, pinned=False)) == ours(schedule, zone)


@pytest.mark.parametrize("number", range(8))
def test_in_a_pinned_zone_at_the_same_instants(number):
    """But for a time that the clock skips and that would leave its date: there is no such rule."""
    drawn = random.Random(f"pinned {number}")
    schedule, zone = draw(drawn), drawn.choice(ZONES)
    told = Told(UUID(int=number), 1, schedule, "Time for your check-in.")
    ics = written([told], zone, AFTER, pinned=True)
    read = [event.astimezone(UTC) for event in theirs(ics)]
    meant = [
        resolve(zone, wall.date(), 60 * wall.hour + wall.minute) for wall in ours(schedule, zone)
    ]
    exact = {at for at, rule in meant if rule == EXACT}
    assert exact <= set(read)
    assert len(read) == len(meant)


def test_every_second_week_counts_from_the_anchors_monday():
    schedule = Schedule((540,), 0b0000001, 2, date(2026, 3, 18))  # the week of the 16th
    told = Told(UUID(int=1), 1, schedule, "Time for your check-in.")
    first, second, *_ = theirs(written([told], "UTC", AFTER, pinned=False))
    assert (first.date(), second.date()) == (date(2026, 3, 30), date(2026, 4, 13))


def test_the_first_time_stands_in_its_own_zone():
    told = Told(UUID(int=1), 3, Schedule((1230,)), "Time for your check-in.")
    calendar = Calendar.from_ical(written([told], "Asia/Tokyo", AFTER, pinned=True))
    [event] = calendar.walk("VEVENT")
    assert event["DTSTART"].dt == datetime(2026, 3, 21, 20, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert event["SEQUENCE"] == 2
