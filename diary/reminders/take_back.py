"""An entry that came in takes back what asked for it: unsent at once, shown ones silently."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from diary.reminders.fence import LEASE

SHOWN = timedelta(hours=24)  # what was shown longer ago stays where it is
LASTS = timedelta(hours=2)

_TAKE_BACK = """
WITH answered AS (
    UPDATE occurrence o SET
        state = CASE WHEN o.state = 'done' THEN 'done' ELSE 'skipped' END,
        skip_reason = CASE WHEN o.state = 'done' THEN 'answered' ELSE 'already_entered' END,
        send_at = NULL
    WHERE o.user_id = ANY(%(users)s) AND o.unless_entered
      AND ((o.skip_reason IS NULL AND o.state IN ('planned', 'fanned', 'done'))
        OR o.skip_reason = 'already_entered')  -- the fence saw it first
      AND o.due_at > %(since)s
      AND o.local_date >= %(since)s::date - 1
      AND EXISTS (
        SELECT FROM record e WHERE e.user_id = o.user_id AND e.date = o.entry_date
          AND e.collection IN ('entries', 'moments') AND NOT e.deleted)
    RETURNING o.user_id, o.id
), home AS (
    UPDATE delivery d SET state = 'dropped', last_reason = 'already_entered',
        next_attempt_at = NULL
    FROM answered a WHERE d.user_id = a.user_id AND d.occurrence = a.id
      AND d.state IN ('pending', 'retry')
)
INSERT INTO delivery (user_id, id, occurrence, target, channel, withdraw, state, attempts,
    next_attempt_at, expires_at, other_environment, provider_id, last_reason)
SELECT d.user_id, gen_random_uuid(), d.occurrence, d.target, d.channel, TRUE, 'pending', 0,
    CASE WHEN d.state IN ('claimed', 'on_wire') THEN %(landed)s ELSE %(now)s END, %(until)s,
    d.other_environment, '', ''
FROM answered a JOIN delivery d ON d.user_id = a.user_id AND d.occurrence = a.id
WHERE d.state IN ('claimed', 'on_wire', 'sent', 'unconfirmed')
  AND NOT d.withdraw AND d.channel <> 'email'
ON CONFLICT DO NOTHING
"""


def take_back(user_ids: Sequence[UUID], now: datetime) -> None:
    """Look after what these people have just written, once for all of them."""
    asked = {"users": list(user_ids), "since": now - SHOWN, "now": now, "until": now + LASTS}
    asked["landed"] = now + LEASE  # what is leaving right now has arrived by then, or never will
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_BACK, asked)
