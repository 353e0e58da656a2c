"""Session tokens: what is none opens nothing, and neither does a copy of the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as shipped
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from api.authentication import signed
from tests.api.accounts import AUTH, PASSWORD, sign_in, sign_up
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

ME = "/api/v1/me"
CLEO = "cleo@diary.example"


@pytest.fixture
def token(stranger) -> str:
    """A living token, as signing up gives it."""
    sign_up(stranger, CLEO)
    assert stranger.get(ME).status_code == 200
    return stranger._credentials["HTTP_X_SESSION_TOKEN"]


def status(token: str, path: str = ME, **more) -> int:
    phone = CheckedPhone(raise_request_exception=False)
    answer = phone.get(path, headers={"X-Session-Token": token}, **more)
    if answer.status_code == 401 and path == ME:
        assert answer["WWW-Authenticate"] == "X-Session-Token"
        assert answer.json()["type"] == "/problems/unauthenticated"
    return answer.status_code


def test_no_token_is_401_and_says_which_header_is_needed(stranger):
    answer = stranger.get(ME)
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "X-Session-Token")


def other_secret(key: str) -> str:
    kept, shipped.TOKEN_SECRET = (
        shipped.TOKEN_SECRET,
        "another secret, long enough to be one, truly",
    )
    made = signed(key)
    shipped.TOKEN_SECRET = kept
    return made


# Each makes a wrong token of the right one's key and mark.
WRONG = {
    "nothing": lambda key, mark: "",
    "a word": lambda key, mark: "garbage",
    "the key alone": lambda key, mark: key,
    "the key with a dot": lambda key, mark: f"{key}.",
    "the mark alone": lambda key, mark: mark,
    "the mark with a dot": lambda key, mark: f".{mark}",
    "only a dot": lambda key, mark: ".",
    "the wrong way round": lambda key, mark: f"{mark}.{key}",
    "another mark": lambda key, mark: f"{key}.{'0' * 64}",
    "the mark in capitals": lambda key, mark: f"{key}.{mark.upper()}",
    "half the mark": lambda key, mark: f"{key}.{mark[:32]}",
    "more than the mark": lambda key, mark: f"{key}.{mark}0",
    "another key": lambda key, mark: f"{key[::-1]}.{mark}",
    "the key in capitals": lambda key, mark: f"{key.upper()}.{mark}",
    "made with another secret": lambda key, mark: other_secret(key),
    "signed, of no session": lambda key, mark: signed("x" * 32),
    "signed, of nothing": lambda key, mark: signed(""),
    "a null byte": lambda key, mark: f"{key}\0.{mark}",
    "not ASCII": lambda key, mark: f"{key}.ä\xff",
    "very long": lambda key, mark: "x" * 100_000,
    "a scheme before it": lambda key, mark: f"Bearer {key}.{mark}",
}


@pytest.mark.parametrize("make", WRONG.values(), ids=WRONG)
def test_a_wrong_token_is_401(token, make):
    assert status(token) == 200
    wrong = make(*token.split("."))
    assert status(wrong) == 401
    if wrong:
        assert status(wrong, f"{AUTH}/session") == 410


def test_a_revoked_token_is_401(token):
    Session.objects.all().delete()
    assert (status(token), status(token, f"{AUTH}/session")) == (401, 410)


def test_an_expired_token_is_401(token):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert status(token) == 401
    assert status(token, f"{AUTH}/session") in {401, 410}


def test_a_token_of_somebody_who_was_removed_is_401(token):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE person SET is_active = false")
    assert status(token) == 401


def test_two_tokens_in_one_header_are_none(token):
    assert status(f"{token},{token}") == 401
    assert status(f"{token}, garbage") == 401


@pytest.mark.parametrize("header", ["Authorization", "Cookie", "X-Csrftoken", "X-User"])
def test_a_token_elsewhere_is_none(token, stranger, header):
    stranger.credentials()
    for value in (token, f"Bearer {token}", f"sessionid={token}", f"X-Session-Token={token}"):
        assert stranger.get(ME, headers={header: value}).status_code == 401


def dumped(*tables: str) -> set[str]:
    """Every value of every column of these tables, as text."""
    values = set()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT * FROM {table}")
            values |= {str(value) for row in cursor.fetchall() for value in row}
    return values


def test_a_copy_of_the_database_opens_no_session(token, stranger):
    sign_in(CheckedPhone(), CLEO, PASSWORD)
    values = dumped("django_session", "usersessions_usersession", "person", "account_emailaddress")
    key, _ = token.split(".")
    assert key in values  # this is what a thief would have
    assert token not in values
    for value in values:
        header = value.replace("\n", " ")
        assert status(header) == 401
        assert status(header, f"{AUTH}/session") in {401, 410}
        assert status(header, f"{AUTH}/sessions") in {401, 410}
        phone = CheckedPhone()
        phone.cookies["sessionid"] = value
        assert phone.get(ME).status_code == 401
        assert phone.get(f"{AUTH}/session").status_code == 401
        assert phone.get(f"{AUTH}/sessions").status_code == 401


def test_no_answer_sets_a_cookie(stranger, token):
    for path in (ME, f"{AUTH}/session", f"{AUTH}/sessions", "/api/v1/support"):
        assert not stranger.get(path).cookies
    assert not sign_in(CheckedPhone(), CLEO, PASSWORD).cookies


def test_signing_in_costs_two_queries_a_request(token, stranger, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert stranger.get("/api/v1/measures").status_code == 200


def test_a_wrong_token_costs_none(stranger, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert status("x" * 32 + "." + "0" * 64) == 401
