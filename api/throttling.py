"""How often a person may ask in a minute. Who they are is no part of what Redis is told."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.throttling import BaseThrottle

from api.counter import Count, Counter
from api.problems import Unavailable

WINDOW = 60  # seconds


class Limit(NamedTuple):
    name: str
    most: int  # a window, for each person


READ, WRITE, HEAVY = Limit("read", 3_000), Limit("write", 1_200), Limit("heavy", 60)


class Pace(BaseThrottle):
    """Reads, writes and what is heavy are counted apart; ``view.heavy`` names such methods.

    Nobody who has not signed in is counted: the help lines are for everybody, always.
    """

    def __init__(self) -> None:
        self.left: float | None = None

    def allow_request(self, request, view) -> bool:
        if request.user is None:
            return True
        limit = limit_of(request.method, view)
        # They stand beside whatever the answer will be.
        view.headers["RateLimit-Policy"] = f'"{limit.name}";q={limit.most};w={WINDOW}'
        counted = counter(settings.THROTTLE_URL).count(
            key_of(limit, request.user.pk), WINDOW, patiently=limit is HEAVY
        )
        if counted is None:
            if limit is HEAVY:
                raise Unavailable
            return True
        view.headers["RateLimit"] = standing(limit, counted)
        if counted.number <= limit.most:
            return True
        self.left = counted.left
        return False

    def wait(self) -> float | None:
        """Seconds until the window ends."""
        return self.left


@cache
def counter(url: str) -> Counter:
    return Counter(url)


def limit_of(method: str, view) -> Limit:
    if (method if method != "HEAD" else "GET") in getattr(view, "heavy", ()):
        return HEAVY
    return READ if method in SAFE_METHODS else WRITE


def key_of(limit: Limit, user_id: UUID) -> str:
    secret = settings.TOKEN_SECRET.encode()[:64]
    person = hashlib.blake2b(user_id.bytes, key=secret, digest_size=16).hexdigest()
    return f"fortnight:pace:{limit.name}:{person}"


def standing(limit: Limit, counted: Count) -> str:
    """draft-ietf-httpapi-ratelimit-headers: what is left, and for how many seconds."""
    remaining = max(0, limit.most - counted.number)
    return f'"{limit.name}";r={remaining};t={-int(-counted.left // 1)}'
