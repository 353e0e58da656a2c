"""Hostile bodies to every address of accounts: refused, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver

from api.account_views import PHONES
from diary.models import Person
from tests.api.accounts import PASSWORD, ask, reauthenticate, sign_in
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

# Every name that allauth reads in a body, but for `credential`: test_passkeys.py.
NAMES = (
    "email", "password", "key", "code", "current_password", "new_password", "sessions",
    "authenticators", "id", "name", "phone", "primary", "username",
)  # fmt: skip
VALUES = {
    "null": None, "a number": 7, "a large number": 10**30, "true": True, "a list": [],
    "a list of null": [None], "a list of lists": [[]], "an object": {}, "a list of objects": [{}],
    "a null byte": "\0", "no ASCII": "ä½\u202e", "blanks": "  ", "long": "x" * 1_000,
    "an address": "cleo@diary.example", "punctuation": "----",
    "an id": "018f2b1c-0000-7000-8000-000000000000",
}  # fmt: skip
QUERIES = {kind: VALUES[kind] for kind in ("a null byte", "no ASCII", "long")}
HEADERS = {
    "X-Email-Verification-Key": "ä½",
    "X-Password-Reset-Key": "ä½",
    "User-Agent": "\xff" * 500,
}
TOLD = {200, 400, 401, 403, 404, 409, 410, 429}


def operations(patterns, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address below /_allauth/ with each method that it takes; GET has a query instead."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from operations(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and before.startswith("_allauth/"):
            for method in METHODS:
                if hasattr(getattr(pattern.callback, "view_class", None), method):
                    yield f"/{before}{pattern.pattern}", method


METHODS = ("get", "post", "put", "patch", "delete")
ALL = sorted(
    (path, method)
    for path, method in set(operations(get_resolver().url_patterns))
    if not path.endswith(PHONES)
)


def test_these_are_all():
    assert {path.rpartition("/v1/")[2] for path, _ in ALL} >= {
        "auth/login", "auth/signup", "auth/webauthn/login", "account/authenticators/totp",
        "account/email", "auth/sessions", "auth/2fa/authenticate",
    }  # fmt: skip
    assert len(ALL) > 25


def test_an_account_has_no_telephone_number(signed_up):
    for path in PHONES:
        for method in METHODS:
            answer = getattr(signed_up, method)(f"/_allauth/app/v1/{path}", {"phone": "+49301"})
            assert answer.status_code == 404


def test_whatever_stands_in_a_body_nothing_breaks(signed_up):
    """Asked by somebody who is signed in, and by somebody in the middle of signing up."""
    pending = CheckedPhone()
    ask(pending, "signup", {"email": "dora@diary.example", "password": PASSWORD})
    for phone in (signed_up, pending):
        phone.raise_request_exception = False
    reauthenticate(signed_up)
    for path, method in ALL:
        cache.clear()  # or it would be refused for being one too many
        for kind, value in VALUES.items() if method != "get" else QUERIES.items():
            for phone in (signed_up, pending):
                sent = dict.fromkeys(NAMES, value)
                answer = getattr(phone, method)(path, sent, headers=HEADERS)
                assert answer.status_code in TOLD, (method, path, kind)
        if signed_up.get("/api/v1/me").status_code == 401:  # it has signed out, as it was asked to
            signed_up.credentials()
            sign_in(signed_up, "cleo@diary.example")
    assert Person.objects.filter(email="cleo@diary.example").exists()
