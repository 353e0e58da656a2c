"""Answers to questionnaires: what is taken, how it is scored, and that help comes with it."""

from __future__ import annotations

from uuid import UUID

import pytest

from diary.questionnaires import ITEMS, QUESTIONNAIRES
from diary.support import support_block
from tests.api.conftest import seq_of
from tests.api.test_questionnaires import for_years
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

DATE = "2026-03-19"
ID = "0195b1d0-8a00-7cc1-a6a1-0d3a3c6f8e21"
LIST = "/api/v1/answers"
ONE = f"{LIST}/{ID}"
FIELDS = {"id", "rev", "date", "questionnaire", "items", "score", "support"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def to(code: str) -> str:
    return f"/api/v1/questionnaires/{code}/answers"


def whole(code: str, value: int = 1) -> dict:
    return {"id": ID, "date": DATE, "items": dict.fromkeys(QUESTIONNAIRES[code].items, value)}


def faults(answer) -> list[tuple]:
    assert answer.status_code == 422
    return [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]]


class TestANewOne:
    @pytest.mark.parametrize(
        ("code", "value", "score"),
        [("phq-9", 0, 0), ("phq-9", 3, 27), ("phq-2", 2, 4), ("gad-7", 3, 21), ("peg", 10, 10)],
    )
    def test_is_kept_and_scored(self, phone, code, value, score):
        made = phone.post(to(code), whole(code, value))
        assert made.status_code == 201
        assert made.json().keys() == FIELDS
        kept = {name: made.json()[name] for name in ("id", "date", "items")}
        assert kept == whole(code, value)
        assert (made.json()["questionnaire"], made.json()["score"]) == (code, score)
        assert made["ETag"] == f'"{made.json()["rev"]}"'

    def test_of_peg_is_scored_to_two_decimals(self, phone):
        items = {"peg_pain": 7, "peg_enjoyment": 6, "peg_activity": 7}
        made = phone.post(to("peg"), {"date": DATE, "items": items}).json()
        assert made["score"] == 6.67

    def test_gets_an_id_where_it_brings_none(self, phone):
        sent = {"date": DATE, "items": {"peg_pain": 3}}
        assert UUID(phone.post(to("peg"), sent).json()["id"]).version == 7

    @pytest.mark.parametrize("missing", QUESTIONNAIRES["phq-9"].items)
    @pytest.mark.parametrize("how", ["left out", "null"])
    def test_with_an_item_missing_has_no_score_and_loses_nothing(self, phone, missing, how):
        sent = whole("phq-9")
        given = {item: value for item, value in sent["items"].items() if item != missing}
        sent["items"] = given | ({missing: None} if how == "null" else {})
        made = phone.post(to("phq-9"), sent).json()
        assert (made["score"], made["items"]) == (None, given)

    def test_may_name_its_questionnaire_and_bring_back_what_it_was_told(self, phone):
        told = phone.post(to("phq-2"), whole("phq-2")).json()
        phone.delete(ONE)
        again = phone.post(to("phq-2"), told | {"score": 6})
        assert (again.status_code, again.json()["score"]) == (201, 2)

    def test_shows_its_items_in_the_questionnaires_order(self, phone):
        items = {"peg_activity": 1, "peg_pain": 2, "peg_enjoyment": 3}
        made = phone.post(to("peg"), {"date": DATE, "items": items}).json()
        assert list(made["items"]) == ["peg_pain", "peg_enjoyment", "peg_activity"]

    def test_does_not_take_the_place_of_another(self, phone):
        phone.post(to("peg"), whole("peg", 4))
        again = phone.post(to("peg"), whole("peg", 9))
        assert (again.status_code, again.json()["type"]) == (409, "/problems/exists")
        assert again.json()["current"] == phone.get(ONE).json()
        assert phone.get(ONE).json()["score"] == 4

    @pytest.mark.parametrize("code", ["phq9", "PHQ-9", "phq-8", "who-5", "phq-9%00", "…"])
    def test_of_a_questionnaire_that_is_not_known_has_no_address(self, phone, code):
        assert phone.post(to(code), whole("phq-9")).status_code == 404
        assert phone.get(to(code)).status_code == 404


BAD = {
    "an item above its scale": ("phq-9", {"44250-9": 4}, "/items/44250-9", "max_value"),
    "an item below it": ("phq-9", {"44250-9": -1}, "/items/44250-9", "min_value"),
    "a rating above ten": ("peg", {"peg_pain": 11}, "/items/peg_pain", "max_value"),
    "half a point": ("peg", {"peg_pain": 6.5}, "/items/peg_pain", "step"),
    "a number in quotes": ("peg", {"peg_pain": "6"}, "/items/peg_pain", "type"),
    "yes": ("gad-7", {"69725-0": True}, "/items/69725-0", "type"),
    "a list": ("gad-7", {"69725-0": [1]}, "/items/69725-0", "type"),
    "an item of another": ("gad-7", {"44250-9": 1}, "/items/44250-9", "unknown_field"),
    "phq-9's third in phq-2": ("phq-2", {"44259-0": 1}, "/items/44259-0", "unknown_field"),
    "no item at all": ("peg", {"peg_sleep": 1}, "/items/peg_sleep", "unknown_field"),
    "a total": ("phq-9", {"44261-6": 9}, "/items/44261-6", "unknown_field"),
    "a name with a slash": ("peg", {"a/b~c": 1}, "/items/a~1b~0c", "unknown_field"),
    "a daily symptom": ("phq-9", {"low_mood": 1}, "/items/low_mood", "unknown_field"),
    "nothing answered": ("peg", {}, "/items", "required"),
    "nothing but nulls": ("peg", {"peg_pain": None}, "/items", "required"),
    "items in a list": ("peg", [1, 2, 3], "/items", "type"),
    "null": ("peg", None, "/items", "null"),
}


@pytest.mark.parametrize(("code", "items", "pointer", "fault"), BAD.values(), ids=BAD)
def test_what_is_no_answer_is_refused_by_its_place(phone, ana, code, items, pointer, fault):
    answer = phone.post(to(code), {"date": DATE, "items": items})
    assert faults(answer) == [(pointer, fault)]
    assert seq_of(ana) == 0


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"date": None}, ("/date", "null")),
        ({"date": "2026-03-22"}, ("/date", "future_date")),
        ({"date": "1999-12-31"}, ("/date", "too_early")),
        ({"date": "20 March"}, ("/date", "date")),
        ({"date": 20}, ("/date", "type")),
        ({"id": "7"}, ("/id", "type")),
        ({"questionnaire": "phq-2"}, ("/questionnaire", "choice")),
        ({"questionnaire": None}, ("/questionnaire", "choice")),
        ({"severity": "mild"}, ("/severity", "unknown_field")),
        ({"44250-9": 1}, ("/44250-9", "unknown_field")),
    ],
)
def test_a_wrong_field_is_told_even_where_the_id_is_taken(phone, ana, body, expected):
    phone.post(to("phq-9"), whole("phq-9"))
    assert faults(phone.post(to("phq-9"), whole("phq-9") | body)) == [expected]
    assert seq_of(ana) == 1


@pytest.mark.parametrize("left_out", ["date", "items"])
def test_it_needs_a_date_and_items(phone, left_out):
    sent = whole("peg")
    del sent[left_out]
    assert faults(phone.post(to("peg"), sent)) == [(f"/{left_out}", "required")]


def test_the_refusal_names_the_scale_and_the_value(phone):
    sent = {"date": DATE, "items": {"44259-0": 9}}
    [fault] = phone.post(to("phq-9"), sent).json()["errors"]
    assert fault["detail"] == "Sleep is 0–3; 9 was sent."
    assert fault["params"] == {"low": 0, "high": 3, "step": 1}


class TestAChange:
    @pytest.fixture(autouse=True)
    def _answered(self, phone):
        assert phone.post(to("phq-9"), whole("phq-9")).status_code == 201

    def test_of_one_item_keeps_the_others(self, phone):
        changed = phone.patch(ONE, {"items": {"44250-9": 3}})
        assert changed.status_code == 200
        assert changed.json()["items"] == whole("phq-9")["items"] | {"44250-9": 3}
        assert changed.json()["score"] == 11

    def test_with_null_takes_an_item_back_and_the_score_with_it(self, phone):
        changed = phone.patch(ONE, {"items": {"44250-9": None}}).json()
        assert "44250-9" not in changed["items"]
        assert (len(changed["items"]), changed["score"]) == (8, None)
        assert phone.patch(ONE, {"items": {"44250-9": 0}}).json()["score"] == 8

    def test_to_the_same_changes_nothing(self, phone):
        before = phone.get(ONE)
        assert phone.patch(ONE, {"items": {"44250-9": 1}, "date": DATE})["ETag"] == before["ETag"]
        assert phone.patch(ONE, {})["ETag"] == before["ETag"]
        assert phone.patch(ONE, phone.get(ONE).json())["ETag"] == before["ETag"]

    def test_moves_it_to_another_day(self, phone):
        phone.patch(ONE, {"date": "2026-02-01"})
        assert phone.get(f"{LIST}?from=2026-03-01").json()["items"] == []
        [moved] = phone.get(f"{LIST}?to=2026-02-01").json()["items"]
        assert moved == phone.get(ONE).json()

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ({"questionnaire": "gad-7", "items": {}}, ("/questionnaire", "choice")),
            ({"questionnaire": "gad-7"}, ("/items/44255-8", "unknown_field")),
            ({"questionnaire": "phq-2"}, ("/questionnaire", "choice")),
            ({"questionnaire": None}, ("/questionnaire", "null")),
            ({"questionnaire": "who-5"}, ("/questionnaire", "choice")),
            ({"items": {"peg_pain": 1}}, ("/items/peg_pain", "unknown_field")),
            ({"items": {"peg_pain": None}}, ("/items/peg_pain", "unknown_field")),
            ({"items": {"44250-9": 7}}, ("/items/44250-9", "max_value")),
            ({"items": None}, ("/items", "null")),
            ({"items": dict.fromkeys(QUESTIONNAIRES["phq-9"].items)}, ("/items", "required")),
            ({"date": None}, ("/date", "null")),
            ({"note": "x"}, ("/note", "unknown_field")),
        ],
    )
    def test_that_makes_no_answer_is_refused_and_nothing_is_lost(self, phone, body, expected):
        before = phone.get(ONE).json()
        assert faults(phone.patch(ONE, {"items": {"44255-8": 2}} | body)) == [expected]
        assert phone.get(ONE).json() == before

    def test_waits_for_the_revision_that_it_names(self, phone):
        late = phone.patch(ONE, {"items": {"44250-9": 3}}, headers={"If-Match": '"9"'})
        assert late.status_code == 412
        assert late.json()["current"] == phone.get(ONE).json()
        seen = phone.get(ONE)["ETag"]
        taken = phone.patch(ONE, {"items": {"44250-9": 3}}, headers={"If-Match": seen})
        assert taken.json()["score"] == 11
        assert phone.delete(ONE, headers={"If-Match": seen}).status_code == 412

    def test_to_nothing_is_a_deletion(self, phone):
        assert phone.delete(ONE).status_code == 204
        assert [phone.get(ONE).status_code, phone.delete(ONE).status_code] == [404, 404]
        assert phone.get(LIST).json()["items"] == []
        assert phone.patch(ONE, {"date": DATE}).status_code == 404

    def test_is_seen_by_nobody_who_has_it_already(self, phone):
        seen = phone.get(ONE)["ETag"]
        assert phone.get(ONE, headers={"If-None-Match": seen}).status_code == 304


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("put", ONE), ("post", ONE), ("post", LIST), ("put", LIST), ("patch", LIST),
        ("delete", LIST), ("put", to("peg")), ("patch", to("peg")), ("delete", to("peg")),
        ("post", "/api/v1/questionnaires"),
    ],
)  # fmt: skip
def test_other_methods_are_for_other_addresses(phone, method, address):
    refused = getattr(phone, method)(address, whole("peg"))
    assert (refused.status_code, refused.json()["type"]) == (405, "/problems/method-not-allowed")


class TestHelp:
    @pytest.mark.parametrize(("value", "shown"), [(0, False), (1, True), (2, True), (3, True)])
    def test_comes_with_the_ninth_item_above_nothing(self, phone, value, shown):
        sent = {"date": DATE, "items": {"44260-8": value}}
        made = phone.post(to("phq-9"), sent).json()
        assert made["support"] == (support_block(None) if shown else None)

    def test_comes_with_no_other_item(self, phone):
        for code, one in QUESTIONNAIRES.items():
            items = {item: one.high for item in one.items if item != "44260-8"}
            made = phone.post(to(code), {"date": DATE, "items": items}).json()
            assert made["support"] is None

    def test_is_about_what_is_stored_after_a_change(self, phone):
        phone.post(to("phq-9"), whole("phq-9", 0))
        assert phone.patch(ONE, {"items": {"44260-8": 2}}).json()["support"]
        assert phone.patch(ONE, {"items": {"44250-9": 2}}).json()["support"]
        assert phone.patch(ONE, {"items": {"44260-8": 0}}).json()["support"] is None
        assert phone.patch(ONE, {"items": {"44260-8": 1}}).json()["support"]
        assert phone.patch(ONE, {"items": {"44260-8": None}}).json()["support"] is None

    def test_comes_for_who_does_not_want_to_be_asked_and_answers(self, phone):
        phone.patch("/api/v1/me", {"asks_self_harm": False, "country": "CH"})
        made = phone.post(to("phq-9"), whole("phq-9"))
        assert made.json()["support"] == support_block("CH")
        assert phone.get(ONE).json()["items"]["44260-8"] == 1

    def test_is_not_shown_where_answers_are_read(self, phone):
        phone.post(to("phq-9"), whole("phq-9", 3))
        assert "support" not in phone.get(ONE).json()
        for address in (LIST, to("phq-9")):
            [item] = phone.get(address).json()["items"]
            assert "support" not in item


class TestTheLists:
    @pytest.fixture
    def dates(self, phone):
        """Each questionnaire answered on three days, two of them on one day."""
        days = ["2026-01-05", "2026-02-02", "2026-02-02"]
        for day in days:
            for code, one in QUESTIONNAIRES.items():
                items = dict.fromkeys(one.items, 1)
                phone.post(to(code), {"date": day, "items": items})
        return sorted(days, reverse=True)

    def walk(self, phone, address):
        found = []
        while address and len(found) <= 500:
            page = phone.get(address).json()
            found += page["items"]
            address = page["next"]
        return found

    @pytest.mark.parametrize("limit", [1, 2, 3, 100])
    def test_hold_the_answers_to_one_newest_first(self, phone, dates, limit):
        for code in QUESTIONNAIRES:
            found = self.walk(phone, f"{to(code)}?limit={limit}")
            assert [item["date"] for item in found] == dates
            assert {item["questionnaire"] for item in found} == {code}
            assert len({item["id"] for item in found}) == 3

    @pytest.mark.parametrize("limit", [1, 5, 12])
    def test_or_to_all_of_them(self, phone, dates, limit):
        found = self.walk(phone, f"{LIST}?limit={limit}")
        assert [item["date"] for item in found] == [day for day in dates for _ in QUESTIONNAIRES]
        assert len({item["id"] for item in found}) == 12

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("from=2026-02-02", 2),
            ("to=2026-02-01", 1),
            ("from=2026-01-06&to=2026-02-01", 0),
            ("from=2026-01-05&to=2026-02-02", 3),
        ],
    )
    def test_keep_to_the_dates_of_a_chart(self, phone, dates, query, count):
        assert len(phone.get(f"{to('peg')}?{query}").json()["items"]) == count
        assert len(phone.get(f"{LIST}?{query}").json()["items"]) == 4 * count

    def test_give_a_chart_its_points(self, phone, dates):
        points = [
            (item["date"], item["score"])
            for item in phone.get(LIST).json()["items"]
            if item["questionnaire"] == "gad-7"
        ]
        assert points == [(day, 7) for day in dates]

    def test_show_each_as_it_is_by_itself(self, phone, dates):
        for item in phone.get(LIST).json()["items"]:
            assert item == phone.get(f"{LIST}/{item['id']}").json()

    def test_do_not_end_early_where_other_answers_lie_between(self, phone, ana):
        phone.post(to("peg"), {"date": "2024-01-01", "items": {"peg_pain": 1}})
        for_years(ana, "gad-7", 410)
        assert len(phone.get(to("peg")).json()["items"]) == 1
        assert len(self.walk(phone, f"{to('gad-7')}?limit=400")) == 410

    def test_of_one_are_not_anothers(self, phone, bens_phone, dates):
        assert bens_phone.get(LIST).json() == {"items": [], "next": None}
        assert bens_phone.get(to("peg")).json() == {"items": [], "next": None}


def test_every_item_of_every_questionnaire_is_taken_from_end_to_end(phone):
    for item, one in ITEMS.items():
        for value in (one.low, one.high):
            sent = {"date": DATE, "items": {item: value}}
            assert phone.post(to(one.code), sent).json()["items"] == {item: value}
