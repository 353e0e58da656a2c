"""Keeping a person's reminders: made, changed, taken out, and always with their next instant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from diary.models import Delivery, Diary, Occurrence, Reminder
from diary.models.reminders import OPEN, WAITING, reminder_label
from diary.reminders.clock import resolve
from diary.reminders.decide import first_fire
from diary.reminders.letters import words_of
from diary.reminders.schedule import Schedule
from diary.vault import Vault

MOST = 100  # reminders of one person
WORDS = ("label", "questionnaire")  # what of a reminder is sealed


class TooMany(Exception):
    """The person has as many reminders as anybody may have."""


def schedule_of(reminder: Reminder) -> Schedule:
    return Schedule(
        tuple(reminder.minutes),
        reminder.weekdays,
        reminder.every_n_weeks,
        reminder.anchor_date,
        reminder.starts_on,
        reminder.ends_on,
    )


def place(reminder: Reminder, zone: str, now: datetime) -> None:
    """Set the reminder's next slot and its instant; none while it is switched off.

    A slot that has come, and that no planner has seen yet, stays, if it still is one.
    """
    waking = schedule_of(reminder).waking(reminder.nudge_after is not None)
    if reminder.active and _has_come(reminder, waking, zone, now):
        return
    found = first_fire(waking, zone, now) if reminder.active else None
    (reminder.next_date, reminder.next_minute), reminder.next_fire_at = found or (
        (None, None),
        None,
    )


def _has_come(reminder: Reminder, waking: Schedule, zone: str, now: datetime) -> bool:
    at, day, minute = reminder.next_fire_at, reminder.next_date, reminder.next_minute
    if at is None or at > now:
        return False
    return minute in waking.minutes and waking.falls_on(day) and resolve(zone, day, minute).at == at


def keep_reminder(
    vault: Vault,
    reminder_id: UUID,
    fields: Mapping[str, Any],
    words: Mapping[str, Any],
    now: datetime,
) -> Reminder:
    """Make or change one reminder. Raises TooMany.

    `fields` and `words` are those to set; the rest stays. The diary's row is locked first, as
    by a move to another zone, so that neither overlooks the other.
    """
    with transaction.atomic():
        diary = Diary.objects.select_for_update().get(user_id=vault.user)
        mine = Reminder.objects.filter(user_id=vault.user)
        reminder = mine.select_for_update().filter(id=reminder_id).first()
        made = reminder is None
        if made:
            if mine.count() >= MOST:
                raise TooMany
            reminder = Reminder(user_id=vault.user, id=reminder_id, version=0)
        kept = {} if made else words_of(reminder, vault)
        for name, value in fields.items():
            setattr(reminder, name, value)
        reminder.version += 1
        label = reminder_label(vault.user, reminder_id, reminder.version)
        reminder.sealed = vault.seal(label, orjson.dumps(kept | dict(words)))
        place(reminder, diary.time_zone, now)
        reminder.save(force_insert=made, force_update=not made)
        if not reminder.active:
            call_off(vault.user, reminder_id)
    return reminder


def remove_reminder(user_id: UUID, reminder_id: UUID) -> bool:
    """Whether there was one. What of it is under way stays at home."""
    with transaction.atomic():
        gone, _ = Reminder.objects.filter(user_id=user_id, id=reminder_id).delete()
        if gone:
            call_off(user_id, reminder_id)
    return bool(gone)


def call_off(user_id: UUID, reminder_id: UUID, reason: str = "reminder_off") -> None:
    """Nothing of this reminder is sent any more that has not left."""
    Occurrence.objects.filter(user_id=user_id, reminder=reminder_id, state__in=OPEN).update(
        state="skipped", skip_reason=reason, send_at=None
    )


def drop_waiting(user_id: UUID, occurrence_id: UUID, reason: str) -> None:
    Delivery.objects.filter(user_id=user_id, occurrence=occurrence_id, state__in=WAITING).update(
        state="dropped", last_reason=reason, next_attempt_at=None
    )
