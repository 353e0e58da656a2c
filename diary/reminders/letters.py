"""Writing the messages of claimed deliveries: the only place where an address is opened."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core import signing
from django.db.models import Count

from diary.channels.post import Message
from diary.models import (
    DataKey,
    Device,
    Diary,
    NotificationSettings,
    Occurrence,
    Person,
    Record,
    Reminder,
)
from diary.models.devices import device_label
from diary.models.reminders import occurrence_label, reminder_label
from diary.reminders.asked import is_due
from diary.reminders.fence import Claimed
from diary.reminders.notices import still_open
from diary.vault import Unsealable, Vault
from diary.wording import reminders as wording

_UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with what its outcome depends on; without one, the reason why it stays here."""

    message: Message | None
    kind: str
    registered_at: datetime | None
    reason: str = ""


@dataclass(slots=True)
class _Desk:
    """What the letters of one claim are written from, read once for all of them."""

    vaults: dict[UUID, Vault]
    occurrences: dict[UUID, Occurrence]
    reminders: dict[UUID, Reminder]
    devices: dict[UUID, Device]
    mailboxes: dict[UUID, str]
    locales: dict[UUID, str]
    settings: dict[UUID, NotificationSettings]
    days_written: dict[UUID, int]


def write(channel: str, claims: Sequence[Claimed]) -> dict[UUID, Letter]:
    """A letter for each delivery; one that nobody wants any more has no message."""
    desk = _gather(channel, claims)
    return {one.id: _letter(channel, one, desk) for one in claims}


def _gather(channel: str, claims: Sequence[Claimed]) -> _Desk:
    users = list({one.user_id for one in claims})
    wanted = {one.occurrence for one in claims}
    occurrences = {
        row.id: row for row in Occurrence.objects.filter(user_id__in=users, id__in=wanted)
    }
    named = {row.reminder for row in occurrences.values() if row.reminder}
    people = Person.objects.filter(id__in=users)
    chosen = NotificationSettings.objects.in_bulk(users)
    return _Desk(
        vaults=DataKey.objects.open_all(users),
        occurrences=occurrences,
        reminders={r.id: r for r in Reminder.objects.filter(user_id__in=users, id__in=named)},
        devices={}
        if channel == "email"
        else {
            row.id: row
            for row in Device.objects.filter(
                user_id__in=users, id__in={one.target for one in claims}
            )
        },
        mailboxes=dict(people.values_list("id", "email")) if channel == "email" else {},
        locales=dict(Diary.objects.filter(user_id__in=users).values_list("user_id", "locale")),
        settings=chosen,
        days_written=_days_written(
            [user_id for user_id, theirs in chosen.items() if theirs.streak_wording],
            [one.entry_date for one in occurrences.values()],
        ),
    )


def _letter(channel: str, one: Claimed, desk: _Desk) -> Letter:
    occurrence = desk.occurrences.get(one.occurrence)
    device = desk.devices.get(one.target)
    vault = desk.vaults.get(one.user_id)
    kind = occurrence.kind if occurrence else ""
    registered_at = device.registered_at if device else None
    if occurrence is None or vault is None or (device is None) != (channel == "email"):
        return Letter(None, kind, registered_at, "no_device")
    reminder = desk.reminders.get(occurrence.reminder)
    try:
        subject = _subject(occurrence, reminder, vault)
        where = desk.mailboxes[one.user_id] if device is None else address_of(device, vault)
    except Unsealable:
        return Letter(None, kind, registered_at, "unreadable")
    if not (one.withdraw or is_wanted(occurrence, reminder, subject, vault)):
        return Letter(None, kind, registered_at, "no_longer")
    title, body = _text(one, occurrence, device, subject, desk)
    message = Message(
        delivery=one.id,
        occurrence=occurrence.id,
        collapse=collapse_key(occurrence.reminder or occurrence.id),
        title=title,
        body=body,
        expires_at=one.expires_at,
        platform=channel,
        address=where,
        app=device.app if device else "",
        environment=_environment(one, device),
        unsubscribe=None if device else unsubscribe_url(one.user_id),
        withdraw=one.withdraw,
    )
    return Letter(message, kind, registered_at)


def _text(
    one: Claimed,
    occurrence: Occurrence,
    device: Device | None,
    subject: dict[str, Any],
    desk: _Desk,
) -> tuple[str, str]:
    chosen = desk.settings.get(one.user_id)
    counts = occurrence.kind in {"entry", "nudge"}
    return wording.text(
        occurrence.kind,
        label=subject.get("label") if chosen and chosen.detail_on_lock_screen else None,
        days=desk.days_written.get(one.user_id) if counts else None,
        locale=(device and device.locale) or desk.locales[one.user_id],
    )


def _environment(one: Claimed, device: Device | None) -> str:
    """Apple's two worlds do not know each other's tokens; once the other one is tried."""
    named = device.environment if device else "prod"
    return {"prod": "sandbox", "sandbox": "prod"}[named] if one.other_environment else named


def _days_written(user_ids: Sequence[UUID], dates: Sequence[date]) -> dict[UUID, int]:
    """On how many of the last seven dates these people wrote, up to the newest one asked about."""
    if not user_ids:
        return {}
    last = max(dates)
    rows = (
        Record.objects.filter(
            user_id__in=user_ids,
            collection="entries",
            deleted=False,
            date__range=(last - timedelta(days=6), last),
        )
        .values("user_id")
        .annotate(days=Count("date"))
    )
    return {row["user_id"]: row["days"] for row in rows}


def _subject(occurrence: Occurrence, reminder: Reminder | None, vault: Vault) -> dict[str, Any]:
    """What it is about, in the person's words: of the occurrence itself, else of its reminder."""
    if occurrence.sealed is not None:
        label = occurrence_label(occurrence.user_id, occurrence.id)
        return orjson.loads(vault.unseal(label, occurrence.sealed))
    if reminder is None:
        return {}
    return words_of(reminder, vault)


def words_of(reminder: Reminder, vault: Vault) -> dict[str, Any]:
    label = reminder_label(reminder.user_id, reminder.id, reminder.version)
    return orjson.loads(vault.unseal(label, reminder.sealed))


def address_of(device: Device, vault: Vault) -> str | dict[str, str]:
    return device_words(device, vault)["address"]


def device_words(device: Device, vault: Vault) -> dict[str, Any]:
    return orjson.loads(vault.unseal(device_label(device.user_id, device.id), device.sealed))


def is_wanted(
    occurrence: Occurrence, reminder: Reminder | None, subject: dict[str, Any], vault: Vault
) -> bool:
    """What only the opened vault can tell; whether the day is written, the fence asks last."""
    if occurrence.kind == "notice":
        return still_open(subject, vault)
    if occurrence.kind == "questionnaire":
        return is_due(occurrence, reminder, subject, vault)
    return True


def collapse_key(id: UUID) -> str:
    """22 letters of base64url: the same for every message of one reminder."""
    return base64.urlsafe_b64encode(id.bytes).decode().rstrip("=")


def unsubscribe_url(user_id: UUID) -> str:
    token = signing.dumps(user_id.hex, salt=_UNSUBSCRIBE)
    return f"{settings.PUBLIC_URL}/unsubscribe/{token}"


def who_unsubscribes(token: str) -> UUID | None:
    """Whose mail a token switches off; None for a token that we did not make."""
    try:
        return UUID(hex=signing.loads(token, salt=_UNSUBSCRIBE))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
