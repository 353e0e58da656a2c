"""From an occurrence to its deliveries: one for each living device, one for the mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from diary.reminders.decide import LATE
from diary.reminders.late import GIVES_WAY, Night, waits_until
from diary.reminders.rows import as_json

BATCH = 2_000

_PICK = f"""
SELECT o.user_id, o.id, o.kind, o.seq, o.due_at, o.send_at, o.expires_at, y.time_zone,
    coalesce(s.quiet_start, '22:00'), coalesce(s.quiet_end, '07:00'), {GIVES_WAY}
FROM occurrence o
JOIN diary y ON y.user_id = o.user_id
LEFT JOIN notification_settings s ON s.user_id = o.user_id
WHERE o.send_at <= %(now)s
ORDER BY o.send_at LIMIT %(most)s FOR UPDATE OF o SKIP LOCKED
"""
_SETTLE = """
UPDATE occurrence o SET state = n.state, skip_reason = n.skip_reason, send_at = n.send_at
FROM json_to_recordset(%s::json)
    AS n (user_id uuid, id uuid, state text, skip_reason text, send_at timestamptz)
WHERE o.user_id = n.user_id AND o.id = n.id
"""
_FAN = """
WITH fanned AS (
    UPDATE occurrence o SET state = 'fanned', send_at = NULL
    FROM unnest(%(users)s::uuid[], %(ids)s::uuid[], %(instants)s::timestamptz[])
        AS p (user_id, id, send_at)
    WHERE o.user_id = p.user_id AND o.id = p.id
    RETURNING o.user_id, o.id, p.send_at, o.expires_at, o.by_push, o.by_email
), made AS (
    INSERT INTO delivery (user_id, id, occurrence, target, channel, withdraw, state, attempts,
        next_attempt_at, expires_at, other_environment, provider_id, last_reason)
    SELECT f.user_id, gen_random_uuid(), f.id, way.target, way.channel, FALSE, 'pending', 0,
        f.send_at, f.expires_at, FALSE, '', ''
    FROM fanned f CROSS JOIN LATERAL (
        SELECT d.id AS target, d.platform AS channel FROM device d
        WHERE f.by_push AND d.user_id = f.user_id AND d.state = 'active'
          AND (d.muted_until IS NULL OR d.muted_until <= %(now)s)
        UNION ALL SELECT f.user_id, 'email' WHERE f.by_email
    ) AS way
    ON CONFLICT DO NOTHING
    RETURNING user_id, occurrence
)
SELECT f.user_id, f.id FROM fanned f WHERE NOT EXISTS (
    SELECT FROM made m WHERE m.user_id = f.user_id AND m.occurrence = f.id
)
"""
_NOWHERE = """
UPDATE occurrence o SET state = 'skipped', skip_reason = 'no_device'
FROM unnest(%s::uuid[], %s::uuid[]) AS n (user_id, id)
WHERE o.user_id = n.user_id AND o.id = n.id
"""


class Picked(NamedTuple):
    """An occurrence whose instant has come."""

    user_id: UUID
    id: UUID
    kind: str
    seq: int
    due_at: datetime
    send_at: datetime
    expires_at: datetime
    zone: str
    quiet_start: time
    quiet_end: time
    gives_way: bool

    @property
    def night(self) -> Night:
        return Night(self.zone, self.quiet_start, self.quiet_end)


class Settled(NamedTuple):
    """One that is not fanned out now: put off to the end of quiet hours, or not to come at all."""

    user_id: UUID
    id: UUID
    state: str
    skip_reason: str | None
    send_at: datetime | None


def fan(now: datetime, most: int = BATCH) -> int:
    """Look after up to `most` occurrences whose instant has come; how many."""
    asked = {"now": now, "late": now - LATE, "most": most}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PICK, asked)
        picked = list(map(Picked._make, cursor.fetchall()))
        settled = {one.id: rest for one in picked if (rest := _settled(one, now))}
        if settled:
            cursor.execute(_SETTLE, [as_json(settled.values())])
        _fan_out(cursor, [one for one in picked if one.id not in settled], now)
    return len(picked)


def _settled(one: Picked, now: datetime) -> Settled | None:
    """What becomes of an occurrence that is not to be shown now; None of one that is."""
    if one.expires_at <= now:
        return Settled(one.user_id, one.id, "skipped", "expired", None)
    if one.gives_way:
        return Settled(one.user_id, one.id, "skipped", "coalesced", None)
    until = waits_until(one.kind, one.seq, one.due_at, one.night, now)
    if until is None:
        return None
    if until >= one.expires_at:
        return Settled(one.user_id, one.id, "skipped", "quiet_hours", None)
    return Settled(one.user_id, one.id, "planned", None, until)


def _fan_out(cursor, going: Sequence[Picked], now: datetime) -> None:
    if not going:
        return
    asked = {
        "users": [one.user_id for one in going],
        "ids": [one.id for one in going],
        "instants": [one.send_at for one in going],
        "now": now,
    }
    cursor.execute(_FAN, asked)
    nowhere = cursor.fetchall()
    if nowhere:
        cursor.execute(_NOWHERE, [list(column) for column in zip(*nowhere, strict=True)])
