"""A reminder that is changed between its minute and the job that looks for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conftest import NOW, TODAY
from tests.diary.keeping import keep
from tests.diary.reminders.reminding import at, carry, pass_time, remind

pytestmark = pytest.mark.django_db

REMINDERS = "/api/v1/reminders"
SETTINGS = "/api/v1/notification-settings"
DUE = at("2026-03-20 20:30")
SECOND = timedelta(seconds=1)


@pytest.fixture
def due(ana, time_machine):
    time_machine.move_to(DUE + 3 * SECOND, tick=False)
    carry(ana, NOW)
    return remind(ana, NOW)


@pytest.mark.parametrize(
    "change", [{}, {"label": "Evening"}, {"times": ["08:00", "20:30"]}, {"weekdays": [5]}]
)
def test_what_was_due_still_comes_once(phone, due, change):
    phone.patch(f"{REMINDERS}/{due.id}", change)
    assert len(pass_time(DUE + 10 * SECOND)) == 1
    phone.patch(f"{REMINDERS}/{due.id}", change)
    assert pass_time(DUE + 20 * SECOND) == []


@pytest.mark.parametrize(
    "change",
    [
        {"times": ["20:31"]},
        {"weekdays": [4, 6]},
        {"active": False},
        {"starts_on": "2026-03-21"},
        {"ends_on": "2026-03-19"},
    ],
)
def test_what_is_no_slot_of_it_any_more_does_not(phone, due, change):
    phone.patch(f"{REMINDERS}/{due.id}", change)
    assert pass_time(DUE + 10 * SECOND) == []


def test_the_weekly_summary_too(phone, ana, time_machine):
    time_machine.move_to(NOW, tick=False)
    carry(ana, NOW)
    keep(ana, {TODAY - timedelta(days=days): {"pain": 3} for days in range(3)}, NOW)
    summary = {"weekly_summary": {"weekday": 5, "time": "18:00", "channel": "push"}}
    phone.patch(SETTINGS, summary)
    evening = at("2026-03-20 18:00") + SECOND
    time_machine.move_to(evening, tick=False)
    phone.patch(SETTINGS, summary)
    assert len(pass_time(evening + SECOND)) == 1
