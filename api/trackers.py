"""Trackers: scales of the person's own. Their values stand in entries, under the tracker's id."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError

from api.document_views import DocumentOne, NewDocuments, documented
from api.documents import NOT_READ, Collection, Id
from api.fields import Choice, Scale, StrictSerializer, Switch, Words, on_scale, refuse
from diary.measures import TRACKER_SCALES, whole_tracker
from diary.merge import Document
from diary.record import Found

LONGEST_NAME = 60  # characters
LONGEST_UNIT = 20
FARTHEST = 1_000_000_000  # no value, and no end of a scale, lies further from zero
FINEST = 0.001  # the smallest step


class Bound(NamedTuple):
    """What an end of a scale, or its step, may be."""

    label: str
    help: str
    low: float
    high: float = FARTHEST
    step: float | None = None


_LOW = Bound("The low end", "The lowest value; a number may have none.", -FARTHEST)
_HIGH = Bound("The high end", "The highest value; a number may have none.", -FARTHEST)
_STEP = Bound("The step", "From one value to the next, from the low end on.", FINEST)
_WORSE = Bound("Which way is worse", "1: more, -1: less, 0: either way.", -1, 1, 1)


class Tracker(StrictSerializer):
    """A scale of the person's own. What is not said of it follows from its kind."""

    passing = NOT_READ

    id = Id(required=False)
    rev = serializers.IntegerField(read_only=True)
    name = Words(most=LONGEST_NAME, required=True, allow_null=False)
    kind = Choice(tuple(TRACKER_SCALES))
    low = Scale(_LOW)
    high = Scale(_HIGH)
    step = Scale(_STEP)
    worse = Scale(_WORSE)
    unit = Words(most=LONGEST_UNIT)
    archived = Switch(
        required=False,
        allow_null=True,
        help_text="No longer asked about; values are still taken.",
    )


def settled(fields: Mapping[str, Any], whole: bool, now: datetime) -> Mapping[str, Any]:
    """What is not named of a whole tracker is what its kind has."""
    return whole_tracker(fields) if whole else fields


def check_scale(
    fields: Mapping[str, Any], stored: Document, after: Document, found: Found
) -> dict[str, Any]:
    """A scale has two ends, a low one and a high one, and fits at least one step between them."""
    if after.deleted:
        return {}
    tracker = whole_tracker(after.fields)
    low, high, step = tracker.get("low"), tracker.get("high"), tracker.get("step")
    if tracker["kind"] == "yes_no":
        wrong = [name for name, value in TRACKER_SCALES["yes_no"].items() if tracker[name] != value]
        return dict.fromkeys(wrong, refuse("Yes is 1 and no is 0, nothing else.", "range").detail)
    if low is None or high is None:
        return {}
    if low >= high:
        return {"high": refuse(f"The high end lies above the low one, {low}.", "range").detail}
    if step is not None and step > high - low:
        return {"step": refuse(f"A step fits between {low} and {high}.", "range").detail}
    return {}


def refuse_value(tracker: Mapping[str, Any], value: float) -> list[ErrorDetail]:
    """What is wrong with a value of this tracker; nothing, as a rule."""
    scale = whole_tracker(tracker)
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
    told=whole_tracker,
)


@documented
class TrackerList(NewDocuments):
    collection = TRACKERS


@documented
class TrackerOne(DocumentOne):
    collection = TRACKERS
