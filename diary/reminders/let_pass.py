"""After a restore: what was due before is let pass, since it may have been sent already."""

from __future__ import annotations

from datetime import datetime

from diary.models import Delivery, Occurrence, Reminder
from diary.models.reminders import UNSENT
from diary.reminders.keep import schedule_of
from diary.reminders.schedule import Slot
from diary.reminders.travel import STILL_GOOD, carry_over

REASON = "restored"
_AT_ONCE = 1_000


def let_pass(now: datetime) -> int:
    """Take back whatever was to be sent up to now, and wait for what comes; how many."""
    Delivery.objects.filter(state__in=UNSENT).update(
        state="dropped", last_reason=REASON, lease_until=None
    )
    Delivery.objects.filter(state="on_wire").update(state="unconfirmed", lease_until=None)
    due = Occurrence.objects.filter(send_at__lte=now)
    due.filter(state="fanned").update(state="done")
    passed = due.filter(state="planned").update(state="skipped", skip_reason=REASON)
    return passed + _move_on(now)


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
