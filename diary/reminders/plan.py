"""Planning: reminders that are due become occurrences, each slot at most once.

The database holds the one truth: a reminder's next slot, and a unique occurrence for each. Any
number of planners may run at once, and any of them may die.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from diary.reminders.decide import LATE, Due, Entries, Next, decide
from diary.reminders.rows import as_json
from diary.zones import ZONES

BATCH = 2_000
RETRY_ZONE = timedelta(hours=1)  # a zone that is not known here may be after an upgrade
_CATCHING_UP = 0x72656D696E64  # the key of the advisory lock, "remind"

_log = logging.getLogger(__name__)

_DUE = """
SELECT r.user_id, r.id, r.kind, r.minutes, r.weekdays, r.every_n_weeks, r.anchor_date,
    r.starts_on, r.ends_on, r.skip_if_entered, r.nudge_after, r.nudge_most, r.by_push, r.by_email,
    r.next_date, r.next_minute, r.next_fire_at, d.time_zone, d.day_starts_at,
    coalesce(s.quiet_start, '22:00'), coalesce(s.quiet_end, '07:00'), s.paused_until
FROM reminder r
JOIN diary d ON d.user_id = r.user_id
LEFT JOIN notification_settings s ON s.user_id = r.user_id
"""
_ON_TIME = (
    _DUE
    + """
WHERE r.next_fire_at >= %(late)s AND r.next_fire_at <= %(now)s
ORDER BY r.next_fire_at LIMIT %(most)s FOR UPDATE OF r SKIP LOCKED
"""
)
_LATE_PEOPLE = """
SELECT user_id FROM reminder WHERE next_fire_at < %(late)s
ORDER BY next_fire_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
_ALL_OF = (
    _DUE
    + """
WHERE r.user_id = ANY(%(users)s) AND r.next_fire_at <= %(now)s
ORDER BY r.user_id, r.id FOR UPDATE OF r SKIP LOCKED
"""
)
# What was entered is looked up in the same statement that makes the occurrence.
_INSERT = """
INSERT INTO occurrence (user_id, id, reminder, kind, local_date, minute, seq, entry_date, due_at,
    send_at, expires_at, state, skip_reason, rule, time_zone, unless_entered, by_push, by_email)
SELECT p.user_id, p.id, p.reminder, p.kind, p.local_date, p.minute, 0, p.entry_date, p.due_at,
    p.send_at, p.expires_at, CASE WHEN entered.yes THEN 'skipped' ELSE p.state END,
    CASE WHEN entered.yes THEN 'already_entered' ELSE p.skip_reason END, p.rule, p.time_zone,
    p.unless_entered, p.by_push, p.by_email
FROM json_to_recordset(%s::json) AS p (user_id uuid, id uuid, reminder uuid, kind text,
    local_date date, minute smallint, entry_date date, due_at timestamptz, send_at timestamptz,
    expires_at timestamptz, state text, skip_reason text, rule text, time_zone text,
    unless_entered bool, by_push bool, by_email bool)
CROSS JOIN LATERAL (SELECT p.state = 'planned' AND p.unless_entered AND EXISTS (
    SELECT FROM record e WHERE e.user_id = p.user_id AND e.collection IN ('entries', 'moments')
        AND e.date = p.entry_date AND NOT e.deleted) AS yes) AS entered
ON CONFLICT DO NOTHING
"""
_UPDATE = """
UPDATE reminder r SET next_date = n.day, next_minute = n.minute, next_fire_at = n.at
FROM json_to_recordset(%s::json)
    AS n (user_id uuid, id uuid, day date, minute smallint, at timestamptz)
WHERE r.user_id = n.user_id AND r.id = n.id
"""


def plan(now: datetime, most: int = BATCH) -> int:
    """Plan up to about `most` due reminders in one transaction; how many those were."""
    bounds = {"now": now, "late": now - LATE, "most": most}
    with transaction.atomic(), connection.cursor() as cursor:
        rows = _claim(cursor, bounds)
        if not rows:
            return 0
        known = [row for row in rows if row.zone in ZONES]
        planned, following = decide(known, now, _entries(cursor, known))
        following += [_waits(row, now) for row in rows if row.zone not in ZONES]
        if planned:
            cursor.execute(_INSERT, [as_json(planned)])
        cursor.execute(_UPDATE, [as_json(following)])
    return len(rows)


def _claim(cursor, bounds: dict) -> list[Due]:
    """Due reminders, locked. After a pause whole people come first, one planner's at a time."""
    cursor.execute("SELECT EXISTS (SELECT FROM reminder WHERE next_fire_at < %(late)s)", bounds)
    [late] = cursor.fetchone()
    if not late:
        cursor.execute(_ON_TIME, bounds)
        return list(map(Due._make, cursor.fetchall()))
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_CATCHING_UP])
    [mine] = cursor.fetchone()
    if not mine:
        return []
    cursor.execute(_LATE_PEOPLE, bounds)
    users = list({user_id for (user_id,) in cursor.fetchall()})
    cursor.execute(_ALL_OF, bounds | {"users": users})
    return list(map(Due._make, cursor.fetchall()))


def _entries(cursor, rows: Sequence[Due]) -> Entries:
    nudged = list({row.user_id for row in rows if row.nudge_after is not None})
    told = list({(row.user_id, row.next_date) for row in rows if row.kind == "weekly_summary"})
    last, week = {}, {}
    if nudged:
        cursor.execute(
            "SELECT user_id, max(date) FROM record WHERE user_id = ANY(%s) AND NOT deleted"
            " AND collection IN ('entries', 'moments') GROUP BY user_id",
            [nudged],
        )
        last = dict(cursor.fetchall())
    if told:
        cursor.execute(
            "SELECT t.user_id, count(DISTINCT e.date) FROM unnest(%s::uuid[], %s::date[])"
            " AS t (user_id, day) JOIN record e ON e.user_id = t.user_id AND NOT e.deleted"
            " AND e.collection IN ('entries', 'moments') AND e.date BETWEEN t.day - 6 AND t.day"
            " GROUP BY t.user_id",
            [list(column) for column in zip(*told, strict=True)],
        )
        week = dict(cursor.fetchall())
    return Entries(last, week)


def _waits(row: Due, now: datetime) -> Next:
    _log.error("a reminder waits for a time zone that is not known here: %s", row.zone)
    return Next(row.user_id, row.id, row.next_date, row.next_minute, now + RETRY_ZONE)
