"""The calendar of reminders: what RFC 5545 asks of it, and nothing that tells of health."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import recurring_ical_events
from icalendar import Calendar

from diary.models import NotificationSettings, Reminder
from tests.conftest import NOW, TODAY
from tests.diary.reminders.reminding import live_in

pytestmark = pytest.mark.django_db

REMINDERS = "/api/v1/reminders"
CALENDAR = f"{REMINDERS}/calendar"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def make(phone, **fields):
    answer = phone.post(REMINDERS, {"kind": "entry", "times": ["20:30"]} | fields)
    assert answer.status_code == 201
    return answer.json()


def read(phone) -> Calendar:
    answer = phone.get(CALENDAR, headers={"Accept": "text/calendar"})
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def events(phone):
    return list(read(phone).walk("VEVENT"))


def fires(phone, days: int) -> list[datetime]:
    """When they come from today on, as somebody else's library reads the calendar."""
    found = recurring_ical_events.of(read(phone)).between(TODAY, TODAY + timedelta(days=days))
    return sorted(event["DTSTART"].dt for event in found)


def test_each_time_of_day_is_an_event_that_keeps_its_name(phone):
    made = make(phone, times=["08:00", "20:30"])
    uids = [event["UID"] for event in events(phone)]
    assert uids == [f"{made['id']}-0800@fortnight", f"{made['id']}-2030@fortnight"]
    phone.patch(f"{REMINDERS}/{made['id']}", {"weekdays": [1, 3]})
    changed = events(phone)
    assert [event["UID"] for event in changed] == uids
    assert {event["SEQUENCE"] for event in changed} == {1}


def test_times_float_with_whoever_travels(ana, phone):
    live_in(ana, "Asia/Tokyo")
    make(phone)
    [event] = events(phone)
    assert event["DTSTART"].dt == datetime(2026, 3, 21, 20, 30)  # it is 21 o'clock of the 20th
    assert "TZID" not in event["DTSTART"].params
    assert read(phone).walk("VTIMEZONE") == []


def test_times_of_a_pinned_zone_bring_its_clock(ana, phone):
    live_in(ana, "Europe/Berlin", time_zone_pinned=True)
    make(phone, ends_on="2026-12-31", rrule="FREQ=DAILY;UNTIL=20261231T225959Z")
    [event] = events(phone)
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert event["RRULE"].to_ical() == b"FREQ=DAILY;UNTIL=20261231T225959Z"
    [zone] = read(phone).walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"


def test_a_floating_reminder_ends_by_the_same_clock(phone):
    make(phone, ends_on="2026-03-22")
    [event] = events(phone)
    assert event["RRULE"].to_ical() == b"FREQ=DAILY;UNTIL=20260322T203000"
    assert [at.date() for at in fires(phone, 30)] == [date(2026, 3, day) for day in (20, 21, 22)]


def test_nothing_in_it_tells_of_health(ana, phone):
    make(phone, kind="custom", label="Tramadol")
    make(phone, kind="questionnaire", questionnaire="phq-9")
    raw = phone.get(CALENDAR).content
    for word in (b"Tramadol", b"phq", b"PHQ"):
        assert word not in raw
    NotificationSettings.objects.create(user=ana, detail_on_lock_screen=True)
    assert sorted(event["SUMMARY"] for event in events(phone)) == [
        "A few questions are ready for you.",
        "Tramadol: A reminder that you set.",
    ]


def test_words_cannot_break_out_of_their_line(ana, phone):
    NotificationSettings.objects.create(user=ana, detail_on_lock_screen=True)
    label = 'a;b,c:"\\n END:VEVENT ü' + "ö" * 35
    make(phone, kind="custom", label=label)
    raw = phone.get(CALENDAR).content
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert raw.count(b"\r\nEND:VEVENT\r\n") == 1
    [event] = events(phone)
    assert event["SUMMARY"].startswith('a;b,c:"\\n END:VEVENT')


def test_what_is_off_over_or_put_off_is_left_out(ana, phone):
    make(phone, active=False)
    make(phone, ends_on=TODAY.isoformat(), times=["08:00"])
    NotificationSettings.objects.create(user=ana, paused_until=NOW + timedelta(days=2))
    kept = make(phone, times=["09:15"])
    [event] = events(phone)
    assert event["UID"].startswith(kept["id"])
    assert event["DTSTART"].dt == datetime(2026, 3, 23, 9, 15)


def test_a_calendar_without_reminders_is_one(phone):
    [zone] = read(phone).walk("VTIMEZONE")
    assert zone["TZID"] == "UTC"
    assert events(phone) == []


def test_a_removed_reminder_is_gone(phone):
    made = make(phone)
    phone.delete(f"{REMINDERS}/{made['id']}")
    assert events(phone) == []
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("accept", ["text/calendar", "*/*", "text/*"])
def test_whoever_takes_calendars_gets_it(phone, accept):
    answer = phone.get(CALENDAR, headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar")
    assert answer["Cache-Control"] == "no-store"


def test_whoever_takes_none_gets_a_problem(phone):
    assert phone.get(CALENDAR, headers={"Accept": "text/html"}).status_code == 406


def test_it_is_only_read(phone):
    for method, status in (("OPTIONS", 200), ("POST", 405), ("DELETE", 405)):
        answer = phone.generic(method, CALENDAR, headers={"Accept": "text/calendar"})
        assert answer.status_code == status
