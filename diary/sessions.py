"""Sessions at rest: sealed with the server's secret, sliding, and never older than a year.

A copy of the database opens none of them, and shows neither a code that was just mailed nor
the secret of an authenticator app that is being set up. One that nobody has signed in with is
forgotten after an hour.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.contrib.sessions.serializers import JSONSerializer
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from diary.vault import Safe, Unsealable

SLIDING = timedelta(seconds=settings.SESSION_COOKIE_AGE)
LONGEST = timedelta(days=365)
PENDING = timedelta(hours=1)  # longer than any code lives
SEEN_EVERY = timedelta(minutes=5)
_BEGAN = "began"
_SAFE = Safe(settings.TOKEN_SECRET, "session")
_AT_ONCE = 1_000


class SessionStore(db.SessionStore):
    """Django's sessions in the database; what they hold is sealed to their key."""

    seen_at: datetime | None = None  # by the list of devices

    def encode(self, session_dict: dict[str, Any]) -> str:
        plain = self.serializer().dumps(session_dict)
        return base64.b64encode(_SAFE.seal(plain, self.session_key)).decode()

    def decode(self, session_data: str) -> dict[str, Any]:
        return self.serializer().loads(opened(self.session_key, session_data) or b"{}")

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        now = timezone.now()
        began = datetime.fromtimestamp(data.setdefault(_BEGAN, now.timestamp()), UTC)
        row = super().create_model_instance(data)
        row.expire_date = _end(began, now) if SESSION_KEY in data else now + PENDING
        return row

    def _get_session_from_db(self) -> Session | None:
        device = UserSession.objects.filter(session_key=OuterRef("session_key"))
        row = (
            self.model.objects.filter(session_key=self.session_key, expire_date__gt=timezone.now())
            .annotate(seen_at=Subquery(device.values("last_seen_at")))
            .first()
        )
        if row is None:
            self._session_key = None
        else:
            self.seen_at = row.seen_at
        return row

    def touch(self, now: datetime) -> None:
        """Note that the device was seen, and let the session slide; every few minutes is enough."""
        if self.seen_at is None or now - self.seen_at < SEEN_EVERY:
            return
        began = datetime.fromtimestamp(self[_BEGAN], UTC)
        self.model.objects.filter(session_key=self.session_key).update(expire_date=_end(began, now))
        UserSession.objects.filter(session_key=self.session_key).update(last_seen_at=now)


def opened(session_key: str, session_data: str) -> bytes | None:
    """What a session holds, as it was written; None where it does not open."""
    try:
        return _SAFE.unseal(base64.b64decode(session_data), session_key)
    except (Unsealable, ValueError):  # binascii.Error is one
        return None


def _end(began: datetime, now: datetime) -> datetime:
    return min(now + SLIDING, began + LONGEST)


def pending(now: datetime, *words: str) -> Iterator[str]:
    """The keys of sessions that nobody has signed in with yet and that speak of one of these."""
    sought = {word.casefold() for word in words}
    rows = Session.objects.filter(expire_date__lte=now + PENDING)
    for key, sealed in rows.values_list("session_key", "session_data").iterator(_AT_ONCE):
        held = JSONSerializer().loads(opened(key, sealed) or b"{}")
        if any(text.casefold() in sought for text in _texts(held)):
            yield key


def _texts(held: Any) -> Iterator[str]:
    """Every text in what a session holds, however deep."""
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list):
        for one in held.values() if isinstance(held, dict) else held:
            yield from _texts(one)


def forget_ended(now: datetime, most: int = _AT_ONCE) -> int:
    """Delete sessions whose time is over, and their devices; how many."""
    ended = Session.objects.filter(expire_date__lte=now).values_list("session_key", flat=True)
    keys = list(ended[:most])
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(session_key__in=keys).delete()[0]
