"""A phone in the hands of somebody who has no token yet: signing up and in, as the app does it."""

from __future__ import annotations

import re

from django.core import mail
from rest_framework.response import Response

from tests.api.contract import CheckedPhone

AUTH = "/_allauth/app/v1/auth"
ACCOUNT = "/_allauth/app/v1/account"
PASSWORD = "a quiet winter evening"
# A code stands on a line of its own.
CODE = re.compile(r"^([A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})+)$", re.MULTILINE)


def ask(
    phone: CheckedPhone, path: str, body: dict | None = None, method="POST", under=AUTH
) -> Response:
    """Send to allauth; the newest token is kept and sent from then on, as its clients do."""
    answer = getattr(phone, method.lower())(f"{under}/{path}", body)
    if token := answer.json().get("meta", {}).get("session_token"):
        phone.credentials(HTTP_X_SESSION_TOKEN=token)
    return answer


def mailed_code() -> str:
    """The code in the newest mail."""
    [code] = CODE.findall(mail.outbox[-1].body)
    return code


def sign_up(phone: CheckedPhone, email: str, password: str = PASSWORD) -> None:
    """A new account, its address confirmed, signed in."""
    assert ask(phone, "signup", {"email": email, "password": password}).status_code == 401
    assert ask(phone, "email/verify", {"key": mailed_code()}).status_code == 200


def sign_in(phone: CheckedPhone, email: str, password: str = PASSWORD) -> Response:
    return ask(phone, "login", {"email": email, "password": password})


def code_by_mail(phone: CheckedPhone, email: str) -> Response:
    """Sign in with a code instead of a password."""
    assert ask(phone, "code/request", {"email": email}).status_code == 401
    return ask(phone, "code/confirm", {"code": mailed_code()})


def reauthenticate(phone: CheckedPhone, password: str = PASSWORD) -> None:
    assert ask(phone, "reauthenticate", {"password": password}).status_code == 200
