"""The access log: what anybody else has read of the diary, or done to it."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.queries import limit_parameter, next_page, read_query, uuid_after
from diary.access import OPERATOR, SHARE, read_accesses


class AccessShown(serializers.Serializer):
    """`from` and `to` are the dates that it was about, null where it was about none."""

    at = serializers.DateTimeField()
    who = serializers.ChoiceField((SHARE, OPERATOR))
    label = serializers.CharField(help_text="Your name for the share, or the operator's account.")
    action = serializers.CharField()

    def get_fields(self):
        dates = {name: serializers.DateField(allow_null=True) for name in ("from", "to")}
        return {**super().get_fields(), **dates}


class AccessLog(APIView):
    @extend_schema(
        operation_id="list_accesses",
        summary="What anybody else has read of your diary or done to it, newest first",
        parameters=[words.LIMIT, words.AFTER],
        responses=words.answers({200: words.page_of(AccessShown)}, 401, 406, 422),
    )
    def get(self, request):
        query = read_query(request, {"limit", "after"})
        most, after = limit_parameter(query), uuid_after(query)
        found = list(read_accesses(request.user.datakey.open(), after=after, most=most + 1))
        page, more = found[:most], len(found) > most
        items = [
            {
                "at": at.isoformat(),
                "who": seen.who,
                "label": seen.label,
                "action": seen.action,
                "from": seen.first and seen.first.isoformat(),
                "to": seen.last and seen.last.isoformat(),
            }
            for _, at, seen in page
        ]
        answer = {"items": items, "next": next_page(request, str(page[-1][0]) if more else None)}
        return Response(answer, headers=words.PRIVATE)
