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
from diary.record import Change, Found

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
_STEP = Bound("The step", "From one value to the next, from the low end on, or from zero.", FINEST)
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
    """What is not named of a whole tracker is what its kind has.

    What can be told of the scale without looking at what is stored is told here.
    """
    said = whole_tracker(fields) if whole else fields
    if faults := wrong_scale(said):
        raise ValidationError(faults)
    return said


def check_scale(change: Change, stored: Document, after: Document, found: Found) -> dict[str, Any]:
    """What is wrong with the scale that a patch makes together with what it leaves."""
    return {} if after.deleted else wrong_scale(whole_tracker(after.fields))


def wrong_scale(said: Mapping[str, Any]) -> dict[str, Any]:
    """A scale has a low end and a high one, with room for a step; what is not said is not wrong."""
    low, high, step = (said.get(name) for name in ("low", "high", "step"))
    if said.get("kind") == "yes_no":
        only = TRACKER_SCALES["yes_no"]
        wrong = [name for name in only if said.get(name) not in (None, only[name])]
        return dict.fromkeys(wrong, refuse("Yes is 1 and no is 0, nothing else.", "range").detail)
    if low is None or high is None:
        return {}
    if low >= high:
        return {"high": refuse(f"The high end lies above the low one, {low}.", "range").detail}
    if step is not None and step > high - low:
        return {"step": refuse(f"A step fits between {low} and {high}.", "range").detail}
    return {}


def refuse_value(tracker: Mapping[str, Any], value: float) -> list[ErrorDetail]:
    """What is wrong with a value of this tracker; nothing, as a rule.

    Its steps begin at the low end, at zero where there is none.
    """
    scale = whole_tracker(tracker)
    low, high, step = (scale.get(name) for name in ("low", "high", "step"))
    ends = (-FARTHEST if low is None else low, FARTHEST if high is None else high)
    try:
        on_scale(value, "This tracker", *ends, step, begin=low or 0)
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
