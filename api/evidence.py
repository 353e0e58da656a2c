"""The shapes of evidence: the days of a pattern's window, and what was made of them.

A withdrawn pattern has the same shape with its counts 0 and all else null.
"""

from __future__ import annotations

from drf_spectacular.utils import (
    PolymorphicProxySerializer,
    extend_schema_field,
    inline_serializer,
)
from rest_framework import serializers

from diary.measures import SYMPTOMS


class GradedDay(serializers.Serializer):
    date = serializers.DateField()
    value = serializers.IntegerField(allow_null=True, help_text="Null: not recorded.")


class MeasuredDay(serializers.Serializer):
    date = serializers.DateField()
    value = serializers.FloatField(allow_null=True, help_text="Null: not recorded.")


class SymptomDays(serializers.Serializer):
    core = serializers.BooleanField()
    present = serializers.IntegerField(help_text="Days on which it was there.")
    answered = serializers.IntegerField(help_text="Days on which it was answered.")
    probability = serializers.FloatField(
        allow_null=True, help_text="That it was there on most of the 14 days."
    )
    days = GradedDay(many=True)


class SymptomEvidence(serializers.Serializer):
    """Of a symptom_pattern: symptom by symptom and date by date."""

    symptoms = inline_serializer("Symptoms", {each.name: SymptomDays() for each in SYMPTOMS})
    probability = serializers.FloatField(allow_null=True)
    low = serializers.IntegerField(allow_null=True)
    high = serializers.IntegerField(allow_null=True)
    answered = serializers.IntegerField()
    of = serializers.IntegerField()


class Leg(serializers.Serializer):
    """The two weeks against your usual, and the 90 % interval of their difference."""

    usual = serializers.FloatField(allow_null=True)
    recent = serializers.FloatField(allow_null=True)
    change = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    answered = serializers.IntegerField()
    days = MeasuredDay(many=True)


class WorseningEvidence(serializers.Serializer):
    """Of a pain_mood_worsening: leg by leg."""

    pain = Leg()
    mood = Leg()


@extend_schema_field(
    PolymorphicProxySerializer(
        component_name="Evidence",
        serializers=[SymptomEvidence, WorseningEvidence],
        resource_type_field_name=None,
    )
)
class Evidence(serializers.Field):
    """Of either kind."""
