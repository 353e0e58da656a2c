"""Insights over HTTP: the shape, the first day, ten years, and what stays out of them."""

from __future__ import annotations

import logging
import random
from datetime import timedelta
from uuid import UUID

import pytest

from api.logs import Lines
from diary import record
from tests.api.conftest import keep, seq_of
from tests.conftest import NOW, TODAY, days_before
from tests.diary.test_insights import restless

pytestmark = pytest.mark.django_db

INSIGHTS = "/api/v1/insights"
LINK = {
    "from", "to", "lag_days", "status", "pairs", "needed", "effect", "low", "high", "summary",
}  # fmt: skip
ACTIVITY = {
    "kind", "measure", "status", "days_with", "days_without", "needed", "difference", "low",
    "high", "summary",
}  # fmt: skip


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def do(person, kind, days):
    changes = [
        record.Change("activities", f"{kind} {n}", {"date": str(day), "kind": kind}, whole=True)
        for n, day in enumerate(days)
    ]
    record.write(person.datakey.open(), changes, now=NOW)


def test_a_new_account_gets_every_pair_with_the_days_it_takes(phone):
    told = phone.get(INSIGHTS).json()
    assert told.keys() == {"as_of_seq", "reviewed_seq", "items", "activities", "next"}
    assert (told["as_of_seq"], told["activities"], told["next"]) == (0, [], None)
    assert [(item["from"], item["to"], item["lag_days"]) for item in told["items"]] == [
        ("sleep_hours", "pain", 0), ("pain", "mood", 1), ("mood", "pain", 1),
        ("pain", "sleep_hours", 1), ("pain", "company", 1), ("worry", "pain", 1),
    ]  # fmt: skip
    for item in told["items"]:
        assert item.keys() == LINK
        assert (item["status"], item["pairs"], item["needed"]) == ("not_yet", 0, 60)
        assert item["effect"] is item["low"] is item["high"] is None
        assert "0 of the 60 pairs" in item["summary"]


def test_a_clear_link_comes_with_its_interval_and_its_sentence(phone, ana):
    keep(ana, restless(TODAY, 150))
    told = phone.get(INSIGHTS).json()
    first, *others = told["items"]
    assert told["as_of_seq"] == seq_of(ana)
    assert (first["status"], first["pairs"]) == ("clear", 149)
    assert first["low"] < first["effect"] < first["high"] < 0
    assert first["summary"].startswith("On days after shorter nights, you tended to record more")
    assert "149 pairs of days" in first["summary"]
    assert {item["status"] for item in others} == {"nothing_clear"}
    assert all(item["effect"] is None for item in others)


def test_activities_are_listed_by_kind_with_both_measures(phone, ana):
    keep(ana, {day: {"pain": 4, "mood": 6} for day in days_before(TODAY, 40)})
    do(ana, "Tai chi in the park", days_before(TODAY, 40)[::5])
    do(ana, "walk", days_before(TODAY, 40)[::3])
    told = phone.get(INSIGHTS).json()["activities"]
    assert all(item.keys() == ACTIVITY for item in told)
    assert [
        (item["kind"], item["measure"], item["status"], item["days_with"], item["days_without"])
        for item in told
    ] == [
        ("walk", "pain", "nothing_clear", 14, 26), ("walk", "mood", "nothing_clear", 14, 26),
        ("Tai chi in the park", "pain", "not_yet", 8, 32),
        ("Tai chi in the park", "mood", "not_yet", 8, 32),
    ]  # fmt: skip
    assert {item["needed"] for item in told} == {10}
    assert "Tai chi in the park" in told[2]["summary"]


def test_an_activity_posted_by_the_phone_is_counted(phone):
    day = {"date": str(TODAY)}
    assert phone.put(f"/api/v1/entries/{TODAY}", {"mood": 6, "pain": 3}).status_code == 201
    assert phone.post("/api/v1/activities", {**day, "kind": "walk"}).status_code == 201
    [pain, mood] = phone.get(INSIGHTS).json()["activities"]
    assert (pain["days_with"], mood["days_with"], mood["days_without"]) == (1, 1, 0)


def test_nobody_else_sees_anything_of_it(phone, bens_phone, ana, caplog):
    caplog.set_level(logging.INFO)
    keep(ana, restless(TODAY, 150))
    do(ana, "heron watching", days_before(TODAY, 60)[::3])
    assert "heron watching" in phone.get(INSIGHTS).content.decode()
    told = bens_phone.get(INSIGHTS).json()
    assert (told["as_of_seq"], told["activities"]) == (0, [])
    assert {item["pairs"] for item in told["items"]} == {0}
    said = "\n".join(Lines().format(line) for line in caplog.records)
    assert "api/v1/insights" in said
    assert "heron" not in said


def test_it_is_the_persons_own_day_that_counts(phone, ana, time_machine):
    """In Auckland a Monday has begun while it is Sunday noon in London: the week is complete."""
    keep(ana, restless(TODAY - timedelta(days=2), 150))
    time_machine.move_to(NOW - timedelta(days=NOW.weekday() + 1) + timedelta(hours=6))
    pairs = []
    for zone in ("Europe/London", "Pacific/Auckland"):
        phone.patch("/api/v1/me", {"time_zone": zone})
        pairs.append(phone.get(INSIGHTS).json()["items"][0]["pairs"])
    assert pairs[1] == pairs[0] + 1


@pytest.mark.parametrize("query", ["?limit=1", "?from=2026-01-01", "?kind=walk"])
def test_it_takes_no_parameters(phone, query):
    answer = phone.get(INSIGHTS + query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "unknown_parameter"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_can_only_be_read(phone, method):
    assert getattr(phone, method)(INSIGHTS, {}).status_code == 405


def test_no_cache_keeps_it(phone):
    assert phone.get(INSIGHTS)["Cache-Control"] == "no-store"


def test_a_diary_of_words_alone_is_no_obstacle(phone, ana):
    """What an entry may hold beside numbers, days marked as skipped, single wild values."""
    keep(
        ana,
        {
            day: {"note": "…", "skipped": "away"} if n % 3 else {"pain": 10, "sleep_hours": 24}
            for n, day in enumerate(days_before(TODAY, 300))
        },
    )
    told = phone.get(INSIGHTS).json()["items"]
    assert {item["status"] for item in told} == {"not_yet"}


def test_values_that_never_move_say_nothing(phone, ana):
    """No number can be told of them, and none is made up."""
    day = dict.fromkeys(("pain", "mood", "sleep_hours", "worry", "company"), 5)
    keep(ana, dict.fromkeys(days_before(TODAY, 200), day))
    do(ana, "walk", days_before(TODAY, 200)[::2])
    told = phone.get(INSIGHTS).json()
    assert {item["status"] for item in told["items"] + told["activities"]} == {"nothing_clear"}


def test_hundreds_of_own_words_are_a_bounded_list(phone, ana):
    chance = random.Random(1)
    days = days_before(TODAY, 60)
    changes = [
        record.Change(
            "activities",
            str(UUID(int=n)),
            {"date": str(chance.choice(days)), "kind": f"{{n}} %(x)s <b>\u202e{n}"},
            whole=True,
        )
        for n in range(500)
    ]
    record.write(ana.datakey.open(), changes, now=NOW)
    assert len(phone.get(INSIGHTS).json()["activities"]) == 2 * 50


@pytest.mark.parametrize("days", [0, 400])
def test_more_days_cost_no_more_queries(phone, ana, django_assert_max_num_queries, days):
    keep(ana, restless(TODAY, days))
    do(ana, "walk", days_before(TODAY, days)[::3])
    with django_assert_max_num_queries(6):
        phone.get(INSIGHTS)
