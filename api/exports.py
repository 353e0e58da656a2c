"""Exports: everything in one zip, written by a job, to be fetched within a day."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound
from rest_framework.renderers import BaseRenderer
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.fields import Choice, Several, StrictSerializer, refuse
from api.parsing import sent_object
from api.problems import BadParameter, NotReady
from api.queries import limit_parameter, next_page, read_query, read_uuid, uuid_after
from api.rendering import JSON
from diary.exchange.fortnight import FORMATS
from diary.exports.ask import OtherRequest, ask_for
from diary.exports.parts import opened
from diary.models import Export

STATES = ("queued", "running", "ready", "failed")
LONGEST_KEY = 128  # characters
IDEMPOTENCY_KEY = "Idempotency-Key"
_KEY = re.compile(r"[!-~]+", re.ASCII)


class ExportAsked(StrictSerializer):
    """What an export is to hold: `fortnight.json`, a sheet (CSV) of each list, or both."""

    formats = Several(child=Choice(FORMATS), max_length=len(FORMATS))

    def validate_formats(self, formats):
        if not formats:
            raise refuse("At least one is needed.", "required")
        if len(set(formats)) < len(formats):
            raise refuse("Each may stand here once.", "choice")
        return formats


class ExportShown(serializers.Serializer):
    """`download` is null until the export is ready; after `expires_at` it is gone."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(STATES)
    progress = serializers.FloatField(min_value=0, max_value=1)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    download = serializers.CharField(allow_null=True)


class Zip(BaseRenderer):
    """What may be asked for; it is written by the view itself, part by part."""

    media_type = "application/zip"
    format = "zip"


class ExportList(APIView):
    heavy = frozenset({"POST"})

    @extend_schema(
        operation_id="list_exports",
        summary="Your exports of the last day, newest first",
        parameters=[words.LIMIT, words.AFTER],
        responses=words.answers({200: words.page_of(ExportShown)}, 401, 406, 422),
    )
    def get(self, request):
        query = read_query(request, {"limit", "after"})
        most, after = limit_parameter(query), uuid_after(query)
        mine = exports_of(request).order_by("-id")
        if after is not None:
            mine = mine.filter(id__lt=after)
        found = list(mine[: most + 1])
        page, more = found[:most], len(found) > most
        return Response(
            {
                "items": [export_json(export) for export in page],
                "next": next_page(request, str(page[-1].id) if more else None),
            },
            headers=words.PRIVATE,
        )

    @extend_schema(
        operation_id="ask_for_export",
        summary="Ask for everything in one file; it is written in a moment",
        parameters=[
            OpenApiParameter(
                IDEMPOTENCY_KEY,
                {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
                OpenApiParameter.HEADER,
                description="The same key again is the same export, not another one.",
            )
        ],
        request={"application/json": ExportAsked},
        examples=words.bodies_like("Both", {"formats": ["json", "csv"]}, "application/json"),
        responses=words.answers({202: ExportShown}, 401, 406, 413, 415, 422),
    )
    def post(self, request):
        read_query(request, ())
        key = idempotency_key(request)
        asked = ExportAsked(data=sent_object(request))
        asked.is_valid(raise_exception=True)
        vault = request.user.datakey.open()
        try:
            export = ask_for(vault, asked.validated_data["formats"], key, timezone.now())
        except OtherRequest:
            detail = "This key came with another request before; use a new one."
            raise BadParameter(IDEMPOTENCY_KEY, "choice", detail) from None
        return Response(export_json(export), status.HTTP_202_ACCEPTED, headers=words.PRIVATE)


class ExportOne(APIView):
    @extend_schema(
        operation_id="read_export",
        summary="How far an export is",
        responses=words.answers({200: ExportShown}, 401, 404, 406, 422),
    )
    def get(self, request, id: str):
        read_query(request, ())
        return Response(export_json(export_of(request, id)), headers=words.PRIVATE)


class ExportDownload(APIView):
    heavy = frozenset({"GET"})
    renderer_classes = (JSON, Zip)  # a problem, or what OPTIONS tells, is JSON

    @extend_schema(
        operation_id="download_export",
        summary="The export itself, a zip",
        responses=words.answers(
            {(200, Zip.media_type): OpenApiTypes.BINARY}, 401, 404, 406, 409, 422
        ),
    )
    def get(self, request, id: str):
        read_query(request, ())
        export = export_of(request, id)
        if export.state == "failed":
            raise NotReady("It could not be written; ask for another one.")
        if export.state != "ready":
            raise NotReady("It is being written; ask again soon.")
        parts = opened(request.user.datakey.open(), export)
        # The first one before the answer begins: what does not open is a problem, not half a file.
        first = next(parts)
        return StreamingHttpResponse(
            chain((first,), parts),
            content_type=Zip.media_type,
            headers={
                **words.PRIVATE,
                "Content-Length": export.size,
                "Content-Disposition": f'attachment; filename="{filename(export)}"',
            },
        )


def idempotency_key(request) -> str | None:
    """The key that a request came with. Raises BadParameter."""
    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is None:
        return None
    if len(key) > LONGEST_KEY:
        detail = f"At most {LONGEST_KEY} characters; {len(key)} were sent."
        raise BadParameter(IDEMPOTENCY_KEY, "max_length", detail)
    if not _KEY.fullmatch(key):
        raise BadParameter(IDEMPOTENCY_KEY, "characters", "Visible ASCII characters, at least one.")
    return key


def exports_of(request):
    """The person's own exports whose day is not over."""
    return request.user.export_set.filter(expires_at__gt=timezone.now())


def export_of(request, id: str) -> Export:
    """One of them, by its id in the address. Raises NotFound."""
    export_id = read_uuid(id)
    export = export_id and exports_of(request).filter(id=export_id).first()
    if not export:
        raise NotFound
    return export


def export_json(export: Export) -> dict[str, Any]:
    ready = export.state == "ready"
    return {
        "id": str(export.id),
        "status": export.state,
        "progress": round(export.progress, 2),
        "created_at": export.created_at.isoformat(),
        "expires_at": export.expires_at.isoformat(),
        "download": f"/api/v1/exports/{export.id}/download" if ready else None,
    }


def filename(export: Export) -> str:
    return f"fortnight-{export.created_at:%Y-%m-%d}.zip"
