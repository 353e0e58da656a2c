"""The days of a diary, newest first, page by page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import chain

import pytest

from tests.api.conftest import keep
from tests.conftest import TODAY, days_before

pytestmark = pytest.mark.django_db

LIST = "/api/v1/entries"
PAIN = {"pain": 4}


def dates(answer) -> list[str]:
    return [item["date"] for item in answer.json()["items"]]


def walk(phone, address: str) -> list[list[str]]:
    """The dates of every page from this address on."""
    pages = []
    while address and len(pages) <= 250:
        answer = phone.get(address)
        assert answer.status_code == 200
        pages.append(dates(answer))
        address = answer.json()["next"]
    return pages


def test_an_empty_diary_is_an_empty_list(phone):
    assert phone.get(LIST).json() == {"items": [], "next": None}


def test_an_item_is_the_entry_itself(phone):
    phone.put(f"{LIST}/2026-03-20", {"pain": 4, "self_harm_thoughts": 1})
    [item] = phone.get(LIST).json()["items"]
    assert item == phone.get(f"{LIST}/2026-03-20").json()
    assert "support" not in item


@pytest.mark.parametrize("limit", [1, 7, 100, 249, 250, 251, 400])
def test_every_page_size_shows_every_day_once_and_newest_first(phone, ana, limit):
    wanted = days_before(TODAY, 250 if limit > 1 else 12)
    keep(ana, dict.fromkeys(wanted, PAIN))
    pages = walk(phone, f"{LIST}?limit={limit}")
    assert [*chain(*pages)] == [day.isoformat() for day in reversed(wanted)]
    assert {len(page) for page in pages[:-1]} <= {limit}
    assert 1 <= len(pages[-1]) <= limit


def test_without_a_limit_a_page_has_a_hundred(phone, ana):
    keep(ana, dict.fromkeys(days_before(TODAY, 250), PAIN))
    assert [len(page) for page in walk(phone, LIST)] == [100, 100, 50]


def test_the_next_page_keeps_the_range_and_the_limit(phone, ana):
    keep(ana, dict.fromkeys(days_before(TODAY, 30), PAIN))
    pages = walk(phone, f"{LIST}?from=2026-03-01&to=2026-03-15&limit=4")
    assert [len(page) for page in pages] == [4, 4, 4, 3]
    assert (pages[0][0], pages[-1][-1]) == ("2026-03-15", "2026-03-01")


def test_days_that_come_or_go_between_two_pages_shift_nothing(phone, ana):
    days = days_before(TODAY, 20)
    keep(ana, dict.fromkeys(days[:-1], PAIN))
    first = phone.get(f"{LIST}?limit=5").json()
    keep(ana, dict.fromkeys(days[-1:], PAIN))
    phone.delete(f"{LIST}/{days[-2]}")
    assert dates(phone.get(first["next"]))[0] == days[-7].isoformat()


def test_deleted_days_are_not_listed(phone, ana):
    keep(ana, dict.fromkeys(days_before(TODAY, 3), PAIN))
    phone.delete(f"{LIST}/2026-03-19")
    assert dates(phone.get(LIST)) == ["2026-03-20", "2026-03-18"]


RANGES = {
    "both ends are in": ("from=2026-03-18&to=2026-03-19", ["2026-03-19", "2026-03-18"]),
    "one day": ("from=2026-03-19&to=2026-03-19", ["2026-03-19"]),
    "from alone": ("from=2026-03-19", ["2026-03-20", "2026-03-19"]),
    "to alone": ("to=2026-03-17", ["2026-03-17", "2026-03-16"]),
    "all that can be": ("from=2000-01-01", [f"2026-03-{day}" for day in range(20, 15, -1)]),
    "before the diary": ("to=2026-03-01", []),
    "in a gap of the calendar": ("from=2026-02-28&to=2026-03-01", []),
}


@pytest.mark.parametrize(("query", "expected"), RANGES.values(), ids=RANGES)
def test_a_range_holds_both_its_ends(phone, ana, query, expected):
    keep(ana, dict.fromkeys(days_before(TODAY, 5), PAIN))
    assert dates(phone.get(f"{LIST}?{query}")) == expected


def test_a_day_that_has_only_begun_at_the_date_line_is_listed(phone, time_machine):
    time_machine.move_to(datetime(2026, 3, 20, 10, 30, tzinfo=UTC))
    assert phone.put(f"{LIST}/2026-03-21", {"pain": 4}).status_code == 201
    assert dates(phone.get(LIST)) == ["2026-03-21"]


WRONG = {
    "a limit of none": ("limit=0", "limit", "range"),
    "one more than the most": ("limit=401", "limit", "range"),
    "a negative limit": ("limit=-1", "limit", "range"),
    "half an item": ("limit=1.5", "limit", "range"),
    "a word": ("limit=all", "limit", "range"),
    "no limit at all": ("limit=", "limit", "range"),
    "other digits": ("limit=٣", "limit", "range"),
    "a very long number": (f"limit={'1' * 5000}", "limit", "range"),
    "a date that is none": ("from=2026-02-30", "from", "date"),
    "an instant": ("to=2026-03-20T00:00:00Z", "to", "date"),
    "an empty date": ("from=", "from", "date"),
    "before the first": ("from=1999-12-31", "from", "too_early"),
    "far in the future": ("to=9999-12-31", "to", "future_date"),
    "the wrong way round": ("from=2026-03-02&to=2026-03-01", "from", "range"),
    "a place that was made up": ("after=eHl6", "after", "date"),
    "a place on no day": ("after=MDAwMS0wMS0wMQ==", "after", "too_early"),
    "a place that is not base64": ("after=%F0%9F%98%80", "after", "type"),
    "half a place": ("after=a", "after", "type"),
    "a place of wrong bytes": ("after=__79", "after", "type"),
    "no such parameter": ("page=2", "page", "unknown_parameter"),
    "one twice": ("limit=2&limit=3", "limit", "repeated_parameter"),
    "the same twice": ("from=2026-03-01&from=2026-03-01", "from", "repeated_parameter"),
}


@pytest.mark.parametrize(("query", "parameter", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_query_is_named(phone, query, parameter, code):
    answer = phone.get(f"{LIST}?{query}")
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["parameter"], fault["code"]) == (parameter, code)


def test_a_place_before_every_day_ends_the_list(phone, ana):
    keep(ana, dict.fromkeys([date(2000, 1, 1), date(2000, 1, 1) + timedelta(days=1)], PAIN))
    first = phone.get(f"{LIST}?limit=1").json()
    second = phone.get(first["next"]).json()
    assert (second["items"][0]["date"], second["next"]) == ("2000-01-01", None)
