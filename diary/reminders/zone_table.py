"""A new table of time zones: every reminder's next instant is computed anew, batch by batch.

Countries change their clocks at a few days' notice. A slot is a date and a time, so only its
instant can change. What has come due meanwhile stays: it is the planner's to judge.
"""

from __future__ import annotations

from datetime import date, datetime
from importlib.metadata import version
from typing import NamedTuple
from uuid import UUID

from django.db import connection, transaction

from diary.models import Mark
from diary.reminders.clock import resolve
from diary.reminders.rows import as_json
from diary.zones import ZONES

BATCH = 500  # people
_DONE, _AT = "zones", "zones: through"

_PEOPLE = "SELECT DISTINCT user_id FROM reminder WHERE user_id > %s ORDER BY user_id LIMIT %s"
# Their diaries are locked first, as by a move to another zone: neither overlooks the other.
_CLOCKS = """
SELECT user_id, time_zone FROM diary WHERE user_id = ANY(%s) ORDER BY user_id FOR UPDATE
"""
_SLOTS = """
SELECT user_id, id, next_date, next_minute, next_fire_at FROM reminder
WHERE user_id = ANY(%s) AND next_fire_at IS NOT NULL ORDER BY user_id, id FOR UPDATE
"""
_SET = """
UPDATE reminder r SET next_fire_at = n.at
FROM json_to_recordset(%s::json) AS n (user_id uuid, id uuid, at timestamptz)
WHERE r.user_id = n.user_id AND r.id = n.id
"""


class Slot(NamedTuple):
    user_id: UUID
    id: UUID
    day: date
    minute: int
    at: datetime


def follow_zones(now: datetime, shipped: str | None = None) -> int:
    """Recompute the next people's reminders if the zone table is another one; how many people.

    Any number of jobs may do it at once: one batch is one transaction, and twice is as once.
    """
    shipped = shipped or version("tzdata")
    marks = dict(Mark.objects.filter(name__in=[_DONE, _AT]).values_list("name", "value"))
    if marks.get(_DONE) == shipped:
        return 0
    release, _, through = marks.get(_AT, "").partition(" ")
    after = UUID(through) if release == shipped else UUID(int=0)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [after, BATCH])
        people = [user_id for (user_id,) in cursor.fetchall()]
        if people:
            _follow(cursor, people)
            _keep(_AT, f"{shipped} {people[-1]}")
        else:
            _keep(_DONE, shipped)
    return len(people)


def _follow(cursor, people: list[UUID]) -> None:
    cursor.execute(_CLOCKS, [people])
    clocks = {user_id: zone for user_id, zone in cursor.fetchall() if zone in ZONES}
    cursor.execute(_SLOTS, [list(clocks)])
    moved = []
    for slot in map(Slot._make, cursor.fetchall()):
        at = resolve(clocks[slot.user_id], slot.day, slot.minute).at
        if at is not None and at != slot.at:  # a date that is gone: so the planner will find it
            moved.append(slot._replace(at=at))
    if moved:
        cursor.execute(_SET, [as_json(moved)])


def _keep(name: str, value: str) -> None:
    Mark.objects.update_or_create(name=name, defaults={"value": value})
