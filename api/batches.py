"""What a device sends to sync, read change by change: one that is wrong keeps no other back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from api.collections import COLLECTIONS
from api.documents import Collection, Fields, Id
from api.fields import StrictSerializer, refuse, shown
from api.problems import SchemaTooOld, faults
from diary import batch
from diary.record import Change

MOST_CHANGES = 500
OLDEST_SCHEMA = 1  # what an app must know; of a newer one, what is not known here is rejected
LARGEST_NUMBER = 2**53 - 1  # to which every phone can count


class Whole(serializers.IntegerField):
    """A whole number, and nothing that could be read as one."""

    def to_internal_value(self, sent):
        if isinstance(sent, bool) or not isinstance(sent, int):
            raise refuse("A whole number is expected here.", "type")
        if sent < self.min_value:
            detail = f"This is at least {self.min_value}; {shown(sent)} was sent."
            raise refuse(detail, "min_value", low=self.min_value)
        if sent > LARGEST_NUMBER:
            raise refuse("This number is too large.", "max_value", high=LARGEST_NUMBER)
        return sent


class Named(serializers.ChoiceField):
    """A collection by its name."""

    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("The name of a collection is expected here.", "type")
        if sent not in COLLECTIONS:
            raise refuse(f"There is no collection {shown(sent)}.", "unknown_collection")
        return COLLECTIONS[sent]


@extend_schema_field({"type": "string"})
class Key(serializers.Field):
    def to_internal_value(self, sent):
        if not isinstance(sent, str):
            raise refuse("A text is expected here: a UUID, or the date of an entry.", "type")
        return sent


class FieldsToSet(serializers.DictField):
    def to_internal_value(self, sent):
        if not isinstance(sent, Mapping):
            raise refuse("A JSON object is expected here.", "type")
        return sent  # read by the collection


class Yes(serializers.BooleanField):
    def to_internal_value(self, sent):
        if sent is not True:
            raise refuse("Only true can be said here.", "choice")
        return sent


class SyncChange(StrictSerializer):
    """Fields to set in one record (null clears one), or that it is to be deleted."""

    collection = Named(list(COLLECTIONS))
    id = Key(help_text="A UUID; of an entry its date.")
    base = Whole(
        min_value=0,
        help_text="The revision that the device last saw of the record; 0 if it never saw one.",
    )
    set = FieldsToSet(required=False, help_text="The fields that were changed, and only these.")
    delete = Yes(required=False, help_text="In place of `set`.")

    def validate(self, read):
        if ("set" in read) == ("delete" in read):
            detail = "A change has either `set` or `delete`."
            raise ValidationError({"set": refuse(detail, "required").detail})
        return read


class Changes(serializers.ListField):
    """Changes as they were sent; each is read, and refused, by itself."""

    child = SyncChange()

    def to_internal_value(self, sent):
        if not isinstance(sent, list):
            raise refuse("A list of changes is expected here.", "type")
        if len(sent) > MOST_CHANGES:
            detail = f"At most {MOST_CHANGES} changes; {len(sent)} were sent."
            raise refuse(detail, "max_length", max_length=MOST_CHANGES)
        return sent


class SyncBatch(StrictSerializer):
    """What a device has changed, in the order in which it did."""

    client = Id(help_text="The installed app: a UUID that it has made itself.")
    batch = Whole(
        min_value=1,
        help_text="Grows from batch to batch. The last one, sent again, is answered again.",
    )
    schema = Whole(min_value=OLDEST_SCHEMA, help_text="The version of the documents it knows.")
    changes = Changes(max_length=MOST_CHANGES)


@dataclass(frozen=True, slots=True)
class Said:
    """A change as it was read, and the fields that the person wanted to set, as far as known."""

    item: batch.Item
    collection: Collection | None = None
    fields: Fields | None = None


def read_batch(sent: Mapping[str, Any], now: datetime) -> tuple[batch.Batch, list[Said]]:
    """The batch, and what each of its changes says.

    Raises SchemaTooOld, and ValidationError for what is wrong with the batch as a whole.
    """
    schema = sent.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema < OLDEST_SCHEMA:
        raise SchemaTooOld(OLDEST_SCHEMA)
    serializer = SyncBatch(data=sent)
    serializer.is_valid(raise_exception=True)
    read = serializer.validated_data
    shape = SyncChange()
    said = [_read_change(change, shape, now) for change in read["changes"]]
    return (
        batch.Batch(
            client=UUID(read["client"]),
            number=read["batch"],
            mark=_mark(read["changes"]),
            items=[each.item for each in said],
        ),
        said,
    )


def _mark(changes: Sequence[Any]) -> str:
    """The same for the same changes, in whatever order the names of an object stand."""
    return hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()


def _read_change(sent: Any, shape: SyncChange, now: datetime) -> Said:
    try:
        change = _change(shape.run_validation(sent), now)
    except ValidationError as error:
        item = batch.Item(*_names_in(sent), faults=_told(error.detail))
        return Said(item, *_readable(sent, error.detail, now))
    return Said(
        batch.Item(change.collection, change.key, change),
        COLLECTIONS[change.collection],
        change.fields,
    )


def _change(read: Mapping[str, Any], now: datetime) -> Change:
    """What the change asks for. Raises ValidationError, its pointers from the change on."""
    collection, base = read["collection"], read["base"]
    try:
        key = collection.key_to_write(read["id"], now)
    except ValidationError as error:
        raise ValidationError({"id": error.detail}) from None
    if "delete" in read:
        return Change(collection.name, key, None, base=base)
    try:
        change = collection.change(key, read["set"], whole=False, now=now, base=base)
    except ValidationError as error:
        raise ValidationError({"set": error.detail}) from None

    def check(*seen: Any) -> list[dict[str, Any]]:
        wrong = change.check(*seen)
        return _told({"set": wrong}) if wrong else []

    return replace(change, check=check)


def _readable(
    sent: Any, detail: Any, now: datetime
) -> tuple[Collection, Fields] | tuple[None, None]:
    """Of a change that cannot be taken, the fields that can be read all the same."""
    if not isinstance(sent, Mapping) or not isinstance(sent.get("set"), Mapping):
        return None, None
    name, wrong = sent.get("collection"), detail.get("set", {})
    if not isinstance(name, str) or name not in COLLECTIONS or not isinstance(wrong, Mapping):
        return None, None
    collection = COLLECTIONS[name]
    return collection, collection.readable(sent["set"], wrong, now)


def _names_in(sent: Any) -> tuple[str | None, str | None]:
    """Which record a change speaks of, as it says itself: safe to be said back."""
    if not isinstance(sent, Mapping):
        return None, None
    collection, key = sent.get("collection"), sent.get("id")
    return (
        shown(collection) if isinstance(collection, str) else None,
        shown(key) if isinstance(key, str) else None,
    )


def _told(detail: Any) -> list[dict[str, Any]]:
    return list(faults(detail))
