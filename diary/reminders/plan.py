"""Planning: reminders that are due become occurrences, each slot at most once.

The database holds the one truth: a reminder's next slot, and a unique occurrence for each. Any
number of planners may run at once, and any of them may die.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from diary.reminders.decide import LATE, Ahead, Due, Entries, Planned, decide
from diary.reminders.rows import as_array, shared
from diary.zones import ZONES

BATCH = 2_000
RETRY_ZONE = timedelta(hours=1)  # a zone that is not known here may be after an upgrade
_CATCHING_UP = 0x72656D696E64  # the key of the advisory lock, "remind"

_log = logging.getLogger(__name__)

_DUE = """
SELECT r.ctid::text, r.user_id, r.id, r.kind, r.minutes, r.weekdays, r.every_n_weeks, r.anchor_date,
    r.starts_on, r.ends_on, r.skip_if_entered, r.nudge_after, r.nudge_most, r.by_push, r.by_email,
    r.next_date, r.next_minute, d.time_zone, d.day_starts_at,
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
SELECT p.user_id, p.id, p.reminder, o.kind, o.local_date, o.minute, 0, o.entry_date, o.due_at,
    CASE WHEN o.state = 'planned' AND entered.yes IS NULL
        THEN o.send_at + p.spread * interval '1 second' END, o.expires_at,
    CASE WHEN entered.yes THEN 'skipped' ELSE o.state END,
    CASE WHEN entered.yes THEN 'already_entered' ELSE o.skip_reason END, o.rule, o.time_zone,
    o.unless_entered, o.by_push, o.by_email
FROM unnest(%(users)s::uuid[], %(ids)s::uuid[], %(reminders)s::uuid[], %(spreads)s::int[],
    %(which)s::int[]) AS p (user_id, id, reminder, spread, which)
JOIN json_to_recordset(%(occasions)s::json) AS o (n int, kind text, local_date date,
    minute smallint, entry_date date, due_at timestamptz, send_at timestamptz,
    expires_at timestamptz, state text, skip_reason text, rule text, time_zone text,
    unless_entered bool, by_push bool, by_email bool) ON o.n = p.which
LEFT JOIN LATERAL (
    SELECT TRUE AS yes FROM record e WHERE o.state = 'planned' AND o.unless_entered
      AND e.user_id = p.user_id AND e.collection IN ('entries', 'moments')
      AND e.date = o.entry_date AND NOT e.deleted LIMIT 1
) AS entered ON TRUE
ON CONFLICT DO NOTHING
"""
# By its place in the table, which a locked row keeps: no index is asked a second time. Its page
# has just been read, so that fetching it costs next to nothing.
_UPDATE = """
SET LOCAL random_page_cost = 0.1;
UPDATE reminder r SET next_date = a.day, next_minute = a.minute, next_fire_at = a.at
FROM unnest(%(places)s::tid[], %(which)s::int[]) AS n (place, which)
JOIN json_to_recordset(%(ahead)s::json) AS a (n int, day date, minute smallint, at timestamptz)
    ON a.n = n.which
WHERE r.ctid = n.place
"""


def plan(now: datetime, most: int = BATCH) -> int:
    """Plan up to about `most` due reminders in one transaction; how many those were."""
    bounds = {"now": now, "late": now - LATE, "most": most}
    with transaction.atomic(), connection.cursor() as cursor:
        claimed = _claim(cursor, bounds)
        if not claimed:
            return 0
        rows = [row for _, row in claimed]
        known = [row for row in rows if row.zone in ZONES]
        planned, following = decide(known, now, _entries(cursor, known))
        _insert(cursor, planned)
        ahead = iter(following)
        _advance(
            cursor,
            [place for place, _ in claimed],
            [next(ahead) if row.zone in ZONES else _waits(row, now) for row in rows],
        )
    return len(rows)


def _insert(cursor, planned: Sequence[Planned]) -> None:
    if not planned:
        return
    users, ids, reminders, spreads, occasions = zip(*planned, strict=True)
    different, which = shared(occasions)
    asked = {
        "users": as_array(users),
        "ids": as_array(ids),
        "reminders": as_array(reminders),
        "spreads": as_array(spreads),
        "which": which,
        "occasions": different,
    }
    cursor.execute(_INSERT, asked)


def _advance(cursor, places: Sequence[str], following: Sequence[Ahead]) -> None:
    different, which = shared(following)
    cursor.execute(_UPDATE, {"places": as_array(places), "which": which, "ahead": different})


def _claim(cursor, bounds: dict) -> list[tuple[str, Due]]:
    """Due reminders and their places, locked. After a pause one planner takes whole people."""
    cursor.execute("SELECT EXISTS (SELECT FROM reminder WHERE next_fire_at < %(late)s)", bounds)
    [late] = cursor.fetchone()
    if not late:
        cursor.execute(_ON_TIME, bounds)
        return list(map(_placed, cursor.fetchall()))
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_CATCHING_UP])
    [mine] = cursor.fetchone()
    if not mine:
        return []
    cursor.execute(_LATE_PEOPLE, bounds)
    users = list({user_id for (user_id,) in cursor.fetchall()})
    cursor.execute(_ALL_OF, bounds | {"users": users})
    return list(map(_placed, cursor.fetchall()))


def _placed(row: tuple) -> tuple[str, Due]:
    place, user_id, id, kind, minutes, *terms = row
    return place, Due(user_id, id, kind, tuple(minutes), *terms)


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


def _waits(row: Due, now: datetime) -> Ahead:
    _log.error("a reminder waits for a time zone that is not known here: %s", row.zone)
    return Ahead(row.next_date, row.next_minute, now + RETRY_ZONE)
