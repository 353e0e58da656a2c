"""Notes, instants and time zones: what people and phones write besides numbers."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.api.conftest import seq_of

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"

NOTES = {
    "empty": "",
    "lines and tabs": "First.\r\n\tSecond.\n",
    "emoji of several parts": "👩🏽‍🚀 🏳️‍🌈 🇨🇭",
    "right to left": "היום כאב הגב\u200f (7)",
    "an override of direction": "\u202eabc",
    "combining marks": "e\u0301 Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "the last code point": "\U0010ffff",
    "line separator": "a\u2028b",
    "markup": "<script>alert(1)</script> & {{ x }} %s ${y}",
    "as long as it may be": "x" * 4_000,
    "as long, in emoji": "😀" * 4_000,
}


@pytest.mark.parametrize("note", NOTES.values(), ids=NOTES)
def test_a_note_comes_back_letter_by_letter(phone, note):
    assert phone.patch(DAY, {"note": note}).json()["note"] == note
    assert phone.get(DAY).json()["note"] == note


WRONG_NOTES = {
    "one letter too many": ("x" * 4_001, "max_length"),
    "one emoji too many": ("😀" * 4_001, "max_length"),
    "a null character": ("a\0b", "characters"),
    "an escape": ("\x1b[2J", "characters"),
    "a delete": ("a\x7fb", "characters"),
    "a next line of old": ("a\x85b", "characters"),
    "half a surrogate pair": ("a\ud800b", "characters"),
    "the other half": ("\udc00", "characters"),
    "the halves the wrong way round": ("\udc00\ud800", "characters"),
    "a number": (7, "type"),
    "true": (True, "type"),
    "a list of lines": (["a", "b"], "type"),
    "an object": ({"text": "a"}, "type"),
}


@pytest.mark.parametrize(("note", "code"), WRONG_NOTES.values(), ids=WRONG_NOTES)
def test_a_wrong_note_is_refused(phone, ana, note, code):
    answer = phone.send("PATCH", DAY, json.dumps({"note": note}).encode())
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/note", code)
    assert seq_of(ana) == 0


def test_a_pair_of_escaped_surrogates_is_one_letter(phone):
    answer = phone.send("PATCH", DAY, rb'{"note":"\ud83d\ude00"}')
    assert answer.json()["note"] == "😀"


INSTANTS = {
    "with an offset": "2026-03-20T21:14:03+01:00",
    "in UTC": "2026-03-20T20:14:03Z",
    "with small letters": "2026-03-20t20:14:03z",
    "with a fraction": "2026-03-20T20:14:03.123456789Z",
    "with an odd offset": "2026-03-20T20:14:03-03:30",
    "on a leap day": "2024-02-29T00:00:00Z",
    "very early": "0001-01-02T00:00:00+14:00",
}


@pytest.mark.parametrize("instant", INSTANTS.values(), ids=INSTANTS)
def test_an_instant_is_kept_as_it_was_written(phone, instant):
    answer = phone.patch(DAY, {"pain": 4, "edited_at": instant})
    assert answer.json()["edited_at"] == instant


WRONG_INSTANTS = {
    "before the first year": "0001-01-01T00:00:00+23:59",
    "after the last year": "9999-12-31T23:59:59-23:59",
    "without an offset": "2026-03-20T21:14:03",
    "a date alone": "2026-03-20",
    "a blank for the T": "2026-03-20 21:14:03Z",
    "no seconds": "2026-03-20T21:14Z",
    "the 30th of February": "2026-02-30T21:14:03Z",
    "the 25th hour": "2026-03-20T25:14:03Z",
    "an offset of days": "2026-03-20T21:14:03+24:00",
    "a comma": "2026-03-20T21:14:03,5Z",
    "other digits": "２０２６-03-20T21:14:03Z",
    "words": "yesterday",
    "nothing": "",
    "a line after it": "2026-03-20T21:14:03Z\n",
}


@pytest.mark.parametrize("instant", WRONG_INSTANTS.values(), ids=WRONG_INSTANTS)
def test_what_names_no_instant_is_refused(phone, ana, instant):
    answer = phone.patch(DAY, {"pain": 4, "edited_at": instant})
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, "/edited_at", "instant")
    assert seq_of(ana) == 0


AHEAD = {
    "one second": "2026-03-20T13:00:01+01:00",
    "a day": "2026-03-21T13:00:00+01:00",
    "the end of time": "9999-12-31T23:59:59+01:00",
}


@pytest.mark.parametrize("instant", AHEAD.values(), ids=AHEAD)
def test_a_clock_that_runs_ahead_is_set_to_now(phone, time_machine, instant):
    time_machine.move_to(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False)
    answer = phone.patch(DAY, {"pain": 4, "edited_at": instant})
    assert answer.json()["edited_at"] == "2026-03-20T13:00:00+01:00"


def test_a_clock_that_is_right_is_left_alone(phone, time_machine):
    time_machine.move_to(datetime(2026, 3, 20, 12, tzinfo=UTC), tick=False)
    answer = phone.patch(DAY, {"pain": 4, "edited_at": "2026-03-20T13:00:00+01:00"})
    assert answer.json()["edited_at"] == "2026-03-20T13:00:00+01:00"


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Pacific/Kiritimati", "Asia/Kathmandu"])
def test_a_time_zone_travels_with_the_day(phone, zone):
    assert phone.patch(DAY, {"pain": 4, "time_zone": zone}).json()["time_zone"] == zone


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        ("Mars/Base", "time_zone"), ("europe/berlin", "time_zone"), ("+01:00", "time_zone"),
        ("", "time_zone"), ("../../etc/passwd", "time_zone"), ("posix/UTC", "time_zone"),
        ("\ud800", "time_zone"), (1, "type"), (["UTC"], "type"),
    ],
)  # fmt: skip
def test_a_zone_that_does_not_exist_is_refused(phone, ana, zone, code):
    answer = phone.send("PATCH", DAY, json.dumps({"pain": 4, "time_zone": zone}).encode())
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["pointer"], fault["code"]) == (422, "/time_zone", code)
    assert seq_of(ana) == 0
