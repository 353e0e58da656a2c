"""What a person thinks of a pattern: is it right?"""

from __future__ import annotations

from dataclasses import asdict

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.fields import Choice, StrictSerializer, Text
from api.parsing import StrictJSON, sent_object
from api.patterns import find_pattern
from api.queries import read_query
from diary.feedback import VERDICTS, Opinion, keep_feedback, read_feedback

LONGEST_NOTE = 4_000


class Feedback(StrictSerializer):
    """Your opinion of a pattern. It is kept, and changes nothing in what is found or shown."""

    verdict = Choice(VERDICTS, required=True)
    note = Text(most=LONGEST_NOTE)


class FeedbackKept(serializers.Serializer):
    """What you said of a pattern; both null as long as you have said nothing."""

    verdict = serializers.ChoiceField(VERDICTS, allow_null=True)
    note = serializers.CharField(allow_null=True)


class FeedbackOne(APIView):
    parser_classes = (StrictJSON,)

    @extend_schema(
        operation_id="read_feedback",
        summary="What you said of a pattern",
        responses=words.answers({200: FeedbackKept}, 401, 404, 406, 422),
    )
    def get(self, request, id: str):
        read_query(request, ())
        vault = request.user.datakey.open()
        pattern = find_pattern(request.user, vault, id)
        return Response(asdict(read_feedback(vault, pattern.id)), headers=words.PRIVATE)

    @extend_schema(
        operation_id="replace_feedback",
        summary="Say whether a pattern is right; the last word counts",
        request=Feedback,
        examples=words.bodies_like(
            "Not right", {"verdict": "not_right", "note": "I had the flu."}, "application/json"
        ),
        responses=words.answers({200: FeedbackKept}, 401, 404, 406, 413, 415, 422),
    )
    def put(self, request, id: str):
        read_query(request, ())
        sent = Feedback(data=sent_object(request))
        sent.is_valid(raise_exception=True)
        vault = request.user.datakey.open()
        pattern = find_pattern(request.user, vault, id)
        opinion = Opinion(**sent.validated_data)
        keep_feedback(vault, pattern.id, opinion)
        return Response(asdict(opinion), headers=words.PRIVATE)
