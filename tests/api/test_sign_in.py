"""Signing in and out: by password, by a code, with a new password, on several devices."""

from __future__ import annotations

import gzip

import pytest
from django.conf import settings
from django.core import mail

from tests.api.accounts import AUTH, PASSWORD, ask, mailed_code, sign_in
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

ME = "/api/v1/me"
SHIPPED_HASHERS = settings.PASSWORD_HASHERS


@pytest.fixture
def email(ana) -> str:
    """The address of somebody who has a password."""
    ana.set_password(PASSWORD)
    ana.save(update_fields=["password"])
    return ana.email


def status(phone: CheckedPhone) -> int:
    return phone.get(ME).status_code


def test_the_right_password_opens_the_diary(stranger, email):
    assert status(stranger) == 401
    assert sign_in(stranger, email).status_code == 200
    assert stranger.get(ME).json()["email"] == email


def test_a_password_is_kept_as_argon2_only(ana, settings):
    settings.PASSWORD_HASHERS = SHIPPED_HASHERS
    ana.set_password(PASSWORD)
    assert ana.password.startswith("argon2$argon2id$")
    assert PASSWORD not in ana.password


def test_the_case_of_the_address_does_not_matter(stranger, email):
    assert sign_in(stranger, email.upper()).status_code == 200


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(stranger, email):
    wrong = sign_in(stranger, email, "not it at all")
    unknown = sign_in(stranger, "nobody@diary.example", "not it at all")
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()
    assert status(stranger) == 401


def test_guessing_ends_after_a_few_tries(stranger, email):
    codes = [sign_in(stranger, email, f"guess {n}").json()["errors"][0]["code"] for n in range(7)]
    assert codes[0] == "email_password_mismatch"
    assert codes[-1] == "too_many_login_attempts"
    assert sign_in(stranger, email).status_code == 400  # the right one too, for a while


BODIES = {
    "nothing": b"", "half": b'{"email":', "a list": b"[]", "null": b"null", "a text": b'"a"',
    "nested": b"[" * 100_000, "objects nested": b'{"a":' * 50_000, "no UTF-8": b"\xff\xfe",
    "null for both": b'{"email":null,"password":null}', "numbers": b'{"email":1,"password":2}',
    "objects": b'{"email":{},"password":[]}', "NaN": b'{"email":NaN,"password":NaN}',
    "half a surrogate": b'{"email":"\\ud800@x.example","password":"\\ud800"}',
    "null bytes": b'{"email":"a\\u0000@x.example","password":"\\u0000"}',
    "a very long one": b'{"email":"' + b"a" * 100_000 + b'@x.example","password":"x"}',
    "a long number": b'{"email":' + b"9" * 5_000 + b"}",
}  # fmt: skip


@pytest.mark.parametrize("path", ["login", "signup", "code/request", "password/request"])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_nonsense_is_refused_and_breaks_nothing(stranger, path, body):
    answer = stranger.send("POST", f"{AUTH}/{path}", body)
    assert 400 <= answer.status_code < 500
    assert answer["Content-Type"] in {"application/json", "application/problem+json"}


def test_signing_out_kills_the_token(stranger, email):
    sign_in(stranger, email)
    assert stranger.delete(f"{AUTH}/session").status_code == 401  # allauth: you are signed out
    assert status(stranger) == 401
    assert stranger.get(f"{AUTH}/session").status_code == 410


def test_signing_out_of_one_device_leaves_the_other(stranger, email):
    tablet = CheckedPhone()
    sign_in(stranger, email)
    sign_in(tablet, email)
    stranger.delete(f"{AUTH}/session")
    assert (status(stranger), status(tablet)) == (401, 200)


def test_devices_are_listed_and_one_can_end_another(stranger, email):
    tablet = CheckedPhone()
    tablet.defaults["HTTP_USER_AGENT"] = "Fortnight for tablets"
    sign_in(tablet, email)
    sign_in(stranger, email)
    listed = stranger.get(f"{AUTH}/sessions").json()["data"]
    assert [(one["user_agent"], one["is_current"]) for one in listed] == [
        ("Fortnight for tablets", False),
        ("", True),
    ]
    [other] = [one["id"] for one in listed if not one["is_current"]]
    assert stranger.delete(f"{AUTH}/sessions", {"sessions": [other]}).status_code == 200
    assert (status(stranger), status(tablet)) == (200, 401)


def test_nobody_elses_devices_are_listed_or_ended(stranger, email, bens_phone):
    sign_in(stranger, email)
    [mine] = stranger.get(f"{AUTH}/sessions").json()["data"]
    listed = bens_phone.get(f"{AUTH}/sessions").json()["data"]
    assert mine["id"] not in {one["id"] for one in listed}
    assert bens_phone.delete(f"{AUTH}/sessions", {"sessions": [mine["id"]]}).status_code == 400
    assert status(stranger) == 200


def test_a_code_from_the_mail_signs_in_once(stranger, email):
    assert ask(stranger, "code/request", {"email": email}).status_code == 401
    code = mailed_code()
    assert ask(stranger, "code/confirm", {"code": code}).status_code == 200
    assert status(stranger) == 200
    other = CheckedPhone()
    ask(other, "code/request", {"email": email})
    assert ask(other, "code/confirm", {"code": code}).status_code == 400


@pytest.mark.parametrize("flow", ["code/request", "password/request"])
def test_whether_an_address_has_an_account_cannot_be_asked(stranger, email, flow):
    known = stranger.post(f"{AUTH}/{flow}", {"email": email})
    unknown = stranger.post(f"{AUTH}/{flow}", {"email": "nobody@diary.example"})
    for answer in (known, unknown):
        answer.content_json = answer.json()
        answer.content_json["meta"].pop("session_token")
    assert known.status_code == unknown.status_code == 401
    assert known.content_json == unknown.content_json
    assert [sent.to for sent in mail.outbox] == [[email], ["nobody@diary.example"]]


def test_a_forgotten_password_is_replaced_with_a_code(stranger, email):
    tablet = CheckedPhone()
    sign_in(tablet, email)
    ask(stranger, "password/request", {"email": email})
    key = mailed_code()
    new = {"key": key, "password": "an even quieter evening"}
    assert ask(stranger, "password/reset", {**new, "password": "short"}).status_code == 400
    assert ask(stranger, "password/reset", new).status_code in {200, 401}
    fresh = CheckedPhone()
    assert sign_in(fresh, email).status_code == 400
    assert sign_in(fresh, email, new["password"]).status_code == 200
    assert (status(fresh), status(tablet)) == (200, 401)  # a stolen phone is out


def test_a_new_password_ends_every_other_device(stranger, email):
    tablet = CheckedPhone()
    sign_in(tablet, email)
    sign_in(stranger, email)
    body = {"current_password": PASSWORD, "new_password": "an even quieter evening"}
    path = "/_allauth/app/v1/account/password/change"
    changed = stranger.post(path, body)
    assert (changed.status_code, status(tablet)) == (200, 401)
    stranger.credentials(HTTP_X_SESSION_TOKEN=changed.json()["meta"]["session_token"])
    assert status(stranger) == 200


def test_an_account_that_was_closed_is_shut_at_once(stranger, email, ana):
    sign_in(stranger, email)
    ana.is_active = False
    ana.save(update_fields=["is_active"])
    assert status(stranger) == 401
    assert sign_in(CheckedPhone(), email).status_code != 200


UNREAD = {
    "gzip": (gzip.compress(b'{"email":"a@x.example"}'), {"Content-Encoding": "gzip"}, 415),
    "an address twice": (b'{"email":"a@x.example","email":"b@x.example"}', {}, 400),
    "17 KiB": (b'{"email":"' + b"a" * 17 * 1024 + b'"}', {}, 413),
    "6 MB": (b" " * 6_000_000, {}, 413),
}


@pytest.mark.parametrize(("body", "headers", "expected"), UNREAD.values(), ids=UNREAD)
def test_accounts_read_bodies_as_strictly_as_the_diary(stranger, body, headers, expected):
    answer = stranger.send("POST", f"{AUTH}/login", body, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (expected, "application/problem+json")
