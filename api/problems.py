"""Every error of the API is a problem document (RFC 9457) that names what was wrong.

``errors`` holds one item a fault: where (a JSON pointer into the body, or a parameter), a
stable code, a sentence, and the numbers of the rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

import orjson
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from rest_framework import exceptions, status

from diary.models import Diary
from diary.vault import Unsealable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds
MOST_FAULTS = 100  # in one answer, so that it cannot be many times as large as what was sent


class Code(str):
    """A fault's stable code, with the numbers of the rule that it broke."""

    __slots__ = ("params",)
    params: Mapping[str, Any]

    def __new__(cls, code: str, **params: Any) -> Code:
        made = super().__new__(cls, code)
        made.params = params
        return made


class Problem(exceptions.APIException):
    """An error with a type of its own; subclasses name it."""

    type = "unavailable"
    title = ""
    status_code = status.HTTP_400_BAD_REQUEST

    def __init__(self, detail: str = "", errors: list[dict] | None = None, **more: Any) -> None:
        super().__init__(detail or self.title)
        self.errors = errors or []
        self.more = more


class Unreadable(Problem):
    type, title = "unreadable", "The request cannot be read."

    def __init__(self, detail: str, pointer: str | None = None, code: str = "type") -> None:
        errors = [] if pointer is None else [fault(detail, code, pointer=pointer)]
        super().__init__(detail, errors)


class TooLarge(Problem):
    type, title = "too-large", "The body is too large."
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE

    def __init__(self, largest: int) -> None:
        super().__init__(f"A body has at most {largest // 1024} KiB here.")


class BadParameter(Problem):
    type, title = "validation", "The request is not valid."
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY

    def __init__(self, parameter: str, code: str, detail: str) -> None:
        super().__init__(detail, [fault(detail, code, parameter=parameter)])


class PreconditionFailed(Problem):
    type, title = "precondition-failed", "The record is not as the request expects it."
    status_code = status.HTTP_412_PRECONDITION_FAILED


class NotReady(Problem):
    type, title = "not-ready", "It is not ready for this."
    status_code = status.HTTP_409_CONFLICT


class Exists(Problem):
    type, title = "exists", "There is a record with this id already."
    status_code = status.HTTP_409_CONFLICT


class StaleBatch(Problem):
    type, title = "stale-batch", "The server has answered a later batch of this client."
    status_code = status.HTTP_409_CONFLICT


class ReauthenticationRequired(Problem):
    type, title = "reauthentication-required", "Sign in again first: this cannot be undone."
    status_code = status.HTTP_403_FORBIDDEN


class CursorExpired(Problem):
    type, title = "cursor-expired", "The diary is not the one of this checkpoint; pull from 0."
    status_code = status.HTTP_410_GONE


class SchemaTooOld(Problem):
    type, title = "schema-too-old", "The app is too old for this diary; update it."
    status_code = 426

    def __init__(self, oldest: int) -> None:
        super().__init__(f"Documents are of schema {oldest} or newer here.")


class Unavailable(Problem):
    type, title = "unavailable", "Not available just now; try again soon."
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE


class AppTooOld(Problem):
    type, title = "app-too-old", "This app is too old; update it."
    status_code = 426

    def __init__(self, oldest: str) -> None:
        super().__init__(f"Version {oldest} or newer is needed.", min_app_version=oldest)


def is_gone(person) -> bool:
    """Whether the account was deleted while this very request was answered."""
    return person is not None and not Diary.objects.filter(user=person.pk).exists()


def fault(detail: str, code: str, **where: str) -> dict[str, Any]:
    item = {**where, "code": str(code), "detail": detail}
    params = getattr(code, "params", None)
    return {**item, "params": params} if params else item


def answer(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """DRF's exception handler: every known error as a problem; None lets a bug be a bug."""
    request = context["request"]
    if isinstance(error, ObjectDoesNotExist | IntegrityError) and is_gone(request.user):
        error = exceptions.AuthenticationFailed()
        for name in ("RateLimit-Policy", "RateLimit"):
            context["view"].headers.pop(name, None)  # there is nobody to be counted any more
    content = described(error)
    if content is None:
        return None
    headers = {}
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        headers["WWW-Authenticate"] = "X-Session-Token"
    if (wait := getattr(error, "wait", None)) is not None:
        headers["Retry-After"] = str(math.ceil(wait))
    if content["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = RETRY_AFTER
    if content["status"] == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(context["view"].allowed_methods)
    if (support := getattr(error, "support", None)) is not None:
        content["support"] = support
    # Written here, not by the view's renderer: a problem is JSON whatever was asked for.
    response = respond(request, content)
    for name, value in headers.items():
        response[name] = value
    return response


def described(error: Exception) -> dict[str, Any] | None:
    """What the problem document says of an error, but for the request's own address."""
    match error:
        case exceptions.ValidationError():
            told = list(islice(faults(error.detail), MOST_FAULTS))
            return problem("validation", 422, "The request is not valid.", errors=told)
        case Problem():
            text = str(error.detail)
            return problem(
                error.type, error.status_code, error.title, text, errors=error.errors, **error.more
            )
        case exceptions.ParseError():
            return problem("unreadable", 400, "The request cannot be read.", str(error.detail))
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return problem("unauthenticated", 401, "Sign in first.", "X-Session-Token is needed.")
        case exceptions.PermissionDenied() | Http404() | exceptions.NotFound():
            return problem("not-found", 404, "There is no such thing here.")
        case exceptions.MethodNotAllowed():
            return problem("method-not-allowed", 405, "This method is not for this address.")
        case exceptions.NotAcceptable():
            return problem("not-acceptable", 406, "Answers are JSON; Accept does not allow it.")
        case exceptions.UnsupportedMediaType():
            return problem(
                "unsupported-type", 415, "This kind of body is not read.", str(error.detail)
            )
        case exceptions.Throttled():
            return problem("throttled", 429, "Too many requests; wait a little.")
        case RequestDataTooBig():
            return problem("too-large", 413, "The body is too large.")
        case Unsealable():
            return problem("unavailable", 503, "What is stored here cannot be opened just now.")
    return None


def problem(
    type: str,
    status: int,
    title: str,
    detail: str = "",
    errors: list[dict] | None = None,
    **more: Any,
) -> dict[str, Any]:
    if errors and not detail:
        detail = errors[0]["detail"]
    return {
        "type": f"/problems/{type}",
        "title": title,
        "status": int(status),
        "detail": detail or title,
        "errors": errors or [],
        **more,
    }


def addressed(content: dict[str, Any], request) -> dict[str, Any]:
    request_id = getattr(request, "request_id", None)
    return {**content, "instance": request.path, "request_id": request_id}


def faults(detail: Any, pointer: str = "") -> Iterator[dict[str, Any]]:
    """DRF's nested details as one flat list, each with its JSON pointer."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from faults(inner, f"{pointer}/{escaped(str(name))}")
    elif isinstance(detail, list | tuple):
        for place, inner in enumerate(detail):
            if isinstance(inner, Mapping | list | tuple):
                yield from faults(inner, f"{pointer}/{place}")
            else:
                yield from faults(inner, pointer)
    else:
        yield fault(str(detail), detail.code, pointer=pointer)


def respond(request, content: dict[str, Any]) -> HttpResponse:
    """The same outside DRF: for addresses that do not exist, and for bugs."""
    body = orjson.dumps(addressed(content, request))
    response = HttpResponse(body, status=content["status"], content_type=MEDIA_TYPE)
    response["Cache-Control"] = "no-store"
    return response


def unavailable(request) -> HttpResponse:
    """503: the client keeps what it has and tries again."""
    content = problem("unavailable", 503, "Not available just now; try again soon.")
    response = respond(request, content)
    response["Retry-After"] = RETRY_AFTER
    return response


def bad_request(request, exception) -> HttpResponse:
    return respond(request, problem("unreadable", 400, "The request cannot be read."))


def not_found(request, exception) -> HttpResponse:
    return respond(request, problem("not-found", 404, "There is no such thing here."))


def server_error(request) -> HttpResponse:
    return respond(
        request, problem("unavailable", 500, "Something broke here; it is written down.")
    )


def escaped(name: str) -> str:
    """RFC 6901."""
    return name.replace("~", "~0").replace("/", "~1")
