"""Schedules and rules: what a reminder can say, in numbers and as RFC 5545 says it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from diary.reminders.nudges import is_nudge
from diary.reminders.quiet import after_quiet
from diary.reminders.rrule import Rule, Unsupported, read_rrule, write_rrule
from diary.reminders.schedule import Schedule, Slot, first_slots, next_slot
from tests.diary.reminders.reminding import at

FRIDAY = date(2026, 3, 20)
BERLIN = "Europe/Berlin"

schedules = st.builds(
    Schedule,
    minutes=st.sets(st.integers(0, 1439), min_size=1, max_size=6).map(sorted).map(tuple),
    weekdays=st.integers(1, 127),
    every_n_weeks=st.integers(1, 4),
    anchor=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    starts_on=st.none(),
    ends_on=st.none() | st.dates(date(2026, 3, 20), date(2026, 9, 1)),
)


@given(schedules, st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(-1, 1439))
def test_the_next_slot_is_the_first_of_all_that_are_later(schedule, day, minute):
    later = [
        Slot(day + timedelta(days=number), each)
        for number in range(36)
        for each in schedule.minutes
        if schedule.falls_on(day + timedelta(days=number))
        and (day + timedelta(days=number), each) > (day, minute)
    ]
    found = next_slot(schedule, day, minute)
    assert found == (later[0] if later else None)


@given(schedules)
def test_written_as_a_rule_and_read_again_it_is_the_same(schedule):
    text = write_rrule(schedule, BERLIN)
    assert read_rrule(text, BERLIN, FRIDAY) == Rule(
        schedule.weekdays, schedule.every_n_weeks, schedule.ends_on
    )


@given(schedules)
def test_dateutil_reads_our_rules_as_we_mean_them(schedule):
    schedule = schedule._replace(minutes=(720,), anchor=FRIDAY)
    there = ZoneInfo(BERLIN)
    begins = datetime(2026, 3, 16, 12, tzinfo=there)  # the anchor's Monday
    theirs = rrulestr(write_rrule(schedule, BERLIN), dtstart=begins)
    days = [wall.date() for wall in theirs.between(begins, begins + timedelta(days=120), inc=True)]
    ours = [slot.day for slot in first_slots(schedule, begins.date(), 130)]
    assert days == [day for day in ours if day <= begins.date() + timedelta(days=120)]


READ = {
    "every day": ("FREQ=DAILY", Rule(127, 1, None)),
    "with its name before it": ("RRULE:FREQ=DAILY", Rule(127, 1, None)),
    "small letters": ("freq=daily;interval=1", Rule(127, 1, None)),
    "days of a daily one": ("FREQ=DAILY;BYDAY=SA,SU", Rule(0b1100000, 1, None)),
    "the weekday on which it begins": ("FREQ=WEEKLY", Rule(0b0010000, 1, None)),
    "every third week": ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", Rule(1, 3, None)),
    "until a date": ("FREQ=DAILY;UNTIL=20261231", Rule(127, 1, date(2026, 12, 31))),
    "until an instant": ("FREQ=DAILY;UNTIL=20261231T225959Z", Rule(127, 1, date(2026, 12, 31))),
    "until an instant of the next date": (
        "FREQ=DAILY;UNTIL=20261231T230000Z", Rule(127, 1, date(2027, 1, 1)),
    ),
    "until a local time": ("FREQ=DAILY;UNTIL=20261231T200000", Rule(127, 1, date(2026, 12, 31))),
    "weeks from Monday": ("FREQ=WEEKLY;BYDAY=MO;WKST=MO", Rule(1, 1, None)),
}  # fmt: skip


@pytest.mark.parametrize(("text", "rule"), READ.values(), ids=READ)
def test_a_rule_is_read(text, rule):
    assert read_rrule(text, BERLIN, FRIDAY) == rule


REFUSED = {
    "nothing": "",
    "no frequency": "BYDAY=MO",
    "every month": "FREQ=MONTHLY",
    "so many times": "FREQ=DAILY;COUNT=3",
    "every other day": "FREQ=DAILY;INTERVAL=2",
    "every fifth week": "FREQ=WEEKLY;INTERVAL=5",
    "every zeroth": "FREQ=WEEKLY;INTERVAL=0",
    "no number": "FREQ=WEEKLY;INTERVAL=two",
    "the last Monday": "FREQ=WEEKLY;BYDAY=-1MO",
    "no weekday": "FREQ=WEEKLY;BYDAY=XX",
    "an hour of its own": "FREQ=DAILY;BYHOUR=8",
    "weeks from Sunday": "FREQ=WEEKLY;WKST=SU",
    "twice the same": "FREQ=DAILY;FREQ=DAILY",
    "until never": "FREQ=DAILY;UNTIL=20261340",
    "until a word": "FREQ=DAILY;UNTIL=tomorrow",
    "until before the years": "FREQ=DAILY;UNTIL=00010101T000000Z",
    "an empty part": "FREQ=DAILY;;BYDAY=MO",
    "two rules": "FREQ=DAILY\nFREQ=WEEKLY",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_any_other_rule_is_refused(text):
    with pytest.raises(Unsupported):
        read_rrule(text, "America/New_York", FRIDAY)


@pytest.mark.parametrize(
    ("after", "most", "days"), [(2, 1, [4]), (2, 3, [4, 6, 10]), (14, 2, [16, 18])]
)
def test_nudges_come_ever_further_apart_and_end(after, most, days):
    wrote = date(2026, 3, 1)
    nudged = [n for n in range(2, 31) if is_nudge(date(2026, 3, n), wrote, after, most)]
    assert nudged == days


QUIET = {
    "before": ("2026-03-20 20:00", "2026-03-20 20:00"),
    "at their beginning": ("2026-03-20 21:00", "2026-03-21 06:00"),
    "in the night": ("2026-03-21 02:00", "2026-03-21 06:00"),
    "a second before their end": ("2026-03-21 05:59:59", "2026-03-21 06:00"),
    "at their end": ("2026-03-21 06:00", "2026-03-21 06:00"),
    "in the night of the change": ("2026-03-29 00:30", "2026-03-29 05:00"),
}


@pytest.mark.parametrize(("now", "then"), QUIET.values(), ids=QUIET)
def test_quiet_hours_end_by_the_clock_on_the_wall(now, then):
    assert after_quiet(at(now), BERLIN, time(22), time(7)) == at(then)


def test_quiet_hours_can_lie_within_a_day():
    assert after_quiet(at("2026-03-20 12:30"), "UTC", time(12), time(14)) == at("2026-03-20 14:00")
    assert after_quiet(at("2026-03-20 14:30"), "UTC", time(12), time(14)) == at("2026-03-20 14:30")


def test_quiet_hours_that_begin_and_end_alike_are_none():
    assert after_quiet(at("2026-03-20 12:30"), "UTC", time(12), time(12)) == at("2026-03-20 12:30")
