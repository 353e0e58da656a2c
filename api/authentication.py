"""Who is asking: a session token in ``X-Session-Token``, and nothing else.

The token is the session's key with a keyed hash of it. Sessions lie in the database, the
secret does not: a copy of the database opens no session.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.core.internal.sessionkit import get_session_user
from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

from api.problems import ReauthenticationRequired

HEADER = "X-Session-Token"


class SignedTokens(SessionTokenStrategy):
    """Session tokens that need the server's secret as well as the session's key."""

    def create_session_token(self, request) -> str:
        return signed(super().create_session_token(request))

    def lookup_session(self, session_token: str):
        key, _, mark = session_token.partition(".")
        if not hmac.compare_digest(mark.encode(), _mark(key).encode()):
            return None
        return sessionkit.lookup_session(key)


def signed(session_key: str) -> str:
    return f"{session_key}.{_mark(session_key)}"


def _mark(session_key: str) -> str:
    return hmac.new(
        settings.TOKEN_SECRET.encode(), session_key.encode(), hashlib.sha256
    ).hexdigest()


class SessionToken(BaseAuthentication):
    """401 for no token, a wrong, revoked or expired one, and one of a closed account."""

    def authenticate(self, request):
        token = request.headers.get(HEADER)
        if not token:
            return None
        session = SignedTokens().lookup_session(token)
        person = session and get_session_user(session)
        if not person:  # of a closed account there is none either
            raise AuthenticationFailed
        session.touch(timezone.now())
        return person, session

    def authenticate_header(self, request) -> str:
        return HEADER


def refuse_if_long_ago(request, now: datetime) -> None:
    """Raise `ReauthenticationRequired` unless whoever asks has just shown who they are."""
    shown = [record["at"] for record in request.auth.get(AUTHENTICATION_METHODS_SESSION_KEY, ())]
    # Signing up leaves no such record; the list of devices knows when each of them came.
    device = request.user.usersession_set.filter(session_key=request.auth.session_key).first()
    if device:
        shown.append(device.created_at.timestamp())
    if now.timestamp() - max(shown, default=0) >= REAUTHENTICATION_TIMEOUT:
        raise ReauthenticationRequired


class SessionTokenScheme(OpenApiAuthenticationExtension):
    target_class = "api.authentication.SessionToken"
    name = "sessionToken"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": HEADER,
            "description": "`meta.session_token` of signing in under /_allauth/app/v1/auth/login.",
        }
