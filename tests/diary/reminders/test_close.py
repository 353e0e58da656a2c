"""The end of an occurrence: by whoever ends its last delivery, with what became of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from diary.models import Delivery
from diary.models.reminders import UNDER_WAY
from diary.reminders import fence
from diary.reminders.close import close
from diary.reminders.fan import fan
from diary.reminders.plan import plan
from tests.conftest import make_person
from tests.diary.reminders.reminding import at, carry, deliveries, occurrences, remind, told

NOON, DUE = at("2026-03-20 12:00"), at("2026-03-20 20:30")


@pytest.fixture
def person(transactional_db):
    return make_person("ana@diary.example")


@pytest.mark.django_db(transaction=True)
def test_two_senders_that_end_its_last_two_deliveries_at_once(person):
    """Both have said so before either has committed."""
    carry(person, NOON)
    carry(person, NOON, "ab" * 16, "apns")
    remind(person, NOON)
    plan(DUE)
    fan(DUE)
    both_are_over = Barrier(2, timeout=20)

    def end(channel):
        token, [one] = fence.claim(channel, DUE, 10)
        fence.put_on_wire(token, [one], {}, {}, DUE)
        with transaction.atomic(), connection.cursor() as cursor:
            Delivery.objects.filter(id=one.id).update(state="sent", next_attempt_at=None)
            both_are_over.wait()
            close(cursor, [(one.user_id, one.occurrence)])
        connection.close()

    with ThreadPoolExecutor(2) as senders:
        list(senders.map(end, ["fcm", "apns"]))
    assert told(person) == [("done", None)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("states", "reasons", "end"),
    [
        (["sent", "dropped"], ["", "muted"], ("done", None)),
        (["unconfirmed", "dead"], ["", "UNREGISTERED"], ("done", None)),
        (["dead", "dead"], ["UNREGISTERED", "gone"], ("skipped", "no_device")),
        (["dropped", "dropped"], ["muted", "muted"], ("skipped", "muted")),
        (["dropped", "dropped"], ["INVALID_ARGUMENT", "off"], ("skipped", "undeliverable")),
        (["expired", "dead"], ["Unavailable", "gone"], ("skipped", "no_device")),
        (["expired", "expired"], ["", ""], ("skipped", "expired")),
        (["sent", "retry"], ["", ""], ("fanned", None)),
        (["dropped", "claimed"], ["muted", ""], ("fanned", None)),
    ],
)
def test_what_became_of_it(ana, states, reasons, end):
    carry(ana, NOON)
    carry(ana, NOON, "ab" * 16, "apns")
    remind(ana, NOON)
    plan(DUE)
    fan(DUE)
    for delivery, state, reason in zip(deliveries(ana), states, reasons, strict=True):
        at_work = DUE if state in UNDER_WAY else None
        Delivery.objects.filter(id=delivery.id).update(
            state=state, last_reason=reason, next_attempt_at=at_work
        )
    with transaction.atomic(), connection.cursor() as cursor:
        close(cursor, [(ana.pk, occurrences(ana)[0].id)] * 2)
    assert told(ana) == [end]
