"""Another address, another password: confirmed, told to the old address, other devices out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache

from diary.models import Person
from tests.api.accounts import ACCOUNT, PASSWORD, ask, mailed_code, reauthenticate, sign_in, sign_up
from tests.api.contract import CheckedPhone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

ME = "/api/v1/me"
CLEO, NEW = "cleo@diary.example", "cleo.new@diary.example"


def ask_for(phone: CheckedPhone, address: str):
    return ask(phone, "email", {"email": address}, under=ACCOUNT)


@pytest.fixture
def sure(signed_up) -> CheckedPhone:
    """Cleo's phone, and she has just shown that it is her."""
    reauthenticate(signed_up)
    mail.outbox.clear()
    return signed_up


def test_a_new_address_counts_once_its_code_is_given(sure):
    assert ask_for(sure, NEW).status_code == 200
    assert [sent.to for sent in mail.outbox] == [[NEW]]
    assert sure.get(ME).json()["email"] == CLEO
    assert sign_in(CheckedPhone(), NEW).status_code == 400
    assert ask(sure, "email/verify", {"key": mailed_code()}).status_code == 200
    assert sure.get(ME).json()["email"] == NEW
    assert sign_in(CheckedPhone(), NEW).status_code == 200
    assert sign_in(CheckedPhone(), CLEO).status_code == 400
    assert EmailAddress.objects.get().email == NEW


def test_the_old_address_is_told_and_does_not_learn_the_new_one(sure):
    ask_for(sure, NEW)
    ask(sure, "email/verify", {"key": mailed_code()})
    told = mail.outbox[-1]
    assert (told.to, told.subject) == (
        [CLEO], "The address of your account with Fortnight was changed",
    )  # fmt: skip
    assert NEW not in told.body


def test_it_takes_a_reauthentication(signed_up, time_machine):
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=6))
    mail.outbox.clear()
    answer = ask_for(signed_up, NEW)
    assert answer.status_code == 401
    assert "reauthenticate" in {flow["id"] for flow in answer.json()["data"]["flows"]}
    assert not mail.outbox
    assert Person.objects.get().email == CLEO


def test_a_wrong_code_changes_nothing(sure):
    ask_for(sure, NEW)
    for key in ("AAAA-AAAA", "", None, 7):
        assert ask(sure, "email/verify", {"key": key}).status_code in {400, 409}
    assert Person.objects.get().email == CLEO


def test_an_address_that_is_taken_stays_its_owners(sure, ana):
    sure.raise_request_exception = False
    assert ask_for(sure, ana.email).status_code == 200
    taken = ask(sure, "email/verify", {"key": mailed_code()})  # even if its owner passed it on
    assert (taken.status_code, taken.json()["errors"][0]["code"]) == (400, "email_taken")
    assert {person.email for person in Person.objects.all()} == {CLEO, ana.email}


def test_of_two_who_want_one_address_the_first_gets_it(sure):
    sure.raise_request_exception = False
    ask_for(sure, NEW)
    code = mailed_code()
    cache.clear()  # ten seconds later
    sign_up(CheckedPhone(), NEW)
    assert ask(sure, "email/verify", {"key": code}).status_code == 400
    assert sure.get(ME).json()["email"] == CLEO


def test_the_last_address_cannot_be_taken_away(sure):
    answer = ask(sure, "email", {"email": CLEO}, "DELETE", under=ACCOUNT)
    assert answer.status_code == 400
    assert EmailAddress.objects.get().email == CLEO


NONSENSE = [None, "", "cleo", 7, [], {}, "a@b", f"{CLEO}\nBcc: b@c.example", "\0@x.example",
            "a" * 300 + "@x.example", "ä@ö.example"]  # fmt: skip


def test_what_is_no_address_is_refused(sure):
    sure.raise_request_exception = False
    for address in NONSENSE:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            body = {"email": address, "primary": True}
            answer = ask(sure, "email", body, method, under=ACCOUNT)
            assert answer.status_code in {400, 429}, (method, address)
    assert EmailAddress.objects.get().email == CLEO


def test_a_new_password_is_told_by_mail(sure):
    body = {"current_password": PASSWORD, "new_password": "an even quieter evening"}
    assert ask(sure, "password/change", body, under=ACCOUNT).status_code == 200
    [told] = mail.outbox
    assert (told.to, told.subject) == (
        [CLEO], "The password of your account with Fortnight was changed",
    )  # fmt: skip


def test_a_wrong_password_changes_none(sure):
    body = {"current_password": "not it at all", "new_password": "an even quieter evening"}
    assert ask(sure, "password/change", body, under=ACCOUNT).status_code == 400
    assert sign_in(CheckedPhone(), CLEO).status_code == 200
