"""Planning: reminders that are due become occurrences, each slot at most once.

The database holds the one truth: a reminder's next slot, and a unique occurrence for each. Any
number of planners may run at once, and any of them may die.

A hundred thousand at half past eight have a few dozen different terms. So PostgreSQL hands them
over by their terms, each of these is decided once, and nothing here is done for a single reminder
that is in time: its ids go back as they came.
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

_TERMS = ", ".join(Terms._fields)


def _due(which: str, apart: str = "") -> str:
    """A statement that locks due reminders and hands them over, together or `apart`.

    What was written is looked up after the lock, and only for those whom it matters to.
    """
    return f"""
WITH due AS MATERIALIZED (
    SELECT r.*, r.ctid AS place, d.time_zone, d.day_starts_at, s.paused_until,
        coalesce(s.quiet_start, '22:00') AS quiet_start,
        coalesce(s.quiet_end, '07:00') AS quiet_end
    FROM reminder r
    JOIN diary d ON d.user_id = r.user_id
    LEFT JOIN notification_settings s ON s.user_id = r.user_id
    {which} FOR UPDATE OF r SKIP LOCKED
), known AS (
    SELECT *,
        CASE WHEN nudge_after IS NOT NULL THEN greatest(
            (SELECT max(e.date) FROM record e WHERE e.user_id = due.user_id
              AND e.collection = 'entries' AND NOT e.deleted),
            (SELECT max(e.date) FROM record e WHERE e.user_id = due.user_id
              AND e.collection = 'moments' AND NOT e.deleted)) END AS last_entry,
        CASE WHEN kind = 'weekly_summary' THEN (
            SELECT count(DISTINCT e.date) FROM record e WHERE e.user_id = due.user_id
              AND e.collection IN ('entries', 'moments') AND NOT e.deleted
              AND e.date BETWEEN due.next_date - 6 AND due.next_date) ELSE 0 END AS week
    FROM due
)
SELECT count(*), array_agg(user_id)::text, array_agg(id)::text, array_agg(place)::text, {_TERMS}
FROM known GROUP BY {apart} {_TERMS}
"""


_IN_TIME = _due(
    """WHERE r.next_fire_at >= %(late)s AND r.next_fire_at <= %(now)s
    ORDER BY r.next_fire_at LIMIT %(most)s"""
)
_ALL_OF = _due(
    """WHERE r.user_id = ANY(%(users)s) AND r.next_fire_at <= %(now)s
    ORDER BY r.user_id, r.id""",
    apart="user_id, id,",
)
_LATE_PEOPLE = """
SELECT user_id FROM reminder WHERE next_fire_at < %(late)s
ORDER BY next_fire_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
"""
_WRITTEN = """
SELECT p.place FROM unnest(%(users)s::uuid[], %(days)s::date[], %(places)s::int[])
    AS p (user_id, day, place)
WHERE EXISTS (SELECT FROM record e WHERE e.user_id = p.user_id AND e.date = p.day
    AND e.collection IN ('entries', 'moments') AND NOT e.deleted)
"""
# `p` is a reminder and the number of its outcome, `o` an occasion of that outcome. What was
# entered is looked up in the same statement that makes the occurrence; whoever shares a minute
# with a hundred thousand others is spread over the next ones, by the end of the reminder's id.
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
FROM unnest(%(users)s::uuid[], %(reminders)s::uuid[], %(which)s::int[])
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
FROM unnest(%(places)s::tid[], %(which)s::int[]) AS p (place, n)
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


Numbers = dict[Outcome, int]


def plan(now: datetime, most: int = BATCH) -> int:
    """Plan up to about `most` due reminders in one transaction; how many those were."""
    with transaction.atomic(), connection.cursor() as cursor:
        groups, outcomes = _claim(cursor, now, most)
        if groups:
            numbers, which = _numbered(groups, outcomes)
            _insert(cursor, groups, numbers, which)
            _advance(cursor, groups, numbers, which)
    return sum(group.count for group in groups)


def _claim(cursor, now: datetime, most: int) -> tuple[list[Group], list[Outcome]]:
    """Due reminders, locked, and what becomes of them."""
    bounds = {"now": now, "late": now - LATE, "most": most}
    cursor.execute("SELECT EXISTS (SELECT FROM reminder WHERE next_fire_at < %(late)s)", bounds)
    [late] = cursor.fetchone()
    if late:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_CATCHING_UP])
        [mine] = cursor.fetchone()
        if not mine:  # nor what is in time, which may be of the same people
            return [], []
        if (caught_up := _claim_late(cursor, bounds))[0]:
            return caught_up
    groups = _lock(cursor, _IN_TIME, bounds)
    return groups, _outcomes(groups, now)


def _claim_late(cursor, bounds: dict) -> tuple[list[Group], list[Outcome]]:
    """After a pause one planner takes whole people, for of theirs only one comes.

    Nothing, where somebody else just has them; what is in time need not wait for that.
    """
    cursor.execute(_LATE_PEOPLE, bounds)
    users = list({user_id for (user_id,) in cursor.fetchall()})
    groups = _lock(cursor, _ALL_OF, bounds | {"users": users})
    outcomes = _outcomes(groups, bounds["now"])
    written = _written(cursor, groups, outcomes)
    return groups, coalesce([one.users for one in groups], outcomes, written, bounds["now"])


def _lock(cursor, due: str, bounds: dict) -> list[Group]:
    cursor.execute(due, bounds)
    return [
        Group(count, users, reminders, places, Terms(kind, tuple(minutes), *terms))
        for count, users, reminders, places, kind, minutes, *terms in cursor.fetchall()
    ]


def _outcomes(groups: Sequence[Group], now: datetime) -> list[Outcome]:
    decided = {terms: _outcome(terms, now) for terms in {group.terms for group in groups}}
    return [decided[group.terms] for group in groups]


def _outcome(due: Terms, now: datetime) -> Outcome:
    if due.time_zone in ZONES:
        return decide(due, now)
    # Its other reminders may come meanwhile; `fan` lets what is late by then give way to them.
    _log.error("reminders wait for a time zone that is not known here: %s", due.time_zone)
    return Outcome((), Ahead(due.next_date, due.next_minute, now + RETRY_ZONE))


def _written(cursor, groups: Sequence[Group], outcomes: Sequence[Outcome]) -> set[int]:
    """The places of those that would ask about a day that is written; each group is one."""
    asks = [
        (group.users, occasion.entry_date, place)
        for place, (group, outcome) in enumerate(zip(groups, outcomes, strict=True))
        for occasion in outcome.occasions
        if occasion.state == "planned" and occasion.unless_entered
    ]
    users, days, places = zip(*asks, strict=True) if asks else ((), (), ())
    asked = {"users": _together(users), "days": list(days), "places": list(places)}
    cursor.execute(_WRITTEN, asked)
    return {place for (place,) in cursor.fetchall()}


def _insert(cursor, groups: Sequence[Group], numbers: Numbers, which: str) -> None:
    occasions = [
        {"n": n, **occasion._asdict()}
        for outcome, n in numbers.items()
        for occasion in outcome.occasions
    ]
    asked = {
        "users": _together(group.users for group in groups),
        "reminders": _together(group.reminders for group in groups),
        "which": which,
        "occasions": orjson.dumps(occasions).decode(),
        "spread": settings.REMINDER_SPREAD,
    }
    cursor.execute(_INSERT, asked)


def _advance(cursor, groups: Sequence[Group], numbers: Numbers, which: str) -> None:
    ahead = [{"n": n, **outcome.ahead._asdict()} for outcome, n in numbers.items()]
    asked = {
        "places": _together(group.places for group in groups),
        "which": which,
        "ahead": orjson.dumps(ahead).decode(),
    }
    cursor.execute(_UPDATE, asked)


def _numbered(groups: Sequence[Group], outcomes: Sequence[Outcome]) -> tuple[Numbers, str]:
    """A number for each different outcome; and for each reminder its number, as an array."""
    numbers: Numbers = {}
    which: list[str] = []
    for group, outcome in zip(groups, outcomes, strict=True):
        which += [str(numbers.setdefault(outcome, len(numbers)))] * group.count
    return numbers, "{" + ",".join(which) + "}"


def _together(arrays: Iterable[str]) -> str:
    """One array of several, each as PostgreSQL writes them.

    >>> _together(["{a,b}", "{c}"])
    '{a,b,c}'
    """
    return "{" + ",".join(array[1:-1] for array in arrays) + "}"
