"""Putting an occurrence off, waving it away, and saying that it was opened."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, QuerySet
from uuid_utils.compat import uuid7

from diary.models import Delivery, Diary, Occurrence, Reminder
from diary.models.reminders import OPEN
from diary.reminders.clock import ends_at, resolve
from diary.reminders.keep import drop_waiting

MOST = 3  # times that one occurrence can be put off
MINUTES = (10, 30, 60)
TONIGHT = 21 * 60  # minute of the day; later in the evening it is an hour from now
SNOOZED = ("entry", "questionnaire", "custom", "weekly_summary", "nudge")


class NotToday(Exception):
    """It cannot be put off so far: the message says why, for the person."""


def snooze(user_id: UUID, occurrence_id: UUID, wish: int | str, now: datetime) -> Occurrence | None:
    """The occurrence that comes instead; None where there is none of this id. Raises NotToday."""
    with transaction.atomic():
        diary = Diary.objects.select_for_update().get(user_id=user_id)
        mine = Occurrence.objects.filter(user_id=user_id)
        old = mine.filter(id=occurrence_id).first()
        if old is None:
            return None
        if old.kind not in SNOOZED:
            raise NotToday("kind")
        reminder = Reminder.objects.filter(user_id=user_id, id=old.reminder)
        if not reminder.select_for_update().values_list("id").first():
            raise NotToday("gone")
        family = _family(old)
        seq = family.aggregate(last=Max("seq"))["last"] + 1
        if seq > MOST:
            raise NotToday("often")
        midnight = ends_at(diary.time_zone, old.local_date)
        at = _wished(diary.time_zone, wish, now)
        if at >= midnight:
            raise NotToday("midnight")
        for one in family.filter(state__in=OPEN):
            drop_waiting(user_id, one.id, "snoozed")
        family.filter(state__in=OPEN).update(state="done", send_at=None)
        return Occurrence.objects.create(
            user_id=user_id, id=uuid7(), reminder=old.reminder, kind=old.kind,
            local_date=old.local_date, minute=old.minute, seq=seq, entry_date=old.entry_date,
            due_at=at, send_at=at, expires_at=midnight, rule="snooze",
            time_zone=diary.time_zone, unless_entered=old.unless_entered,
            by_push=old.by_push, by_email=old.by_email, sealed=None,
        )  # fmt: skip


def _wished(zone: str, wish: int | str, now: datetime) -> datetime:
    if wish != "tonight":
        return now + timedelta(minutes=int(wish))
    evening = resolve(zone, now.astimezone(ZoneInfo(zone)).date(), TONIGHT).at
    soon = now + timedelta(minutes=30)
    return evening if evening and evening > soon else now + timedelta(hours=1)


def dismiss(user_id: UUID, occurrence_id: UUID) -> bool:
    """Nothing more of it today. Whether there is such an occurrence; twice is as once."""
    with transaction.atomic():
        Diary.objects.select_for_update().get(user_id=user_id)  # as snooze, in turn with it
        mine = Occurrence.objects.filter(user_id=user_id)
        one = mine.filter(id=occurrence_id).first()
        if one is None:
            return False
        _end(user_id, _family(one) if one.reminder else mine.filter(id=occurrence_id))
    return True


def _family(one: Occurrence) -> QuerySet[Occurrence]:
    """A slot's occurrence with all that it was put off to."""
    return Occurrence.objects.filter(
        user_id=one.user_id, reminder=one.reminder, local_date=one.local_date, minute=one.minute
    )


def _end(user_id: UUID, occurrences: QuerySet[Occurrence]) -> None:
    ids = list(occurrences.values_list("id", flat=True))
    occurrences.filter(state__in=OPEN).update(state="done", skip_reason="dismissed", send_at=None)
    for occurrence_id in ids:
        drop_waiting(user_id, occurrence_id, "dismissed")


def opened(user_id: UUID, occurrence_id: UUID, now: datetime) -> bool:
    """The person came in through it: its other deliveries have nothing more to say."""
    mine = Occurrence.objects.filter(user_id=user_id, id=occurrence_id)
    if not mine.exists():
        return False
    with transaction.atomic():
        _end(user_id, mine)  # what it was put off to is still wanted
    Delivery.objects.filter(
        user_id=user_id, occurrence=occurrence_id, opened_at=None, withdraw=False
    ).exclude(state="dropped").update(opened_at=now)
    return True
