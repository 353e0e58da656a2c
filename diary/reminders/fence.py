"""Claims, the fence and the outcomes of deliveries: every statement that moves a delivery on.

A claim is a lease. The fence is the last look before anything leaves us: it lets a delivery on
the wire only under a living lease and only if it is still wanted, and it is committed before a
provider is spoken to. What is on the wire when its sender dies is never sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import connection, transaction

from diary.reminders.close import close
from diary.reminders.cursors import quick_cursor
from diary.reminders.decide import LATE
from diary.reminders.late import GIVES_WAY
from diary.reminders.rows import as_array, as_json

LEASE = timedelta(seconds=60)  # longer than any provider is waited for

# By their places in the table, which locked rows keep: no index is asked a second time.
_CLAIM = """
UPDATE delivery d SET state = 'claimed', lease_token = %(token)s, lease_until = %(until)s
FROM (
    SELECT ctid FROM delivery
    WHERE channel = %(channel)s AND next_attempt_at <= %(now)s AND state IN ('pending', 'retry')
    ORDER BY next_attempt_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
) p
WHERE d.ctid = p.ctid
RETURNING d.user_id, d.id, d.occurrence, d.target, d.withdraw, d.attempts, d.expires_at,
    d.other_environment
"""
# An entry that was committed before this statement began keeps the reminder at home.
_FENCE = f"""
WITH asked AS (
    SELECT d.user_id, d.id, held.until, CASE
        WHEN kept.reason IS NOT NULL THEN kept.reason
        WHEN d.expires_at <= %(now)s THEN 'expired'
        WHEN d.withdraw AND NOT EXISTS (
            SELECT FROM delivery f WHERE f.user_id = d.user_id AND f.occurrence = d.occurrence
              AND f.target = d.target AND NOT f.withdraw
              AND f.state IN ('on_wire', 'sent', 'unconfirmed')
        ) THEN 'never_shown'
        WHEN NOT d.withdraw AND o.state <> 'fanned' THEN coalesce(o.skip_reason, 'answered')
        WHEN NOT d.withdraw AND o.kind <> 'test' AND s.paused_until > %(now)s THEN 'paused'
        WHEN NOT d.withdraw AND o.unless_entered AND EXISTS (
            SELECT FROM record e WHERE e.user_id = d.user_id AND e.date = o.entry_date
              AND e.collection IN ('entries', 'moments') AND NOT e.deleted
        ) THEN 'already_entered'
        WHEN d.channel <> 'email' AND v.state IS DISTINCT FROM 'active'
            AND NOT (o.kind = 'test' AND v.state = 'suspended') THEN 'no_device'
        WHEN d.channel <> 'email' AND o.kind <> 'test' AND v.muted_until > %(now)s THEN 'muted'
        WHEN NOT d.withdraw AND {GIVES_WAY} THEN 'coalesced'
        WHEN held.until >= d.expires_at THEN 'quiet_hours'
    END AS reason
    FROM unnest(%(users)s::uuid[], %(ids)s::uuid[]) AS mine (user_id, id)
    JOIN delivery d ON d.user_id = mine.user_id AND d.id = mine.id
    JOIN occurrence o ON o.user_id = d.user_id AND o.id = d.occurrence
    LEFT JOIN notification_settings s ON s.user_id = d.user_id
    LEFT JOIN device v ON v.user_id = d.user_id AND v.id = d.target
    LEFT JOIN unnest(%(kept)s::uuid[], %(reasons)s::text[]) AS kept (id, reason) ON kept.id = d.id
    LEFT JOIN unnest(%(held)s::uuid[], %(untils)s::timestamptz[]) AS held (id, until)
        ON held.id = d.id
    -- CASE, so that these are looked up by their keys, and not among all that is leased.
    WHERE CASE WHEN d.lease_token = %(token)s
        THEN d.state = 'claimed' AND d.lease_until > %(now)s END
    FOR UPDATE OF d
), judged AS (
    SELECT user_id, id, until, reason, reason IS NULL AND until IS NULL AS goes FROM asked
), moved AS (
    UPDATE delivery d SET
        state = CASE WHEN j.goes THEN 'on_wire' WHEN j.reason = 'expired' THEN 'expired'
            WHEN j.reason IS NOT NULL THEN 'dropped'
            WHEN d.attempts = 0 THEN 'pending' ELSE 'retry' END,
        last_reason = coalesce(j.reason, ''),
        attempts = d.attempts + j.goes::int,
        next_attempt_at = CASE WHEN j.reason IS NULL THEN coalesce(j.until, d.next_attempt_at) END,
        lease_until = CASE WHEN j.goes THEN %(until)s::timestamptz END
    FROM judged j WHERE d.user_id = j.user_id AND d.id = j.id
    RETURNING d.user_id, d.id, d.occurrence, d.attempts, d.state, j.reason
), entered AS (
    UPDATE occurrence o SET state = 'skipped', skip_reason = m.reason
    FROM (SELECT DISTINCT user_id, occurrence, reason FROM moved
          WHERE reason IN ('already_entered', 'paused', 'no_longer')) m
    WHERE o.user_id = m.user_id AND o.id = m.occurrence AND o.state = 'fanned'
)
SELECT id, attempts, state, reason, user_id, occurrence FROM moved
"""
# CASE, so that rows are looked up by their keys: of leases there are no statistics.
_FINISH = """
WITH ended AS (
    UPDATE delivery d SET state = n.state,
        next_attempt_at = n.next_attempt_at,
        last_status = n.status, last_reason = n.reason, provider_id = n.provider_id,
        other_environment = n.other_environment,
        sent_at = CASE WHEN n.state = 'sent' THEN %(now)s ELSE d.sent_at END,
        lease_until = NULL
    FROM json_to_recordset(%(ended)s::json) AS n (user_id uuid, id uuid, state text,
        next_attempt_at timestamptz, status smallint, reason text, provider_id text,
        other_environment bool)
    WHERE d.user_id = n.user_id AND d.id = n.id
      AND CASE WHEN d.lease_token = %(token)s THEN d.state IN ('on_wire', 'unconfirmed') END
    RETURNING d.user_id, d.id
)
SELECT count(*) FROM ended
"""
_GIVE_BACK = """
UPDATE delivery d SET state = CASE WHEN d.attempts = 0 THEN 'pending' ELSE 'retry' END,
    lease_until = NULL
FROM unnest(%(users)s::uuid[], %(ids)s::uuid[]) AS n (user_id, id)
WHERE d.user_id = n.user_id AND d.id = n.id
  AND CASE WHEN d.lease_token = %(token)s THEN d.state = 'claimed' END
"""


class Lease(NamedTuple):
    """A delivery that is this sender's for a while."""

    user_id: UUID
    id: UUID
    occurrence: UUID
    target: UUID
    withdraw: bool
    attempts: int
    expires_at: datetime
    other_environment: bool


class Ended(NamedTuple):
    """What became of a delivery that was on the wire."""

    user_id: UUID
    id: UUID
    occurrence: UUID
    state: str
    next_attempt_at: datetime | None
    status: int | None
    reason: str
    provider_id: str
    other_environment: bool


def claim(channel: str, now: datetime, most: int) -> tuple[UUID, list[Lease]]:
    """Lease up to `most` waiting deliveries of a channel, longest due first."""
    token = uuid4()
    asked = {"channel": channel, "now": now, "most": most, "token": token, "until": now + LEASE}
    with transaction.atomic(), quick_cursor(prepares=False) as cursor:
        cursor.execute(_CLAIM, asked)
        return token, list(map(Lease._make, cursor.fetchall()))


def put_on_wire(
    token: UUID,
    batch: Sequence[Lease],
    kept: Mapping[UUID, str],
    held: Mapping[UUID, datetime],
    now: datetime,
) -> dict[UUID, int]:
    """Those of the batch that may be sent now, each with the number of its attempt.

    The others are over, wait, or are no longer ours. `kept` are those that stay here, and why;
    `held` those that wait, and until when. Committed when this returns.
    """
    asked = {
        **_keys(batch),
        "token": token,
        "kept": as_array(list(kept)),
        "reasons": list(kept.values()),
        "held": as_array(list(held)),
        "untils": list(held.values()),
        "now": now,
        "late": now - LATE,
        "until": now + LEASE,
    }
    with transaction.atomic(), quick_cursor(prepares=True) as cursor:
        cursor.execute(_FENCE, asked)
        moved = cursor.fetchall()
        close(cursor, [(user_id, occurrence) for *_, why, user_id, occurrence in moved if why])
    return {id: attempts for id, attempts, state, *_ in moved if state == "on_wire"}


def finish(token: UUID, ended: Sequence[Ended], now: datetime) -> int:
    """Write down what became of deliveries; of how many it was ours to say."""
    with transaction.atomic(), quick_cursor(prepares=True) as cursor:
        cursor.execute(_FINISH, {"ended": as_json(ended), "token": token, "now": now})
        [count] = cursor.fetchone()
        over = [(one.user_id, one.occurrence) for one in ended if one.state != "retry"]
        close(cursor, over)
    return count


def give_back(token: UUID, rest: Sequence[Lease]) -> None:
    """What was claimed and not begun is free for the next sender at once."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, {"token": token} | _keys(rest))


def _keys(rows: Sequence[Lease]) -> dict[str, str]:
    return {
        "users": as_array([row.user_id for row in rows]),
        "ids": as_array([row.id for row in rows]),
    }
