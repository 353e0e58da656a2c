"""Who we are, to push services: RFC 8292."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02
from py_vapid.utils import b64urlencode

LIFE = timedelta(hours=12)  # a service may refuse more than 24
LEAST_LEFT = timedelta(hours=1)  # then it is signed anew

_signed: dict[tuple[str, str, str], tuple[str, datetime]] = {}


def public_key() -> str | None:
    """What a browser needs to subscribe (`applicationServerKey`); None while Web Push is off."""
    if not settings.WEB_PUSH_KEY:
        return None
    point = _key(settings.WEB_PUSH_KEY).public_key
    return b64urlencode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def authorization(origin: str, now: datetime) -> str:
    """The header for a push service, the same one for up to eleven hours."""
    kept = (settings.WEB_PUSH_KEY, settings.WEB_PUSH_CONTACT, origin)
    header, ends_at = _signed.get(kept, ("", now))
    if not LEAST_LEFT < ends_at - now <= LIFE:
        ends_at = now + LIFE
        claims = {
            "aud": origin,
            "exp": int(ends_at.timestamp()),
            "sub": settings.WEB_PUSH_CONTACT,
        }
        header = _key(settings.WEB_PUSH_KEY).sign(claims)["Authorization"]
        _signed[kept] = header, ends_at
    return header


@lru_cache(maxsize=4)
def _key(text: str) -> Vapid02:
    return Vapid02.from_string(text)
