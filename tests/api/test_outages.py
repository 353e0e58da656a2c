"""PostgreSQL or Redis gone, hung or busy: 503 and when to try again, and then it works again."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import close_old_connections, connection, transaction
from rest_framework.test import APIClient

from diary.models import Diary, Record
from tests.api.accounts import PASSWORD, ask
from tests.api.contract import operations

pytestmark = pytest.mark.django_db(transaction=True)

DAY = "/api/v1/entries/2026-03-20"
SIGNED_IN = [(method, path) for method, path, said in operations() if said["security"]]
DEAD_PORT = 1  # nothing listens there


@pytest.fixture
def no_postgres(phone, monkeypatch):
    """From here on PostgreSQL refuses every connection."""
    connection.close()
    monkeypatch.setitem(connection.settings_dict, "PORT", str(DEAD_PORT))
    yield
    monkeypatch.undo()
    connection.close()


@pytest.fixture
def no_redis(settings):
    """From here on Redis refuses every connection."""
    location = f"redis://127.0.0.1:{DEAD_PORT}/0"
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": location}}


def is_outage(answer) -> bool:
    return (
        answer.status_code == 503
        and answer["Retry-After"] == "5"
        and answer["Content-Type"] == "application/problem+json"
        and answer.json()["type"] == "/problems/unavailable"
    )


@pytest.mark.parametrize(("method", "path"), SIGNED_IN, ids=map(" ".join, SIGNED_IN))
def test_without_postgres_every_operation_says_try_again(phone, no_postgres, method, path):
    address = path.format(date="2026-03-20", id="018f2b1c-0000-7000-8000-000000000000", code="peg")
    body = {"pain": 4} if "entries" in path else {"country": "CH"}
    sent = body if method in {"PUT", "PATCH"} else None
    assert is_outage(getattr(phone, method.lower())(address, sent))


def test_without_postgres_nobody_signs_in_and_nobody_is_told_a_lie(stranger, no_postgres):
    cache.clear()
    for path in ("login", "signup", "code/request", "password/request"):
        body = {"email": "ana@diary.example", "password": PASSWORD}
        answer = stranger.post(f"/_allauth/app/v1/auth/{path}", body)
        assert is_outage(answer)


def test_without_postgres_help_is_still_there(stranger, no_postgres):
    assert stranger.get("/api/v1/support?country=CH").status_code == 200


def test_when_postgres_is_back_so_is_the_diary(phone, ana, monkeypatch):
    phone.put(DAY, {"pain": 4})
    connection.close()
    with monkeypatch.context() as gone:
        gone.setitem(connection.settings_dict, "PORT", str(DEAD_PORT))
        assert is_outage(phone.put(DAY, {"pain": 9}))
        connection.close()
    assert phone.get(DAY).json()["pain"] == 4
    assert Diary.objects.get(user=ana).seq == 1


def test_a_connection_that_was_cut_is_an_outage_of_one_request(phone):
    phone.put(DAY, {"pain": 4})
    other = connection.copy()
    with connection.cursor() as cursor, other.cursor() as killer:
        cursor.execute("SELECT pg_backend_pid()")
        killer.execute("SELECT pg_terminate_backend(%s)", cursor.fetchone())
    other.close()
    assert is_outage(phone.get(DAY))
    close_old_connections()  # as at the end of every request outside a test
    assert phone.get(DAY).json()["pain"] == 4


def test_a_diary_that_is_locked_for_long_is_not_waited_for(phone, ana):
    phone.put(DAY, {"pain": 4})
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT 1 FROM diary WHERE user_id = %s FOR UPDATE", [ana.pk])
        assert is_outage(phone.put(DAY, {"pain": 9}))
    other.rollback()
    other.close()
    assert phone.get(DAY).json()["pain"] == 4
    connection.close()


def test_a_value_that_does_not_open_is_an_outage_and_not_a_wrong_answer(phone, ana):
    phone.put(DAY, {"pain": 4})
    phone.put("/api/v1/entries/2026-03-19", {"pain": 9})
    there, here = Record.objects.filter(user=ana).order_by("date")
    Record.objects.filter(user=ana, key=here.key).update(sealed=there.sealed)
    for answer in (phone.get(DAY), phone.get("/api/v1/entries"), phone.put(DAY, {"pain": 1})):
        assert is_outage(answer)
    assert phone.get("/api/v1/entries/2026-03-19").json()["pain"] == 9


def test_without_redis_the_diary_is_kept_as_ever(phone, no_redis):
    assert phone.put(DAY, {"pain": 4}).status_code == 201
    for path in ("entries", "trends", "patterns", "me", "measures", "support"):
        assert phone.get(f"/api/v1/{path}").status_code == 200


def test_without_redis_nobody_can_guess(stranger, no_redis):
    """What counts the guesses is gone, so there are none."""
    for path in ("login", "signup", "code/request", "password/request"):
        assert is_outage(ask(stranger, path, {"email": "a@diary.example", "password": PASSWORD}))


def test_a_bug_is_a_problem_too_and_tells_nothing(ana, phone, monkeypatch):
    def break_(person):
        raise ValueError(f"{person.email} felt like a canary")

    monkeypatch.setattr("api.me.me_json", break_)
    broken = APIClient(raise_request_exception=False)
    broken.credentials(**phone._credentials)
    answer = broken.get("/api/v1/me")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["request_id"] == answer["X-Request-Id"]
    assert b"canary" not in answer.content
    assert ana.email.encode() not in answer.content


def test_a_write_that_breaks_off_has_stored_nothing(ana, phone, monkeypatch):
    def break_(user_id, seq, dates, now):
        raise ValueError("after the rows were written, before the commit")

    monkeypatch.setattr("diary.record._mark", break_)
    broken = APIClient(raise_request_exception=False)
    broken.credentials(**phone._credentials)
    assert broken.put(DAY, {"pain": 4}, format="json").status_code == 500
    assert not transaction.get_connection().in_atomic_block
    assert Record.objects.count() == 0
    assert Diary.objects.get(user=ana).seq == 0
