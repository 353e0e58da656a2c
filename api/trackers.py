"""Trackers: scales of the person's own. Their values stand in entries, under the tracker's id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from api.document_views import DocumentOne, NewDocuments, documented
from api.documents import NOT_READ, Collection, Id
from api.fields import Choice, StrictSerializer, Switch, Words, on_scale, refuse
from diary.measures import TRACKER_SCALES
from diary.merge import Document
from diary.record import Found

LONGEST_NAME = 60  # characters
LONGEST_UNIT = 20
FARTHEST = 1_000_000_000  # no value, and no end of a scale, lies further from zero
FINEST = 0.001  # the smallest step


class Bound(serializers.FloatField):
    """An end of a scale, or its step: any number that a diary can need."""

    def __init__(self, least: float, **kwargs) -> None:
        super().__init__(
            **{"required": False, "allow_null": True, "min_value": least, "max_value": FARTHEST}
            | kwargs
        )
        self.least = least

    def to_internal_value(self, sent):
        return on_scale(sent, "This number", self.least, FARTHEST, None)

    def run_validators(self, value):
        """The scale has told it all."""

    def to_representation(self, value):
        return value


class Direction(serializers.IntegerField):
    """1: more is worse, -1: less is worse, 0: either way."""

    def to_internal_value(self, sent):
        return on_scale(sent, "Which way is worse", -1, 1, 1)


class Tracker(StrictSerializer):
    """A scale of the person's own. What is not said of it follows from its kind."""

    passing = NOT_READ

    id = Id(required=False)
    rev = serializers.IntegerField(read_only=True)
    name = Words(most=LONGEST_NAME, required=True, allow_null=False)
    kind = Choice(tuple(TRACKER_SCALES))
    low = Bound(-FARTHEST)
    high = Bound(-FARTHEST)
    step = Bound(FINEST)
    worse = Direction(required=False, min_value=-1, max_value=1)
    unit = Words(most=LONGEST_UNIT)
    archived = Switch(required=False, help_text="No longer asked about; values are still taken.")


def settled(fields: Mapping[str, Any], whole: bool, now: datetime) -> Mapping[str, Any]:
    """What is not named of a whole tracker is what its kind has."""
    return complete(fields) if whole else fields


def complete(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The tracker with what its kind has where it says nothing itself."""
    named = {name: value for name, value in fields.items() if value is not None}
    return {"worse": 0, "archived": False, **TRACKER_SCALES[fields["kind"]], **named}


def check_scale(
    fields: Mapping[str, Any], stored: Document, after: Document, found: Found
) -> dict[str, Any]:
    """A scale has two ends, a low one and a high one, and fits at least one step between them."""
    if after.deleted:
        return {}
    tracker = complete(after.fields)
    low, high, step = tracker.get("low"), tracker.get("high"), tracker.get("step")
    if tracker["kind"] == "yes_no" and (low, high, step) != (0, 1, 1):
        wrong = [
            name for name, value in (("low", 0), ("high", 1), ("step", 1)) if tracker[name] != value
        ]
        return dict.fromkeys(wrong, refuse("Yes or no is 1 or 0.", "range").detail)
    if low is None or high is None:
        return {}
    if low >= high:
        return {"high": refuse(f"The high end lies above the low one, {low}.", "range").detail}
    if step is not None and step > high - low:
        return {"step": refuse(f"A step fits between {low} and {high}.", "range").detail}
    return {}


def refuse_value(tracker: Mapping[str, Any], value: float) -> list[ErrorDetail]:
    """What is wrong with a value of this tracker; nothing, as a rule."""
    scale = complete(tracker)
    low, high = scale.get("low"), scale.get("high")
    try:
        on_scale(
            value,
            "This tracker",
            -FARTHEST if low is None else low,
            FARTHEST if high is None else high,
            scale.get("step"),
        )
    except ValidationError as error:
        return error.detail
    return []


TRACKERS = Collection(
    "trackers",
    "tracker",
    Tracker,
    {
        "name": "Stiffness in the morning",
        "kind": "scale",
        "low": 0,
        "high": 10,
        "step": 1,
        "worse": 1,
        "unit": None,
        "archived": False,
    },
    settled=settled,
    check=check_scale,
    told=complete,
)


@documented
class TrackerList(NewDocuments):
    collection = TRACKERS


@documented
class TrackerOne(DocumentOne):
    collection = TRACKERS
