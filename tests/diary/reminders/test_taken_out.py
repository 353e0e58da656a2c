"""A person is taken out while the jobs are at work on their reminders: nothing of them stays."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from diary.erasure import erase
from diary.models import Delivery, Occurrence, Person, Reminder
from diary.reminders import plan as planning
from tests.conftest import make_person
from tests.diary.locks import wait_until_somebody_waits
from tests.diary.reminders.reminding import at, carry, live_in, pass_time, remind

pytestmark = pytest.mark.django_db(transaction=True)

NOON, EVENING = at("2026-03-20 12:00"), at("2026-03-20 20:30")


@pytest.fixture
def ana(transactional_db):
    return make_person("ana@diary.example")


def take_out(person):
    try:
        assert erase(person.pk, EVENING)
    finally:
        connection.close()


def planned_while(person, monkeypatch, meanwhile):
    """Plan, and do that in another thread once the occurrence is made and not committed yet."""
    advance, waits = planning._advance, threading.Event()

    def slow(*planned):
        waits.set()
        wait_until_somebody_waits()
        advance(*planned)

    monkeypatch.setattr(planning, "_advance", slow)
    with ThreadPoolExecutor(1) as other:
        leaving = other.submit(lambda: waits.wait(10) and meanwhile(person))
        planning.plan(EVENING)
        leaving.result(20)


def test_what_is_planned_just_then_goes_too(ana, monkeypatch):
    remind(ana, NOON)
    planned_while(ana, monkeypatch, take_out)
    assert not Person.objects.exists()
    assert not Reminder.objects.exists()
    assert not Occurrence.objects.exists()


def test_what_was_planned_sent_and_put_off_goes_too(ana):
    carry(ana, NOON)
    live_in(ana, "UTC")
    remind(ana, NOON)
    pass_time(EVENING)
    assert Occurrence.objects.exists()
    assert Delivery.objects.exists()
    take_out(ana)
    assert not Occurrence.objects.exists()
    assert not Delivery.objects.exists()
