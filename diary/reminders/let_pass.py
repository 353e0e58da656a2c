"""After a restore: what was due before is let pass, since it may have been sent already."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from diary.models import Delivery, Occurrence, Reminder
from diary.models.reminders import UNSENT
from diary.reminders.close import close
from diary.reminders.keep import schedule_of
from diary.reminders.schedule import Slot
from diary.reminders.travel import STILL_GOOD, carry_over

REASON = "restored"
_AT_ONCE = 1_000


def let_pass(now: datetime) -> int:
    """Take back whatever was to be sent up to now, and wait for what comes; how many."""
    Delivery.objects.filter(state__in=UNSENT).update(
        state="dropped", last_reason=REASON, next_attempt_at=None, lease_until=None
    )
    Delivery.objects.filter(state="on_wire").update(
        state="unconfirmed", next_attempt_at=None, lease_until=None
    )
    _end_fanned()
    passed = Occurrence.objects.filter(send_at__lte=now).update(
        state="skipped", skip_reason=REASON, send_at=None
    )
    return passed + _move_on(now)


def _end_fanned() -> None:
    """What was fanned out was shown, or is not any more."""
    fanned = list(Occurrence.objects.filter(state="fanned").values_list("user_id", "id"))
    with transaction.atomic(), connection.cursor() as cursor:
        for at in range(0, len(fanned), _AT_ONCE):
            close(cursor, fanned[at : at + _AT_ONCE])


def _move_on(now: datetime) -> int:
    moved = []
    for reminder in (
        Reminder.objects.filter(next_fire_at__lte=now).select_related("user__diary").iterator()
    ):
        schedule = schedule_of(reminder).waking(reminder.nudge_after is not None)
        slot = Slot(reminder.next_date, reminder.next_minute)
        zone = reminder.user.diary.time_zone
        # Not even what would still be worth a reminder: it may have been one.
        _, slot, at = carry_over(schedule, slot, zone, now + STILL_GOOD)
        reminder.next_date, reminder.next_minute = slot or (None, None)
        reminder.next_fire_at = at
        moved.append(reminder)
    Reminder.objects.bulk_update(
        moved, ["next_date", "next_minute", "next_fire_at"], batch_size=_AT_ONCE
    )
    return len(moved)
