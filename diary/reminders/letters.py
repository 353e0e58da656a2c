"""Writing the messages of claimed deliveries: the only place where an address is opened."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.core import signing
from django.db import connection

from diary.channels.post import Message
from diary.models import Device, Reminder
from diary.models.devices import device_label
from diary.models.keys import KEY_RING
from diary.models.reminders import occurrence_label, reminder_label
from diary.reminders.asked import is_due
from diary.reminders.claimed import Claimed
from diary.reminders.notices import still_open
from diary.vault import Unsealable, Vault
from diary.wording import reminders as wording

_UNSUBSCRIBE = "unsubscribe"
_COUNTING = ("entry", "nudge")  # what may say how many days were written
_WRITTEN = """
SELECT t.user_id, t.day, count(DISTINCT e.date)
FROM unnest(%s::uuid[], %s::date[]) AS t (user_id, day)
JOIN record e ON e.user_id = t.user_id AND NOT e.deleted
    AND e.collection IN ('entries', 'moments') AND e.date BETWEEN t.day - 6 AND t.day
GROUP BY t.user_id, t.day
"""
Asked = tuple[UUID, date]  # a person, and the diary's day that they are asked about


@dataclass(frozen=True, slots=True)
class Letter:
    """A message; without one, the reason why the delivery stays here."""

    message: Message | None
    reason: str = ""


def write(channel: str, claims: Sequence[Claimed], now: datetime) -> dict[UUID, Letter]:
    """A letter for each delivery; one that nobody wants any more has no message.

    What is over is not written, so that nothing that cannot be is tried for ever.
    """
    over = {one.lease.id: Letter(None, "expired") for one in claims if one.lease.expires_at <= now}
    claims = [one for one in claims if one.lease.id not in over]
    named = [one for one in claims if _needs_words(one)]
    reminders = {
        reminder.id: reminder
        for reminder in Reminder.objects.filter(
            user_id__in=[one.lease.user_id for one in named], id__in=[one.reminder for one in named]
        )
    } if named else {}  # fmt: skip
    days = _days_written([one for one in claims if one.counts_days and one.kind in _COUNTING])
    say = cache(wording.text)  # thousands get the same words
    return over | {one.lease.id: _letter(channel, one, reminders, days, say) for one in claims}


def _needs_words(one: Claimed) -> bool:
    return one.reminder is not None and (one.shows_detail or one.kind == "questionnaire")


def _letter(
    channel: str,
    one: Claimed,
    reminders: Mapping[UUID, Reminder],
    days: Mapping[Asked, int],
    say: Callable[..., tuple[str, str]],
) -> Letter:
    by_mail = channel == "email"
    if one.key_id is None or (not by_mail and one.address is None):
        return Letter(None, "no_device")
    try:
        vault = KEY_RING.open(one.lease.user_id, one.key_id, one.ring_key, one.wrapped)
        subject = _subject(one, reminders, vault)
        where = one.email if by_mail else _address(one, vault)
        if not (one.lease.withdraw or _is_wanted(one, reminders, subject, vault)):
            return Letter(None, "no_longer")
    except (Unsealable, orjson.JSONDecodeError, KeyError):
        return Letter(None, "unreadable")
    locale = one.device_locale or one.locale
    title, body = say(
        one.kind,
        label=subject.get("label") if one.shows_detail else None,
        days=days.get((one.lease.user_id, one.entry_date)) if one.kind in _COUNTING else None,
        locale=locale,
    )
    message = Message(
        delivery=one.lease.id,
        occurrence=one.lease.occurrence,
        collapse=collapse_key(one.reminder or one.lease.occurrence),
        title=title,
        body=body,
        expires_at=one.lease.expires_at,
        platform=channel,
        address=where,
        app=one.app or "",
        environment=_environment(one),
        unsubscribe=unsubscribe_url(one.lease.user_id) if by_mail else None,
        withdraw=one.lease.withdraw,
        locale=locale,
    )
    return Letter(message)


def _subject(one: Claimed, reminders: Mapping[UUID, Reminder], vault: Vault) -> Mapping[str, Any]:
    """What it is about, in the person's words: of the occurrence itself, else of its reminder."""
    if one.subject is not None:
        label = occurrence_label(one.lease.user_id, one.lease.occurrence)
        return orjson.loads(vault.unseal(label, one.subject))
    if one.reminder not in reminders:
        return {}
    return words_of(reminders[one.reminder], vault)


def words_of(reminder: Reminder, vault: Vault) -> dict[str, Any]:
    label = reminder_label(reminder.user_id, reminder.id, reminder.version)
    return orjson.loads(vault.unseal(label, reminder.sealed))


def _address(one: Claimed, vault: Vault) -> str | dict[str, str]:
    opened = vault.unseal(device_label(one.lease.user_id, one.lease.target), one.address)
    return orjson.loads(opened)["address"]


def device_words(device: Device, vault: Vault) -> dict[str, Any]:
    return orjson.loads(vault.unseal(device_label(device.user_id, device.id), device.sealed))


def _is_wanted(
    one: Claimed, reminders: Mapping[UUID, Reminder], subject: Mapping[str, Any], vault: Vault
) -> bool:
    """What only the opened vault can tell; whether the day is written, the fence asks last."""
    if one.kind == "notice":
        return still_open(subject, vault)
    if one.kind == "questionnaire":
        return is_due(one.local_date, reminders.get(one.reminder), subject, vault)
    return True


def _environment(one: Claimed) -> str:
    """Apple's two worlds do not know each other's tokens; once the other one is tried."""
    named = one.environment or "prod"
    return {"prod": "sandbox", "sandbox": "prod"}[named] if one.lease.other_environment else named


def _days_written(counting: Sequence[Claimed]) -> dict[Asked, int]:
    """On how many of the seven dates up to the one that is asked about each person wrote."""
    if not counting:
        return {}
    asked = list({(one.lease.user_id, one.entry_date) for one in counting})
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, [list(column) for column in zip(*asked, strict=True)])
        return {(user_id, day): days for user_id, day, days in cursor.fetchall()}


def collapse_key(id: UUID) -> str:
    """22 letters of base64url: the same for every message of one reminder."""
    return base64.urlsafe_b64encode(id.bytes).decode().rstrip("=")


def unsubscribe_url(user_id: UUID) -> str:
    token = signing.dumps(user_id.hex, salt=_UNSUBSCRIBE)
    return f"{settings.PUBLIC_URL.removesuffix('/')}/unsubscribe/{token}"


def who_unsubscribes(token: str) -> UUID | None:
    """Whose mail a token switches off; None for a token that we did not make."""
    try:
        return UUID(hex=signing.loads(token, salt=_UNSUBSCRIBE))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
