"""A notice that something was found, for those who asked to be told: once for each episode.

The row says neither what was found nor that anything was: its subject is sealed, its key is a
keyed hash. It comes by day and outside quiet hours, or not at all; the app shows the pattern
in any case.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from django.conf import settings
from uuid_utils.compat import uuid7

from diary.models import Diary, NotificationSettings, Occurrence
from diary.models.reminders import occurrence_label
from diary.patterns import read_patterns
from diary.reminders.clock import resolve
from diary.reminders.quiet import after_quiet
from diary.vault import Vault

FIRST, LAST, OVER = time(9), time(19, 30), time(20)  # begun until 19:30, shown until 20:00
TRIES = 3  # days; whoever has quiet hours all day gets none


def note_patterns(vaults: Mapping[UUID, Vault], now: datetime) -> None:
    """Plan a notice for each open pattern of these people that none was planned for."""
    if not settings.PATTERN_NOTICES:
        return
    chosen = NotificationSettings.objects.filter(
        user_id__in=list(vaults), pattern_notice=True
    ).in_bulk()
    if not chosen:
        return
    zones = dict(Diary.objects.filter(user_id__in=list(chosen)).values_list("user_id", "time_zone"))
    found = read_patterns({user_id: vaults[user_id] for user_id in chosen})
    Occurrence.objects.bulk_create(
        [
            notice
            for user_id, patterns in found.items()
            for pattern in patterns
            if pattern.status == "open"
            for notice in _notice(vaults[user_id], pattern.id, chosen[user_id], zones, now)
        ],
        ignore_conflicts=True,
    )


def _notice(
    vault: Vault,
    pattern_id: UUID,
    chosen: NotificationSettings,
    zones: Mapping[UUID, str],
    now: datetime,
) -> list[Occurrence]:
    zone = zones[vault.user]
    span = by_day(now, zone, chosen.quiet_start, chosen.quiet_end)
    if span is None:
        return []
    at, over = span
    there = at.astimezone(ZoneInfo(zone))
    occurrence_id = uuid7()
    subject = orjson.dumps({"pattern": str(pattern_id)})
    return [
        Occurrence(
            user_id=vault.user,
            id=occurrence_id,
            notice_key=UUID(bytes=vault.mark("notice", str(pattern_id))[:16]),
            kind="notice",
            local_date=there.date(),
            minute=60 * there.hour + there.minute,
            entry_date=there.date(),
            due_at=at,
            send_at=at,
            expires_at=over,
            time_zone=zone,
            sealed=vault.seal(occurrence_label(vault.user, occurrence_id), subject),
        )
    ]


def by_day(
    now: datetime, zone: str, quiet_start: time, quiet_end: time
) -> tuple[datetime, datetime] | None:
    """From when until when it may be shown: between 9 and 20 o'clock, outside quiet hours."""
    at = now
    for _ in range(2 * TRIES):
        there = at.astimezone(ZoneInfo(zone))
        if not FIRST <= there.time() < LAST:
            day = there.date() + timedelta(days=there.time() >= LAST)
            at = resolve(zone, day, 60 * FIRST.hour).at or at + timedelta(days=1)
            continue
        if (later := after_quiet(at, zone, quiet_start, quiet_end)) == at:
            over = resolve(zone, there.date(), 60 * OVER.hour).at
            return (at, over) if over else None
        at = later
    return None


def still_open(subject: Mapping[str, Any], vault: Vault) -> bool:
    """Whether the pattern that a notice is about stands and is open."""
    patterns = read_patterns({vault.user: vault})[vault.user]
    return any(str(p.id) == subject.get("pattern") and p.status == "open" for p in patterns)
