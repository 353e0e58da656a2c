"""What surrounds every request: its id, its one line in the log, outages said as such, and
what browsers must not do with an answer.
"""

from __future__ import annotations

import re
import time
from uuid import uuid4

from django.contrib.sessions.backends.base import UpdateError
from django.db import InterfaceError, OperationalError
from redis.exceptions import RedisError

from api import problems
from api.logs import log

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


# W3C Trace Context, after its version; later versions may go on where 00 ends.
_TRACE = re.compile(
    r"(?!0{32})(?P<trace>[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?P<more>-.*)?"
)
_VERSION = re.compile(r"[0-9a-f]{2}")
EVERYWHERE = {"Cross-Origin-Resource-Policy": "same-origin"}
# Nothing of an answer that is no page is ever run or framed.
NO_PAGE = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
PAGE = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(),"
    " display-capture=(), browsing-topics=()"
}


class RequestLine:
    """Echo the request's id (or make one) and log one line, without path values or queries."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        sent = request.headers.get("X-Request-Id", "")
        request.request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid4().hex
        began = time.monotonic()
        response = self.get_response(request)
        response["X-Request-Id"] = request.request_id
        route = request.resolver_match.route if request.resolver_match else ""
        if route.startswith("health/") and response.status_code < 400:
            return response  # asked every few seconds; only a bad answer is news
        log(
            "request",
            request_id=request.request_id,
            trace=trace_of(request.headers.get("traceparent", "")),
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(1000 * (time.monotonic() - began), 1),
        )
        return response


def trace_of(header: str) -> str | None:
    """The id of the trace that a request belongs to; None for none, and for nonsense."""
    version, _, rest = header.partition("-")
    read = _TRACE.fullmatch(rest)
    if not read or not _VERSION.fullmatch(version) or version == "ff":
        return None
    return None if version == "00" and read["more"] else read["trace"]


class Outages:
    """PostgreSQL or Redis gone is 503 and Retry-After, never 500: the client keeps its entry."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, error):
        # A session that cannot be saved: it was ended meanwhile, or PostgreSQL is gone.
        if not isinstance(error, OperationalError | InterfaceError | RedisError | UpdateError):
            return None
        log("outage", request_id=request.request_id, error=type(error).__name__)
        return problems.unavailable(request)


class Guards:
    """What Django's own security middleware does not say to browsers."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        kind = response.get("Content-Type", "").partition(";")[0]
        said = PAGE if kind == "text/html" else NO_PAGE if kind.endswith("json") else {}
        for name, value in (EVERYWHERE | said).items():
            response[name] = value
        return response
