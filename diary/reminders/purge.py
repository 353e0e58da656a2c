"""What became of reminders long ago is forgotten, person by person, in small transactions."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from diary.models import Diary, Mark

KEPT = timedelta(days=400)  # a year and a month: what came on this day last year can be told
PEOPLE = 1_000  # looked at in one transaction
MOST = 5_000  # occurrences removed in one transaction
_AT = "purge: through"

# A notice stays: its row is why the same pattern is not told of again.
_PURGE = """
WITH old AS (
    SELECT user_id, id FROM occurrence
    WHERE user_id = ANY(%(users)s) AND local_date < %(before)s AND notice_key IS NULL
    LIMIT %(most)s FOR UPDATE SKIP LOCKED
), sent AS (
    DELETE FROM delivery d USING old WHERE d.user_id = old.user_id AND d.occurrence = old.id
)
DELETE FROM occurrence o USING old WHERE o.user_id = old.user_id AND o.id = old.id
"""


def purge(now: datetime, people: int = PEOPLE, most: int = MOST) -> int:
    """Look at the next people; how many. 0 at the end of all, and then it begins anew."""
    with transaction.atomic(), connection.cursor() as cursor:
        mark, _ = Mark.objects.select_for_update().get_or_create(name=_AT)
        after = UUID(mark.value) if mark.value else UUID(int=0)
        users = list(
            Diary.objects.filter(user_id__gt=after)
            .order_by("user_id")
            .values_list("user_id", flat=True)[:people]
        )
        before = (now - KEPT).date()
        cursor.execute(_PURGE, {"users": users, "before": before, "most": most})
        if cursor.rowcount < most:  # else these people have more
            mark.value = str(users[-1]) if users else ""
            mark.save(update_fields=["value"])
    return len(users)
