"""Which questionnaires there are, what they ask for, and when each is offered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from diary.models import Person
from diary.questionnaires import QUESTIONNAIRES
from diary.record import Change, write
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

LIST = "/api/v1/questionnaires"
CODES = ["phq-9", "phq-2", "gad-7", "peg"]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)
    return time_machine


def listed(phone) -> dict:
    return {item["code"]: item for item in phone.get(LIST).json()["items"]}


def answer(phone, code, day, **more):
    items = dict.fromkeys(QUESTIONNAIRES[code].items, 1)
    sent = phone.post(f"{LIST}/{code}/answers", {"date": day.isoformat(), "items": items} | more)
    assert sent.status_code == 201
    return sent.json()["id"]


def window(first):
    return {"from": first.isoformat(), "to": (first + DAY).isoformat()}


def test_there_are_four_in_one_page(phone):
    page = phone.get(LIST).json()
    assert page["next"] is None
    assert [item["code"] for item in page["items"]] == CODES


def test_each_says_what_it_asks_for_and_how_it_is_scored(phone):
    four = listed(phone)
    assert [four[code]["recall_days"] for code in CODES] == [14, 14, 14, 7]
    assert four["phq-9"]["items"][8] == {
        "code": "44260-8", "label": "Thoughts of self-harm", "low": 0, "high": 3,
    }  # fmt: skip
    assert four["phq-9"]["score"] == {"low": 0, "high": 27, "how": "sum"}
    assert [item["code"] for item in four["peg"]["items"]] == [
        "peg_pain", "peg_enjoyment", "peg_activity",
    ]  # fmt: skip
    assert four["peg"]["score"] == {"low": 0, "high": 10, "how": "mean"}
    assert all(item["label"] for one in four.values() for item in one["items"])


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
def test_they_can_be_read_page_by_page(phone, limit):
    codes, address = [], f"{LIST}?limit={limit}"
    for _ in range(-(-4 // limit)):
        page = phone.get(address).json()
        assert len(page["items"]) <= limit
        codes += [item["code"] for item in page["items"]]
        address = page["next"]
    assert (codes, address) == (CODES, None)


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("after=Z2FkLTg=", "after", "type"),  # gad-8
        ("limit=0", "limit", "range"),
        ("from=2026-01-01", "from", "unknown_parameter"),
    ],
)
def test_nothing_else_can_be_asked_of_the_list(phone, query, parameter, code):
    refused = phone.get(f"{LIST}?{query}")
    [fault] = refused.json()["errors"]
    assert (refused.status_code, fault["parameter"], fault["code"]) == (422, parameter, code)


def test_it_is_personal_and_no_cache_keeps_it(phone):
    assert phone.get(LIST)["Cache-Control"] == "no-store"


class TestAnOffer:
    def test_is_there_on_the_first_two_days_and_again_two_weeks_later(self, phone, noon):
        for days, since in [(0, 0), (1, 1), (2, None), (13, None), (14, 0), (15, 1), (16, None)]:
            noon.move_to(NOW + days * DAY)
            expected = None if since is None else window(TODAY + (days - since) * DAY)
            assert [one["due"] for one in listed(phone).values()] == [expected] * 4
            assert [one["last_on"] for one in listed(phone).values()] == [None] * 4

    def test_ends_for_that_questionnaire_with_its_answer(self, phone):
        answer(phone, "peg", TODAY)
        four = listed(phone)
        assert (four["peg"]["due"], four["peg"]["last_on"]) == (None, TODAY.isoformat())
        assert all(four[code]["due"] == window(TODAY) for code in CODES if code != "peg")

    @pytest.mark.parametrize(
        ("back", "since"), [(13, None), (14, 0), (15, 1), (16, None), (28, 0), (29, 1), (700, 0)]
    )
    def test_counts_from_the_newest_answer_by_its_date(self, phone, back, since):
        answer(phone, "gad-7", TODAY - back * DAY)
        answer(phone, "gad-7", TODAY - (back + 5) * DAY)  # sent later, of an earlier day
        one = listed(phone)["gad-7"]
        assert one["last_on"] == (TODAY - back * DAY).isoformat()
        assert one["due"] == (None if since is None else window(TODAY - since * DAY))

    def test_comes_back_with_the_answer_deleted(self, phone):
        key = answer(phone, "phq-2", TODAY)
        phone.delete(f"/api/v1/answers/{key}")
        assert listed(phone)["phq-2"]["due"] == window(TODAY)

    def test_moves_with_the_answer(self, phone):
        key = answer(phone, "phq-2", TODAY)
        phone.patch(f"/api/v1/answers/{key}", {"date": (TODAY - 14 * DAY).isoformat()})
        assert listed(phone)["phq-2"]["due"] == window(TODAY)

    def test_counts_half_an_answer_too(self, phone):
        phone.post(f"{LIST}/phq-2/answers", {"date": TODAY.isoformat(), "items": {"44250-9": 0}})
        assert listed(phone)["phq-2"]["due"] is None

    def test_follows_the_persons_own_day(self, phone, noon):
        answer(phone, "peg", TODAY)
        phone.patch("/api/v1/me", {"time_zone": "Pacific/Kiritimati"})  # UTC+14
        noon.move_to(datetime(2026, 4, 2, 9, 59, tzinfo=UTC))  # 23:59 there
        assert listed(phone)["peg"]["due"] is None
        noon.move_to(datetime(2026, 4, 2, 10, 0, tzinfo=UTC))
        assert listed(phone)["peg"]["due"] == window(TODAY + 14 * DAY)

    def test_first_counts_from_the_day_on_which_the_diary_began_there(self, phone, ana):
        Person.objects.filter(pk=ana.pk).update(began_at=datetime(2026, 3, 20, 1, tzinfo=UTC))
        assert listed(phone)["peg"]["due"] == window(TODAY)
        phone.patch("/api/v1/me", {"time_zone": "America/Los_Angeles"})  # the 19th was it there
        assert listed(phone)["peg"]["due"] == window(TODAY - DAY)

    def test_of_one_is_found_behind_hundreds_of_answers_to_another(self, phone, ana):
        answer(phone, "peg", TODAY - 450 * DAY)
        for_years(ana, "gad-7", 410)
        assert listed(phone)["peg"]["last_on"] == (TODAY - 450 * DAY).isoformat()
        assert listed(phone)["gad-7"]["last_on"] == TODAY.isoformat()


def for_years(person, code, count):
    """An answer a day, up to today, without the price of as many requests."""
    items = dict.fromkeys(QUESTIONNAIRES[code].items, 1)
    changes = [
        Change(
            "answers",
            str(UUID(int=back)),
            {"date": (TODAY - back * DAY).isoformat(), "questionnaire": code, "items": items},
        )
        for back in range(count)
    ]
    write(person.datakey.open(), changes, now=NOW)
