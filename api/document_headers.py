"""The headers of requests and answers, as the OpenAPI document describes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HEADERS: dict[str, dict[str, Any]] = {
    "X-Request-Id": {
        "description": "As it was sent, if it was a plain one; else made here.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"},
    },
    "RateLimit-Policy": {
        "description": "The limit that this request counts for, and its window in seconds.",
        "schema": {"type": "string"},
        "example": '"write";q=1200;w=60',
    },
    "RateLimit": {
        "description": "How many requests are left, and for how many seconds.",
        "schema": {"type": "string"},
        "example": '"write";r=1187;t=34',
    },
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": "The header that the token belongs into.",
        "required": True,
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "Names this state; send it back as If-None-Match or If-Match.",
        "schema": {"type": "string"},
    },
    "Link": {
        "description": "rel=next: the next page. rel=deprecation: what to use instead.",
        "schema": {"type": "string"},
    },
    "Deprecation": {
        "description": "Since when this route is on its way out (RFC 9745).",
        "required": True,
        "schema": {"type": "string"},
    },
    "Sunset": {
        "description": "Until when at least it is there (RFC 8594).",
        "required": True,
        "schema": {"type": "string"},
    },
}
# Before anybody is known there is nobody to count.
UNCOUNTED = frozenset({"401", "406"})
CONDITIONS = {
    "If-Match": "Only if the record is still the one with this ETag; else 412.",
    "If-None-Match": "An ETag that you have, or * for anything that is there.",
}


def add_headers(result: dict[str, Any]) -> None:
    """Describe which headers each answer has, and which conditions a request may make."""
    components = result["components"]
    components["headers"] = HEADERS
    for operations in result["paths"].values():
        for operation in operations.values():
            responses = operation["responses"]
            for status, response in responses.items():
                names = headers_of(operation, status, shape_of(response, components["schemas"]))
                response["headers"] = {
                    name: {"$ref": f"#/components/headers/{name}"} for name in names
                }
            operation["parameters"] = [
                *operation.get("parameters", ()),
                *(condition(name) for name in conditions_of(responses)),
            ]


def headers_of(operation: dict[str, Any], status: str, shape: dict[str, Any]) -> Iterator[str]:
    yield "X-Request-Id"
    if operation["security"] and status not in UNCOUNTED:
        yield from ("RateLimit-Policy", "RateLimit")
    if status in {"429", "503"}:
        yield "Retry-After"
    if status == "401":
        yield "WWW-Authenticate"
    # A record is named by its revision; what is computed, where it can be asked for again.
    known = "304" in operation["responses"] and status in {"200", "304"}
    if known or "rev" in shape:
        yield "ETag"
    if operation.get("deprecated"):
        yield from ("Deprecation", "Sunset", "Link")
    elif "next" in shape:
        yield "Link"


def conditions_of(responses: dict[str, Any]) -> list[str]:
    if "412" in responses:
        return list(CONDITIONS)
    return ["If-None-Match"] if "304" in responses else []


def condition(name: str) -> dict[str, Any]:
    says = CONDITIONS[name]
    return {"in": "header", "name": name, "schema": {"type": "string"}, "description": says}


def shape_of(response: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """The properties of what an answer holds."""
    schema = response.get("content", {}).get("application/json", {}).get("schema", {})
    return schemas.get(schema.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
