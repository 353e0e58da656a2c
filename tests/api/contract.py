"""What every answer must be: documented, of the documented shape, and said as JSON.

`CheckedPhone` is a client that holds each answer against the OpenAPI document, so that every
test of the API is also a test of its document.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from jsonschema_rs import Draft202012Validator
from rest_framework.test import APIClient

PROBLEM = "application/problem+json"
TYPES = {
    "validation", "unreadable", "too-large", "unsupported-type", "not-found", "unauthenticated",
    "precondition-failed", "exists", "unavailable", "method-not-allowed", "not-acceptable",
    "stale-batch", "cursor-expired", "schema-too-old", "reauthentication-required", "not-ready",
    "app-too-old", "throttled",
}  # fmt: skip
CODES = {
    "required", "null", "type", "min_value", "max_value", "step", "choice", "max_length",
    "characters", "unknown_field", "unknown_tracker", "unknown_parameter", "repeated_parameter",
    "date", "too_early", "future_date", "instant", "time_zone", "range", "duplicate_key",
    "unknown_collection",
    "rrule_unsupported",
}  # fmt: skip


class CheckedPhone(APIClient):
    """A phone whose every answer under /api is checked."""

    default_format = "json"

    def request(self, **environ):
        response = super().request(**environ)
        check(response)
        return response

    def send(self, method: str, path: str, body: bytes, content_type="application/json", **more):
        """Exactly these bytes."""
        return self.generic(method, path, body, content_type=content_type, **more)


def check(response) -> None:
    request = response.wsgi_request
    if not request.path.startswith("/api/"):
        return
    assert response["X-Request-Id"]
    assert not any(cookie.value for cookie in response.cookies.values())
    if response.status_code >= 400:
        check_problem(response)
    described = operation(request.method, request.path)
    if described is None:
        assert response.status_code in {200, 400, 401, 404, 405}, "nothing of this is documented"
        return
    assert str(response.status_code) in described["responses"], (
        f"{request.method} {request.path} gives {response.status_code}, which is not documented"
    )
    check_headers(response, described["responses"][str(response.status_code)]["headers"])
    content = described["responses"][str(response.status_code)].get("content")
    if request.method == "HEAD":
        return
    if content is None:
        assert response.content == b""
        return
    [(media_type, kind)] = content.items()
    assert response["Content-Type"] == media_type
    if media_type.endswith("json"):
        validate(response.json(), kind["schema"])


def check_headers(response, described: dict[str, Any]) -> None:
    """Those that must be there are, and none is there of which nothing was said."""
    for name, header in document()["components"]["headers"].items():
        assert name in response or name not in described or not header.get("required"), name
        assert name not in response or name in described, name


def check_problem(response) -> None:
    """RFC 9457, with the members that the contract names."""
    assert response["Content-Type"] == PROBLEM
    assert response["Cache-Control"] == "no-store"
    if response.wsgi_request.method == "HEAD":
        return
    problem = response.json()
    assert problem["type"].removeprefix("/problems/") in TYPES
    assert problem["title"]
    assert problem["detail"]
    assert problem["status"] == response.status_code
    assert problem["instance"] == response.wsgi_request.path
    assert problem["request_id"] == response["X-Request-Id"]
    for fault in problem["errors"]:
        assert ("pointer" in fault) != ("parameter" in fault)
        assert fault["code"] in CODES
        assert fault["detail"]


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document as clients get it."""
    schema = SchemaGenerator(urlconf="config.urls").get_schema(request=None, public=True)
    return json.loads(OpenApiJsonRenderer().render(schema, renderer_context={}))


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Every operation: method, path with its parameters in braces, what is said of it."""
    return [
        (method.upper(), path, described)
        for path, methods in document()["paths"].items()
        for method, described in methods.items()
    ]


@lru_cache(maxsize=1_000)
def operation(method: str, path: str) -> dict[str, Any] | None:
    method = "GET" if method == "HEAD" else method
    fitting = [
        (template.count("{"), known, described)
        for known, template, described in operations()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    # `reminders/local-plan` is no reminder's id, whatever the method.
    plainest = min((braces for braces, _, _ in fitting), default=0)
    return next(
        (said for braces, known, said in fitting if (braces, known) == (plainest, method)), None
    )


def validate(content: Any, schema: dict[str, Any]) -> None:
    """Raises ValidationError for content that is not of this shape."""
    _validator(json.dumps(schema)).validate(content)


@cache
def _validator(schema: str) -> Draft202012Validator:
    shape = json.loads(schema) | {"components": _nothing_more(document()["components"])}
    return Draft202012Validator(shape, validate_formats=True)


def _nothing_more(node: Any) -> Any:
    """The same schemas, in which what is not documented must not be said."""
    if isinstance(node, list):
        return [_nothing_more(part) for part in node]
    if not isinstance(node, dict):
        return node
    closed = {"additionalProperties": False} if "properties" in node else {}
    return closed | {name: _nothing_more(part) for name, part in node.items()}
