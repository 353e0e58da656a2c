"""A batch of changes from one device: stored once, and answered again when it comes again.

Answers get lost. A device then sends the same batch, under the same number, and is told how
each change went the first time. Anything older is stale: stored late, it would turn what the
device has written since back into what it wrote before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import DateField, F, TextField, Value
from django.db.models.functions import Cast

from diary.merge import Document
from diary.models import Client, Diary
from diary.models.clients import client_label
from diary.record import Change, Found, Writing, opened, rows_met
from diary.vault import Vault

REJECTED = "rejected"  # not valid: nothing of it was stored
MOST_FAULTS = 100  # told of one batch, so that no answer is many times as large as what was sent
_FIRST = "trackers"  # judged first: an entry of the same batch may hold a value of one


class Stale(Exception):
    """The batch is older than the device's last one, or has its number and other changes."""


@dataclass(frozen=True, slots=True)
class Item:
    """One change of a batch; without one, ``faults`` tells what is wrong with what was sent."""

    collection: str | None
    key: str | None
    change: Change | None = None
    faults: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What a device sends at once. ``mark`` is the same only where the changes are the same."""

    client: UUID
    number: int
    mark: str
    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class Result:
    """How one change went, and what is stored of its record now; nothing where it was rejected."""

    collection: str | None
    key: str | None
    status: str
    clashing: tuple[str, ...]
    faults: Sequence[Mapping[str, Any]]
    document: Document | None


@dataclass(frozen=True, slots=True)
class Answer:
    results: list[Result]  # in the order of the changes
    epoch: UUID
    seq: int
    country: str | None


def push(user_id: UUID, batch: Batch, now: datetime) -> Answer:
    """Store the batch in one transaction. Raises Stale.

    Four statements and those of the transaction, however many changes there are.
    """
    changes = [item.change for item in batch.items if item.change]
    with transaction.atomic():
        # Of this statement only the locked row is sure to be the newest; the rest of what
        # depends on earlier batches has to be read behind it.
        diary = (
            Diary.objects.select_for_update(of=("self",))
            .select_related("user__datakey")
            .get(user_id=user_id)
        )
        vault = diary.user.datakey.open()
        last, rows = _last_batch(vault, batch.client, rows_met(user_id, changes))
        writing = Writing(vault, diary.seq, opened(vault, rows))
        if last and batch.number <= last.number:
            results = last.again(batch, writing.found)
        else:
            results = _judged(batch, writing)
            writing.store(now, beside=_kept(vault, batch, results))
    return Answer(results, diary.epoch, writing.seq, diary.country)


@dataclass(frozen=True, slots=True)
class _Last:
    """The device's last batch: its number and mark, and how each of its changes went."""

    number: int
    mark: str
    results: list[list]

    def again(self, batch: Batch, found: Found) -> list[Result]:
        """The same answer, with the documents as they are now."""
        if batch.number < self.number or batch.mark != self.mark:
            raise Stale
        return [
            Result(
                collection,
                key,
                status,
                tuple(clashing),
                faults,
                None if status == REJECTED else found(collection, key),
            )
            for collection, key, status, clashing, faults in self.results
        ]


def _judged(batch: Batch, writing: Writing) -> list[Result]:
    """Each change met with what is stored, trackers before all others."""
    results: dict[int, Result] = {}
    seq = writing.seq
    order = sorted(range(len(batch.items)), key=lambda at: batch.items[at].collection != _FIRST)
    for at in order:
        results[at] = _result(batch.items[at], writing, str(batch.client), seq)
    return _within_bounds([results[at] for at in range(len(batch.items))])


def _result(item: Item, writing: Writing, client: str, seq: int) -> Result:
    change = item.change
    if change is None:
        return Result(item.collection, item.key, REJECTED, (), item.faults, None)
    if change.base > seq:
        # A revision that has not been yet, from before a restore: it proves nothing to be seen.
        change = replace(change, base=0)
    outcome = writing.write(change, client)
    if outcome.faults:
        return Result(item.collection, item.key, REJECTED, (), outcome.faults, None)
    status, clashing = outcome.status.value, outcome.clashing
    return Result(item.collection, item.key, status, clashing, (), outcome.document)


def _within_bounds(results: Sequence[Result]) -> list[Result]:
    """The results with at most so many faults, and at least one for each that has any."""
    bounded, left = [], MOST_FAULTS
    for result in results:
        told = result.faults[: max(left, 1)]
        left -= len(told)
        bounded.append(replace(result, faults=told))
    return bounded


def _last_batch(vault: Vault, client: UUID, rows) -> tuple[_Last | None, Iterable[tuple]]:
    """The device's last batch, read in one statement with the rows."""
    told = Client.objects.filter(user_id=vault.user, id=client).values_list(
        Value("", TextField()),  # no collection has this name
        Cast("id", TextField()),
        Value(None, DateField()),
        F("batch"),
        Value(False),
        F("sealed"),
    )
    read = list(rows.union(told, all=True))
    for collection, _, _, number, _, sealed in read:
        if not collection:
            label = client_label(vault.user, client, number)
            last = _Last(number, **orjson.loads(vault.unseal(label, sealed)))
            return last, [row for row in read if row[0]]
    return None, read


def _kept(vault: Vault, batch: Batch, results: Sequence[Result]):
    """The statement that keeps how the batch went: no documents, and all of it sealed."""
    told = [
        [result.collection, result.key, result.status, result.clashing, result.faults]
        for result in results
    ]
    label = client_label(vault.user, batch.client, batch.number)
    sealed = vault.seal(label, orjson.dumps({"mark": batch.mark, "results": told}))
    return Client.KEEP, {
        "user_id": vault.user,
        "client": batch.client,
        "batch": batch.number,
        "sealed": sealed,
    }
