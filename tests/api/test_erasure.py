"""Deleting an account: at once, for good, and nothing of it is left anywhere."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from api.authentication import SessionToken
from diary import due
from diary.channels.post import Answer
from diary.erasure import erase
from diary.looking import look_over
from diary.models import Channel, DataKey, Delivery, Diary, Occurrence, Person, Record, Review
from diary.reminders.deliver import send
from diary.reminders.fan import fan
from diary.reminders.plan import plan
from diary.reminders.sweep import sweep
from diary.review import review
from tests.api.accounts import ACCOUNT, PASSWORD, ask, mailed_code, sign_in, sign_up
from tests.api.conftest import keep, phone_of
from tests.api.contract import CheckedPhone, document
from tests.api.test_document import SOME_ID
from tests.api.test_ownership import OPERATIONS, example
from tests.conftest import NOW, TODAY, make_person
from tests.diary.living import about_people, everything, live
from tests.diary.locks import wait_until_somebody_waits
from tests.diary.reminders.reminding import at, carry, remind

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


def test_a_phone_that_says_where_it_is_while_it_deletes_is_answered_too(cleos):
    assert cleos.delete(ME, HTTP_X_TIMEZONE="Asia/Tokyo").status_code == 204


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


@pytest.fixture
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.mark.django_db(transaction=True)
def test_no_table_keeps_a_row_or_a_word_of_the_person(transactional_db, noon, ben):
    """Every table of every schema, as the database itself lists them."""
    cache.clear()
    live("dora@diary.example", "Dora")
    before = everything()
    cleos = live(CLEO, "Cleo")
    during = everything()
    cleo = Person.objects.get(email=CLEO)
    words = {str(cleo.pk), cleo.pk.hex, CLEO, CLEO.encode().hex(), str(cleo.datakey.key_id), "Cleo"}
    grown = {table for table, rows in during.items() if len(rows) > len(before[table])}
    assert about_people() <= grown, "let `live` put something into this table, too"
    assert "public.django_session" in grown
    assert cleos.delete(ME).status_code == 204
    after = everything()
    for table, rows in after.items():
        assert not [row for row in rows if any(word in row for word in words)], table
        # Nothing of anybody else was touched; how jobs and channels fare is nobody's.
        if table not in {"public.heartbeat", "public.channel", "public.mark"}:
            assert rows == before[table], table


# ---- In the middle of something -------------------------------------------------------------


@pytest.fixture
def erased_once_known(monkeypatch):
    """Whoever asks is deleted between signing in and what they ask for."""
    known = SessionToken.authenticate

    def authenticate(self, request):
        found = known(self, request)
        if found:
            erase(found[0].pk, NOW)
        return found

    monkeypatch.setattr(SessionToken, "authenticate", authenticate)


@pytest.mark.django_db(transaction=True)
def test_whatever_is_asked_in_that_moment_is_refused_and_brings_nothing_back(
    noon, erased_once_known
):
    before = everything()
    told = {}
    for operation_id, (method, path, said) in OPERATIONS.items():
        person = make_person("dora@diary.example")
        phone = phone_of(person)
        address = path.format(date=TODAY, id=SOME_ID, code="phq-9", token="x")
        sent = example(said) if method != "GET" else None
        answer = getattr(phone, method.lower())(address, sent)
        told[operation_id] = answer.status_code
        erase(person.pk, NOW)  # where nobody was asked who they are
        Session.objects.all().delete()  # made without a device; nobody's any more
        assert everything() == before, operation_id
    assert told["replace_entry"] == told["push_changes"] == told["make_reminder"] == 401
    assert told.pop("delete_me") == 403
    assert set(told.values()) <= {200, 204, 401, 404}, told


def test_what_somebody_with_a_similar_address_has_begun_goes_on(cleos):
    other = CheckedPhone()
    sent = {"email": "mc" + CLEO, "password": PASSWORD}
    assert ask(other, "signup", sent).status_code == 401
    assert cleos.delete(ME).status_code == 204
    assert ask(other, "email/verify", {"key": mailed_code()}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_test_push_in_that_moment_waits_and_comes_to_nothing(transactional_db):
    person = make_person("dora@diary.example")
    phone = phone_of(person)
    sent = {"platform": "fcm", "address": "doras-phone", "app": "diary"}
    device = phone.post("/api/v1/devices", sent).json()
    document()  # made once, before there are threads

    def try_it_out() -> int:
        try:
            return phone.post(f"/api/v1/devices/{device['id']}/test").status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert erase(person.pk, NOW)
            trying = pool.submit(try_it_out)
            wait_until_somebody_waits()
        assert trying.result(20) == 401
    assert Occurrence.objects.count() == Person.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_while_four_phones_write_nothing_breaks(transactional_db):
    document()  # made once, before there are threads
    person = make_person("dora@diary.example")
    phones = [phone_of(person) for _ in range(4)]
    started = threading.Barrier(5)

    def write(phone: CheckedPhone) -> list[int]:
        told = []
        started.wait()
        for number in range(400):
            day = TODAY - timedelta(days=number)
            told.append(phone.put(f"/api/v1/entries/{day}", {"pain": 4}).status_code)
            if told[-1] == 401:
                break
        connection.close()
        return told

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(write, phone) for phone in phones]
        started.wait()
        time.sleep(0.3)
        assert erase(person.pk, NOW)
        told = [status for one in running for status in one.result()]
    assert set(told) == {200, 201, 401}
    assert Record.objects.count() == Diary.objects.count() == Person.objects.count() == 0


def test_a_review_in_the_middle_of_it_looks_over_the_others(noon, ana, ben, monkeypatch):
    for person in (ana, ben):
        keep(person, {TODAY: {"pain": 4}})
    [claim] = due.claim(NOW, 100)
    open_all = DataKey.objects.open_all

    def too_late(user_ids):
        erase(ana.pk, NOW)
        return open_all(user_ids)

    monkeypatch.setattr(DataKey.objects, "open_all", too_late)
    review(claim.token, claim.user_ids, NOW)
    [reviewed] = Review.objects.all()
    assert (reviewed.user_id, Diary.objects.get().reviewed_seq) == (ben.pk, 1)


def test_a_review_that_has_looked_writes_nothing_of_somebody_gone(noon, ana, ben, monkeypatch):
    for person in (ana, ben):
        keep(person, {TODAY: {"pain": 4}})
    [claim] = due.claim(NOW, 100)

    def and_gone(*looked):
        erase(ana.pk, NOW)
        return look_over(*looked)

    monkeypatch.setattr("diary.review.look_over", and_gone)
    review(claim.token, claim.user_ids, NOW)
    assert [row.user_id for row in Review.objects.all()] == [ben.pk]


SAID = [Answer(True, 200), Answer(False, 404, "UNREGISTERED"), Answer(False, 550, "5.1.1")]


@pytest.mark.parametrize("channel", ["fcm", "email"])
def test_a_sender_in_the_middle_of_it_says_nothing_more(channel):
    noon, due_at = at("2026-03-20 12:00"), at("2026-03-20 20:30")
    for number, said in enumerate(SAID):
        Channel.objects.all().delete()  # its breaker forgets the last round
        leaving, staying = (make_person(f"{who}{number}@diary.example") for who in ("a", "b"))
        for person in (leaving, staying):
            carry(person, noon, f"phone-{person.pk}")
            remind(person, noon, by_push=channel == "fcm", by_email=channel == "email")
        while plan(due_at) or fan(due_at):
            pass

        def take(messages, now, gone=leaving, said=said):
            erase(gone.pk, now)
            return [said for _ in messages]

        assert send(channel, due_at, {channel: take}) == 2
        assert Delivery.objects.filter(user_id=leaving.pk).count() == 0
        assert Delivery.objects.filter(user=staying).count() == 1
        erase(staying.pk, due_at)
    assert sweep(due_at + timedelta(hours=1)) == 0


@pytest.mark.django_db(transaction=True)
def test_removing_by_hand_is_the_same(transactional_db, noon, ben):
    cache.clear()
    before = everything()
    live(CLEO, "Cleo")
    call_command("remove_person", CLEO, stdout=StringIO())
    after = everything()
    assert {t for t in after if after[t] != before[t]} <= {
        "public.heartbeat", "public.channel", "public.mark",
    }  # fmt: skip


def test_a_second_phone_that_deletes_at_the_same_moment_is_told_it_is_done(cleos):
    person = Person.objects.get()
    assert erase(person.pk, NOW)
    assert not erase(person.pk, NOW)
    assert cleos.delete(ME).status_code == 401


def test_an_account_that_is_gone_does_not_come_back_by_being_saved(ana):
    """Django would insert what it cannot update: allauth saves people."""
    erase(ana.pk, NOW)
    for which in (None, ["password"]):
        with pytest.raises(DatabaseError), transaction.atomic():
            ana.save(update_fields=which)
    assert Person.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_nor_by_what_is_asked_of_its_account_in_that_moment(stranger, monkeypatch):
    sign_up(stranger, CLEO)
    stranger.raise_request_exception = False
    hasher = Person.set_password

    def and_gone(self, password):
        hasher(self, password)
        erase(self.pk, NOW)

    monkeypatch.setattr(Person, "set_password", and_gone)
    body = {"current_password": PASSWORD, "new_password": "an even quieter evening"}
    answer = ask(stranger, "password/change", body, under=ACCOUNT)
    assert answer.status_code == 503
    assert ask(stranger, "password/change", body, under=ACCOUNT).status_code in {401, 410}
    assert Person.objects.count() == Session.objects.count() == 0
