"""The only way a diary changes.

Every write locks the diary's row first, always before any other, so that two devices of one
person can neither deadlock nor lose each other's fields; then it raises the diary's counter
and marks from which date on a review has to look again, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min, Q

from diary import merge
from diary.merge import NOTHING, Document, Status
from diary.models import Diary, Record
from diary.models.records import record_label
from diary.vault import Vault

# A write through a single-record route counts as one more client in the merge.
REST = "rest"
# What these hold is looked over by reviews; the rest of a diary changes no finding.
REVIEWED = frozenset({"entries", "moments"})
_NEWEST_FIRST = ("-date", "-key")
COLUMNS = ("collection", "key", "date", "rev", "deleted", "sealed")
_AT_ONCE = 200  # records that are opened at a time


Place = tuple[str, str]  # the collection of a record, and its key in it
Kept = tuple[Document, date | None]  # a document, and the date on which it lies
Statement = tuple[str, dict[str, Any]]  # SQL, and its values by name


@dataclass(frozen=True, slots=True)
class Change:
    """What one client wants of one record.

    An entry's key is its date; any other record has its date, if it has one, among its fields.
    ``fields`` are those to set, None clears one; None instead of a mapping deletes the record.
    ``whole``: fields not named are cleared. ``base``: the revision the client last saw, None
    if it does not say. ``condition`` sees the stored document under the lock and may refuse.
    ``check`` sees what the change would make of it, and tells what is wrong with that, in the
    caller's own terms; it may look at the records that the change ``speaks_of``.
    """

    collection: str
    key: str
    fields: Mapping[str, Any] | None
    whole: bool = False
    base: int | None = None
    condition: Callable[[Document], bool] | None = None
    check: Callable[[Change, Document, Document, Found], Any] | None = None
    speaks_of: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    status: Status
    document: Document
    clashing: tuple[str, ...] = ()
    created: bool = False
    changed: bool = False  # something of it was stored, even beside fields that clash
    faults: Any = None  # what the change's own check told; then nothing of it was stored


@dataclass(frozen=True, slots=True)
class Found:
    """The records of a batch as they stand at one point of it: what was stored, or has been set."""

    documents: Mapping[Place, Kept]

    def __call__(self, collection: str, key: str) -> Document:
        return self.documents.get((collection, key), (NOTHING, None))[0]


class Writing:
    """A diary held by its lock, and what is about to be stored in it; in one transaction.

    However many changes there are, storing them takes two statements.
    """

    def __init__(self, vault: Vault, seq: int, documents: dict[Place, Kept]) -> None:
        self.vault = vault
        self.seq = seq
        self.found = Found(documents)  # it sees what is written here
        self._documents = documents
        self._touched: dict[Place, Kept] = {}
        self._dates: list[date] = []

    def write(self, change: Change, client: str) -> Outcome:
        """Judge one change by what is stored and what has been written before it."""
        place = (change.collection, change.key)
        stored, stored_date = self._documents.get(place, (NOTHING, None))
        outcome = _apply(change, stored, client, self.seq + 1, self.found)
        if outcome.changed:
            self.seq += 1
            day = _date_of(change, outcome.document)
            self._documents[place] = self._touched[place] = (outcome.document, day)
            if change.collection in REVIEWED:
                self._dates += [day for day in (day, stored_date) if day]
        return outcome

    def store(self, now: datetime, beside: Statement | None = None) -> None:
        """Store what has changed. `beside` is one more INSERT, carried out with the last one."""
        if self._touched:
            _upsert(self.vault, self._touched)
            _mark(self.vault.user, self.seq, self._dates, now, beside)
        elif beside:
            with connection.cursor() as cursor:
                cursor.execute(*beside)


def write(
    vault: Vault, changes: Sequence[Change], *, client: str = REST, now: datetime
) -> list[Outcome]:
    """Store the changes, in their order and in one transaction; one outcome each."""
    with transaction.atomic():
        diary = Diary.objects.select_for_update().get(user_id=vault.user)
        writing = Writing(vault, diary.seq, opened(vault, rows_met(vault.user, changes)))
        outcomes = [writing.write(change, client) for change in changes]
        writing.store(now)
    return outcomes


def read(vault: Vault, collection: str, key: str) -> Document:
    """The document of one record; NOTHING where there never was one."""
    rows = _rows(vault, collection).filter(key=key).values_list(*COLUMNS)
    return Found(opened(vault, rows))(collection, key)


def read_several(vault: Vault, collection: str, keys: Iterable[str]) -> dict[str, Document]:
    """The documents of these records, by key; those that there never were are not there."""
    rows = _rows(vault, collection).filter(key__in=list(keys)).values_list(*COLUMNS)
    documents = opened(vault, rows)
    return {key: document for (_, key), (document, _) in documents.items()}


def page(
    vault: Vault,
    collection: str,
    *,
    first: date | None = None,
    last: date | None = None,
    after: tuple[date | None, str] | None = None,
    most: int,
) -> list[tuple[str, date | None, Document]]:
    """At most `most` records by key and date, newest first, those behind `after` in that order.

    Records without a date are in the order of their keys, of which the server's own begin with
    the instant at which they were made.
    """
    rows = _rows(vault, collection).filter(deleted=False).order_by(*_NEWEST_FIRST)
    if first is not None:
        rows = rows.filter(date__range=(first, last))
    if after is not None:
        day, key = after
        before = Q(key__lt=key) if day is None else Q(date__lt=day) | Q(date=day, key__lt=key)
        rows = rows.filter(before)
    documents = opened(vault, rows[:most].values_list(*COLUMNS))
    return [(key, day, document) for (_, key), (document, day) in documents.items()]


def each(
    vault: Vault,
    collection: str,
    *,
    first: date | None = None,
    last: date | None = None,
    after: tuple[date | None, str] | None = None,
) -> Iterator[tuple[str, date | None, Document]]:
    """What `page` gives, to the end; no more is opened than is looked at and a page beyond."""
    while rows := page(vault, collection, first=first, last=last, after=after, most=_AT_ONCE):
        yield from rows
        key, day, _ = rows[-1]
        after = (day, key)


def between(
    vault: Vault, collection: str, first: date, last: date, *, most: int | None = None
) -> list[tuple[date, Document]]:
    """The documents dated from `first` to `last`, newest first, at most `most` of them."""
    rows = (
        _rows(vault, collection)
        .filter(date__range=(first, last), deleted=False)
        .order_by(*_NEWEST_FIRST)
    )
    documents = opened(vault, (rows[:most] if most else rows).values_list(*COLUMNS))
    return [(day, document) for document, day in documents.values()]


def keys(vault: Vault, collection: str) -> list[str]:
    """The keys of the records that are there."""
    return list(_rows(vault, collection).filter(deleted=False).values_list("key", flat=True))


def first_date(vault: Vault, *collections: str) -> date | None:
    """The earliest date that has a document in one of these."""
    rows = _rows(vault, *collections).filter(deleted=False)
    return rows.aggregate(first=Min("date"))["first"]


def _rows(vault: Vault, *collections: str):
    return Record.objects.filter(user_id=vault.user, collection__in=collections)


def opened(vault: Vault, rows: Iterable[tuple]) -> dict[Place, Kept]:
    """Rows opened; plain tuples, because a page of model objects costs more than its values."""
    documents = {}
    for collection, key, day, rev, deleted, sealed in rows:
        label = record_label(vault.user, collection, key, day, deleted, rev)
        document = Document.unpacked(rev, vault.unseal(label, sealed))
        documents[collection, key] = (document, day)
    return documents


def rows_met(user_id: UUID, changes: Iterable[Change]):
    """What the changes meet, and what they speak of, in one read."""
    places = {(change.collection, change.key) for change in changes}
    places |= {place for change in changes for place in change.speaks_of}
    return Record.objects.filter(
        user_id=user_id,
        collection__in={collection for collection, _ in places},
        key__in={key for _, key in places},
    ).values_list(*COLUMNS)


def _apply(change: Change, stored: Document, client: str, rev: int, found: Found) -> Outcome:
    if change.condition is not None and not change.condition(stored):
        return Outcome(Status.REFUSED, stored)
    if change.fields is None:
        status, document, clashing = merge.delete(stored, base=change.base, client=client, rev=rev)
        return Outcome(status, document, clashing, changed=document is not stored)
    fields = merge.flat(change.fields, stored)
    if change.whole:
        cleared = dict.fromkeys(stored.fields)
        fields = cleared | fields
    status, document, clashing = merge.edit(
        stored, fields, base=change.base, client=client, rev=rev
    )
    if change.check is not None and (faults := change.check(change, stored, document, found)):
        return Outcome(Status.REFUSED, stored, faults=faults)
    return Outcome(
        status,
        document,
        clashing,
        created=stored.deleted and not document.deleted,
        changed=document is not stored,
    )


def _date_of(change: Change, document: Document) -> date | None:
    """The date that a record lies on; a tombstone keeps none, unless it is its key."""
    said = change.key if change.collection == "entries" else document.fields.get("date")
    return None if said is None else date.fromisoformat(said)


def _upsert(vault: Vault, touched: Mapping[Place, Kept]) -> None:
    rows = []
    for (collection, key), (document, day) in touched.items():
        label = record_label(vault.user, collection, key, day, document.deleted, document.rev)
        rows.append(
            Record(
                user_id=vault.user,
                collection=collection,
                key=key,
                date=day,
                rev=document.rev,
                deleted=document.deleted,
                sealed=vault.seal(label, document.packed()),
            )
        )
    Record.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "collection", "key"],
        update_fields=["date", "rev", "deleted", "sealed"],
    )


# Of a date and null, PostgreSQL's least and greatest take the date.
_MARK = """
UPDATE diary SET
    seq = %(seq)s, due_since = coalesce(due_since, %(now)s),
    changed_from = least(changed_from, %(first)s::date),
    changed_to = greatest(changed_to, %(last)s::date),
    attempts = 0, quarantined_at = NULL
WHERE user_id = %(user_id)s
"""


def _mark(
    user_id: UUID, seq: int, dates: Sequence[date], now: datetime, beside: Statement | None
) -> None:
    """Raise the counter and make the diary due, for the dates that changed.

    A write lifts a quarantine. `due_since` keeps the oldest unreviewed write's instant.
    """
    first, last = (min(dates), max(dates)) if dates else (None, None)
    values = {"user_id": user_id, "seq": seq, "now": now, "first": first, "last": last}
    sql = _MARK
    if beside:
        insert, more = beside
        sql, values = f"WITH beside AS ({insert}) {_MARK}", values | more
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
