"""`manage.py dispatch --loop`: a provider that hangs stops neither planning nor reviews."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from diary.management.commands import dispatch
from diary.models import Diary, Occurrence
from diary.reminders import rounds
from tests.conftest import make_person
from tests.diary.keeping import keep
from tests.diary.reminders.reminding import carry, remind

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 30.0  # seconds, on a busy machine


class Ended(Exception):
    """The test has seen enough."""


@pytest.fixture
def person(transactional_db):
    return make_person("ana@diary.example")


@pytest.fixture
def hanging(monkeypatch):
    """A channel whose sender does not come back until it is let go."""
    let_go, begun = threading.Event(), threading.Event()

    def hang(channel, now):
        begun.set()
        let_go.wait(PATIENCE)
        connection.close()

    monkeypatch.setattr(rounds, "send_all", hang)
    yield SimpleNamespace(begun=begun, let_go=let_go)
    let_go.set()


def due_now(person, now):
    remind(person, now - timedelta(days=1), 60 * now.hour + now.minute, skip_if_entered=False)
    person.reminder_set.filter(next_date__gt=now.date()).update(next_date=now.date())


def test_it_goes_on_while_a_provider_hangs(person, hanging, settings, monkeypatch):
    settings.LOOK_OVER_EVERY = settings.PLAN_EVERY = settings.DELIVER_EVERY = 0.01
    now = timezone.now()
    carry(person, now)
    due_now(person, now)
    seen = []

    def until_all_is_seen(seconds):
        time.sleep(seconds)
        assert time.monotonic() - began < PATIENCE
        if hanging.begun.is_set() and not seen:
            # From here on the sender hangs: another reminder, and an entry.
            due_now(person, now)
            keep(person, {now.date(): {"pain": 3}}, now)
            seen.append("hanging")
        diary = Diary.objects.get(user=person)
        if seen and diary.reviewed_seq == diary.seq and Occurrence.objects.count() == 2:
            hanging.let_go.set()
            raise Ended

    monkeypatch.setattr(dispatch, "rest", until_all_is_seen)
    began = time.monotonic()
    with pytest.raises(Ended):
        call_command("dispatch", loop=True)


def test_a_sender_that_breaks_breaks_the_command(person, settings, monkeypatch):
    settings.LOOK_OVER_EVERY = settings.DELIVER_EVERY = 0.01
    now = timezone.now()
    carry(person, now)
    due_now(person, now)

    def broken(channel, now):
        connection.close()
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr(rounds, "send_all", broken)
    with pytest.raises(RuntimeError, match="a bug of ours"):
        call_command("dispatch", loop=True)
