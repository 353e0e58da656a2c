"""From a file to a diary: what a file holds, written as one more client would."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from django.db import transaction

from diary.exchange import READERS, Unreadable, fortnight_in
from diary.exchange.whole import whole_diary
from diary.models import Person
from diary.models.diary import FIRST_DATE, last_date
from diary.record import Change, write
from diary.vault import Vault

FORTNIGHT = "fortnight"
FORMATS = (*READERS, FORTNIGHT)
_AT_ONCE = 1_000  # documents written by one statement
# What a file holds that is not the person's own word, or of something that gets a new id.
_FOUND_ANEW = frozenset({"patterns", "feedback"})

Placed = tuple[str, Change]  # where in the file a change stands


@dataclass(slots=True)
class Brought:
    """How many documents changed, and between which dates they lie."""

    documents: int = 0
    first: date | None = None
    last: date | None = None

    def take(self, day: date | None) -> None:
        self.documents += 1
        if day is not None:
            self.first = min(self.first or day, day)
            self.last = max(self.last or day, day)


def bring_in(vault: Vault, content: bytes, format: str, now: datetime) -> Brought:
    """Write what a file holds; what anybody else has written stays as it is.

    Raises Unreadable, and then nothing was written.
    """
    brought = Brought()
    with transaction.atomic():
        if format == FORTNIGHT:
            changes = _documents(vault, content, now, brought)
        else:
            changes = _days(READERS[format](content), now)
        for batch in iter(lambda: list(islice(changes, _AT_ONCE)), []):
            _write(vault, batch, format, now, brought)
    return brought


def _days(days: Iterable, now: datetime) -> Iterator[Placed]:
    for day, fields in days:
        if not FIRST_DATE <= day <= last_date(now):
            raise Unreadable(f"{day} is before 2000 or in the future")
        # Base 0: the file has seen nothing of this diary, so it writes over nobody's field.
        yield day.isoformat(), Change("entries", day.isoformat(), fields, base=0)


def _documents(vault: Vault, content: bytes, now: datetime, brought: Brought) -> Iterator[Placed]:
    """The changes of our own format; its reminders are brought back on the way."""
    whole = whole_diary()
    person = Person.objects.select_related("diary").get(pk=vault.user)
    asked = whole.Asked(person, vault, now)
    seen = set()
    for name, place, document in fortnight_in.read(content):
        if name in _FOUND_ANEW:
            continue
        try:
            if name == "reminders":
                brought.documents += asked.reminder(document)
            else:
                yield place, asked.change(name, document)
        except whole.Refused as error:
            raise Unreadable(f"{place}: {error}") from None
        which = (name, str(document.get("date" if name == "entries" else "id")))
        if which in seen:  # the second would be written over the first
            raise Unreadable(f"{place}: {which[1]} stands there twice")
        seen.add(which)


def _write(vault: Vault, batch: list[Placed], format: str, now: datetime, brought: Brought) -> None:
    changes = [change for _, change in batch]
    outcomes = write(vault, changes, client=f"import:{format}", now=now)
    for (place, change), outcome in zip(batch, outcomes, strict=True):
        if outcome.faults:
            raise Unreadable(f"{place}: {whole_diary().Refused(outcome.faults)}")
        if outcome.changed:
            said = change.key if change.collection == "entries" else change.fields.get("date")
            brought.take(said and date.fromisoformat(said))
