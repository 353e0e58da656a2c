"""Moments: check-ins within a day, on the day's own scales, and nothing else."""

from __future__ import annotations

import pytest

from api.moments import MOMENTS
from diary.measures import MEASURES, SYMPTOMS
from tests.api.conftest import seq_of
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

LIST = "/api/v1/moments"
LEAST = {"date": "2026-03-20", "at": "2026-03-20T09:30:00+01:00"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def test_a_whole_one_comes_back_as_it_was_sent(phone):
    sent = LEAST | {measure.name: measure.high for measure in MEASURES} | {"note": "On the bus."}
    made = phone.post(LIST, sent).json()
    assert sent == {name: made[name] for name in made if name not in {"id", "rev"}}


def test_it_needs_a_date_and_an_instant_and_the_rest_is_not_recorded(phone):
    made = phone.post(LIST, LEAST).json()
    assert {name for name, value in made.items() if value is None} == {
        "note", *(measure.name for measure in MEASURES)
    }  # fmt: skip


def test_the_example_is_one(phone):
    assert phone.post(LIST, MOMENTS.example).status_code == 201


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
def test_a_measure_is_on_the_scale_of_the_day(phone, ana, measure):
    for value, code in (
        (measure.low - measure.step, "min_value"), (measure.high + measure.step, "max_value"),
        (measure.low + measure.step / 2, "step"), ("4", "type"), (False, "type"),
    ):  # fmt: skip
        [fault] = phone.post(LIST, LEAST | {measure.name: value}).json()["errors"]
        assert (fault["pointer"], fault["code"]) == (f"/{measure.name}", code)
    assert seq_of(ana) == 0
    middle = measure.low + 3 * measure.step
    assert phone.post(LIST, LEAST | {measure.name: middle}).json()[measure.name] == (
        pytest.approx(middle, abs=1e-9)
    )


@pytest.mark.parametrize("name", [symptom.name for symptom in SYMPTOMS])
def test_a_symptom_is_of_a_whole_day_and_not_of_a_moment(phone, ana, name):
    [fault] = phone.post(LIST, LEAST | {name: 1}).json()["errors"]
    assert (fault["pointer"], fault["code"]) == (f"/{name}", "unknown_field")
    assert seq_of(ana) == 0


INSTANTS = {
    "no offset": ("2026-03-20T09:30:00", "instant"),
    "no seconds": ("2026-03-20T09:30+01:00", "instant"),
    "a clock without a day": ("09:30", "instant"),
    "a zone's name": ("2026-03-20T09:30:00 Europe/Berlin", "instant"),
    "a day that is none": ("2026-02-30T09:30:00Z", "instant"),
    "hour 25": ("2026-03-20T25:30:00Z", "instant"),
    "an offset of a day": ("2026-03-20T09:30:00+24:00", "instant"),
    "empty": ("", "instant"),
    "a number": (1774000000, "type"),
    "null": (None, "null"),
}


@pytest.mark.parametrize(("sent", "code"), INSTANTS.values(), ids=INSTANTS)
def test_it_has_an_instant_with_an_offset(phone, ana, sent, code):
    [fault] = phone.post(LIST, LEAST | {"at": sent}).json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/at", code)
    assert seq_of(ana) == 0


@pytest.mark.parametrize(
    "at",
    ["2026-03-20T09:30:00Z", "2026-03-20T09:30:00.123456-09:30", "2026-03-20t09:30:00z",
     "0001-01-02T00:00:00+14:00", "9999-12-31T11:59:59-12:00"],
)  # fmt: skip
def test_an_instant_stays_as_it_was_written(phone, at):
    assert phone.post(LIST, LEAST | {"at": at}).json()["at"] == at


def test_it_lies_on_the_date_that_the_phone_says(phone):
    """Half past midnight still belongs to yesterday, where the person says so."""
    night = {"date": "2026-03-19", "at": "2026-03-20T00:30:00+01:00"}
    made = phone.post(LIST, night).json()
    assert phone.get(f"{LIST}?from=2026-03-19&to=2026-03-19").json()["items"] == [made]


@pytest.mark.parametrize(
    ("day", "code"), [("1999-12-31", "too_early"), ("2026-03-22", "future_date")]
)
def test_it_lies_on_a_day_that_can_have_been_lived(phone, ana, day, code):
    [fault] = phone.post(LIST, LEAST | {"date": day}).json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/date", code)
    assert seq_of(ana) == 0


@pytest.mark.parametrize("name", ["pain_sites", "trackers", "skipped", "time_zone", "edited_at"])
def test_what_a_day_has_beside_its_measures_a_moment_has_not(phone, name):
    [fault] = phone.post(LIST, LEAST | {name: None}).json()["errors"]
    assert fault["code"] == "unknown_field"


def test_several_on_one_day_are_several(phone):
    for hour in range(5):
        phone.post(LIST, LEAST | {"at": f"2026-03-20T0{hour}:00:00Z", "pain": hour})
    assert sorted(item["pain"] for item in phone.get(LIST).json()["items"]) == [0, 1, 2, 3, 4]
