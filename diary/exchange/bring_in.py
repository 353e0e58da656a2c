"""From a file to a diary: the days of a file, written as one more client would."""

from __future__ import annotations

from datetime import datetime

from diary.exchange import READERS, Unreadable
from diary.models.diary import FIRST_DATE, last_date
from diary.record import Change, write
from diary.vault import Vault


def bring_in(vault: Vault, content: bytes, format: str, now: datetime) -> int:
    """Write a file's days; the number of days that changed.

    What anybody else has written stays as it is. Raises Unreadable, and then nothing was
    written.
    """
    days = list(READERS[format](content))
    for day, _ in days:
        if not FIRST_DATE <= day <= last_date(now):
            raise Unreadable(f"{day} is before 2000 or in the future")
    # Base 0: the file has seen nothing of this diary, so it writes over nobody's field.
    changes = [Change("entries", day.isoformat(), fields, base=0) for day, fields in days]
    outcomes = write(vault, changes, client=f"import:{format}", now=now)
    return sum(outcome.changed for outcome in outcomes)
