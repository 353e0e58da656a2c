"""Entries: one for each day of the diary, under its date."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.etags import condition, not_modified, tag
from api.fields import (
    Choice,
    Instant,
    Scale,
    Several,
    StrictSerializer,
    Text,
    Zone,
    on_scale,
    read_instant,
    refuse,
)
from api.parsing import MergePatch, StrictJSON, sent_object
from api.problems import Code, PreconditionFailed
from api.queries import (
    date_parameter,
    date_range,
    limit_parameter,
    next_page,
    place_after,
    read_date,
    read_id,
    read_query,
)
from api.support import SupportBlock
from diary import merge, record
from diary.measures import MEASURES, QUALITIES, SIDES, SITES, SKIPPED, SYMPTOMS, Measure
from diary.merge import Document, Status
from diary.models.diary import FIRST_DATE, last_date
from diary.support import support_block

COLLECTION = "entries"
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
            detail = f"At most {MOST_TRACKERS} trackers; {len(sent)} were sent."
            raise refuse(detail, "max_length", max_length=MOST_TRACKERS)
        errors, values = {}, {}
        for key, value in sent.items():
            if (tracker_id := read_id(key)) is None:
                errors[key] = _unknown_tracker()
            elif value is not None and (
                isinstance(value, bool) or not isinstance(value, int | float)
            ):
                errors[key] = refuse("A number is expected here.", "type").detail
            else:
                values[tracker_id] = value
        if errors:
            raise ValidationError(errors)
        return values

    def to_representation(self, value):
        return value


class Entry(StrictSerializer):
    """A day of the diary. Every field is optional; null is "not recorded", never zero."""

    passing = frozenset({"date", "rev", "support"})

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


FIELDS = tuple(name for name in Entry().fields if name not in Entry.passing)

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
_JSON = words.bodies_like("A day", EXAMPLE, "application/json")
_PATCH = words.bodies_like("A day", EXAMPLE, "application/json", MergePatch.media_type)


class EntryList(APIView):
    @extend_schema(
        operation_id="list_entries",
        summary="The days of the diary, newest first",
        parameters=[words.FROM, words.TO, words.LIMIT, words.AFTER],
        responses=words.answers({200: words.page_of(Entry)}, 401, 406, 422),
    )
    def get(self, request):
        now = timezone.now()
        query = read_query(request, {"from", "to", "limit", "after"})
        first, last = date_range(query, FIRST_DATE, last_date(now), now)
        if (place := place_after(query)) is not None:
            last = min(last, date_parameter(place, "after", now) - timedelta(days=1))
        most = limit_parameter(query)
        vault = request.user.datakey.open()
        found = record.between(vault, COLLECTION, first, last, most=most + 1)
        shown, more = found[:most], len(found) > most
        return Response(
            {
                "items": [entry_json(day, document) for day, document in shown],
                "next": next_page(request, shown[-1][0].isoformat() if more else None),
            },
            headers=words.PRIVATE,
        )


class EntryDay(APIView):
    parser_classes = (StrictJSON, MergePatch)

    def get_parsers(self):
        # A merge patch says "the rest stays", and PUT does not do that.
        whole = self.request is not None and self.request.method == "PUT"
        return [StrictJSON()] if whole else super().get_parsers()

    @extend_schema(
        operation_id="read_entry",
        summary="One day",
        responses=words.answers({200: Entry, 304: None}, 401, 404, 406, 422),
    )
    def get(self, request, date):
        read_query(request, ())
        day = read_date(date)
        if day is None:
            raise NotFound
        document = record.read(request.user.datakey.open(), COLLECTION, day.isoformat())
        if document.deleted:
            raise NotFound
        headers = {**words.PRIVATE, "ETag": tag(document.rev)}
        if not_modified(request, document):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        return Response(entry_json(day, document), headers=headers)

    @extend_schema(
        operation_id="replace_entry",
        summary="Write one day whole; what is not named is cleared",
        request={"application/json": Entry},
        examples=_JSON,
        responses=words.answers(
            {200: EntryWritten, 201: EntryWritten}, 401, 406, 412, 413, 415, 422
        ),
    )
    def put(self, request, date):
        return self.write(request, date, whole=True)

    @extend_schema(
        operation_id="change_entry",
        summary="Write some fields of one day; null clears one, the rest stays",
        request={"application/merge-patch+json": Entry, "application/json": Entry},
        examples=_PATCH,
        responses=words.answers(
            {200: EntryWritten, 201: EntryWritten}, 401, 406, 412, 413, 415, 422
        ),
    )
    def patch(self, request, date):
        return self.write(request, date, whole=False)

    @extend_schema(
        operation_id="delete_entry",
        summary="Delete one day",
        responses=words.answers({204: None}, 401, 404, 406, 412, 422),
    )
    def delete(self, request, date):
        now = timezone.now()
        read_query(request, ())
        day = date_parameter(date, "date", now)
        change = record.Change(COLLECTION, day.isoformat(), day, None, condition=condition(request))
        [outcome] = record.write(request.user.datakey.open(), [change], now=now)
        if outcome.status is Status.REFUSED:
            raise _precondition(day, outcome.document)
        if outcome.status is Status.UNCHANGED:
            raise NotFound
        return Response(status=status.HTTP_204_NO_CONTENT)

    def write(self, request, date, *, whole: bool) -> Response:
        now = timezone.now()
        read_query(request, ())
        day = date_parameter(date, "date", now)
        vault = request.user.datakey.open()
        fields = entry_fields(sent_object(request), day, now)
        refuse_unknown_trackers(vault, fields)
        country = request.user.diary.country  # read first: help waits for nothing after the write
        change = record.Change(
            COLLECTION, day.isoformat(), day, fields, whole=whole, condition=condition(request)
        )
        [outcome] = record.write(vault, [change], now=now)
        if outcome.status is Status.REFUSED:
            raise _precondition(day, outcome.document)
        return Response(
            entry_json(day, outcome.document) | {"support": _support(outcome.document, country)},
            status.HTTP_201_CREATED if outcome.created else status.HTTP_200_OK,
            headers={**words.PRIVATE, "ETag": tag(outcome.document.rev)},
        )


def entry_fields(sent: Mapping[str, Any], day: date, now: datetime) -> dict[str, Any]:
    """The fields of an entry as they are kept. Raises ValidationError."""
    serializer = Entry(data=sent)
    serializer.is_valid(raise_exception=True)
    if "date" in sent and sent["date"] != day.isoformat():
        detail = f"The address says {day}; an entry keeps its date."
        raise ValidationError({"date": refuse(detail, "date").detail})
    fields = dict(serializer.validated_data)
    edited_at = fields.get("edited_at") and read_instant(fields["edited_at"])
    if edited_at and edited_at > now:
        # A phone whose clock runs ahead does not write in the future.
        fields["edited_at"] = now.astimezone(edited_at.tzinfo).isoformat(timespec="seconds")
    return fields


def refuse_unknown_trackers(vault, fields: Mapping[str, Any]) -> None:
    """A tracker's value needs a tracker of this person, and lies on its scale."""
    errors = {}
    for key, value in (fields.get("trackers") or {}).items():
        tracker = record.read(vault, "trackers", key)
        if tracker.deleted:
            errors[key] = _unknown_tracker()
        elif value is not None:
            scale = tracker.fields
            try:
                on_scale(value, "This tracker", scale["low"], scale["high"], scale["step"])
            except ValidationError as error:
                errors[key] = error.detail
    if errors:
        raise ValidationError({"trackers": errors})


def entry_json(day: date, document: Document) -> dict[str, Any]:
    """Every field of the entry, null where nothing was recorded."""
    fields = merge.nested(document.fields)
    return {
        "date": day.isoformat(),
        "rev": document.rev,
        **{name: fields.get(name) for name in FIELDS},
    }


def _support(document: Document, country: str | None) -> dict[str, Any] | None:
    """Help at once, in this same answer, where thoughts of self-harm stand in the day."""
    if document.fields.get("self_harm_thoughts", 0) < 1:
        return None
    return support_block(country)


def _precondition(day: date, document: Document) -> PreconditionFailed:
    return PreconditionFailed(current=None if document.deleted else entry_json(day, document))


def _unknown_tracker() -> list[ErrorDetail]:
    return [ErrorDetail("You have no tracker with this id.", Code("unknown_tracker"))]
