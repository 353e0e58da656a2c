"""Activities: every field, what it takes, and how it refuses the rest."""

from __future__ import annotations

import json

import pytest

from api.activities import ACTIVITIES
from diary.measures import ACTIVITY_KINDS
from tests.api.conftest import seq_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LIST = "/api/v1/activities"
WALK = {"date": "2026-03-20", "kind": "walk"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def refused(phone, ana, sent, pointer: str, code: str) -> dict:
    """The one fault of an activity of which nothing is stored."""
    answer = phone.send("POST", LIST, json.dumps(WALK | sent).encode())
    assert answer.status_code == 422, answer.content
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert seq_of(ana) == 0
    return fault


def test_a_whole_one_comes_back_as_it_was_sent(phone):
    made = phone.post(LIST, ACTIVITIES.example).json()
    assert made.keys() == ACTIVITIES.example.keys() | {"id", "rev"}
    assert ACTIVITIES.example.items() <= made.items()
    assert phone.get(f"{LIST}/{made['id']}").json() == made


def test_it_needs_a_date_and_a_kind_and_the_rest_is_not_recorded(phone):
    made = phone.post(LIST, WALK).json()
    assert {name for name, value in made.items() if value is None} == {
        "minutes", "enjoyment", "limited_by_pain", "with_others", "started_at", "note",
    }  # fmt: skip
    assert "support" not in made


@pytest.mark.parametrize("kind", [kind.name for kind in ACTIVITY_KINDS])
def test_every_kind_of_the_vocabulary_can_be_done(phone, kind):
    assert phone.post(LIST, WALK | {"kind": kind}).json()["kind"] == kind


OWN_WORDS = [
    "aqua aerobics",
    "Spazieren",
    "散歩",
    "🎻",
    "a/b",
    "Walk",
    "x" * 40,
    "🌊" * 40,
    "walk ",
]


@pytest.mark.parametrize("kind", OWN_WORDS)
def test_a_kind_may_be_in_ones_own_words_and_stays_as_it_was_written(phone, kind):
    made = phone.post(LIST, WALK | {"kind": kind}).json()
    assert phone.get(f"{LIST}/{made['id']}").json()["kind"] == kind


SCALES = [("minutes", 1440, 1), ("enjoyment", 10, 0.1), ("limited_by_pain", 10, 0.1)]


@pytest.mark.parametrize(("name", "high", "step"), SCALES)
def test_a_scale_holds_its_ends_and_its_steps(phone, ana, name, high, step):
    for value in (0, high, step, high - step):
        made = phone.post(LIST, WALK | {name: value}).json()
        assert made[name] == pytest.approx(value, abs=1e-9)
        phone.delete(f"{LIST}/{made['id']}")
    before = seq_of(ana)
    for value, code in (
        (-step, "min_value"), (high + step, "max_value"), (step / 2, "step"), (1e300, "max_value"),
        (-(10**40), "min_value"), ("7", "type"), (True, "type"), ([], "type"),
    ):  # fmt: skip
        [fault] = phone.post(LIST, WALK | {name: value}).json()["errors"]
        assert (fault["pointer"], fault["code"]) == (f"/{name}", code)
    assert seq_of(ana) == before


REFUSED = {
    "no kind at all": ({"kind": None}, "/kind", "null"),
    "an empty kind": ({"kind": ""}, "/kind", "required"),
    "blanks for a kind": ({"kind": " \u2003 "}, "/kind", "required"),
    "41 letters": ({"kind": "x" * 41}, "/kind", "max_length"),
    "a kind on two lines": ({"kind": "walk\nfar"}, "/kind", "characters"),
    "a null byte": ({"kind": "wa\0lk"}, "/kind", "characters"),
    "half a surrogate": ({"kind": "\ud800"}, "/kind", "characters"),
    "a number for a kind": ({"kind": 7}, "/kind", "type"),
    "a list of kinds": ({"kind": ["walk"]}, "/kind", "type"),
    "1 for true": ({"with_others": 1}, "/with_others", "type"),
    "yes for true": ({"with_others": "yes"}, "/with_others", "type"),
    "an instant without offset": ({"started_at": "2026-03-20T10:00:00"}, "/started_at", "instant"),
    "a date for an instant": ({"started_at": "2026-03-20"}, "/started_at", "instant"),
    "a number for an instant": ({"started_at": 1774000000}, "/started_at", "type"),
    "no date at all": ({"date": None}, "/date", "null"),
    "a date that is none": ({"date": "2026-02-30"}, "/date", "date"),
    "an instant for a date": ({"date": "2026-03-20T00:00:00Z"}, "/date", "date"),
    "a number for a date": ({"date": 20260320}, "/date", "type"),
    "a list of dates": ({"date": ["2026-03-20"]}, "/date", "type"),
    "before 2000": ({"date": "1999-12-31"}, "/date", "too_early"),
    "not yet begun": ({"date": "2026-03-22"}, "/date", "future_date"),
    "the last date of all": ({"date": "9999-12-31"}, "/date", "future_date"),
    "a note too long": ({"note": "x" * 4_001}, "/note", "max_length"),
    "a note of null bytes": ({"note": "\0"}, "/note", "characters"),
    "pain": ({"pain": 4}, "/pain", "unknown_field"),
    "a time zone": ({"time_zone": "UTC"}, "/time_zone", "unknown_field"),
}


@pytest.mark.parametrize(("sent", "pointer", "code"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_field_is_pointed_at(phone, ana, sent, pointer, code):
    refused(phone, ana, sent, pointer, code)


def test_every_wrong_field_is_named(phone):
    sent = {"date": "2027-01-01", "kind": "", "minutes": 1441, "enjoyment": -1, "hello": 1}
    answer = phone.post(LIST, sent)
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {f"/{name}" for name in sent}


@pytest.mark.parametrize("day", ["2000-01-01", "2024-02-29", "2026-03-20", "2026-03-21"])
def test_it_lies_on_any_day_that_has_begun_somewhere(phone, time_machine, day):
    time_machine.move_to("2026-03-20T23:00:00Z")
    assert phone.post(LIST, WALK | {"date": day}).json()["date"] == day


def test_it_lies_on_the_date_it_says_whatever_its_instant(phone):
    late = {"date": "2026-03-19", "started_at": "2026-03-20T00:30:00+01:00"}
    made = phone.post(LIST, WALK | late).json()
    assert late.items() <= made.items()
    assert phone.get(f"{LIST}?from=2026-03-19&to=2026-03-19").json()["items"] == [made]


def test_patch_may_move_it_to_another_date(phone):
    made = phone.post(LIST, WALK | {"note": "Slow."}).json()
    moved = phone.patch(f"{LIST}/{made['id']}", {"date": "2026-01-02"}).json()
    assert moved == made | {"date": "2026-01-02", "rev": moved["rev"]}
    assert phone.get(f"{LIST}?from=2026-03-20").json()["items"] == []
    assert phone.get(f"{LIST}?to=2026-01-02").json()["items"] == [moved]


@pytest.mark.parametrize("name", ["enjoyment", "with_others", "note", "started_at", "minutes"])
def test_null_clears_what_need_not_be_there(phone, name):
    made = phone.post(LIST, ACTIVITIES.example).json()
    assert phone.patch(f"{LIST}/{made['id']}", {name: None}).json()[name] is None


def test_what_was_done_is_no_day_of_the_diary(phone, ana):
    """A walk is recorded; how the day was is not."""
    phone.post(LIST, WALK)
    assert phone.get("/api/v1/entries").json()["items"] == []
    assert phone.get("/api/v1/trends").json()["series"]["pain"]["first_weeks"] is None
