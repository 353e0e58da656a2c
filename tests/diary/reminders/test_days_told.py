"""How many days of the week a reminder says were written, to those who asked for it."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from diary import record
from diary.models import NotificationSettings
from tests.diary.keeping import keep, moment, vault_of
from tests.diary.reminders.reminding import at, carry, live_in, pass_time, remind

pytestmark = pytest.mark.django_db

NOON = at("2026-03-20 12:00")


def test_each_persons_week_ends_with_their_own_day(ana, ben):
    """At ten in the morning it is the 20th in Honolulu, and the 21st in Kiritimati."""
    for person, zone in ((ana, "Pacific/Honolulu"), (ben, "Pacific/Kiritimati")):
        live_in(person, zone)
        carry(person, NOON, zone)
        NotificationSettings.objects.create(user=person, streak_wording=True)
        remind(person, NOON, 600)
        keep(person, {date(2026, 3, day): {"pain": 3} for day in range(14, 20)}, NOON)
    bodies = {message.address: message.body for message in pass_time(at("2026-03-20 20:00"))}
    assert "on 6 days" in bodies["Pacific/Honolulu"]
    assert "on 5 days" in bodies["Pacific/Kiritimati"]


def test_a_moment_is_a_day_that_was_written(ana):
    carry(ana, NOON)
    NotificationSettings.objects.create(user=ana, streak_wording=True)
    remind(ana, NOON)
    keep(ana, {date(2026, 3, 18): {"pain": 3}}, NOON)
    checks = [
        moment(str(uuid4()), date(2026, 3, day), {"at": f"2026-03-{day}T12:00:00Z", "pain": 3})
        for day in (13, 18, 19)
    ]
    record.write(vault_of(ana), checks, client=record.REST, now=NOON)
    [message] = pass_time(at("2026-03-20 20:30"))
    assert "on 2 days" in message.body
