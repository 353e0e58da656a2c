"""What surrounds every request: its id, its one line in the log, and outages said as such."""

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
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(1000 * (time.monotonic() - began), 1),
        )
        return response


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
