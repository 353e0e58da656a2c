"""No more reminders by mail: the person said so, or their mailbox does not exist."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from diary.models import Delivery, Diary, Occurrence, Reminder
from diary.models.reminders import OPEN, WAITING


def has_account(user_id: UUID | None) -> bool:
    return user_id is not None and Diary.objects.filter(user_id=user_id).exists()


def silence_mail(user_ids: Sequence[UUID]) -> None:
    """Take e-mail out of every reminder of these people, and out of what is under way."""
    if not user_ids:
        return
    with transaction.atomic():
        Reminder.objects.filter(user_id__in=user_ids, by_email=True).update(by_email=False)
        Occurrence.objects.filter(user_id__in=user_ids, state__in=OPEN, by_email=True).update(
            by_email=False
        )
        Delivery.objects.filter(user_id__in=user_ids, channel="email", state__in=WAITING).update(
            state="dropped", last_reason="unsubscribed", next_attempt_at=None
        )
