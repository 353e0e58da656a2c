"""Several devices of one person at the same moment: real transactions, real locks."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from diary import record
from diary.merge import Status
from diary.models import Record
from tests.conftest import NOW, TODAY, make_person
from tests.diary.keeping import dates_from, diary_of, vault_of

pytestmark = pytest.mark.django_db(transaction=True)

DEVICES, ROUNDS = 16, 5


@pytest.fixture
def ana(transactional_db):
    return make_person("ana@diary.example")


def each_device(write):
    """What each device got from its writes, all devices at once."""

    def run(number):
        try:
            return write(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(DEVICES) as devices:
        return list(devices.map(run, range(DEVICES)))


def entry(day, fields):
    return record.Change("entries", day.isoformat(), fields)


def test_sixteen_devices_write_one_day_and_no_field_is_lost(ana):
    vault = vault_of(ana)

    def write(number):
        client, fields = f"device {number}", [{f"trackers/{number}": n} for n in range(ROUNDS)]
        return [
            record.write(vault, [entry(TODAY, own)], client=client, now=NOW)[0] for own in fields
        ]

    outcomes = [outcome for own in each_device(write) for outcome in own]
    revs = [outcome.document.rev for outcome in outcomes]
    assert sorted(revs) == list(range(1, DEVICES * ROUNDS + 1))
    assert {outcome.status for outcome in outcomes} == {Status.APPLIED}
    assert sum(outcome.created for outcome in outcomes) == 1
    stored = record.read(vault, "entries", TODAY.isoformat())
    assert stored.fields == {f"trackers/{number}": ROUNDS - 1 for number in range(DEVICES)}
    assert (stored.rev, diary_of(ana).seq) == (max(revs), max(revs))


def test_batches_of_the_same_days_in_any_order_do_not_deadlock(ana):
    vault, days = vault_of(ana), dates_from(TODAY - timedelta(days=20), 20)

    def write(number):
        mine = random.Random(number).sample(days, len(days))
        changes = [entry(day, {f"trackers/{number}": number}) for day in mine]
        outcomes = record.write(vault, changes, client=f"device {number}", now=NOW)
        return [outcome.document.rev for outcome in outcomes]

    revs = each_device(write)
    for own in revs:
        # A batch takes one unbroken run of revisions: nobody else's write came in between.
        assert own == list(range(own[0], own[0] + len(days)))
    assert len({rev for own in revs for rev in own}) == DEVICES * len(days)
    stored = record.between(vault, "entries", days[0], days[-1])
    whole = {f"trackers/{number}": number for number in range(DEVICES)}
    assert [document.fields for _, document in stored] == [whole] * len(days)
    assert Record.objects.count() == len(days)


def test_two_people_write_at_once_and_keep_their_own_counters(ana):
    people = [ana, *(make_person(f"{number}@diary.example") for number in range(DEVICES - 1))]
    vaults = [vault_of(person) for person in people]

    def write(number):
        return record.write(vaults[number], [entry(TODAY, {"pain": number % 10})], now=NOW)

    each_device(write)
    assert [diary_of(person).seq for person in people] == [1] * DEVICES
