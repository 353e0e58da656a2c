"""From an occurrence to its deliveries: one for each living device, one for the mailbox."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

BATCH = 2_000

_FAN = """
WITH picked AS (
    SELECT user_id, id FROM occurrence WHERE state = 'planned' AND send_at <= %(now)s
    ORDER BY send_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
), fanned AS (
    UPDATE occurrence o SET state = 'fanned' FROM picked p
    WHERE o.user_id = p.user_id AND o.id = p.id
    RETURNING o.user_id, o.id, o.send_at, o.expires_at, o.by_push, o.by_email
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
SELECT f.user_id, f.id, EXISTS (
    SELECT FROM made m WHERE m.user_id = f.user_id AND m.occurrence = f.id
) FROM fanned f
"""
_NOWHERE = """
UPDATE occurrence o SET state = 'done', skip_reason = 'no_device'
FROM unnest(%s::uuid[], %s::uuid[]) AS n (user_id, id)
WHERE o.user_id = n.user_id AND o.id = n.id
"""


def fan(now: datetime, most: int = BATCH) -> int:
    """Make the deliveries of up to `most` occurrences whose instant has come; how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FAN, {"now": now, "most": most})
        fanned = cursor.fetchall()
        nowhere = [(user_id, occurrence) for user_id, occurrence, reached in fanned if not reached]
        if nowhere:
            cursor.execute(_NOWHERE, [list(column) for column in zip(*nowhere, strict=True)])
    return len(fanned)
