"""Planning: reminders that are due become occurrences, each slot at most once.

The database holds the one truth: a reminder's next slot, and a unique occurrence for each. Any
number of planners may run at once, and any of them may die.

Of a hundred thousand at half past eight a few dozen differ in what decides about them. So
PostgreSQL hands them over by their terms, each of these is decided once, and nothing here is done
for a single reminder: its ids go back as they came.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from django.conf import settings
from django.db import connection, transaction

from diary.reminders.decide import LATE, Ahead, Outcome, Terms, coalesce, decide
from diary.zones import ZONES

BATCH = 2_000
RETRY_ZONE = timedelta(hours=1)  # a zone that is not known here may be after an upgrade
_CATCHING_UP = 0x72656D696E64  # the key of the advisory lock, "remind"

_log = logging.getLogger(__name__)

_ON_TIME = """
WHERE r.next_fire_at >= %(late)s AND r.next_fire_at <= %(now)s
ORDER BY r.next_fire_at LIMIT %(most)s
"""
_ALL_OF = """
WHERE r.user_id = ANY(%(users)s) AND r.next_fire_at <= %(now)s
ORDER BY r.user_id, r.id
"""
_LATE_PEOPLE = """
SELECT user_id FROM reminder WHERE next_fire_at < %(late)s
ORDER BY next_fire_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
_CHOSEN = """
kind, minutes, weekdays, every_n_weeks, anchor_date, starts_on, ends_on, skip_if_entered,
nudge_after, nudge_most, by_push, by_email, next_date, next_minute
"""
_TERMS = f"""
{_CHOSEN}, time_zone, day_starts_at, quiet_start, quiet_end, paused_until, last_entry, week
"""
_DUE = f"""
WITH due AS MATERIALIZED (
    SELECT r.ctid AS place, r.user_id, r.id, {_CHOSEN}, time_zone, day_starts_at, paused_until,
        coalesce(quiet_start, '22:00') AS quiet_start, coalesce(quiet_end, '07:00') AS quiet_end,
        CASE WHEN r.nudge_after IS NOT NULL THEN (
            SELECT max(e.date) FROM record e WHERE e.user_id = r.user_id AND NOT e.deleted
              AND e.collection IN ('entries', 'moments')) END AS last_entry,
        CASE WHEN r.kind = 'weekly_summary' THEN (
            SELECT count(DISTINCT e.date) FROM record e WHERE e.user_id = r.user_id
              AND NOT e.deleted AND e.collection IN ('entries', 'moments')
              AND e.date BETWEEN r.next_date - 6 AND r.next_date) ELSE 0 END AS week
    FROM reminder r
    JOIN diary d ON d.user_id = r.user_id
    LEFT JOIN notification_settings s ON s.user_id = r.user_id
    {{which}} FOR UPDATE OF r SKIP LOCKED
)
SELECT count(*), array_agg(user_id)::text, array_agg(id)::text, array_agg(place)::text, {_TERMS}
FROM due GROUP BY {{apart}} {_TERMS}
"""
_BY_TERMS = _DUE.format(which=_ON_TIME, apart="")
_ONE_BY_ONE = _DUE.format(which=_ALL_OF, apart="user_id, id,")
# Whose each occasion is, where it is shared by all of a group. What was entered is looked up in
# the same statement that makes the occurrence; whoever shares a minute with a hundred thousand
# others is spread over the next ones, by the last digits of the reminder's id.
_INSERT = """
INSERT INTO occurrence (user_id, id, reminder, kind, local_date, minute, seq, entry_date, due_at,
    send_at, expires_at, state, skip_reason, rule, time_zone, unless_entered, by_push, by_email)
SELECT p.user_id, gen_random_uuid(), p.reminder, o.kind, o.local_date, o.minute, 0, o.entry_date,
    o.due_at,
    CASE WHEN o.state = 'planned' AND entered.yes IS NULL THEN o.send_at + CASE WHEN o.spreads
        THEN ('x' || right(p.reminder::text, 6))::bit(24)::int %% (%(spread)s + 1) ELSE 0
        END * interval '1 second' END,
    o.expires_at, CASE WHEN entered.yes THEN 'skipped' ELSE o.state END,
    CASE WHEN entered.yes THEN 'already_entered' ELSE o.skip_reason END, o.rule, o.time_zone,
    o.unless_entered, o.by_push, o.by_email
FROM unnest(%(users)s::uuid[], %(reminders)s::uuid[], %(groups)s::int[])
    AS p (user_id, reminder, n)
JOIN json_to_recordset(%(occasions)s::json) AS o (n int, kind text, local_date date,
    minute smallint, entry_date date, due_at timestamptz, send_at timestamptz,
    expires_at timestamptz, state text, skip_reason text, rule text, time_zone text,
    unless_entered bool, by_push bool, by_email bool, spreads bool) ON o.n = p.n
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
FROM unnest(%(places)s::tid[], %(groups)s::int[]) AS p (place, n)
JOIN json_to_recordset(%(ahead)s::json) AS a (n int, day date, minute smallint, at timestamptz)
    ON a.n = p.n
WHERE r.ctid = p.place
"""


class Group(NamedTuple):
    """Due reminders on the same terms, locked; whose, which and where they are, as PostgreSQL
    writes arrays."""

    count: int
    users: str
    reminders: str
    places: str
    terms: Terms


def plan(now: datetime, most: int = BATCH) -> int:
    """Plan up to about `most` due reminders in one transaction; how many those were."""
    with transaction.atomic(), connection.cursor() as cursor:
        groups, outcomes = _decided(cursor, now, most)
        if groups:
            _insert(cursor, groups, outcomes)
            _advance(cursor, groups, outcomes)
    return sum(group.count for group in groups)


def _decided(cursor, now: datetime, most: int) -> tuple[list[Group], list[Outcome]]:
    """Due reminders, and what becomes of them. After a pause one planner takes whole people."""
    bounds = {"now": now, "late": now - LATE, "most": most}
    cursor.execute("SELECT EXISTS (SELECT FROM reminder WHERE next_fire_at < %(late)s)", bounds)
    [late] = cursor.fetchone()
    if not late:
        groups = _claim(cursor, _BY_TERMS, bounds)
        return groups, [_outcome(group.terms, now) for group in groups]
    cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_CATCHING_UP])
    [mine] = cursor.fetchone()
    if not mine:
        return [], []
    cursor.execute(_LATE_PEOPLE, bounds)
    users = list({user_id for (user_id,) in cursor.fetchall()})
    groups = _claim(cursor, _ONE_BY_ONE, bounds | {"users": users})
    each = [_outcome(group.terms, now) for group in groups]
    return groups, coalesce([group.users for group in groups], each, now)


def _claim(cursor, due: str, bounds: dict) -> list[Group]:
    cursor.execute(due, bounds)
    return [
        Group(count, users, reminders, places, Terms(kind, tuple(minutes), *terms))
        for count, users, reminders, places, kind, minutes, *terms in cursor.fetchall()
    ]


def _outcome(due: Terms, now: datetime) -> Outcome:
    if due.zone in ZONES:
        return decide(due, now)
    _log.error("a reminder waits for a time zone that is not known here: %s", due.zone)
    return Outcome([], Ahead(due.next_date, due.next_minute, now + RETRY_ZONE))


def _insert(cursor, groups: Sequence[Group], outcomes: Sequence[Outcome]) -> None:
    occasions = [
        {"n": n, **occasion._asdict()}
        for n, outcome in enumerate(outcomes)
        for occasion in outcome.occasions
    ]
    asked = {
        "users": _together(group.users for group in groups),
        "reminders": _together(group.reminders for group in groups),
        "groups": _numbers(groups),
        "occasions": orjson.dumps(occasions).decode(),
        "spread": settings.REMINDER_SPREAD,
    }
    cursor.execute(_INSERT, asked)


def _advance(cursor, groups: Sequence[Group], outcomes: Sequence[Outcome]) -> None:
    ahead = [{"n": n, **outcome.ahead._asdict()} for n, outcome in enumerate(outcomes)]
    asked = {
        "places": _together(group.places for group in groups),
        "groups": _numbers(groups),
        "ahead": orjson.dumps(ahead).decode(),
    }
    cursor.execute(_UPDATE, asked)


def _together(arrays: Iterable[str]) -> str:
    """One array of several, each as PostgreSQL writes them.

    >>> _together(["{a,b}", "{c}"])
    '{a,b,c}'
    """
    return "{" + ",".join(array[1:-1] for array in arrays) + "}"


def _numbers(groups: Sequence[Group]) -> str:
    """For each reminder the number of its group, as an array."""
    return _together("{" + ",".join([str(n)] * g.count) + "}" for n, g in enumerate(groups))
