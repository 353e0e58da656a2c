"""Limits on guessing: per account and per place it comes from, and never without Redis."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.api.accounts import ACCOUNT, AUTH, PASSWORD, ask, mailed_code, sign_in, sign_up
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

ME = "/api/v1/me"
CLEO = "cleo@diary.example"
DEAD_PORT = 1  # nothing listens there


def somewhere(number: int) -> CheckedPhone:
    """A phone in a network of its own."""
    phone = CheckedPhone()
    phone.defaults["REMOTE_ADDR"] = f"198.51.100.{number}"
    return phone


def codes_told(answers) -> list[str]:
    return [answer.json()["errors"][0]["code"] for answer in answers]


def test_five_wrong_passwords_for_one_account_from_wherever(signed_up):
    told = codes_told(sign_in(somewhere(n), CLEO, f"guess {n}") for n in range(8))
    assert told == 5 * ["email_password_mismatch"] + 3 * ["too_many_login_attempts"]
    assert sign_in(somewhere(99), CLEO).status_code == 400  # the right one too, for five minutes


def test_ten_wrong_passwords_from_one_place_for_whatever_accounts(signed_up):
    phone = somewhere(1)
    told = codes_told(sign_in(phone, f"p{n}@diary.example", "a guess") for n in range(13))
    assert told == 10 * ["email_password_mismatch"] + 3 * ["too_many_login_attempts"]
    assert sign_in(somewhere(2), CLEO).status_code == 200


def test_what_is_said_of_where_a_request_comes_from_is_not_believed(signed_up):
    """Only config.serve does, and only of a proxy; it leaves REMOTE_ADDR."""
    told = []
    for n in range(13):
        phone = somewhere(1)
        headers = {"X-Forwarded-For": f"203.0.113.{n}", "X-Real-Ip": f"203.0.113.{n}"}
        body = {"email": f"p{n}@diary.example", "password": "a guess"}
        told.append(phone.post(f"{AUTH}/login", body, headers=headers))
    assert codes_told(told)[-1] == "too_many_login_attempts"


@pytest.mark.parametrize(
    ("path", "most"), [("login", 30), ("signup", 20), ("code/request", 3), ("password/request", 5)]
)
def test_asking_too_often_says_when_to_come_back(path, most):
    phone = somewhere(1)
    answers = []
    for number in range(most + 1):
        email = f"p{number}@diary.example" if path == "signup" else CLEO
        answers.append(phone.post(f"{AUTH}/{path}", {"email": email, "password": PASSWORD}))
    assert all(answer.status_code in {400, 401} for answer in answers[:most])
    last = answers[-1]
    if path == "code/request":
        assert codes_told([last]) == ["too_many_login_attempts"]
    else:
        assert (last.status_code, last["Retry-After"]) == (429, "60")


def test_codes_of_the_mail_are_asked_for_three_times(stranger, ana):
    for flow, confirm in (("code/request", "code/confirm"), ("password/request", None)):
        cache.clear()
        phone = CheckedPhone()
        ask(phone, flow, {"email": ana.email})
        code = mailed_code()
        for _ in range(3):
            if confirm:
                ask(phone, confirm, {"code": "AAAA-AAAA"})
            else:
                ask(phone, "password/reset", {"key": "AAAA-AAAA", "password": PASSWORD})
        late = (
            ask(phone, confirm, {"code": code})
            if confirm
            else ask(phone, "password/reset", {"key": code, "password": PASSWORD})
        )
        assert late.status_code == 409


@pytest.fixture
def no_redis(settings):
    """From here on Redis refuses every connection."""
    location = f"redis://127.0.0.1:{DEAD_PORT}/0"
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": location}}


def is_outage(answer) -> bool:
    return (
        answer.status_code == 503
        and answer["Retry-After"] == "5"
        and answer.json()["type"] == "/problems/unavailable"
    )


GUESSES = {
    "a password": ("login", {"email": CLEO, "password": PASSWORD}),
    "of nobody": ("login", {"email": "nobody@diary.example", "password": PASSWORD}),
    "a new account": ("signup", {"email": "dora@diary.example", "password": PASSWORD}),
    "a code": ("code/request", {"email": CLEO}),
    "a new password": ("password/request", {"email": CLEO}),
    "a passkey": ("webauthn/login", {"credential": None}),
}


@pytest.mark.parametrize(("path", "body"), GUESSES.values(), ids=GUESSES)
def test_without_redis_nobody_guesses(signed_up, no_redis, path, body):
    phone = CheckedPhone(raise_request_exception=False)
    answer = phone.post(f"{AUTH}/{path}", body)
    assert answer.status_code == 400 if "credential" in body else is_outage(answer)


def test_without_redis_nobody_guesses_while_signed_in_either(signed_up, no_redis):
    signed_up.raise_request_exception = False
    assert is_outage(signed_up.post(f"{AUTH}/reauthenticate", {"password": PASSWORD}))
    assert is_outage(signed_up.post(f"{AUTH}/2fa/reauthenticate", {"code": "000000"}))
    body = {"current_password": PASSWORD, "new_password": "an even quieter evening"}
    assert is_outage(signed_up.post(f"{ACCOUNT}/password/change", body))


def test_without_redis_whoever_is_signed_in_writes_on(signed_up, no_redis):
    assert signed_up.put("/api/v1/entries/2026-03-20", {"pain": 4}).status_code == 201
    assert signed_up.get(ME).status_code == 200
    assert signed_up.get(f"{AUTH}/session").status_code == 200


def test_signing_in_rightly_uses_up_no_guess(signed_up):
    for number in range(8):
        assert sign_in(somewhere(number), CLEO).status_code == 200
    other = somewhere(50)
    sign_up(other, "dora@diary.example")
    assert sign_in(somewhere(51), CLEO).status_code == 200
