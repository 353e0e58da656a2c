"""An occurrence of which nothing is on its way any more is over: shown, or why not."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from diary.reminders.rows import as_array

# What keeps a delivery here; anything else was said by its provider.
_OURS = (
    "already_entered", "coalesced", "muted", "no_device", "no_longer", "paused", "quiet_hours",
    "restored", "unreadable", "unsubscribed",
)  # fmt: skip
_CLOSE = """
UPDATE occurrence o SET
    state = CASE WHEN way.shown THEN 'done' ELSE 'skipped' END,
    skip_reason = CASE WHEN way.shown THEN NULL ELSE way.reason END
FROM (SELECT DISTINCT * FROM unnest(%(users)s::uuid[], %(ids)s::uuid[]) AS n (user_id, id)) n
CROSS JOIN LATERAL (
    SELECT bool_or(d.state IN ('pending', 'retry', 'claimed', 'on_wire')) AS open,
        bool_or(d.state IN ('sent', 'unconfirmed')) AS shown,
        max(CASE WHEN d.state = 'expired' THEN 'expired' WHEN d.state = 'dead' THEN 'no_device'
            WHEN d.last_reason = ANY(%(ours)s) THEN d.last_reason ELSE 'undeliverable' END)
        AS reason
    FROM delivery d WHERE d.user_id = n.user_id AND d.occurrence = n.id AND NOT d.withdraw
) way
WHERE o.user_id = n.user_id AND o.id = n.id AND o.state = 'fanned' AND NOT way.open
RETURNING o.user_id, o.id
"""
_LOCK = """
SELECT o.user_id, o.id FROM occurrence o
JOIN unnest(%(users)s::uuid[], %(ids)s::uuid[]) AS n (user_id, id)
    ON o.user_id = n.user_id AND o.id = n.id
WHERE o.state = 'fanned' ORDER BY o.user_id, o.id FOR UPDATE OF o
"""


def close(cursor, occurrences: Sequence[tuple[UUID, UUID]]) -> None:
    """End those of which no delivery is still on its way.

    Two senders that end the last two deliveries at once do not see each other's. So what seems
    to be under way still is looked at again under its lock: one of the two is the second.
    """
    rest = set(occurrences)
    if rest:
        rest -= _closed(cursor, rest)
    if rest:
        cursor.execute(_LOCK, _asked(rest))
        if open_still := set(cursor.fetchall()):
            _closed(cursor, open_still)


def _closed(cursor, occurrences: set[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    cursor.execute(_CLOSE, _asked(occurrences) | {"ours": list(_OURS)})
    return set(cursor.fetchall())


def _asked(occurrences: set[tuple[UUID, UUID]]) -> dict:
    users, ids = zip(*occurrences, strict=True)
    return {"users": as_array(users), "ids": as_array(ids)}
