"""The vocabulary, for clients that build their screens from it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.queries import read_query
from diary import measures
from diary.wording import vocabulary as in_words


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


def vocabulary() -> dict[str, Any]:
    """All of it, in the language that is active."""
    return {
        "measures": [measure_json(measure) for measure in measures.MEASURES],
        "symptoms": [symptom_json(symptom) for symptom in measures.SYMPTOMS],
        "pain_sites": [labelled(site) for site in measures.SITES],
        "qualities": [labelled(quality) for quality in measures.QUALITIES],
        "activity_kinds": [labelled(kind) for kind in measures.ACTIVITY_KINDS],
        "skipped": [labelled(choice) for choice in measures.SKIPPED],
    }


def measure_json(measure: measures.Measure) -> dict[str, Any]:
    return {
        **labelled(measure),
        "help": in_words.help_text(measure),
        "unit": in_words.unit(measure),
    }


def symptom_json(symptom: measures.Symptom) -> dict[str, Any]:
    grades = [{"value": value, "label": in_words.grade(text)} for value, text in symptom.grades]
    return {
        **labelled(symptom),
        "help": in_words.help_text(symptom),
        "step": 1,
        "grades": grades,
    }


def labelled(word: in_words.Word) -> dict[str, Any]:
    return {**asdict(word), "label": in_words.label(word)}


class Measures(APIView):
    @extend_schema(
        operation_id="read_measures",
        summary="What can be recorded of a day, with labels and scales",
        responses=words.answers({200: Vocabulary}, 401, 406, 422),
    )
    def get(self, request):
        read_query(request, ())
        return Response(vocabulary(), headers={"Cache-Control": "private, max-age=3600"})
