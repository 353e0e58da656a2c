"""Moments: check-ins within a day, on the same scales as the day itself."""

from __future__ import annotations

from rest_framework import serializers

from api.document_views import DocumentOne, NewDocuments, documented
from api.documents import NOT_READ, Collection, Day, Id
from api.fields import Instant, Scale, StrictSerializer, Text
from diary.measures import MEASURES


class Moment(StrictSerializer):
    """How it was at one instant. It lies on the date that the phone says, whatever the offset."""

    passing = NOT_READ

    id = Id(required=False)
    rev = serializers.IntegerField(read_only=True)
    date = Day()
    at = Instant(required=True, allow_null=False)
    note = Text(most=4_000)

    def get_fields(self):
        return {**super().get_fields(), **{scale.name: Scale(scale) for scale in MEASURES}}


MOMENTS = Collection(
    "moments",
    "moment",
    Moment,
    {
        "date": "2026-03-20",
        "at": "2026-03-20T09:30:00+01:00",
        "pain": 5.5,
        "mood": 4,
        "note": "After the stairs.",
    },
)


@documented
class MomentList(NewDocuments):
    collection = MOMENTS


@documented
class MomentOne(DocumentOne):
    collection = MOMENTS
