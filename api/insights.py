"""Insights: what goes with what in the diary, or how many days it still takes to tell."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.etags import computed_tag, is_known
from api.queries import read_query
from diary.analysis import factors, lags
from diary.insights import STATUSES, Factor, Link, find_insights
from diary.wording import insights as wording

# `from` is no name that a class can give a field.
LINK = inline_serializer(
    "Link",
    {
        "from": serializers.ChoiceField(lags.MEASURES),
        "to": serializers.ChoiceField(lags.MEASURES),
        "lag_days": serializers.IntegerField(
            help_text="0: recorded on the same date, a night with the day that follows it."
        ),
        "status": serializers.ChoiceField(STATUSES),
        "pairs": serializers.IntegerField(
            help_text="Days of the last year with `to`, `from`, and `to` of the day before."
        ),
        "needed": serializers.IntegerField(help_text="Fewer pairs than these say nothing."),
        "effect": serializers.FloatField(
            allow_null=True,
            help_text="Standard deviations of `to` that go with one of `from`, beyond its own day"
            " before, the trend and the week; null unless clear.",
        ),
        "low": serializers.FloatField(allow_null=True, help_text="Of the 95 % interval."),
        "high": serializers.FloatField(allow_null=True, help_text="Of the 95 % interval."),
        "summary": serializers.CharField(),
    },
)


class ActivityInsight(serializers.Serializer):
    """Days with an activity beside days without it."""

    kind = serializers.CharField()
    measure = serializers.ChoiceField(factors.MEASURES)
    status = serializers.ChoiceField(STATUSES)
    days_with = serializers.IntegerField(help_text="Of the last year, with the measure recorded.")
    days_without = serializers.IntegerField(
        help_text="As well, within a fortnight of any activity; a day without an entry is on"
        " neither side."
    )
    needed = serializers.IntegerField(
        help_text="With fewer days than these on either side nothing is said."
    )
    difference = serializers.FloatField(
        allow_null=True,
        help_text="With minus without, within the same fortnights; null unless clear.",
    )
    low = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval.")
    high = serializers.FloatField(allow_null=True, help_text="Of the 95 % interval.")
    summary = serializers.CharField()


INSIGHTS = inline_serializer(
    "Insights",
    {
        "as_of_seq": serializers.IntegerField(),
        "reviewed_seq": serializers.IntegerField(),
        "items": LINK.__class__(many=True),
        "activities": ActivityInsight(many=True),
        "next": serializers.CharField(allow_null=True),
    },
)


class InsightsView(APIView):
    @extend_schema(
        operation_id="read_insights",
        summary="What goes with what, or how many days it still takes to tell",
        description="Looked at once a week, and told where three weeks agree. Every declared pair"
        " is listed, and every kind of activity of the last year.",
        responses=words.answers({200: INSIGHTS, 304: None}, 401, 406, 422),
    )
    def get(self, request):
        read_query(request, ())
        # The counter first: what is read after it is at least as new as it says.
        diary = request.user.diary
        today = diary.today(timezone.now())
        headers = {**words.PRIVATE, "ETag": computed_tag(request, diary, today)}
        if is_known(request, headers["ETag"]):
            return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
        links, activities = find_insights(request.user.datakey.open(), today)
        return Response(
            {
                "as_of_seq": diary.seq,
                "reviewed_seq": diary.reviewed_seq,
                "items": [link_json(link) for link in links],
                "activities": [factor_json(factor) for factor in activities],
                "next": None,
            },
            headers=headers,
        )


def link_json(link: Link) -> dict[str, Any]:
    earlier, later, lag = link.pair
    numbers = None if link.effect is None else (link.effect, link.low, link.high)
    return {
        "from": earlier,
        "to": later,
        "lag_days": lag,
        "status": link.status,
        "pairs": link.pairs,
        "needed": lags.NEEDED,
        "effect": link.effect,
        "low": link.low,
        "high": link.high,
        "summary": wording.link(earlier, later, numbers, link.pairs, lags.NEEDED),
    }


def factor_json(factor: Factor) -> dict[str, Any]:
    numbers = None if factor.difference is None else (factor.difference, factor.low, factor.high)
    days = factor.days_with, factor.days_without
    return {
        "kind": factor.kind,
        "measure": factor.measure,
        "status": factor.status,
        "days_with": factor.days_with,
        "days_without": factor.days_without,
        "needed": factors.NEEDED,
        "difference": factor.difference,
        "low": factor.low,
        "high": factor.high,
        "summary": wording.factor(factor.kind, factor.measure, numbers, days, factors.NEEDED),
    }
