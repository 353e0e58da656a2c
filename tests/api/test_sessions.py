"""How long a session lives, what the list of devices says, and what lies in the database."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import connection

from diary.reminders import rounds
from diary.sessions import SessionStore, forget_ended
from tests.api.accounts import AUTH, PASSWORD, ask, code_by_mail, mailed_code, sign_in
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

ME = "/api/v1/me"
CLEO = "cleo@diary.example"
START = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to(START, tick=False)
    return time_machine


@pytest.fixture
def cleos(clock, signed_up) -> CheckedPhone:
    return signed_up


def status(phone: CheckedPhone) -> int:
    return phone.get(ME).status_code


def test_a_session_ends_after_180_days_without_a_request(cleos, clock):
    clock.move_to(START + timedelta(days=180, seconds=-1))
    assert status(cleos) == 200
    clock.move_to(START + timedelta(days=360))
    assert status(cleos) == 401


def test_and_not_a_second_later_than_that(cleos, clock):
    clock.move_to(START + timedelta(days=180))
    assert status(cleos) == 401


def test_one_that_is_used_lives_on_but_never_longer_than_a_year(cleos, clock):
    for week in range(1, 53):
        clock.move_to(START + timedelta(weeks=week))
        assert status(cleos) == 200
    clock.move_to(START + timedelta(days=365, seconds=-1))
    assert status(cleos) == 200
    clock.move_to(START + timedelta(days=365))
    assert status(cleos) == 401


def test_no_change_of_the_session_makes_it_older_than_a_year(cleos, clock):
    """allauth saves a session when something in it changes."""
    for days in (170, 340):
        clock.move_to(START + timedelta(days=days))
        assert ask(cleos, "reauthenticate", {"password": PASSWORD}).status_code == 200
    clock.move_to(START + timedelta(days=366))
    assert status(cleos) == 401


def test_a_session_that_nobody_has_signed_in_with_ends_after_an_hour(stranger, clock):
    ask(stranger, "signup", {"email": CLEO, "password": PASSWORD})
    assert Session.objects.get().expire_date == START + timedelta(hours=1)


def test_the_list_of_devices_says_when_each_was_last_seen(cleos, clock):
    def seen() -> list[float]:
        listed = cleos.get(f"{AUTH}/sessions").json()["data"]
        return [one["last_seen_at"] - START.timestamp() for one in listed]

    clock.move_to(START + timedelta(minutes=4))
    status(cleos)
    assert seen() == [0]  # to five minutes, so that most requests write nothing
    clock.move_to(START + timedelta(minutes=5))
    status(cleos)
    assert seen() == [300]


def test_most_requests_write_nothing(cleos, clock, django_assert_num_queries):
    clock.move_to(START + timedelta(minutes=4))
    with django_assert_num_queries(2):
        assert cleos.get("/api/v1/measures").status_code == 200


def test_a_clock_that_was_set_back_ends_no_session(cleos, clock):
    clock.move_to(START - timedelta(days=3))
    assert status(cleos) == 200


def sessions_at_rest() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT session_data FROM django_session")
        return [text for (text,) in cursor.fetchall()]


def test_a_session_at_rest_shows_neither_whose_it_is_nor_a_code(stranger, cleos):
    other = CheckedPhone()
    ask(other, "code/request", {"email": CLEO})
    code = mailed_code()
    rows = sessions_at_rest()
    assert len(rows) == 2
    for text in rows:
        raw = base64.b64decode(text)
        for word in (CLEO, code, code.replace("-", ""), "account", "_auth_user_id"):
            assert word.encode() not in raw
            assert word not in text


def test_what_is_sealed_for_one_session_opens_in_no_other(cleos, stranger):
    """Whoever can write to the database could otherwise make their session another's."""
    thief = CheckedPhone()
    ask(thief, "code/request", {"email": "nobody@diary.example"})
    [held] = Session.objects.filter(pk__in=UserSession.objects.values("session_key"))
    Session.objects.exclude(pk=held.pk).update(
        session_data=held.session_data, expire_date=held.expire_date
    )
    assert (status(cleos), status(thief)) == (200, 401)


@pytest.mark.parametrize("text", ["", "x", "e30=", "AAAA" * 20, "{}", "ä"])
def test_a_session_that_does_not_open_is_none(cleos, text):
    Session.objects.update(session_data=text)
    assert status(cleos) == 401
    assert cleos.get(f"{AUTH}/session").status_code in {401, 410}


def test_a_server_with_another_secret_opens_none(cleos):
    key = UserSession.objects.get().session_key
    assert SessionStore(key).load()
    sealed = Session.objects.get(pk=key).session_data
    assert SessionStore("x" * 32).decode(sealed) == {}


def test_what_has_ended_is_forgotten(cleos, clock):
    tablet = CheckedPhone()
    clock.move_to(START + timedelta(days=30))
    sign_in(tablet, CLEO)
    clock.move_to(START + timedelta(days=181))
    rounds.sweep_all(START + timedelta(days=181))
    assert Session.objects.count() == UserSession.objects.count() == 1
    assert (status(cleos), status(tablet)) == (401, 200)
    assert forget_ended(START + timedelta(days=181)) == 0


def test_a_code_from_the_mail_begins_a_session_like_any_other(cleos, clock):
    phone = CheckedPhone()
    assert code_by_mail(phone, CLEO).status_code == 200
    newest = Session.objects.order_by("-expire_date").first()
    assert newest.expire_date == START + timedelta(days=180)
