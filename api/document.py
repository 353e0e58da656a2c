"""What the OpenAPI document says alike of many operations."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    inline_serializer,
)
from rest_framework import serializers

from api.document_examples import add_examples
from api.document_headers import add_headers

# Everything personal: no cache keeps it.
PRIVATE = {"Cache-Control": "no-store"}

_MEANING = {
    200: "As asked.",
    201: "Made.",
    202: "Taken; it is done in a moment.",
    204: "Done; there is nothing to say.",
    304: "Not changed since the ETag that was sent.",
    400: "The request cannot be read.",
    401: "No session token, or not a live one.",
    403: "Too long since signing in; reauthenticate under /_allauth/app/v1/auth/ and ask again.",
    404: "There is no such thing here.",
    406: "Accept does not allow JSON.",
    409: "It is there already, has been overtaken, or is not ready.",
    410: "The checkpoint is of another time of this diary; begin again, from 0.",
    412: "If-Match or If-None-Match does not hold; `current` is what is stored.",
    413: "The body is too large.",
    415: "Not JSON, or a compressed body.",
    422: "Read, but not valid: `errors` says where and why.",
    426: "The app is too old, by its X-App or by the schema of its documents.",
    429: "Too many requests in this minute; try again after Retry-After seconds.",
    503: "Not available just now; try again after Retry-After seconds.",
}


class Fault(serializers.Serializer):
    """One thing that was wrong, and where: a pointer into the body, or a parameter."""

    pointer = serializers.CharField(required=False)
    parameter = serializers.CharField(required=False)
    code = serializers.CharField()
    detail = serializers.CharField()
    params = serializers.DictField(required=False)


class ProblemDocument(serializers.Serializer):
    """An error (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField(allow_null=True)
    errors = Fault(many=True)
    current = serializers.DictField(
        required=False, allow_null=True, help_text="With a 409 or 412: what is stored."
    )
    min_app_version = serializers.CharField(required=False, help_text="With app-too-old.")
    support = serializers.DictField(
        required=False, help_text="Help lines, where what was sent speaks of self-harm."
    )


def answers(made: dict[Any, Any], *problems: int) -> dict[Any, OpenApiResponse]:
    """The responses of an operation: what it makes, and the problems it can give.

    What it makes stands under its status, or under status and media type where that is no JSON.
    Any of them can be asked in a way that cannot be read, or while PostgreSQL is gone; whoever
    is signed in, too often.
    """
    always = {400, 503} | ({426, 429} if 401 in problems else set())
    return {
        **{
            key: OpenApiResponse(shape, _MEANING[key[0] if isinstance(key, tuple) else key])
            for key, shape in made.items()
        },
        **{
            (status, "application/problem+json"): OpenApiResponse(ProblemDocument, _MEANING[status])
            for status in sorted(always.union(problems))
        },
    }


@cache  # one shape, however many lists there are of it
def page_of(item: type[serializers.Serializer]) -> serializers.Serializer:
    """A page of a list: its items, and the address of the next page or null."""
    return inline_serializer(
        f"{item.__name__}Page",
        {"items": item(many=True), "next": serializers.CharField(allow_null=True)},
    )


_SCHEMAS = "#/components/schemas/"
# Answers that leave out what does not apply; all others name every field, null if need be.
SPARSE = frozenset({Fault.__name__, ProblemDocument.__name__})


def _parameter(name: str, says: str, **schema: Any) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "string", **schema}, description=says)


FROM = _parameter("from", "The first date.", format="date")
TO = _parameter("to", "The last date.", format="date")
LIMIT = OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": 400, "default": 100})
AFTER = _parameter("after", "A place in the list, as `next` carries it.")


def choice_parameter(name: str, says: str, choices: tuple[str, ...]) -> OpenApiParameter:
    return _parameter(name, says, enum=list(choices))


def number_parameter(name: str, says: str, **bounds: int) -> OpenApiParameter:
    return OpenApiParameter(name, {"type": "integer", **bounds}, description=says)


def text_parameter(name: str, says: str) -> OpenApiParameter:
    return _parameter(name, says)


def date_parameter(name: str, says: str) -> OpenApiParameter:
    return _parameter(name, says, format="date")


def bodies_like(name: str, value: dict[str, Any], *media_types: str) -> list[OpenApiExample]:
    """The same example for each kind of body that an operation takes."""
    return [
        OpenApiExample(name, value=value, request_only=True, media_type=media_type)
        for media_type in media_types
    ]


class Described(AutoSchema):
    """A view that says that it is deprecated is deprecated in the document too."""

    def is_deprecated(self) -> bool:
        return super().is_deprecated() or getattr(self.view, "deprecated", None) is not None


def finish(result, generator, request, public):
    """Last touches: what is public says so, `date` is a date, answers hold every field."""
    for operations in result["paths"].values():
        for operation in operations.values():
            operation.setdefault("security", [])
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True  # an empty one is 400
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] == "date":
                    parameter["schema"] = {"type": "string", "format": "date"}
                if parameter["in"] == "path" and parameter["name"] == "id":
                    parameter["schema"] = {"type": "string", "format": "uuid"}
    schemas = result["components"]["schemas"]
    for name, schema in schemas.items():
        if "properties" in schema and not name.endswith("Request") and name not in SPARSE:
            schema["required"] = sorted(schema["properties"])
    _say_what_a_patch_may_leave_out(schemas)
    add_headers(result)
    result = add_examples(result)
    _forget_what_nothing_names(result)
    return result


def _say_what_a_patch_may_leave_out(schemas: dict[str, Any]) -> None:
    """A merge patch (RFC 7396) reaches into objects: of these, too, it names what is changed.

    There are none within those.
    """
    for name in [name for name in schemas if name.startswith("Patched")]:
        for field in schemas[name]["properties"].values():
            for place in (field, *field.get("oneOf", ())):
                part = place.get("$ref", "").removeprefix(_SCHEMAS)
                if part in schemas:
                    schemas[f"Patched{part}"] = {
                        key: said for key, said in schemas[part].items() if key != "required"
                    }
                    place["$ref"] = f"{_SCHEMAS}Patched{part}"


def _forget_what_nothing_names(result: dict[str, Any]) -> None:
    """A part that only a patch had under its whole name; generators would make a class of it."""
    told, schemas = json.dumps(result), result["components"]["schemas"]
    for name in [name for name in schemas if f'"{_SCHEMAS}{name}"' not in told]:
        del schemas[name]
