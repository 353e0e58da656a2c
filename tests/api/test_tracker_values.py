"""Values of a person's own scales: in entries, on their scale, and safe whatever becomes of it."""

from __future__ import annotations

import pytest

from tests.api.conftest import seq_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"
LIST = "/api/v1/trackers"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def made(phone, **fields) -> str:
    """The id of a new tracker."""
    return phone.post(LIST, {"name": "Stiffness", "kind": "scale"} | fields).json()["id"]


@pytest.fixture
def stiffness(phone) -> str:
    return made(phone)


def values(answer) -> dict:
    return answer.json()["trackers"]


def fault_of(answer) -> tuple[int, str, str]:
    [fault] = answer.json()["errors"]
    return answer.status_code, fault["pointer"], fault["code"]


def test_a_value_stands_under_the_trackers_id(phone, stiffness):
    assert values(phone.patch(DAY, {"trackers": {stiffness: 4}})) == {stiffness: 4}
    assert values(phone.get(DAY)) == {stiffness: 4}


def test_an_id_in_capitals_is_the_same_one(phone, stiffness):
    assert values(phone.patch(DAY, {"trackers": {stiffness.upper(): 4}})) == {stiffness: 4}


def test_one_id_in_two_spellings_is_refused(phone, ana, stiffness):
    seq = seq_of(ana)
    answer = phone.patch(DAY, {"trackers": {stiffness: 4, stiffness.upper(): 5}})
    assert fault_of(answer) == (422, f"/trackers/{stiffness.upper()}", "duplicate_key")
    assert seq_of(ana) == seq


def test_a_patch_merges_tracker_by_tracker_and_null_clears_one(phone, stiffness):
    tea = made(phone, name="Tea", kind="yes_no")
    phone.patch(DAY, {"trackers": {stiffness: 4}, "pain": 3})
    assert values(phone.patch(DAY, {"trackers": {tea: 1}})) == {stiffness: 4, tea: 1}
    assert values(phone.patch(DAY, {"trackers": {stiffness: None}})) == {tea: 1}
    assert values(phone.patch(DAY, {"trackers": None})) is None
    assert phone.get(DAY).json()["pain"] == 3


def test_a_put_keeps_only_the_trackers_that_it_names(phone, stiffness):
    tea = made(phone, name="Tea", kind="yes_no")
    phone.put(DAY, {"trackers": {stiffness: 4, tea: 1}})
    assert values(phone.put(DAY, {"trackers": {tea: 0}})) == {tea: 0}


SCALES = {
    "a plain scale": ({}, [0, 10, 7], {-1: "min_value", 11: "max_value", 1.5: "step"}),
    "halves from below zero": (
        {"low": -5, "high": 5, "step": 0.5}, [-5, -0.5, 0, 5], {-5.5: "min_value", 0.25: "step"},
    ),
    "steps that begin at the low end": (
        {"low": 1, "high": 9, "step": 2}, [1, 3, 9], {2: "step", 0: "min_value"},
    ),
    "tenths of a degree": (
        {"low": 35, "high": 42, "step": 0.1}, [35, 36.6, 42], {36.65: "step", 42.1: "max_value"},
    ),
    "thousandths": ({"low": 0, "high": 1, "step": 0.001}, [0.001, 0.999], {0.0005: "step"}),
    "yes or no": ({"kind": "yes_no"}, [0, 1], {0.5: "step", 2: "max_value", -1: "min_value"}),
    "any number": (
        {"kind": "number"}, [-1e9, 0, 0.123456, 1e9], {1e9 + 1: "max_value", -2e9: "min_value"},
    ),
    "a number with one end": (
        {"kind": "number", "low": 0}, [0, 1e9], {-1: "min_value", 1e300: "max_value"},
    ),
    "threes without an end": (
        {"kind": "number", "step": 3}, [-6, 0, 3, 12_345], {1: "step", -1: "step"},
    ),
    "cents of a billion": (
        {"kind": "number", "low": -1e9, "step": 0.01}, [0.01, 1.06, 1e9], {0.015: "step"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("scale", "taken", "refused"), SCALES.values(), ids=SCALES)
def test_a_value_lies_on_its_trackers_scale(phone, ana, scale, taken, refused):
    key = made(phone, **scale)
    for value in taken:
        kept = values(phone.patch(DAY, {"trackers": {key: value}}))[key]
        assert kept == value
    seq = seq_of(ana)
    for value, code in refused.items():
        answer = phone.patch(DAY, {"trackers": {key: value}})
        assert fault_of(answer) == (422, f"/trackers/{key}", code)
    assert seq_of(ana) == seq


def test_a_fault_names_the_scale_and_the_value(phone, stiffness):
    [fault] = phone.patch(DAY, {"trackers": {stiffness: 11}}).json()["errors"]
    assert fault["detail"] == "This tracker is 0–10; 11 was sent."
    assert fault["params"] == {"low": 0, "high": 10, "step": 1}


@pytest.mark.parametrize("value", [True, "4", "", [4], {"value": 4}], ids=repr)
def test_only_a_number_is_a_value(phone, ana, stiffness, value):
    seq = seq_of(ana)
    answer = phone.patch(DAY, {"trackers": {stiffness: value}})
    assert fault_of(answer) == (422, f"/trackers/{stiffness}", "type")
    assert seq_of(ana) == seq


@pytest.mark.parametrize("value", [4, None], ids=["a value", "null"])
def test_somebody_elses_tracker_is_unknown(phone, bens_phone, ben, stiffness, value):
    seq = seq_of(ben)
    answer = bens_phone.patch(DAY, {"trackers": {stiffness: value}})
    assert fault_of(answer) == (422, f"/trackers/{stiffness}", "unknown_tracker")
    assert seq_of(ben) == seq


def test_an_activity_of_the_same_id_is_no_tracker(phone, ana):
    key = phone.post("/api/v1/activities", {"date": "2026-03-20", "kind": "walk"}).json()["id"]
    answer = phone.patch(DAY, {"trackers": {key: 1}})
    assert fault_of(answer) == (422, f"/trackers/{key}", "unknown_tracker")


def test_every_wrong_tracker_is_named_and_nothing_of_the_day_stored(phone, ana, stiffness):
    gone = made(phone)
    phone.delete(f"{LIST}/{gone}")
    seq = seq_of(ana)
    answer = phone.patch(DAY, {"pain": 4, "trackers": {stiffness: 99, gone: 1}})
    faults = {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}
    assert faults == {
        f"/trackers/{stiffness}": "max_value", f"/trackers/{gone}": "unknown_tracker",
    }  # fmt: skip
    assert seq_of(ana) == seq


def test_a_hundred_trackers_cost_no_more_queries_than_one(
    phone, django_assert_max_num_queries, stiffness
):
    keys = [made(phone) for _ in range(99)]
    with django_assert_max_num_queries(10):
        phone.patch(DAY, {"trackers": {stiffness: 1}})
    with django_assert_max_num_queries(10):
        assert len(values(phone.patch(DAY, {"trackers": dict.fromkeys(keys, 1)}))) == 100


class TestAnArchivedTracker:
    def test_still_takes_values_and_is_still_drawn(self, phone, stiffness):
        """A phone that was offline may not know yet that it is no longer asked about."""
        phone.patch(f"{LIST}/{stiffness}", {"archived": True})
        assert values(phone.patch(DAY, {"trackers": {stiffness: 4}})) == {stiffness: 4}
        chart = phone.get(f"/api/v1/trends?measures={stiffness}&from=2026-03-20").json()
        assert chart["series"][stiffness]["value"] == [4]


class TestADeletedTracker:
    @pytest.fixture
    def before(self, phone, stiffness) -> dict:
        """The day as it was when its tracker was deleted."""
        phone.put(DAY, {"pain": 3, "trackers": {stiffness: 4}})
        phone.delete(f"{LIST}/{stiffness}")
        return phone.get(DAY).json()

    def test_leaves_its_values_in_the_days(self, before, stiffness):
        assert before["trackers"] == {stiffness: 4}

    def test_does_not_stand_in_the_way_of_putting_a_day_back(self, phone, before):
        again = phone.put(DAY, before)
        assert (again.status_code, again.json()["rev"]) == (200, before["rev"])
        changed = phone.put(DAY, before | {"pain": 5})
        assert (changed.status_code, values(changed)) == (200, before["trackers"])

    def test_takes_no_other_value_and_none_on_another_day(self, phone, before, stiffness):
        unknown = (422, f"/trackers/{stiffness}", "unknown_tracker")
        assert fault_of(phone.patch(DAY, {"trackers": {stiffness: 5}})) == unknown
        other = "/api/v1/entries/2026-03-19"
        assert fault_of(phone.patch(other, {"trackers": {stiffness: 4}})) == unknown

    def test_lets_its_value_be_cleared_again_and_again(self, phone, before, stiffness):
        for _ in range(2):  # an answer got lost, and the phone asks once more
            assert values(phone.patch(DAY, {"trackers": {stiffness: None}})) is None
        answer = phone.patch(DAY, {"trackers": {stiffness: 4}})
        assert fault_of(answer)[2] == "unknown_tracker"

    def test_is_not_drawn(self, phone, before, stiffness):
        answer = phone.get(f"/api/v1/trends?measures={stiffness}")
        assert answer.status_code == 422

    def test_made_again_under_its_id_has_its_values_again(self, phone, before, stiffness):
        phone.put(f"{LIST}/{stiffness}", {"name": "Stiff", "kind": "scale"})
        chart = phone.get(f"/api/v1/trends?measures={stiffness}&from=2026-03-20").json()
        assert chart["series"][stiffness]["value"] == [4]


class TestAScaleThatChanges:
    def test_leaves_what_was_recorded_and_judges_what_comes(self, phone, stiffness):
        phone.put(DAY, {"trackers": {stiffness: 8}})
        phone.patch(f"{LIST}/{stiffness}", {"high": 5})
        day = phone.get(DAY).json()
        assert day["trackers"] == {stiffness: 8}
        assert phone.put(DAY, day | {"pain": 2}).status_code == 200
        answer = phone.patch(DAY, {"trackers": {stiffness: 7}})
        assert fault_of(answer) == (422, f"/trackers/{stiffness}", "max_value")
        assert values(phone.patch(DAY, {"trackers": {stiffness: 5}})) == {stiffness: 5}

    def test_is_drawn_with_its_new_ends_and_its_old_values(self, phone, stiffness):
        phone.put(DAY, {"trackers": {stiffness: 8}})
        phone.patch(f"{LIST}/{stiffness}", {"high": 5, "name": "Stiff", "worse": 1, "unit": "of 5"})
        chart = phone.get(f"/api/v1/trends?measures={stiffness}&from=2026-03-20").json()
        series = chart["series"][stiffness]
        assert [series[name] for name in ("label", "unit", "low", "high", "worse", "value")] == [
            "Stiff", "of 5", 0, 5, 1, [8],
        ]  # fmt: skip


def test_a_number_without_ends_is_drawn_without_ends(phone):
    steps = made(phone, name="Steps", kind="number", unit="a day")
    phone.put("/api/v1/entries/2026-03-19", {"trackers": {steps: 12_000}})
    phone.put(DAY, {"trackers": {steps: 8_001.25}})
    query = f"measures=pain,{steps.upper()}&from=2026-03-18&bin=week"
    series = phone.get(f"/api/v1/trends?{query}").json()["series"][steps]
    assert (series["low"], series["high"], series["unit"]) == (None, None, "a day")
    assert (series["value"], series["n"]) == ([10_000.62], [2])
    assert (series["min"], series["max"]) == ([8_001.25], [12_000])


def test_many_trackers_are_drawn_with_no_more_queries_than_one(
    phone, django_assert_max_num_queries
):
    keys = [made(phone) for _ in range(12)]
    for count in (1, 12):
        with django_assert_max_num_queries(9):
            answer = phone.get(f"/api/v1/trends?measures={','.join(keys[:count])}")
            assert list(answer.json()["series"]) == keys[:count]


def test_a_day_holds_no_more_values_than_can_be_put_back(phone, ana):
    ids = [made(phone, name=f"Scale {number}") for number in range(101)]
    assert phone.patch(DAY, {"trackers": dict.fromkeys(ids[:60], 1)}).status_code == 201
    assert phone.patch(DAY, {"trackers": dict.fromkeys(ids[60:100], 1)}).status_code == 200
    seq = seq_of(ana)
    answer = phone.patch(DAY, {"trackers": {ids[100]: 1}})
    assert fault_of(answer) == (422, "/trackers", "max_length")
    assert seq_of(ana) == seq
    assert phone.put(DAY, phone.get(DAY).json()).status_code == 200
