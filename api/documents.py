"""What all collections of a diary have in common: how a document is read, judged and shown.

Nothing here knows of requests: one record of a phone and a batch of two hundred go the same
way. What is refused is a ValidationError whose pointers start at the document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from uuid_utils.compat import uuid7

from api.fields import StrictSerializer, refuse
from api.problems import Code
from api.queries import diary_date, lived_date, not_yet_begun, read_date, read_id
from diary import merge, record
from diary.merge import Document
from diary.models.diary import last_date
from diary.record import Found, Place

# Names that answers hold and that nobody can set; they may be sent back and are not read.
NOT_READ = frozenset({"rev", "support"})

Fields = Mapping[str, Any]
Check = Callable[[record.Change, Document, Document, Found], dict[str, Any]]


class Id(serializers.UUIDField):
    """An id of the client's own; any UUID, kept in small letters."""

    def to_internal_value(self, sent):
        if not isinstance(sent, str) or (canonical := read_id(sent)) is None:
            raise refuse("A UUID is expected here, with its hyphens.", "type")
        return canonical

    def to_representation(self, value):
        return value


class Day(serializers.DateField):
    """The date that a document lies on; whether it has begun yet is asked by `Collection`."""

    def to_internal_value(self, sent):
        return diary_date(sent).isoformat()

    def to_representation(self, value):
        return value


@dataclass(frozen=True)
class Collection:
    """The documents of one kind. Their serializer ``shape`` has a field for each of theirs.

    ``one`` is what a single one is called. ``example`` is a whole one, ``correction`` a change
    that fits where the whole one would not. Entries are ``keyed_by`` their date, all others by an
    id. ``settled`` makes of the fields that were sent those that are kept. ``check`` tells what
    is wrong with the document that a change would make; ``speaks_of`` names the records that it
    looks at for that. ``told`` adds what follows from the fields of a document. ``needs_help``
    says whether its answer has to bring the help block; ``written`` is the shape of that answer.
    """

    name: str
    one: str
    shape: type[StrictSerializer]
    example: Fields
    correction: Fields | None = None
    keyed_by: str = "id"
    settled: Callable[[Fields, bool, datetime], Fields] = lambda fields, whole, now: fields
    check: Check = lambda change, stored, after, found: {}
    speaks_of: Callable[[Fields], tuple[Place, ...]] = lambda fields: ()
    told: Callable[[Fields], Fields] = lambda fields: {}
    needs_help: Callable[[Fields], bool] | None = None
    written: type[StrictSerializer] | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The fields that clients write."""
        fields = self._of_a_whole.fields
        return tuple(name for name, field in fields.items() if not field.read_only and name != "id")

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The fields without which there is no document."""
        return tuple(name for name, field in self._of_a_whole.fields.items() if field.required)

    @property
    def dated(self) -> bool:
        return self.keyed_by == "date" or "date" in self.names

    def key_to_read(self, text: str) -> str | None:
        """The key as it is stored, None for what can be none."""
        if self.keyed_by == "id":
            return read_id(text)
        return text if read_date(text) else None

    def key_to_write(self, sent: Any, now: datetime) -> str:
        """The key as it is stored. Raises ValidationError."""
        if self.keyed_by == "date":
            return lived_date(sent, now).isoformat()
        return Id().to_internal_value(sent)

    def change(
        self, key: str | None, sent: Any, *, whole: bool, now: datetime, **how: Any
    ) -> record.Change:
        """What a client asks for by sending these fields. Raises ValidationError.

        ``whole``: what is not named is cleared; otherwise it stays. Without a key the document
        takes the id that it names, or a new one. ``how`` goes into the change as it is.
        """
        fields = self._read(sent, whole, now)
        named = fields.pop("id", key) if self.keyed_by == "id" else sent.get("date", key)
        key = key or named or str(uuid7())
        if named not in (None, key):
            detail = f"The address says {key}; an {self.keyed_by} cannot be changed."
            code = "date" if self.keyed_by == "date" else "choice"
            raise ValidationError({self.keyed_by: refuse(detail, code).detail})
        fields = self.settled(fields, whole, now)
        return record.Change(
            self.name,
            key,
            fields,
            whole=whole,
            check=self._judge,
            speaks_of=self.speaks_of(fields),
            **how,
        )

    def readable(self, sent: Any, wrong: Any, now: datetime) -> Fields:
        """Of fields that cannot be taken as they were sent, those that can be read all the same.

        ``wrong`` tells by name what is wrong with them.
        """
        if not isinstance(sent, Mapping) or not isinstance(wrong, Mapping):
            return {}
        try:
            change = self.change(None, _without(sent, wrong), whole=False, now=now)
        except ValidationError:
            return {}
        return recorded(change.fields)

    def shown(self, key: str, document: Document) -> dict[str, Any]:
        """Every field of the document, null where nothing was recorded."""
        return {self.keyed_by: key, "rev": document.rev, **self.fields(document)}

    def synced(self, key: str, document: Document) -> dict[str, Any]:
        """The document as a feed and a batch's results hold it; of a deleted one only its place."""
        place = {
            "collection": self.name,
            "id": key,
            "rev": document.rev,
            "deleted": document.deleted,
        }
        return place if document.deleted else {**place, **self.fields(document)}

    def fields(self, document: Document) -> dict[str, Any]:
        """What was recorded, and what follows from it."""
        fields = merge.nested(document.fields)
        return {**{name: fields.get(name) for name in self.names}, **self.told(fields)}

    @cached_property
    def _of_a_whole(self) -> StrictSerializer:
        """Made once: making it takes ten times as long as reading a document with it."""
        return self.shape()

    @cached_property
    def _of_a_part(self) -> StrictSerializer:
        shape = self.shape()
        for field in shape.fields.values():
            field.required = False
        return shape

    def _read(self, sent: Any, whole: bool, now: datetime) -> dict[str, Any]:
        shape = self._of_a_whole if whole else self._of_a_part
        faults = _late(sent, now) if "date" in self.names else {}
        try:
            fields = dict(shape.run_validation(sent))
        except ValidationError as error:
            if not faults:
                raise
            faults = {**error.detail, **faults}
        if faults:
            raise ValidationError(faults)
        return fields

    def _judge(
        self, change: record.Change, stored: Document, after: Document, found: Found
    ) -> dict[str, Any]:
        """What is wrong with the document that the change would make; nothing, as a rule."""
        held = merge.nested(after.fields)
        if not after.deleted and (missing := [name for name in self.required if name not in held]):
            said = [ErrorDetail(f"{self.one.capitalize()}: this is needed.", Code("required"))]
            return dict.fromkeys(missing, said)
        return self.check(change, stored, after, found)


def _late(sent: Any, now: datetime) -> dict[str, Any]:
    """The fault of a date in the future, to be told beside what else is wrong."""
    said = sent.get("date") if isinstance(sent, Mapping) else None
    if not isinstance(said, str) or (day := read_date(said)) is None or day <= last_date(now):
        return {}
    return {"date": not_yet_begun(day).detail}


def recorded(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}


def _without(fields: Fields, wrong: Mapping[str, Any]) -> dict[str, Any]:
    """The fields but for the wrong ones; of an object with wrong members, the other members."""
    left = {}
    for name, value in fields.items():
        faulty = wrong.get(name)
        if faulty is None:
            left[name] = value
        elif isinstance(value, Mapping) and isinstance(faulty, Mapping):
            left[name] = {key: inner for key, inner in value.items() if key not in faulty}
    return left
