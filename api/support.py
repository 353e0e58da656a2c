"""Where to turn, at once: a static table, for anybody, without signing in."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.fields import shown
from api.problems import BadParameter
from api.queries import read_query
from diary.support import support_block, well_formed_country


class HelpLine(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField()
    hours = serializers.CharField()
    note = serializers.CharField(allow_null=True)


class Directory(serializers.Serializer):
    name = serializers.CharField()
    url = serializers.CharField()


class SupportBlock(serializers.Serializer):
    """Help lines of a country; without one, the emergency number that works in most."""

    country = serializers.CharField(allow_null=True)
    message = serializers.CharField()
    lines = HelpLine(many=True)
    directory = Directory()
    reviewed_on = serializers.DateField()


class Support(APIView):
    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="read_support",
        summary="Help lines of a country",
        parameters=[words.text_parameter("country", "Two letters (ISO 3166), like CH.")],
        responses=words.answers({200: SupportBlock}, 406, 422),
        auth=[],
    )
    def get(self, request):
        country = read_query(request, {"country"}).get("country")
        if country is not None and not well_formed_country(country):
            detail = f"A country is two letters like CH; {shown(country)} was sent."
            raise BadParameter("country", "choice", detail)
        return Response(support_block(country), headers={"Cache-Control": "public, max-age=3600"})
