"""Deleting an account: at once, for good, and nothing of it is left anywhere."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session

from diary.models import DataKey, Diary, Person, Record
from tests.api.accounts import PASSWORD, ask, sign_in, sign_up
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

ME = "/api/v1/me"
CLEO = "cleo@diary.example"


@pytest.fixture
def cleos(stranger) -> CheckedPhone:
    """The phone of somebody who has just signed up and written a day."""
    sign_up(stranger, CLEO)
    assert stranger.put("/api/v1/entries/2026-03-20", {"pain": 4}).status_code == 201
    return stranger


def later(time_machine, **much) -> None:
    time_machine.move_to(datetime.now(UTC) + timedelta(**much))


def test_whoever_has_just_signed_in_deletes_the_account(cleos):
    answer = cleos.delete(ME)
    assert (answer.status_code, answer.content) == (204, b"")
    for table in (Person, Diary, DataKey, Record, Session):
        assert table.objects.count() == 0


def test_every_token_is_dead_within_a_second(cleos):
    tablet = CheckedPhone()
    sign_in(tablet, CLEO)
    cleos.delete(ME)
    began = time.monotonic()
    assert cleos.get(ME).status_code == tablet.get(ME).status_code == 401
    assert ask(tablet, "session", method="GET").status_code == 410
    assert time.monotonic() - began < 1


def test_later_it_takes_a_password_first(cleos, time_machine):
    later(time_machine, minutes=4, seconds=50)
    later(time_machine, seconds=20)
    refused = cleos.delete(ME)
    assert (refused.status_code, refused.json()["type"]) == (
        403, "/problems/reauthentication-required",
    )  # fmt: skip
    assert cleos.get(ME).status_code == 200
    assert ask(cleos, "reauthenticate", {"password": "not it at all"}).status_code == 400
    assert cleos.delete(ME).status_code == 403
    assert ask(cleos, "reauthenticate", {"password": PASSWORD}).status_code == 200
    assert cleos.delete(ME).status_code == 204
    assert Person.objects.count() == 0


def test_within_five_minutes_it_does_not(cleos, time_machine):
    later(time_machine, minutes=4, seconds=50)
    assert cleos.delete(ME).status_code == 204


def test_nobody_deletes_the_account_without_a_token(cleos, stranger):
    stranger.credentials()
    assert stranger.delete(ME).status_code == 401
    assert Person.objects.count() == 1
