"""Patterns: what reviews found in the diary, each with its days and the reason in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.etags import computed_tag, is_known
from api.evidence import Evidence
from api.problems import BadParameter
from api.queries import (
    date_parameter,
    limit_parameter,
    next_page,
    place_after,
    read_query,
    read_uuid,
)
from diary import wording
from diary.detectors import state_of_nothing
from diary.findings import WINDOW
from diary.memory import KINDS
from diary.patterns import Told, patterns_of
from diary.review import read_memories
from diary.vault import Vault

STATUSES = ("open", "closed", "withdrawn")
STATES = ("learning", "insufficient", "clear", "unclear", "open", "paused")
CLOSINGS = ("cleared", "new_usual", "lapsed")
WITHDRAWALS = ("entries_changed", "rules_changed")


class Change(serializers.Serializer):
    """Of one leg: your usual, the last two weeks, their difference and its 90 % interval."""

    usual = serializers.FloatField()
    recent = serializers.FloatField()
    change = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class SymptomState(serializers.Serializer):
    status = serializers.ChoiceField(STATES)
    evaluable = serializers.BooleanField()
    answered = serializers.IntegerField()
    of = serializers.IntegerField()
    probability = serializers.FloatField(allow_null=True)
    low = serializers.IntegerField(help_text="The verdict if no missing answer was present.")
    high = serializers.IntegerField(help_text="The verdict if every missing answer was present.")


class WorseningState(serializers.Serializer):
    status = serializers.ChoiceField(STATES)
    evaluable = serializers.BooleanField()
    answered = serializers.IntegerField()
    of = serializers.IntegerField()
    usual_answered = serializers.IntegerField()
    needed = serializers.IntegerField()
    at_limit = serializers.ListField(child=serializers.CharField())
    score = serializers.FloatField(allow_null=True)
    pain = Change(allow_null=True)
    mood = Change(allow_null=True)


class State(serializers.Serializer):
    """What can be said of today, for both kinds, always."""

    symptom_pattern = SymptomState()
    pain_mood_worsening = WorseningState()


class Pattern(serializers.Serializer):
    """One episode. `evidence` is that of the 14 days ending on `opened_on`."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    status = serializers.ChoiceField(STATUSES)
    opened_on = serializers.DateField()
    closed_on = serializers.DateField(allow_null=True)
    closed_reason = serializers.ChoiceField(CLOSINGS, allow_null=True)
    withdrawn_reason = serializers.ChoiceField(WITHDRAWALS, allow_null=True)
    window = inline_serializer(
        "Window", {"from": serializers.DateField(), "to": serializers.DateField()}
    )
    summary = serializers.CharField()
    why = serializers.CharField()
    evidence = Evidence()
    rules = serializers.CharField()


class PatternWhole(Pattern):
    would_change = serializers.ListField(child=serializers.CharField())
    look_at_pain = serializers.CharField(allow_null=True)


class PatternPage(serializers.Serializer):
    today = serializers.DateField()
    as_of_seq = serializers.IntegerField(help_text="Counts the diary's changes.")
    reviewed_seq = serializers.IntegerField(help_text="How many of them a review has seen.")
    state = State()
    items = Pattern(many=True)
    next = serializers.CharField(allow_null=True)


class PatternList(APIView):
    @extend_schema(
        operation_id="list_patterns",
        summary="What reviews found, newest first, and what can be said of today",
        parameters=[
            words.choice_parameter("kind", "Only of this kind.", KINDS),
            words.choice_parameter("status", "Only of this status.", STATUSES),
            words.LIMIT,
            words.AFTER,
        ],
        responses=words.answers({200: PatternPage, 304: None}, 401, 406, 422),
    )
    def get(self, request):
        now = timezone.now()
        query = read_query(request, {"kind", "status", "limit", "after"})
        most, after = limit_parameter(query), place_after(query)
        if after is not None:
            date_parameter(after.partition("/")[0], "after", now)
        kind = _chosen(query, "kind", KINDS)
        standing = _chosen(query, "status", STATUSES)
        # The counter first: what is read after it is at least as new as it says.
        diary = request.user.diary
        today = diary.today(now)
        headers = {**words.PRIVATE, "ETag": computed_tag(request, diary, today)}
        if is_known(request, headers["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        vault = request.user.datakey.open()
        memory = read_memories({vault.user: vault}).get(vault.user)
        told = [
            pattern
            for pattern in reversed(patterns_of(vault, today))
            if kind in (None, pattern.kind)
            and standing in (None, pattern.status)
            and (after is None or _place(pattern) < after)
        ]
        page, more = told[:most], len(told) > most
        return Response(
            {
                "today": today.isoformat(),
                "as_of_seq": diary.seq,
                "reviewed_seq": diary.reviewed_seq,
                "state": memory.now if memory else state_of_nothing(),
                "items": [pattern_json(pattern) for pattern in page],
                "next": next_page(request, _place(page[-1]) if more else None),
            },
            headers=headers,
        )


class PatternOne(APIView):
    @extend_schema(
        operation_id="read_pattern",
        summary="One pattern, with what would change the answer",
        responses=words.answers({200: PatternWhole}, 401, 404, 406, 422),
    )
    def get(self, request, id: str):
        read_query(request, ())
        pattern = find_pattern(request.user, request.user.datakey.open(), id)
        whole = {
            **pattern_json(pattern),
            "would_change": wording.would_change(pattern),
            "look_at_pain": wording.look_at_pain(pattern),
        }
        return Response(whole, headers=words.PRIVATE)


def find_pattern(person, vault: Vault, id: str) -> Told:
    """A pattern that the person can see, by its id in the address. Raises NotFound."""
    pattern_id = read_uuid(id)
    for pattern in patterns_of(vault, person.diary.today(timezone.now())):
        if pattern.id == pattern_id:
            return pattern
    raise NotFound


def pattern_json(pattern: Told) -> dict[str, Any]:
    closed_on = pattern.closed_on and pattern.closed_on.isoformat()
    window_from = pattern.opened_on - timedelta(days=WINDOW - 1)
    return {
        "id": str(pattern.id),
        "kind": pattern.kind,
        "status": pattern.status,
        "opened_on": pattern.opened_on.isoformat(),
        "closed_on": closed_on,
        "closed_reason": pattern.closed_reason,
        "withdrawn_reason": pattern.withdrawn_reason,
        "window": {"from": window_from.isoformat(), "to": pattern.opened_on.isoformat()},
        "summary": wording.summary(pattern),
        "why": wording.why(pattern),
        "evidence": pattern.evidence,
        "rules": pattern.rules,
    }


def _place(pattern: Told) -> str:
    """Where a pattern stands in the list: by the day it opened, then kind and id."""
    return f"{pattern.opened_on}/{pattern.kind}/{pattern.id}"


def _chosen(query: dict[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    value = query.get(name)
    if value is not None and value not in choices:
        raise BadParameter(name, "choice", f"{name} is one of {', '.join(choices)}.")
    return value
