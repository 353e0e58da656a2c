"""Trackers: a person's own scales, sensible ones, of three kinds."""

from __future__ import annotations

import json

import pytest

from tests.api.conftest import seq_of

pytestmark = pytest.mark.django_db

LIST = "/api/v1/trackers"
NAMED = {"name": "Stiffness", "kind": "scale"}
BILLION = 1_000_000_000


KINDS = {
    "scale": {"low": 0, "high": 10, "step": 1},
    "number": {"low": None, "high": None, "step": None},
    "yes_no": {"low": 0, "high": 1, "step": 1},
}


@pytest.mark.parametrize(("kind", "scale"), KINDS.items(), ids=KINDS)
def test_it_needs_a_name_and_a_kind_and_the_rest_follows_from_the_kind(phone, kind, scale):
    made = phone.post(LIST, {"name": "Tea", "kind": kind}).json()
    assert made == {
        "id": made["id"], "rev": made["rev"], "name": "Tea", "kind": kind,
        "worse": 0, "unit": None, "archived": False, **scale,
    }  # fmt: skip


@pytest.mark.parametrize("worse", [1, -1, 0])
def test_a_whole_one_comes_back_as_it_was_sent(phone, worse):
    sent = {
        "name": "Steps", "kind": "number", "low": 0, "high": 60_000, "step": 100, "worse": worse,
        "unit": "a day", "archived": True,
    }  # fmt: skip
    assert sent.items() <= phone.post(LIST, sent).json().items()


SCALES = {
    "from below zero": (-5, 5, 0.5),
    "away from zero": (35, 42, 0.1),
    "one step": (0, 1, 1),
    "the finest step": (0, 1, 0.001),
    "as wide as can be": (-BILLION, BILLION, 1),
    "a step that does not fit evenly": (0, 10, 3),
}


@pytest.mark.parametrize(("low", "high", "step"), SCALES.values(), ids=SCALES)
def test_any_sensible_scale_is_taken(phone, low, high, step):
    scale = {"low": low, "high": high, "step": step}
    assert scale.items() <= phone.post(LIST, NAMED | scale).json().items()


REFUSED = {
    "low on high": ({"low": 5, "high": 5}, "/high", "range"),
    "low above high": ({"low": 6, "high": 5}, "/high", "range"),
    "low above the high end that it has": ({"low": 11}, "/high", "range"),
    "no room for a step": ({"low": 0, "high": 1, "step": 2}, "/step", "range"),
    "a step of nothing": ({"step": 0}, "/step", "min_value"),
    "a step backwards": ({"step": -1}, "/step", "min_value"),
    "a step that is hardly one": ({"step": 1e-300}, "/step", "min_value"),
    "a step that is none any more": ({"step": 5e-324}, "/step", "min_value"),
    "an end beyond all": ({"high": 1e300}, "/high", "max_value"),
    "an end of forty digits": ({"high": 10**40}, "/high", "max_value"),
    "a low end beyond all": ({"low": -(10**40)}, "/low", "min_value"),
    "a text for an end": ({"low": "0"}, "/low", "type"),
    "true for an end": ({"high": True}, "/high", "type"),
    "a list for a step": ({"step": [1]}, "/step", "type"),
    "another direction": ({"worse": 2}, "/worse", "max_value"),
    "half a direction": ({"worse": 0.5}, "/worse", "step"),
    "a word for a direction": ({"worse": "up"}, "/worse", "type"),
    "a kind of its own": ({"kind": "colour"}, "/kind", "choice"),
    "no kind": ({"kind": None}, "/kind", "null"),
    "a number for a kind": ({"kind": 1}, "/kind", "type"),
    "no name": ({"name": None}, "/name", "null"),
    "an empty name": ({"name": ""}, "/name", "required"),
    "a blank name": ({"name": "   "}, "/name", "required"),
    "a name of 61 letters": ({"name": "x" * 61}, "/name", "max_length"),
    "a name on two lines": ({"name": "a\nb"}, "/name", "characters"),
    "half a surrogate": ({"name": "\udfff"}, "/name", "characters"),
    "a list for a name": ({"name": ["Tea"]}, "/name", "type"),
    "an endless unit": ({"unit": "x" * 21}, "/unit", "max_length"),
    "1 for archived": ({"archived": 1}, "/archived", "type"),
    "a date": ({"date": "2026-03-20"}, "/date", "unknown_field"),
}


@pytest.mark.parametrize(("sent", "pointer", "code"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_field_is_pointed_at(phone, ana, sent, pointer, code):
    answer = phone.send("POST", LIST, json.dumps(NAMED | sent).encode())
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, pointer, code)
    assert seq_of(ana) == 0


NOT_A_YES = [{"high": 10}, {"low": 1, "high": 2}, {"step": 0.5}, {"low": -1}]


@pytest.mark.parametrize("sent", NOT_A_YES, ids=repr)
def test_yes_is_one_and_no_is_zero(phone, ana, sent):
    answer = phone.post(LIST, {"name": "Tea", "kind": "yes_no", **sent})
    assert {fault["code"] for fault in answer.json()["errors"]} == {"range"}
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {f"/{name}" for name in sent}
    assert seq_of(ana) == 0


@pytest.mark.parametrize("body", [b'{"low":NaN}', b'{"high":Infinity}', b'{"step":1e999}'])
def test_what_is_no_number_is_not_read(phone, ana, body):
    assert phone.send("POST", LIST, body).status_code == 400
    assert seq_of(ana) == 0


def test_a_name_of_sixty_letters_of_any_kind_is_taken(phone):
    for name in ("x" * 60, "🌊" * 60, "Schmerz (rechts)", "מתח"):
        assert phone.post(LIST, NAMED | {"name": name}).json()["name"] == name


def test_two_may_have_one_name(phone):
    assert {phone.post(LIST, NAMED).status_code for _ in range(2)} == {201}


class TestAPatch:
    @pytest.fixture
    def one(self, phone) -> str:
        made = phone.post(LIST, NAMED | {"low": 0, "high": 10, "step": 1}).json()
        return f"{LIST}/{made['id']}"

    @pytest.mark.parametrize(
        ("sent", "pointer"),
        [({"low": 10}, "/high"), ({"high": 0}, "/high"), ({"step": 11}, "/step"),
         ({"kind": "yes_no"}, "/high")],
        ids=["low", "high", "step", "kind"],
    )  # fmt: skip
    def test_is_judged_with_what_it_leaves_as_it_is(self, phone, ana, one, sent, pointer):
        seq, before = seq_of(ana), phone.get(one).json()
        answer = phone.patch(one, sent)
        [fault] = answer.json()["errors"]
        assert (answer.status_code, fault["pointer"], fault["code"]) == (422, pointer, "range")
        assert (seq_of(ana), phone.get(one).json()) == (seq, before)

    def test_may_move_both_ends_past_where_they_were(self, phone, one):
        moved = phone.patch(one, {"low": 20, "high": 30}).json()
        assert (moved["low"], moved["high"]) == (20, 30)

    def test_with_null_gives_back_what_the_kind_has(self, phone, one):
        phone.patch(one, {"high": 5, "worse": 1, "archived": True})
        names = ("high", "worse", "archived")
        given_back = phone.patch(one, dict.fromkeys(names)).json()
        assert [given_back[name] for name in names] == [10, 0, False]

    def test_of_the_kind_takes_the_scale_with_it_if_it_says_so(self, phone, one):
        assert phone.patch(one, {"kind": "yes_no", "high": 1}).json()["high"] == 1

    def test_to_a_number_may_leave_the_ends_open(self, phone, one):
        opened = phone.patch(one, {"kind": "number", "low": None, "high": None, "step": None})
        assert [opened.json()[name] for name in ("low", "high", "step")] == [None] * 3

    def test_says_what_stands_there_already_and_changes_nothing(self, phone, ana, one):
        seq = seq_of(ana)
        assert phone.patch(one, {"low": 0.0, "step": 1, "worse": 0}).status_code == 200
        assert seq_of(ana) == seq


@pytest.mark.parametrize("sent", [{"low": 5, "high": 5}, {"high": 1, "step": 2, "low": 0}])
def test_a_scale_that_is_wrong_by_itself_is_told_before_anything_is_looked_up(phone, sent):
    made = phone.post(LIST, NAMED).json()
    assert phone.post(LIST, NAMED | sent | {"id": made["id"]}).status_code == 422
    assert (
        phone.put(f"{LIST}/{made['id']}", NAMED | sent, headers={"If-Match": '"9"'}).status_code
        == 422
    )
    nowhere = f"{LIST}/0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21"
    assert phone.patch(nowhere, sent).status_code == 422


def test_put_of_another_kind_brings_its_scale(phone):
    made = phone.post(LIST, NAMED | {"high": 5}).json()
    changed = phone.put(f"{LIST}/{made['id']}", {"name": "Stiff", "kind": "yes_no"}).json()
    assert (changed["low"], changed["high"], changed["step"]) == (0, 1, 1)
