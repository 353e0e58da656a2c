"""What dead senders left: the claimed goes back, the sent is said to be unconfirmed."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from diary.reminders.close import close

MOST = 5_000

_SWEEP = """
WITH over AS (
    SELECT user_id, id FROM delivery
    WHERE next_attempt_at <= %(now)s AND state IN ('claimed', 'on_wire') AND lease_until < %(now)s
    LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE delivery d SET
    state = CASE WHEN d.state = 'claimed' THEN 'pending'
        WHEN o.kind = 'notice' AND d.attempts = 1 THEN 'retry' ELSE 'unconfirmed' END,
    next_attempt_at = CASE WHEN d.state = 'claimed' THEN d.next_attempt_at
        WHEN o.kind = 'notice' AND d.attempts = 1 THEN %(now)s END,
    lease_until = NULL
FROM over p JOIN occurrence o ON o.user_id = p.user_id
WHERE d.user_id = p.user_id AND d.id = p.id AND o.id = d.occurrence
RETURNING d.user_id, d.occurrence, d.state
"""


def sweep(now: datetime, most: int = MOST) -> int:
    """Look after up to `most` deliveries whose lease is over; how many there were."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SWEEP, {"now": now, "most": most})
        swept = cursor.fetchall()
        close(cursor, [(user, occurrence) for user, occurrence, state in swept])
    return len(swept)
