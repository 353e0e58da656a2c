"""What is old: an app that must be updated (426), and routes that are on their way out.

A view says ``deprecated = Deprecated(…)``; its answers and the OpenAPI document say so then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.http import http_date
from packaging.version import InvalidVersion, Version
from rest_framework.views import APIView

from api import problems
from api.problems import AppTooOld

LONGEST = 100  # characters of X-App that are looked at


@dataclass(frozen=True, slots=True)
class Deprecated:
    """Since when, until when at least it is there, and a page that says what to use instead."""

    since: datetime
    sunset: datetime
    link: str

    def headers(self) -> dict[str, str]:
        """RFC 9745 and RFC 8594."""
        return {
            "Deprecation": f"@{int(self.since.timestamp())}",
            "Sunset": http_date(self.sunset.timestamp()),
            "Link": f'<{self.link}>; rel="deprecation"; type="text/html"',
        }


class Versions:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.deprecated = None
        response = self.get_response(request)
        if request.deprecated:
            for name, value in request.deprecated.headers().items():
                said = response.get(name) if name == "Link" else None
                response[name] = f"{said}, {value}" if said else value
        return response

    def process_view(self, request, view, args, kwargs):
        """Refuse apps that are too old, but for what anybody may ask: help is never refused."""
        asked = getattr(view, "cls", APIView)
        request.deprecated = getattr(asked, "deprecated", None)
        if not request.resolver_match.route.startswith("api/v1/") or not asked.permission_classes:
            return None
        oldest = too_old(request.headers.get("X-App", ""))
        return oldest and problems.respond(request, problems.described(AppTooOld(oldest)))


def too_old(app: str) -> str | None:
    """The version that an app needs at least, if it is below; None for what nobody can read."""
    name, _, version = app.partition("/")
    oldest = settings.OLDEST_APPS.get(name)
    if oldest is None or len(app) > LONGEST:
        return None
    try:
        return str(oldest) if Version(version) < oldest else None
    except InvalidVersion:
        return None
