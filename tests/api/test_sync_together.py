"""Many devices of one person at once, over real connections: no deadlock, no 5xx, nothing lost."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from diary.models import Diary, Record
from tests.api.conftest import phone_of
from tests.api.syncing import PATH, App, body, entry, gone, of, recorded, walk
from tests.conftest import TODAY, make_person

pytestmark = pytest.mark.django_db(transaction=True)

DEVICES, ROUNDS, DAYS = 16, 4, 12
DATES = [TODAY - timedelta(days=back) for back in range(DAYS)]


@pytest.fixture
def ana(transactional_db):
    return make_person("ana@diary.example")


def at_once(count, work):
    """What each of so many devices brings back, all of them at the same time."""

    def run(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as devices:
        return list(devices.map(run, range(count)))


def scales():
    """A tracker for each device: a field that nobody else writes."""
    return [
        of("trackers", tracker(number), name=f"Scale {number}", kind="number")
        for number in range(DEVICES)
    ]


def tracker(number):
    return f"00000000-0000-4000-8000-{number:012}"


def test_sixteen_devices_push_the_same_days_in_any_order(ana):
    App(phone_of(ana)).push(*scales())
    start = Diary.objects.get().seq
    phones = [phone_of(ana) for _ in range(DEVICES)]

    def work(number):
        app, chance, revs = App(phones[number]), random.Random(number), []
        for value in range(ROUNDS):
            mine = chance.sample(DATES, DAYS)
            fields = {"trackers": {tracker(number): value}, "pain": number % 11}
            answer = app.send(*(entry(day=day, **fields) for day in mine))
            assert answer.status_code == 200
            results = answer.json()["results"]
            assert {result["status"] for result in results} <= {"applied", "merged", "conflict"}
            assert all(result["fields"] in ([], ["pain"]) for result in results)
            own = [result["document"]["rev"] for result in results]
            # A batch takes one unbroken run of revisions: nobody else's came in between.
            assert own == list(range(own[0], own[0] + DAYS))
            revs += own
        return revs

    revs = [rev for own in at_once(DEVICES, work) for rev in own]
    assert sorted(revs) == list(range(start + 1, start + 1 + DEVICES * ROUNDS * DAYS))
    held = App(phone_of(ana)).all()
    whole = {tracker(number): ROUNDS - 1 for number in range(DEVICES)}
    for day in DATES:
        fields = recorded(held["entries", str(day)])
        assert fields["trackers"] == whole
        assert fields["pain"] in range(11)


def test_sixteen_devices_do_all_that_can_be_done_at_once(ana):
    """Pushes, pulls, single records, deletions and bad changes, seeded by device."""
    phones = [phone_of(ana) for _ in range(DEVICES)]

    def work(number):
        app, phone, chance = App(phones[number]), phones[number], random.Random(number)
        statuses = []
        for _ in range(8):
            day = chance.choice(DATES)
            done = chance.choice(
                [
                    lambda d=day: app.send(entry(day=d, mood=chance.randint(0, 12)), walk()),
                    lambda d=day: app.send(gone(chance.randint(0, 50), key=str(d))),
                    lambda d=day: phone.get(PATH, {"limit": 3, "since": 0}),
                    lambda d=day: phone.patch(f"/api/v1/entries/{d}", {"pain": number % 11}),
                    lambda d=day: phone.delete(f"/api/v1/entries/{d}"),
                ]
            )()
            statuses.append(done.status_code)
        return statuses

    statuses = {status for own in at_once(DEVICES, work) for status in own}
    assert statuses <= {200, 201, 204, 404}
    revs = list(Record.objects.order_by("rev").values_list("rev", flat=True))
    assert len(set(revs)) == len(revs)
    assert max(revs) == Diary.objects.get().seq


def test_two_copies_of_one_app_at_once_store_a_batch_once(ana):
    """The same bytes sixteen times: one is stored, and all are told the same."""
    phones = [phone_of(ana) for _ in range(DEVICES)]
    sent = body(*(entry(day=day, pain=6) for day in DATES))

    def work(number):
        # On a busy machine the diary's lock may take longer than its limit: a phone asks again.
        while (answer := phones[number].post(PATH, sent)).status_code == 503:
            continue
        return answer.json()

    answers = at_once(DEVICES, work)
    assert all(answer == answers[0] for answer in answers)
    assert {result["status"] for result in answers[0]["results"]} == {"applied"}
    assert Diary.objects.get().seq == DAYS


def test_two_apps_with_one_id_at_once_lose_nothing_in_silence(ana):
    """Whoever comes second with a number that is taken is told so, and stores nothing."""
    phones = [phone_of(ana) for _ in range(DEVICES)]

    def work(number):
        sent = body(entry(day=DATES[0] - timedelta(days=number), mood=number % 11))
        return phones[number].post(PATH, sent).status_code

    statuses = at_once(DEVICES, work)
    assert sorted(statuses) == [200] + [409] * (DEVICES - 1)
    [kept] = Record.objects.all()
    assert kept.date == DATES[0] - timedelta(days=statuses.index(200))
