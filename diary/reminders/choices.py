"""What a person chose for all of their reminders, the weekly summary among it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from uuid_utils.compat import uuid7

from diary.models import Diary, NotificationSettings, Reminder
from diary.reminders.keep import keep_reminder, remove_reminder
from diary.vault import Vault

SUMMARY = "weekly_summary"  # a reminder like the others, but kept through these settings


def read_choices(user_id) -> tuple[NotificationSettings, Reminder | None]:
    chosen = NotificationSettings.objects.filter(user_id=user_id).first()
    summary = Reminder.objects.filter(user_id=user_id, kind=SUMMARY).first()
    return chosen or NotificationSettings(user_id=user_id), summary


def silent_through(chosen: NotificationSettings, now: datetime) -> datetime:
    """The last instant at which nothing comes any more: now, or the one before a pause ends."""
    ends = chosen.paused_until
    return max(now, ends - timedelta.resolution) if ends else now


def change_choices(
    vault: Vault, fields: Mapping[str, Any], summary: Mapping[str, Any] | bool | None, now: datetime
) -> tuple[NotificationSettings, Reminder | None]:
    """Set what is named. `summary`: its reminder's fields, None for no summary, False: as it is."""
    with transaction.atomic():
        Diary.objects.select_for_update().get(user_id=vault.user)
        chosen, kept = read_choices(vault.user)
        for name, value in fields.items():
            setattr(chosen, name, value)
        chosen.save()
        if summary is None:
            if kept:
                remove_reminder(vault.user, kept.id)
            kept = None
        elif summary is not False:
            fixed = {"kind": SUMMARY, "skip_if_entered": False}
            kept = keep_reminder(vault, kept.id if kept else uuid7(), {**fixed, **summary}, {}, now)
    return chosen, kept
