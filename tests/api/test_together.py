"""Sixteen requests of one person at the same moment: nothing is lost, nothing breaks."""

from __future__ import annotations

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from diary.models import Record
from tests.api.conftest import phone_of, seq_of
from tests.api.contract import document
from tests.conftest import make_person

pytestmark = pytest.mark.django_db(transaction=True)

DEVICES = 16
IDS = [f"0192f0c1-5a52-7cc1-a6a1-{number:012x}" for number in range(4)]
BODIES = {
    "activities": {"date": "2026-03-20", "kind": "walk"},
    "moments": {"date": "2026-03-20", "at": "2026-03-20T10:00:00Z", "pain": 4},
    "trackers": {"name": "Tea", "kind": "number"},
}


@pytest.fixture
def ana(transactional_db):
    document()  # made once, before there are threads
    return make_person("ana@diary.example")


def each_device(ana, do):
    """What each device got, all of them at once."""
    phones = [phone_of(ana) for _ in range(DEVICES)]

    def run(number):
        try:
            return do(phones[number], number)
        finally:
            connection.close()

    with ThreadPoolExecutor(DEVICES) as devices:
        return list(devices.map(run, range(DEVICES)))


@pytest.mark.parametrize("name", BODIES)
def test_of_sixteen_posts_with_one_id_one_makes_it_and_the_others_are_told(ana, name):
    def post(phone, number):
        return phone.post(f"/api/v1/{name}", BODIES[name] | {"id": IDS[0]})

    answers = each_device(ana, post)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: DEVICES - 1}
    [made] = [answer.json() for answer in answers if answer.status_code == 201]
    assert all(a.json()["current"] == made for a in answers if a.status_code == 409)
    assert seq_of(ana) == 1


def test_of_sixteen_puts_with_if_none_match_one_makes_it(ana):
    def put(phone, number):
        path = f"/api/v1/activities/{IDS[0]}"
        return phone.put(path, BODIES["activities"], headers={"If-None-Match": "*"}).status_code

    assert Counter(each_device(ana, put)) == {201: 1, 412: DEVICES - 1}


def test_sixteen_devices_that_do_anything_at_once_neither_wait_for_ever_nor_break(ana):
    def live(phone, number):
        dice, seen = random.Random(number), []
        for _ in range(12):
            name, key = dice.choice(list(BODIES)), dice.choice(IDS)
            path = f"/api/v1/{name}"
            match dice.choice(["post", "put", "patch", "delete", "get", "list", "day", "chart"]):
                case "post":
                    answer = phone.post(path, BODIES[name] | {"id": key})
                case "list":
                    answer = phone.get(path)
                case "day":
                    trackers = {"pain": number % 10, "trackers": {key: number}}
                    answer = phone.patch("/api/v1/entries/2026-03-20", trackers)
                case "chart":
                    answer = phone.get("/api/v1/trends?to=2026-03-20")
                case "get" | "delete" as method:
                    answer = getattr(phone, method)(f"{path}/{key}")
                case method:
                    answer = getattr(phone, method)(f"{path}/{key}", BODIES[name])
            seen.append(answer.status_code)
        return seen

    statuses = Counter(status for seen in each_device(ana, live) for status in seen)
    assert statuses.keys() <= {200, 201, 204, 404, 409, 422}  # 422: a tracker that is not there
    assert statuses.total() == 12 * DEVICES
    revs = list(Record.objects.filter(user=ana).values_list("rev", flat=True))
    assert len(set(revs)) == len(revs)
    assert max(revs) == seq_of(ana)
