"""How fast this machine's PostgreSQL is: the least that planning could be, without a diary.

A due row is locked, its occurrence written under a key of its own, and its next instant set, in
one statement for as many rows as the planner takes at once: no join, no zone, no line of Python
for any of them. A goal in rows a second was set on some machine; this says what it is worth here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

BATCH = 2_000

_MAKE = """
CREATE TABLE bare_reminder (id uuid PRIMARY KEY, due timestamptz, words bytea);
CREATE INDEX ON bare_reminder (due) WHERE due IS NOT NULL;
CREATE TABLE bare_occurrence (
    id uuid PRIMARY KEY, reminder uuid, day date, send_at timestamptz, state text
);
CREATE UNIQUE INDEX ON bare_occurrence (reminder, day);
INSERT INTO bare_reminder
SELECT gen_random_uuid(), now() + n %% 10 * interval '1 day', decode(repeat('00', 100), 'hex')
FROM generate_series(1, 10 * %(due)s::int) n;
"""
_PLAN = """
WITH due AS (
    SELECT id, due FROM bare_reminder WHERE due <= now() + interval '1 hour'
    ORDER BY due LIMIT %(most)s FOR UPDATE SKIP LOCKED
), planned AS (
    INSERT INTO bare_occurrence
    SELECT gen_random_uuid(), id, due::date, due, 'planned' FROM due ON CONFLICT DO NOTHING
)
UPDATE bare_reminder r SET due = d.due + interval '10 days' FROM due d WHERE r.id = d.id
"""


def planned(count: int, meter: Callable[[], Any]) -> Any:
    """The meter after so many bare rows, a tenth of their table, were planned."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_MAKE, {"due": count})
        cursor.execute("ANALYZE bare_reminder")
        running, total = meter(), 0
        while done := _batch(cursor):
            total += done
        running.stop(total)
        cursor.execute("DROP TABLE bare_reminder, bare_occurrence")
    assert total == count
    return running


def _batch(cursor) -> int:
    with transaction.atomic():
        cursor.execute(_PLAN, {"most": BATCH})
        return cursor.rowcount
