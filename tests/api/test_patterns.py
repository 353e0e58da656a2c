"""Patterns over the API: the state of today, what was found, and the days that show it."""

from __future__ import annotations

import math
from datetime import date, timedelta
from uuid import uuid4

import pytest

from diary.measures import SYMPTOMS
from tests.api.conftest import keep, look
from tests.conftest import NOW, TODAY, days_before

pytestmark = pytest.mark.django_db

PATTERNS = "/api/v1/patterns"
ONE = timedelta(days=1)
WELL = {symptom.name: 0 for symptom in SYMPTOMS}
LOW = WELL | {
    "low_mood": 3, "loss_of_interest": 2, "low_energy": 2, "appetite_change": -2,
    "sleep_change": -3, "guilt": 2, "poor_focus": 2,
}  # fmt: skip
GOOD, BAD = {"pain": 2.3, "mood": 7.7}, {"pain": 7.1, "mood": 2.6}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def both() -> dict[date, dict]:
    """Ninety days, of which the last twenty are bad in every way; one of them is missing."""
    days = days_before(TODAY, 90)
    diary = {day: (WELL | GOOD if day < TODAY - 19 * ONE else LOW | BAD) for day in days}
    for number, fields in enumerate(diary.values()):
        fields |= {"pain": round(fields["pain"] + number % 3 / 10, 1)}
    diary.pop(TODAY - 12 * ONE)
    return diary


@pytest.fixture
def found(phone, ana) -> dict:
    """The list of patterns of a diary in which there is one of each kind."""
    keep(ana, both())
    look()
    return phone.get(PATTERNS).json()


def test_a_new_diary_is_still_being_learnt_from(phone):
    answer = phone.get(PATTERNS).json()
    assert answer["state"] == {
        "symptom_pattern": {
            "status": "learning", "evaluable": False, "answered": 0, "of": 14,
            "probability": None, "low": 0, "high": 1,
        },
        "pain_mood_worsening": {
            "status": "learning", "evaluable": False, "answered": 0, "of": 14,
            "usual_answered": 0, "needed": 14, "at_limit": [], "score": None,
            "pain": None, "mood": None,
        },
    }  # fmt: skip
    assert {k: v for k, v in answer.items() if k != "state"} == {
        "today": "2026-03-20", "as_of_seq": 0, "reviewed_seq": 0, "items": [], "next": None,
    }  # fmt: skip


def test_each_kind_is_found_once_and_newest_comes_first(found):
    items = found["items"]
    assert {item["kind"] for item in items} == {"symptom_pattern", "pain_mood_worsening"}
    assert len(items) == 2
    assert [item["opened_on"] for item in items] == sorted(
        (item["opened_on"] for item in items), reverse=True
    )
    assert found["as_of_seq"] == found["reviewed_seq"] == len(both())


def test_the_state_says_what_the_patterns_say(found):
    assert found["state"]["symptom_pattern"]["status"] == "open"
    worsening = found["state"]["pain_mood_worsening"]
    assert worsening["status"] == "open"
    assert worsening["pain"]["change"] > 0 > worsening["mood"]["change"]


@pytest.mark.parametrize("kind", ["symptom_pattern", "pain_mood_worsening"])
def test_a_pattern_names_its_window_and_explains_itself(found, kind):
    [item] = [item for item in found["items"] if item["kind"] == kind]
    opened_on = date.fromisoformat(item["opened_on"])
    assert item["window"] == {"from": str(opened_on - 13 * ONE), "to": str(opened_on)}
    assert (item["status"], item["closed_on"], item["closed_reason"]) == ("open", None, None)
    assert item["withdrawn_reason"] is None
    for words in ("summary", "why", "rules"):
        assert item[words].strip()


def fourteen(item: dict) -> list[str]:
    last = date.fromisoformat(item["opened_on"])
    return [str(last - n * ONE) for n in reversed(range(14))]


def test_the_evidence_of_symptoms_lists_all_fourteen_dates_of_each(found):
    [item] = [item for item in found["items"] if item["kind"] == "symptom_pattern"]
    evidence, diary = item["evidence"], both()
    assert list(evidence["symptoms"]) == [symptom.name for symptom in SYMPTOMS]
    for name, symptom in evidence["symptoms"].items():
        assert symptom["days"] == [
            {"date": day, "value": diary.get(date.fromisoformat(day), {}).get(name)}
            for day in fourteen(item)
        ]
        recorded = [day["value"] for day in symptom["days"] if day["value"] is not None]
        assert symptom["answered"] == len(recorded)
        assert symptom["present"] == sum(abs(value) >= 2 for value in recorded)
    assert evidence["answered"] < evidence["of"] == 14
    assert evidence["low"] <= evidence["high"]


def test_the_evidence_of_a_worsening_lists_all_fourteen_dates_of_both(found):
    [item] = [item for item in found["items"] if item["kind"] == "pain_mood_worsening"]
    diary = both()
    assert item["evidence"].keys() == {"pain", "mood"}
    for name, leg in item["evidence"].items():
        assert leg["days"] == [
            {"date": day, "value": diary.get(date.fromisoformat(day), {}).get(name)}
            for day in fourteen(item)
        ]
        assert leg["answered"] == sum(day["value"] is not None for day in leg["days"])
        assert leg["low"] <= leg["change"] <= leg["high"]
        assert leg["change"] == pytest.approx(leg["recent"] - leg["usual"], abs=0.011)


def numbers(content) -> list[float]:
    """Every fraction anywhere in a JSON value."""
    if isinstance(content, dict | list):
        inner = content.values() if isinstance(content, dict) else content
        return [number for value in inner for number in numbers(value)]
    return [content] if isinstance(content, float) else []


def test_what_is_computed_has_two_decimals(phone, found):
    one = phone.get(f"{PATTERNS}/{found['items'][0]['id']}").json()
    computed = numbers([found, one])
    assert len(computed) > 20
    assert all(number == round(number, 2) and math.isfinite(number) for number in computed)


def test_one_pattern_is_the_item_with_what_would_change_it(phone, found):
    for item in found["items"]:
        one = phone.get(f"{PATTERNS}/{item['id']}").json()
        assert item.items() <= one.items()
        assert one["would_change"]
        assert all(says.strip() for says in one["would_change"])
        assert (one["look_at_pain"] is not None) == (item["kind"] == "pain_mood_worsening")


def test_nobody_elses_pattern_can_be_read(bens_phone, found):
    for item in found["items"]:
        assert bens_phone.get(f"{PATTERNS}/{item['id']}").status_code == 404
    assert bens_phone.get(f"{PATTERNS}/{uuid4()}").status_code == 404
    assert bens_phone.get(PATTERNS).json()["items"] == []


def test_a_pattern_that_goes_is_withdrawn_and_says_why(phone, ana, found):
    keep(ana, {day: fields | WELL for day, fields in both().items()})
    look()
    [item] = phone.get(f"{PATTERNS}?status=withdrawn").json()["items"]
    assert (item["kind"], item["withdrawn_reason"]) == ("symptom_pattern", "entries_changed")
    assert "changed" in item["why"]
    assert item["evidence"]["symptoms"]
    assert phone.get(f"{PATTERNS}/{item['id']}").json()["would_change"] == []


FILTERS = {
    "every one": ("", 3),
    "of a kind": ("kind=symptom_pattern", 2),
    "of the other": ("kind=pain_mood_worsening", 1),
    "open ones": ("status=open", 2),
    "closed ones": ("status=closed", 1),
    "withdrawn ones": ("status=withdrawn", 0),
    "both said": ("status=closed&kind=symptom_pattern", 1),
    "both said, and there is none": ("status=closed&kind=pain_mood_worsening", 0),
}


@pytest.fixture
def earlier(ana) -> None:
    """A symptom pattern of last autumn, over since; then one of each kind."""
    autumn = {TODAY - n * ONE: LOW if 180 > n > 150 else WELL for n in range(100, 200)}
    keep(ana, autumn | both())
    look()


@pytest.mark.parametrize(("query", "count"), FILTERS.values(), ids=FILTERS)
def test_a_list_can_be_narrowed(phone, earlier, query, count):
    assert len(phone.get(f"{PATTERNS}?{query}").json()["items"]) == count


@pytest.mark.parametrize("narrowed", ["", "&kind=symptom_pattern", "&status=open"])
def test_pages_hold_every_pattern_once(phone, earlier, narrowed):
    whole = phone.get(f"{PATTERNS}?limit=400{narrowed}").json()["items"]
    address, paged = f"{PATTERNS}?limit=1{narrowed}", []
    while address and len(paged) <= len(whole):
        page = phone.get(address).json()
        paged += page["items"]
        address = page["next"]
    assert paged == whole


WRONG = {
    "an unknown kind": ("kind=depression", "kind", "choice"),
    "an unknown status": ("status=paused", "status", "choice"),
    "no status": ("status=", "status", "choice"),
    "a limit of none": ("limit=0", "limit", "range"),
    "a place that was made up": ("after=eHl6", "after", "date"),
    "a place that is not base64": ("after=%F0%9F%98%80", "after", "type"),
    "an unknown parameter": ("from=2026-01-01", "from", "unknown_parameter"),
}


@pytest.mark.parametrize(("query", "parameter", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_query_is_named(phone, query, parameter, code):
    [fault] = phone.get(f"{PATTERNS}?{query}").json()["errors"]
    assert (fault["parameter"], fault["code"]) == (parameter, code)


def test_a_closed_pattern_says_how_it_ended(phone, earlier):
    [item] = phone.get(f"{PATTERNS}?status=closed").json()["items"]
    assert item["closed_reason"] == "cleared"
    assert item["opened_on"] < item["closed_on"] < str(TODAY)


def test_charts_show_the_patterns_that_touch_them(phone, earlier):
    [closed] = phone.get(f"{PATTERNS}?status=closed").json()["items"]
    drawn = phone.get(f"/api/v1/trends?to={closed['closed_on']}").json()["patterns"]
    fields = ("id", "kind", "opened_on", "closed_on")
    assert drawn == [{name: closed[name] for name in fields}]
    assert len(phone.get("/api/v1/trends").json()["patterns"]) == 2
    before = date.fromisoformat(closed["opened_on"]) - ONE
    assert phone.get(f"/api/v1/trends?to={before}").json()["patterns"] == []


def test_charts_leave_out_what_was_withdrawn(phone, ana, found):
    keep(ana, {day: fields | WELL for day, fields in both().items()})
    look()
    [drawn] = phone.get("/api/v1/trends").json()["patterns"]
    assert drawn["kind"] == "pain_mood_worsening"


def test_the_order_in_which_days_came_in_cannot_be_seen(phone, bens_phone, ana, ben):
    for day, fields in sorted(both().items(), reverse=True):
        keep(ana, {day: {"pain": 9}})
        keep(ana, {day: fields})
    keep(ben, both())
    look()
    mine, his = phone.get(PATTERNS).json(), bens_phone.get(PATTERNS).json()
    for answer in (mine, his):
        del answer["as_of_seq"], answer["reviewed_seq"]
        for item in answer["items"]:
            del item["id"]
    assert mine == his
