"""A new table of time zones: every reminder's next instant is computed anew, batch by batch.

Countries change their clocks at a few days' notice. A slot is a date and a time, so only its
instant can change.
"""

from __future__ import annotations

from datetime import datetime
from importlib.metadata import version
from uuid import UUID

from django.db import connection, transaction

from diary.models import Diary, Mark
from diary.reminders.travel import replan
from diary.zones import ZONES

BATCH = 500  # people
_DONE, _AT = "zones", "zones: through"


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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT user_id FROM reminder WHERE user_id > %s ORDER BY user_id LIMIT %s",
            [after, BATCH],
        )
        people = [user_id for (user_id,) in cursor.fetchall()]
    for user_id in people:
        with transaction.atomic():
            diary = Diary.objects.select_for_update().filter(user_id=user_id).first()
            if diary and diary.time_zone in ZONES:
                replan(user_id, diary.time_zone, diary.day_starts_at, now)
    if people:
        _keep(_AT, f"{shipped} {people[-1]}")
    else:
        _keep(_DONE, shipped)
    return len(people)


def _keep(name: str, value: str) -> None:
    Mark.objects.update_or_create(name=name, defaults={"value": value})
