"""Lists of activities, moments and trackers: newest first, page by page, none twice."""

from __future__ import annotations

import base64
from datetime import timedelta
from uuid import UUID

import pytest

from diary import record
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

ID = "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21"
DATED = ["activities", "moments"]
FIELDS = {
    "activities": {"kind": "walk"},
    "moments": {"at": "2026-03-20T10:00:00Z"},
    "trackers": {"name": "Tea", "kind": "yes_no"},
}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def keep(person, name, count, a_day=3) -> list[str]:
    """Several a day, back from today; their ids as the list has to show them."""
    changes = []
    for number in range(count):
        key, day = str(UUID(int=7919 * number**2)), TODAY - timedelta(days=number // a_day)
        dated = {"date": day.isoformat()} if name in DATED else {}
        changes.append(record.Change(name, key, FIELDS[name] | dated))
    record.write(person.datakey.open(), changes, now=NOW)
    newest = sorted(changes, key=lambda change: (change.fields.get("date", ""), change.key))
    return [change.key for change in reversed(newest)]


def walk(phone, address: str) -> list[list[str]]:
    pages = []
    while address and len(pages) < 100:
        answer = phone.get(address)
        assert answer.status_code == 200
        pages.append([item["id"] for item in answer.json()["items"]])
        address = answer.json()["next"]
    return pages


def place(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("limit", [1, 2, 7, 20, 400])
def test_every_page_size_shows_each_once_and_newest_first(phone, ana, name, limit):
    expected = keep(ana, name, 20)
    pages = walk(phone, f"/api/v1/{name}?limit={limit}")
    assert [key for page in pages for key in page] == expected
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert pages[-1]


@pytest.mark.parametrize("name", FIELDS)
def test_an_empty_one_is_an_empty_list(phone, name):
    assert phone.get(f"/api/v1/{name}").json() == {"items": [], "next": None}


@pytest.mark.parametrize("name", FIELDS)
def test_an_item_is_the_document_itself_and_deleted_ones_are_gone(phone, ana, name):
    one, other = keep(ana, name, 2)
    phone.delete(f"/api/v1/{name}/{other}")
    assert phone.get(f"/api/v1/{name}").json()["items"] == [
        phone.get(f"/api/v1/{name}/{one}").json()
    ]


@pytest.mark.parametrize("name", DATED)
def test_a_range_holds_both_its_ends_and_lasts_over_pages(phone, ana, name):
    keep(ana, name, 21)
    first, last = TODAY - timedelta(days=4), TODAY - timedelta(days=2)
    pages = walk(phone, f"/api/v1/{name}?from={first}&to={last}&limit=4")
    assert [len(page) for page in pages] == [4, 4, 1]


@pytest.mark.parametrize("name", DATED)
def test_what_comes_or_goes_between_two_pages_shifts_nothing(phone, ana, name):
    expected = keep(ana, name, 12)
    first = phone.get(f"/api/v1/{name}?limit=4").json()
    phone.delete(f"/api/v1/{name}/{expected[3]}")
    phone.delete(f"/api/v1/{name}/{expected[4]}")
    phone.post(f"/api/v1/{name}", FIELDS[name] | {"date": TODAY.isoformat()})
    assert [item["id"] for item in phone.get(first["next"]).json()["items"]] == expected[5:9]


def test_one_moved_to_an_older_date_is_met_there(phone, ana):
    newest, *rest = keep(ana, "activities", 6)
    oldest = TODAY - timedelta(days=300)
    phone.patch(f"/api/v1/activities/{newest}", {"date": oldest.isoformat()})
    assert walk(phone, "/api/v1/activities?limit=4") == [rest[:4], [rest[4], newest]]


WRONG = {
    "a limit of none": ("limit=0", "limit", "range"),
    "no such parameter": ("kind=walk", "kind", "unknown_parameter"),
    "one twice": ("limit=1&limit=1", "limit", "repeated_parameter"),
    "before the first date": ("from=1999-12-31", "from", "too_early"),
    "in the future": ("to=9999-12-31", "to", "future_date"),
    "the wrong way round": ("from=2026-03-02&to=2026-03-01", "from", "range"),
    "a place that was made up": (f"after={place('xyz')}", "after", "date"),
    "a place without a date": (f"after={place('/' + ID)}", "after", "date"),
    "a place without an id": (f"after={place('2026-03-20/')}", "after", "type"),
    "a place without a slash": (f"after={place('2026-03-20')}", "after", "date"),
    "a place on no day": (f"after={place('0001-01-01/' + ID)}", "after", "too_early"),
    "a place with a null": (f"after={place('2026-03-20/' + chr(0))}", "after", "type"),
    "half a place": ("after=a", "after", "type"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "parameter", "code"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("name", DATED)
def test_a_wrong_query_is_named(phone, name, query, parameter, code):
    answer = phone.get(f"/api/v1/{name}?{query}")
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["parameter"], fault["code"]) == (422, parameter, code)


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [("from=2026-03-01", "from", "unknown_parameter"), ("to=2026-03-01", "to", "unknown_parameter"),
     (f"after={place('/x')}", "after", "type"), ("limit=401", "limit", "range")],
    ids=["from", "to", "no place", "too many"],
)  # fmt: skip
def test_trackers_have_no_dates_to_ask_for(phone, query, parameter, code):
    [fault] = phone.get(f"/api/v1/trackers?{query}").json()["errors"]
    assert (fault["parameter"], fault["code"]) == (parameter, code)


@pytest.mark.parametrize("name", FIELDS)
def test_a_list_is_ones_own(phone, ben, name):
    keep(ben, name, 3)
    assert phone.get(f"/api/v1/{name}").json()["items"] == []


@pytest.mark.parametrize("name", FIELDS)
def test_a_long_page_costs_no_more_queries_than_a_short_one(
    phone, ana, name, django_assert_max_num_queries
):
    keep(ana, name, 60)
    for limit in (1, 50):
        with django_assert_max_num_queries(4):
            assert len(phone.get(f"/api/v1/{name}?limit={limit}").json()["items"]) == limit
