"""The vocabulary, for clients that build their screens from it."""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.queries import read_query
from diary import measures


class MeasureShape(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    help = serializers.CharField()
    unit = serializers.CharField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    step = serializers.FloatField()
    worse = serializers.IntegerField(help_text="1: more is worse, -1: less is worse, 0: either.")


class Grade(serializers.Serializer):
    value = serializers.IntegerField()
    label = serializers.CharField()


class SymptomShape(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()
    help = serializers.CharField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()
    step = serializers.IntegerField()
    worse = serializers.IntegerField()
    core = serializers.BooleanField()
    grades = Grade(many=True)


class SiteShape(serializers.Serializer):
    site = serializers.CharField()
    label = serializers.CharField()
    sided = serializers.BooleanField()


class ChoiceShape(serializers.Serializer):
    name = serializers.CharField()
    label = serializers.CharField()


class Vocabulary(serializers.Serializer):
    measures = MeasureShape(many=True)
    symptoms = SymptomShape(many=True)
    pain_sites = SiteShape(many=True)
    qualities = ChoiceShape(many=True)
    activity_kinds = ChoiceShape(many=True)
    skipped = ChoiceShape(many=True)


VOCABULARY = {
    "measures": [asdict(measure) for measure in measures.MEASURES],
    "symptoms": [
        {
            **asdict(symptom),
            "step": 1,
            "grades": [{"value": value, "label": label} for value, label in symptom.grades],
        }
        for symptom in measures.SYMPTOMS
    ],
    "pain_sites": [asdict(site) for site in measures.SITES],
    "qualities": [asdict(quality) for quality in measures.QUALITIES],
    "activity_kinds": [asdict(kind) for kind in measures.ACTIVITY_KINDS],
    "skipped": [asdict(choice) for choice in measures.SKIPPED],
}


class Measures(APIView):
    @extend_schema(
        operation_id="read_measures",
        summary="What can be recorded of a day, with labels and scales",
        responses=words.answers({200: Vocabulary}, 401, 406, 422),
    )
    def get(self, request):
        read_query(request, ())
        return Response(VOCABULARY, headers={"Cache-Control": "private, max-age=3600"})
