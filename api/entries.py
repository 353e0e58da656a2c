"""Entries: one for each day of the diary, under its date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from api.document_views import DocumentList, DocumentOne, documented
from api.documents import NOT_READ, Collection
from api.fields import (
    Choice,
    Instant,
    Scale,
    Several,
    StrictSerializer,
    Text,
    Zone,
    read_instant,
    refuse,
    whole_number,
)
from api.problems import Code
from api.queries import read_id
from api.support import SupportBlock
from api.trackers import refuse_value
from diary.measures import MEASURES, QUALITIES, SIDES, SITES, SKIPPED, SYMPTOMS, Measure
from diary.merge import Document
from diary.record import Change, Found, Place

MOST_SITES = 30
MOST_TRACKERS = 100
_INTENSITY = Measure("intensity", "Intensity", "How strong it is there.", "0–10", 0, 10, 0.1, 1)


class PainSite(StrictSerializer):
    """A place that hurts."""

    site = Choice([place.site for place in SITES])
    side = Choice(SIDES, required=False, allow_null=True)
    intensity = Scale(_INTENSITY)
    qualities = Several(
        child=Choice([quality.name for quality in QUALITIES]),
        required=False,
        max_length=len(QUALITIES),
    )

    def to_internal_value(self, sent):
        site = {"side": None, "intensity": None, "qualities": []}
        return site | super().to_internal_value(sent)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}})
class Trackers(serializers.Field):
    """Values of the person's own scales, by the tracker's id."""

    def to_internal_value(self, sent):
        if not isinstance(sent, Mapping):
            raise refuse("An object of tracker ids and values is expected here.", "type")
        if len(sent) > MOST_TRACKERS:
            raise too_many_trackers(len(sent))
        errors, values = {}, {}
        for key, value in sent.items():
            if (tracker_id := read_id(key)) is None:
                errors[key] = unknown_tracker()
            elif value is not None and (
                isinstance(value, bool) or not isinstance(value, int | float)
            ):
                errors[key] = refuse("A number is expected here.", "type").detail
            elif tracker_id in values:  # once in small letters and once in capitals
                errors[key] = refuse("This tracker stands there twice.", "duplicate_key").detail
            else:
                values[tracker_id] = value if value is None else whole_number(value)
        if errors:
            raise ValidationError(errors)
        return values

    def to_representation(self, value):
        return value


class Entry(StrictSerializer):
    """A day of the diary. Every field is optional; null is "not recorded", never zero."""

    passing = NOT_READ | {"date"}

    date = serializers.DateField(read_only=True)
    rev = serializers.IntegerField(read_only=True)
    time_zone = Zone(help_text="Where the phone was when this was written.")
    edited_at = Instant(help_text="When the phone wrote it; for display only.")
    pain_sites = Several(child=PainSite(), required=False, allow_null=True, max_length=MOST_SITES)
    trackers = Trackers(required=False, allow_null=True)
    skipped = Choice(
        [choice.name for choice in SKIPPED],
        required=False,
        allow_null=True,
        help_text="Why the day is empty; it stays a day that was not recorded.",
    )
    note = Text(most=4_000)

    def get_fields(self):
        scales = {scale.name: Scale(scale) for scale in (*MEASURES, *SYMPTOMS)}
        return {**super().get_fields(), **scales}


class EntryWritten(Entry):
    support = SupportBlock(read_only=True, allow_null=True)


def settled(fields: Mapping[str, Any], whole: bool, now: datetime) -> Mapping[str, Any]:
    """The fields as they are kept. A phone whose clock runs ahead does not write in the future."""
    edited_at = fields.get("edited_at") and read_instant(fields["edited_at"])
    if edited_at and edited_at > now:
        clamped = now.astimezone(edited_at.tzinfo).isoformat(timespec="seconds")
        return {**fields, "edited_at": clamped}
    return fields


def trackers_named(fields: Mapping[str, Any]) -> tuple[Place, ...]:
    return tuple(("trackers", key) for key in fields.get("trackers") or ())


def check_trackers(
    change: Change, stored: Document, after: Document, found: Found
) -> dict[str, Any]:
    """What is wrong with the values of trackers: each needs one of this person's, and its scale.

    A value that stands there already stays, or goes, whatever has become of its tracker. A device
    that was offline may not know yet that a tracker is gone: what it brings is the person's.
    """
    errors, offline = {}, change.base is not None
    for key, value in (change.fields.get("trackers") or {}).items():
        kept = stored.fields.get(f"trackers/{key}")
        if kept is not None and value in (None, kept):
            continue
        tracker = found("trackers", key)
        if tracker.deleted and tracker.rev and (value is None or offline):
            continue  # it was theirs; what is cleared may have been, by this same request
        if tracker.deleted:
            errors[key] = unknown_tracker()
        elif value is not None and (fault := refuse_value(tracker.fields, value)):
            errors[key] = fault
    if errors:
        return {"trackers": errors}
    return check_count(change, stored, after, found)


def check_count(change: Change, stored: Document, after: Document, found: Found) -> dict[str, Any]:
    """A day has at most so many values of trackers."""
    kept = sum(name.startswith("trackers/") for name in after.fields)
    return {"trackers": too_many_trackers(kept).detail} if kept > MOST_TRACKERS else {}


def too_many_trackers(count: int) -> ValidationError:
    detail = f"At most {MOST_TRACKERS} trackers in a day; these would be {count}."
    return refuse(detail, "max_length", max_length=MOST_TRACKERS)


def unknown_tracker() -> list[ErrorDetail]:
    return [ErrorDetail("You have no tracker with this id.", Code("unknown_tracker"))]


def needs_help(fields: Mapping[str, Any]) -> bool:
    return fields.get("self_harm_thoughts", 0) >= 1


EXAMPLE = {
    "pain": 6.5,
    "mood": 3,
    "sleep_hours": 5.25,
    "low_mood": 2,
    "loss_of_interest": 1,
    "self_harm_thoughts": 0,
    "pain_sites": [{"site": "lower_back", "intensity": 7, "qualities": ["aching"]}],
    "note": "Slept badly, stayed in.",
    "edited_at": "2026-11-22T21:14:03+01:00",
    "time_zone": "Europe/Berlin",
}
ENTRIES = Collection(
    "entries",
    "entry",
    Entry,
    EXAMPLE,
    keyed_by="date",
    settled=settled,
    check=check_trackers,
    speaks_of=trackers_named,
    needs_help=needs_help,
    written=EntryWritten,
)


@documented
class EntryList(DocumentList):
    collection = ENTRIES


@documented
class EntryDay(DocumentOne):
    collection = ENTRIES
