"""Reminders on the same terms are decided once, and everybody gets what they would get alone."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import transaction

from diary.models import Diary, NotificationSettings, Occurrence, Reminder
from diary.reminders.plan import plan
from tests.diary.keeping import keep
from tests.diary.reminders.reminding import at, remind

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
FRIDAY = date(2026, 3, 20)

# What decides about a reminder, each with another value than the one beside it.
OTHER_TERMS = {
    Reminder: {
        "kind": "questionnaire", "minutes": [480, 1230], "weekdays": 0b1, "every_n_weeks": 2,
        "anchor_date": date(2026, 3, 2), "starts_on": FRIDAY + DAY, "ends_on": FRIDAY,
        "skip_if_entered": False, "nudge_after": 2, "nudge_most": 3, "by_push": False,
        "by_email": True, "next_date": FRIDAY - DAY, "next_minute": 480,
    },
    Diary: {"time_zone": "Asia/Tokyo", "day_starts_at": 6},
    NotificationSettings: {
        "quiet_start": time(20), "quiet_end": time(21), "paused_until": at("2026-04-01 12:00"),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("model", "name", "value"),
    [(model, name, value) for model, each in OTHER_TERMS.items() for name, value in each.items()],
)
def test_whoever_has_other_terms_is_planned_as_alone(ana, ben, model, name, value):
    wants = {"every_n_weeks": 1, "anchor_date": FRIDAY, "nudge_after": 3, "nudge_most": 1}
    for person in (ana, ben):
        keep(person, {FRIDAY - 4 * DAY: {"pain": 3}}, at("2026-03-16 12:00"))
        NotificationSettings.objects.create(user=person)
        remind(person, at("2026-03-20 12:00"), **wants)
    model.objects.filter(user=ben).update(**{name: value})
    assert planned_by(1) == planned_by(100)


def test_whoever_wrote_on_other_days_is_planned_as_alone(ana, ben):
    for person, missed in ((ana, 4), (ben, 1)):
        keep(person, {FRIDAY - missed * DAY: {"pain": 3}}, at("2026-03-20 11:00"))
        remind(person, at("2026-03-20 12:00"), nudge_after=3, nudge_most=1)
        remind(person, at("2026-03-20 12:00"), kind="weekly_summary")
    keep(ben, {FRIDAY - 2 * DAY: {"pain": 3}}, at("2026-03-20 11:00"))
    occasions, _ = together = planned_by(100)
    assert together == planned_by(1)
    assert {(kind, reason) for _, kind, _, reason, *_ in occasions} == {
        ("nudge", None),
        ("entry", None),
        ("weekly_summary", "too_few_entries"),
        ("weekly_summary", None),
    }


def planned_by(most: int) -> tuple[list[tuple], list[tuple]]:
    """What half past eight makes of all reminders, so many at a time, and what is next. Nothing
    of it stays."""
    with transaction.atomic():
        while plan(at("2026-03-20 20:30"), most):
            pass
        made = Occurrence.objects.order_by("user", "reminder", "local_date", "minute").values_list(
            "user", "kind", "state", "skip_reason", "reminder", "local_date", "minute",
            "entry_date", "due_at", "send_at", "expires_at", "rule", "time_zone",
            "unless_entered", "by_push", "by_email",
        )  # fmt: skip
        next_ones = Reminder.objects.order_by("user", "id").values_list(
            "user", "id", "next_date", "next_minute", "next_fire_at"
        )
        found = list(made), list(next_ones)
        assert found[0]
        transaction.set_rollback(True)
    return found
