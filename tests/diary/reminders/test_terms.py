"""Reminders on the same terms are decided once, and everybody gets what they would get alone."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, time, timedelta
from typing import NamedTuple

import pytest
from django.db import transaction

from diary.models import Diary, NotificationSettings, Occurrence, Reminder
from diary.reminders import plan as planning
from diary.reminders.decide import Terms
from diary.reminders.plan import plan
from tests.conftest import make_person
from tests.diary.keeping import keep
from tests.diary.reminders.reminding import at, live_in, remind

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FRIDAY = date(2026, 3, 20)
NOON, EVENING = at("2026-03-20 12:00"), at("2026-03-20 20:30")
ONLY_FRIDAYS = 0b0010000
# Where what is told of it decides: a reminder, and how its person lives.
DAILY = {}
FRIDAYS = {"weekdays": ONLY_FRIDAYS, "anchor_date": FRIDAY}
EVERY_OTHER = FRIDAYS | {"every_n_weeks": 2}
NUDGED = {"nudge_after": 3, "nudge_most": 1}
NUDGED_BEFORE = {"nudge_after": 1, "nudge_most": 1}
SUMMARY = {"kind": "weekly_summary"}
NIGHT = {"minutes": [30]}  # of Saturday, in Tbilisi
QUIET = {"quiet_start": time(20), "quiet_end": time(7)}


class Differs(NamedTuple):
    """One value of somebody's terms, and the reminder for which it decides."""

    reminder: dict
    model: type
    name: str
    value: object


DIFFERENT = [
    Differs(DAILY, Reminder, "kind", "questionnaire"),
    Differs(DAILY, Reminder, "minutes", [480, 1230]),
    Differs(DAILY, Reminder, "weekdays", 0b1),
    Differs(FRIDAYS, Reminder, "every_n_weeks", 2),
    Differs(EVERY_OTHER, Reminder, "anchor_date", FRIDAY - 7 * DAY),
    Differs(DAILY, Reminder, "starts_on", FRIDAY + DAY),
    Differs(DAILY, Reminder, "ends_on", FRIDAY),
    Differs(DAILY, Reminder, "skip_if_entered", False),
    Differs(NUDGED, Reminder, "nudge_after", 2),
    Differs(NUDGED_BEFORE, Reminder, "nudge_most", 2),
    Differs(DAILY, Reminder, "by_push", False),
    Differs(DAILY, Reminder, "by_email", True),
    Differs(DAILY, Reminder, "next_date", FRIDAY - DAY),
    Differs(DAILY, Reminder, "next_minute", 480),
    Differs(DAILY, Diary, "time_zone", "Asia/Tokyo"),
    Differs(NIGHT, Diary, "day_starts_at", 6),
    Differs(SUMMARY, NotificationSettings, "quiet_start", time(21)),
    Differs(SUMMARY, NotificationSettings, "quiet_end", time(8)),
    Differs(DAILY, NotificationSettings, "paused_until", at("2026-04-01 12:00")),
]


@pytest.mark.parametrize("differs", DIFFERENT, ids=lambda each: each.name)
def test_whoever_has_other_terms_is_planned_as_alone(ana, ben, differs):
    reminder = {"minutes": [1230], **differs.reminder}
    for person in (ana, ben):
        for missed in (4, 5):
            keep(person, {FRIDAY - missed * DAY: {"pain": 3}}, at("2026-03-16 12:00"))
        live_in(person, "Asia/Tbilisi" if reminder["minutes"] == [30] else "UTC")
        NotificationSettings.objects.create(user=person, **QUIET)
        remind(person, NOON, *reminder["minutes"], **reminder)
    differs.model.objects.filter(user=ben).update(**{differs.name: differs.value})
    together = planned_by(100)
    assert together[ana.pk] != together[ben.pk]
    assert together == planned_by(1)


def test_every_term_is_tried():
    assert {each.name for each in DIFFERENT} == set(Terms._fields) - {"last_entry", "week"}


def test_whoever_wrote_on_other_days_is_planned_as_alone(ana, ben):
    for person, missed in ((ana, 4), (ben, 1)):
        keep(person, {FRIDAY - missed * DAY: {"pain": 3}}, at("2026-03-20 11:00"))
        remind(person, NOON, nudge_after=3, nudge_most=1)
        remind(person, NOON, kind="weekly_summary")
    keep(ben, {FRIDAY - 2 * DAY: {"pain": 3}}, at("2026-03-20 11:00"))
    together = planned_by(100)
    assert together == planned_by(1)
    kinds = {person: sorted(row[:3] for row in rows if row[0]) for person, rows in together.items()}
    assert kinds == {
        ana.pk: [("nudge", "planned", None), ("weekly_summary", "skipped", "too_few_entries")],
        ben.pk: [("entry", "planned", None), ("weekly_summary", "planned", None)],
    }


def test_a_few_on_each_of_two_terms_get_their_own(settings, monkeypatch):
    """Spread over the next seconds, and one of them has written."""
    settings.REMINDER_SPREAD = 45
    people = [make_person(f"{number}@diary.example") for number in range(7)]
    for number, person in enumerate(people):
        live_in(person, "UTC")
        remind(person, NOON, by_email=number % 3 == 0)
        remind(person, NOON, kind="custom")
    keep(people[3], {FRIDAY: {"pain": 3}}, NOON)
    decided = []
    decide = planning.decide
    monkeypatch.setattr(
        planning, "decide", lambda due, now: decided.append(due) or decide(due, now)
    )
    together = planned_by(100)
    assert len(decided) == 3
    assert together == planned_by(1)
    assert len({rows[0][4] for rows in together.values()}) > 3
    written = [person for person, rows in together.items() if "already_entered" in str(rows)]
    assert written == [people[3].pk]


def planned_by(most: int) -> dict:
    """By person, what half past eight makes of all reminders, so many at a time, and each one's
    next slot. Nothing of it stays."""
    with transaction.atomic():
        while plan(EVENING, most):
            pass
        found = defaultdict(list)
        made = Occurrence.objects.order_by("reminder", "local_date", "minute").values_list(
            "user", "kind", "state", "skip_reason", "due_at", "send_at", "local_date", "minute",
            "entry_date", "expires_at", "rule", "time_zone", "unless_entered", "by_push",
            "by_email",
        )  # fmt: skip
        for person, *row in made:
            found[person].append(tuple(row))
        ahead = Reminder.objects.order_by("id").values_list(
            "user", "next_date", "next_minute", "next_fire_at"
        )
        for person, *row in ahead:
            found[person].append((None, *row))
        transaction.set_rollback(True)
    return found
