"""Whether an address has an account cannot be learnt: not from an answer, not from its cost."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache

from tests.api.accounts import AUTH, PASSWORD, ask, mailed_code
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses", "email")]

UNKNOWN = "nobody@diary.example"


@pytest.fixture
def email(ana) -> str:
    ana.set_password(PASSWORD)
    ana.save(update_fields=["password"])
    return ana.email


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """The passwords that were hashed, each a fifth of a second with the hasher that is shipped."""
    calls: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self, password, *rest, **more):
        calls.append(password)
        return encode(self, password, *rest, **more)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return calls


def told(phone: CheckedPhone, path: str, body: dict | None, method: str = "POST", **more) -> tuple:
    """All that somebody sees who asks: status, body, names of headers."""
    answer = getattr(phone, method.lower())(f"{AUTH}/{path}", body, **more)
    content = answer.json()
    if token := content.get("meta", {}).pop("session_token", None):
        phone.credentials(HTTP_X_SESSION_TOKEN=token)
    return answer.status_code, content, frozenset(answer.headers) - {"Content-Length"}


FLOWS = {
    "signing in": [("login", {"password": "not it at all"})],
    "signing up": [
        ("signup", {"password": PASSWORD}),
        ("email/verify", {"key": "AAAA-AAAA"}),
        ("email/verify/resend", {}),
        ("session", None, "GET"),
    ],
    "signing up with a bad password": [("signup", {"password": "7 words"})],
    "a code": [
        ("code/request", {}),
        *[("code/confirm", {"code": code}) for code in ("AAAA-AAAA", "", "0", "x" * 500)],
        ("session", None, "GET"),
    ],
    "a code, sent again": [("code/request", {}), ("code/resend", {}), ("code/resend", {})],
    "a new password": [
        ("password/request", {}),
        ("password/reset", {"key": "AAAA-AAAA", "password": "short"}),
        ("password/reset", {"key": "AAAA-AAAA", "password": "an even quieter evening"}),
        ("password/reset", {"key": "AAAA-AAAA", "password": "ana@diary.example"}),
        ("session", None, "GET"),
    ],
    "a new password, no password": [
        ("password/request", {}),
        ("password/reset", {"key": "AAAA-AAAA"}),
        ("password/reset", {"key": "", "password": ""}),
    ],
    "a new password, the code first": [
        ("password/request", {}),
        ("password/reset", "AAAA-AAAA", "GET"),
        ("password/reset", "", "GET"),
    ],
}


def walk(steps: list, email: str) -> list[tuple]:
    cache.clear()
    phone = CheckedPhone(raise_request_exception=False)
    seen = []
    for place, (path, body, *method) in enumerate(steps):
        headers = {}
        if isinstance(body, str):
            headers, body = {"headers": {"X-Password-Reset-Key": body}}, None
        sent = body | ({"email": email} if place == 0 else {}) if body is not None else None
        seen.append(told(phone, path, sent, *method, **headers))
    return seen


@pytest.mark.parametrize("steps", FLOWS.values(), ids=FLOWS)
def test_every_step_is_answered_alike(steps, email, hashed):
    known = walk(steps, email)
    spent = len(hashed)
    hashed.clear()
    unknown = walk(steps, UNKNOWN)
    echoed = [str(step).replace(UNKNOWN, email) for step in unknown]
    assert [str(step) for step in known] == echoed
    assert all(status < 500 for status, *_ in known)
    assert spent == len(hashed), "another number of passwords was hashed"


@pytest.mark.parametrize("steps", FLOWS.values(), ids=FLOWS)
def test_both_get_as_many_mails(steps, email):
    walk(steps, email)
    known = len(mail.outbox)
    mail.outbox.clear()
    walk(steps, UNKNOWN)
    assert known == len(mail.outbox)


def test_somebody_who_is_signed_in_learns_it_no_better_by_taking_the_address(email, bens_phone):
    account = "/_allauth/app/v1/account/email"
    bens_phone.raise_request_exception = False

    def taking(address: str) -> tuple:
        cache.clear()
        answer = bens_phone.post(account, {"email": address})
        return answer.status_code, str(answer.json()).replace(address, "…")

    assert taking(email) == taking(UNKNOWN)


def test_whoever_holds_the_code_is_told_what_is_wrong_with_the_password(stranger, email):
    ask(stranger, "password/request", {"email": email})
    answer = ask(stranger, "password/reset", {"key": mailed_code(), "password": "short"})
    assert answer.status_code == 400
    assert [error["param"] for error in answer.json()["errors"]] == ["password"]
