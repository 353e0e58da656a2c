"""Every field of an entry: what it takes, and how it refuses the rest."""

from __future__ import annotations

import json

import pytest

from diary.measures import MEASURES, QUALITIES, SITES, SKIPPED, SYMPTOMS
from tests.api.conftest import seq_of

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"
STEPS = [(measure.name, measure.low, measure.high, measure.step) for measure in MEASURES]
STEPS += [(symptom.name, symptom.low, symptom.high, 1) for symptom in SYMPTOMS]
NAMES = [name for name, *_ in STEPS]
SITE_NAMES = [site.site for site in SITES]
QUALITY_NAMES = [quality.name for quality in QUALITIES]


def refused(phone, ana, body, pointer: str, code: str) -> dict:
    """The one fault of a body of which nothing is stored."""
    answer = phone.send("PATCH", DAY, json.dumps(body).encode())
    assert answer.status_code == 422, answer.content
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (pointer, code)
    assert seq_of(ana) == 0
    return fault


@pytest.mark.parametrize(("name", "low", "high", "step"), STEPS, ids=NAMES)
def test_a_scale_holds_its_ends_and_its_steps(phone, name, low, high, step):
    for value in (low, high, low + step, high - step, low + 3 * step):
        kept = phone.patch(DAY, {name: value}).json()[name]
        assert kept == pytest.approx(value, abs=1e-9)
        assert phone.get(DAY).json()[name] == kept


@pytest.mark.parametrize(("name", "low", "high", "step"), STEPS, ids=NAMES)
def test_a_scale_ends_where_it_says(phone, ana, name, low, high, step):
    for value, code in ((low - step, "min_value"), (high + step, "max_value")):
        fault = refused(phone, ana, {name: value}, f"/{name}", code)
        assert fault["params"] == {"low": low, "high": high, "step": step}
    for value, code in ((-(10**30), "min_value"), (1e300, "max_value"), (10**4000, "max_value")):
        refused(phone, ana, {name: value}, f"/{name}", code)


@pytest.mark.parametrize(("name", "low", "high", "step"), STEPS, ids=NAMES)
def test_nothing_lies_between_two_steps(phone, ana, name, low, high, step):
    fault = refused(phone, ana, {name: low + step / 2}, f"/{name}", "step")
    assert str(step) in fault["detail"]


@pytest.mark.parametrize("value", [True, False, "1", "", [1], [], {}, {"value": 1}], ids=repr)
def test_only_a_number_is_a_number(phone, ana, value):
    answer = phone.patch(DAY, dict.fromkeys(NAMES, value))
    faults = {fault["pointer"]: fault["code"] for fault in answer.json()["errors"]}
    assert faults == {f"/{name}": "type" for name in NAMES}
    assert seq_of(ana) == 0


def test_a_whole_number_comes_back_whole_and_minus_zero_as_zero(phone):
    answer = phone.send("PATCH", DAY, b'{"pain":7.0,"mood":-0.0,"low_mood":2.0}')
    assert b'"pain":7,' in answer.content
    assert b'"mood":0,' in answer.content
    assert b'"low_mood":2,' in answer.content


def test_what_a_phone_adds_up_is_taken_for_the_tenth_that_it_is(phone):
    assert phone.patch(DAY, {"pain": 0.1 + 0.2}).json()["pain"] == 0.3


@pytest.mark.parametrize("name", ["low_mood", "sleep_hours"])
@pytest.mark.parametrize("value", [2.5e-42, 1 + 2**-52, 2.9999999])
def test_nearly_a_whole_number_is_none(phone, ana, name, value):
    refused(phone, ana, {name: value}, f"/{name}", "step")


def test_every_tenth_is_kept_as_it_was_written(phone):
    for tenth in range(101):
        sent = f"{tenth // 10}.{tenth % 10}"
        kept = phone.send("PATCH", DAY, f'{{"pain":{sent}}}'.encode()).json()["pain"]
        assert f"{kept:.1f}" == sent


@pytest.mark.parametrize("worse", [2.5e-42, 1 - 2**-53, -0.9999999])
def test_nor_is_it_beside_an_end_below_zero(phone, worse):
    answer = phone.post("/api/v1/trackers", {"name": "Stiffness", "kind": "scale", "worse": worse})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "step")


@pytest.mark.parametrize("site", SITE_NAMES)
def test_every_site_of_the_body_can_hurt(phone, site):
    sent = {"site": site, "side": "left", "intensity": 7.5, "qualities": ["aching", "burning"]}
    assert phone.patch(DAY, {"pain_sites": [sent]}).json()["pain_sites"] == [sent]


SITES_TAKEN = {
    "only its name": ({"site": "knee"}, {}),
    "nulls": ({"site": "knee", "side": None, "intensity": None}, {}),
    "one side": ({"site": "knee", "side": "right"}, {"side": "right"}),
    "both sides": ({"site": "knee", "side": "both"}, {"side": "both"}),
    "no pain there": ({"site": "knee", "intensity": 0}, {"intensity": 0}),
    "every quality": ({"site": "knee", "qualities": QUALITY_NAMES}, {"qualities": QUALITY_NAMES}),
}


@pytest.mark.parametrize(("sent", "kept"), SITES_TAKEN.values(), ids=SITES_TAKEN)
def test_a_site_needs_no_more_than_its_name(phone, sent, kept):
    whole = {"site": "knee", "side": None, "intensity": None, "qualities": []} | kept
    assert phone.patch(DAY, {"pain_sites": [sent]}).json()["pain_sites"] == [whole]


SITES_REFUSED = {
    "no name": ({}, "/site", "required"),
    "a null name": ({"site": None}, "/site", "null"),
    "an unknown site": ({"site": "tail"}, "/site", "choice"),
    "another case": ({"site": "Knee"}, "/site", "choice"),
    "an empty name": ({"site": ""}, "/site", "choice"),
    "half a surrogate": ({"site": "\ud800"}, "/site", "choice"),
    "a number": ({"site": 1}, "/site", "type"),
    "a list": ({"site": ["knee"]}, "/site", "type"),
    "an unknown side": ({"site": "knee", "side": "up"}, "/side", "choice"),
    "a side that is true": ({"site": "knee", "side": True}, "/side", "type"),
    "too intense": ({"site": "knee", "intensity": 11}, "/intensity", "max_value"),
    "a text for intensity": ({"site": "knee", "intensity": "7"}, "/intensity", "type"),
    "half a tenth": ({"site": "knee", "intensity": 6.55}, "/intensity", "step"),
    "an unknown quality": ({"site": "knee", "qualities": ["nice"]}, "/qualities/0", "choice"),
    "one of two": ({"site": "knee", "qualities": ["aching", 7]}, "/qualities/1", "type"),
    "a null quality": ({"site": "knee", "qualities": [None]}, "/qualities/0", "null"),
    "null for qualities": ({"site": "knee", "qualities": None}, "/qualities", "null"),
    "a text for qualities": ({"site": "knee", "qualities": "aching"}, "/qualities", "type"),
    "too many qualities": (
        {"site": "knee", "qualities": ["aching"] * 9}, "/qualities", "max_length",
    ),
    "an unknown field": ({"site": "knee", "colour": "red"}, "/colour", "unknown_field"),
    "a field with a slash": ({"site": "knee", "a/b~c": 1}, "/a~1b~0c", "unknown_field"),
    "a text": ("knee", "", "type"),
    "a null": (None, "", "null"),
    "a list of it": ([{"site": "knee"}], "", "type"),
}  # fmt: skip


@pytest.mark.parametrize(("sent", "pointer", "code"), SITES_REFUSED.values(), ids=SITES_REFUSED)
def test_a_wrong_site_is_pointed_at(phone, ana, sent, pointer, code):
    body = {"pain_sites": [{"site": "hip"}, sent]}
    refused(phone, ana, body, f"/pain_sites/1{pointer}", code)


def test_thirty_sites_can_hurt_and_no_more(phone, ana):
    sites = [{"site": "knee"}] * 31
    fault = refused(phone, ana, {"pain_sites": sites}, "/pain_sites", "max_length")
    assert fault["params"] == {"max_length": 30}
    assert phone.patch(DAY, {"pain_sites": sites[1:]}).status_code == 201
    assert phone.patch(DAY, {"pain_sites": []}).json()["pain_sites"] == []


@pytest.mark.parametrize("value", [{}, {"site": "knee"}, "knee", 7, True], ids=repr)
def test_sites_are_a_list(phone, ana, value):
    refused(phone, ana, {"pain_sites": value}, "/pain_sites", "type")


@pytest.mark.parametrize("reason", [choice.name for choice in SKIPPED])
def test_an_empty_day_can_say_why(phone, reason):
    answer = phone.patch(DAY, {"skipped": reason}).json()
    assert (answer["skipped"], answer["pain"]) == (reason, None)


@pytest.mark.parametrize(
    ("value", "code"), [("holiday", "choice"), ("", "choice"), (1, "type"), (False, "type")]
)
def test_no_other_reason_is_known(phone, ana, value, code):
    refused(phone, ana, {"skipped": value}, "/skipped", code)


UNKNOWN = {
    "an id of nobody": "018f2b1c-0000-7000-8000-000000000000",
    "not an id": "steps",
    "an id without hyphens": "018f2b1c000070008000000000000000",
    "an id in braces": "{018f2b1c-0000-7000-8000-000000000000}",
    "an empty id": "",
    "a null byte's neighbour": "018f2b1c/0000",
}


@pytest.mark.parametrize("key", UNKNOWN.values(), ids=UNKNOWN)
def test_a_value_needs_a_tracker_of_this_person(phone, ana, key):
    pointer = f"/trackers/{key.replace('/', '~1')}"
    refused(phone, ana, {"trackers": {key: 4}}, pointer, "unknown_tracker")


@pytest.mark.parametrize("value", [[], "x", 7, True, [{"a": 1}]], ids=repr)
def test_trackers_are_an_object(phone, ana, value):
    refused(phone, ana, {"trackers": value}, "/trackers", "type")


def test_there_is_an_end_to_trackers(phone, ana):
    many = {f"018f2b1c-0000-7000-8000-{number:012d}": 1 for number in range(101)}
    refused(phone, ana, {"trackers": many}, "/trackers", "max_length")


def test_no_trackers_can_be_said_in_two_ways(phone):
    assert phone.patch(DAY, {"trackers": None}).json()["trackers"] is None
    assert phone.patch(DAY, {"trackers": {}}).json()["trackers"] is None


@pytest.mark.parametrize("name", ["Pain", "pain ", "user_id", "😀", "a" * 200, "deleted", ""])
def test_a_field_that_does_not_exist_is_refused_not_dropped(phone, ana, name):
    refused(phone, ana, {name: 1}, f"/{name}", "unknown_field")


MANY_FAULTS = {
    "fields": {f"field{number}": 1 for number in range(1000)},
    "sites and qualities": {"pain_sites": [{"site": "tail", "qualities": ["nice"] * 8}] * 30},
}


@pytest.mark.parametrize("body", MANY_FAULTS.values(), ids=MANY_FAULTS)
def test_hundreds_of_faults_are_not_all_told(phone, body):
    answer = phone.patch(DAY, body)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 100
