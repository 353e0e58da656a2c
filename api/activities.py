"""Activities: what was done on a day, how much of it, and how it was."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.document_views import DocumentOne, NewDocuments, documented
from api.documents import NOT_READ, Collection, Day, Id
from api.fields import Instant, Scale, StrictSerializer, Switch, Text, Words
from diary.measures import ACTIVITY_KINDS, ACTIVITY_SCALES

LONGEST_KIND = 40  # characters


@extend_schema_field(
    {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_KIND,
        "examples": [kind.name for kind in ACTIVITY_KINDS],
    }
)
class Kind(Words):
    """A kind of activity by its name in the vocabulary, or in the person's own words."""


class Activity(StrictSerializer):
    """Something that was done."""

    passing = NOT_READ

    id = Id(required=False)
    rev = serializers.IntegerField(read_only=True)
    date = Day()
    kind = Kind(most=LONGEST_KIND, required=True, allow_null=False)
    with_others = Switch(required=False, allow_null=True)
    started_at = Instant()
    note = Text(most=4_000)

    def get_fields(self):
        return {**super().get_fields(), **{scale.name: Scale(scale) for scale in ACTIVITY_SCALES}}


ACTIVITIES = Collection(
    "activities",
    "activity",
    Activity,
    {
        "date": "2026-03-20",
        "kind": "walk",
        "minutes": 35,
        "enjoyment": 7,
        "limited_by_pain": 2.5,
        "with_others": True,
        "started_at": "2026-03-20T15:05:00+01:00",
        "note": "By the river with Jo.",
    },
)


@documented
class ActivityList(NewDocuments):
    collection = ACTIVITIES


@documented
class ActivityOne(DocumentOne):
    collection = ACTIVITIES
