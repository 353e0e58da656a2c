"""What an app says that it has shown: pushed, or planned by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from diary.models import Delivery, Device, Diary, Occurrence, Reminder
from diary.models.reminders import OPEN
from diary.reminders.clock import resolve
from diary.reminders.decide import REMEMBERED
from diary.reminders.keep import drop_waiting, schedule_of
from diary.reminders.schedule import Slot

AHEAD = timedelta(minutes=10)  # a phone's clock may run that far before ours
A_DAY = timedelta(days=1)  # no zone's date is further from that of UTC


class Receipt(NamedTuple):
    """`occurrence` is an id, or a slot of the local plan."""

    occurrence: UUID | tuple[UUID, Slot]
    device: UUID
    shown_at: datetime


def take(user_id: UUID, receipts: Iterable[Receipt], now: datetime) -> None:
    """Note what was shown. What is not the person's own, or cannot be, is passed over."""
    with transaction.atomic():
        diary = Diary.objects.select_for_update().get(user_id=user_id)
        for receipt in receipts:
            shown_at = min(receipt.shown_at, now)
            if isinstance(receipt.occurrence, UUID):
                _shown(user_id, receipt.occurrence, receipt.device, shown_at)
            elif Device.objects.filter(user_id=user_id, id=receipt.device).exists():
                _shown_by_itself(diary, *receipt.occurrence, now)


def _shown(user_id: UUID, occurrence: UUID, device: UUID, shown_at: datetime) -> None:
    rows = Delivery.objects.filter(
        user_id=user_id, occurrence=occurrence, target=device, withdraw=False
    )
    rows.filter(shown_at=None).update(shown_at=shown_at)
    # Nobody knew whether it had arrived: now somebody does.
    rows.filter(state="unconfirmed").update(state="sent", sent_at=shown_at)


def _shown_by_itself(diary: Diary, reminder_id: UUID, slot: Slot, now: datetime) -> None:
    """A phone's own notification stands for the push of that slot, which then stays at home."""
    today = now.astimezone(UTC).date()
    if not today - REMEMBERED <= slot.day <= today + A_DAY:
        return
    mine = Reminder.objects.filter(user_id=diary.user_id, id=reminder_id)
    reminder = mine.first()
    if reminder is None or slot.minute not in reminder.minutes:
        return
    at, rule = resolve(diary.time_zone, *slot)
    if at is None or at > now + AHEAD or not schedule_of(reminder).falls_on(slot.day):
        return
    entry_date = slot.day - timedelta(days=slot.minute < 60 * diary.day_starts_at)
    Occurrence.objects.bulk_create(
        [
            Occurrence(
                user_id=diary.user_id, id=uuid7(), reminder=reminder_id, kind=reminder.kind,
                local_date=slot.day, minute=slot.minute, entry_date=entry_date, due_at=at,
                expires_at=at, state="done", skip_reason="shown_by_app", rule=rule,
                time_zone=diary.time_zone,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    pushed = Occurrence.objects.filter(
        user_id=diary.user_id, reminder=reminder_id, local_date=slot.day, minute=slot.minute,
        seq=0, state__in=OPEN,
    )  # fmt: skip
    for occurrence_id in list(pushed.values_list("id", flat=True)):
        drop_waiting(diary.user_id, occurrence_id, "shown_by_app")
    pushed.update(state="done", skip_reason="shown_by_app", send_at=None)


def read_key(text: str) -> UUID | tuple[UUID, Slot] | None:
    """An occurrence's id, or `<reminder>:<date>:<slot>`; None for anything else."""
    parts = text.split(":")
    try:
        if len(parts) == 1:
            return UUID(text)
        reminder, day, minute = parts
        slot = Slot(date.fromisoformat(day), int(minute))
        return (UUID(reminder), slot) if 0 <= slot.minute < 24 * 60 else None
    except ValueError:
        return None


def key_of(reminder: UUID, slot: Slot) -> str:
    return f"{reminder}:{slot.day}:{slot.minute}"
