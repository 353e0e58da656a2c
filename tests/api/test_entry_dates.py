"""Which days a diary can have: from 2000 on, to the latest date that it is anywhere on Earth."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

import pytest

from tests.api.conftest import seq_of

pytestmark = pytest.mark.django_db

NO_DATES = {
    "30th of February": "2026-02-30",
    "29th in a common year": "2026-02-29",
    "month 13": "2026-13-01",
    "month 0": "2026-00-10",
    "one digit for month and day": "2026-2-3",
    "no hyphens": "20260320",
    "a week date": "2026-W12-5",
    "an ordinal date": "2026-079",
    "slashes that are escaped": "2026%2F03%2F20",
    "an instant": "2026-03-20T00:00:00Z",
    "a blank behind it": "2026-03-20%20",
    "a line behind it": "2026-03-20%0A",
    "a null behind it": "2026-03-20%00",
    "only a null": "%00",
    "Arabic digits": quote("٢٠٢٦-٠٣-٢٠"),
    "wide digits": quote("２０２６-03-20"),
    "another hyphen": quote("2026‐03‐20"),
    "a sign": "+2026-03-20",
    "five digits for the year": "12026-03-20",
    "words": "today",
    "the list's own name": "entries",
    "dots": "...",
    "bytes that are no UTF-8": "%ff%fe",
    "a very long one": "2" * 4_000,
}


@pytest.mark.parametrize("path", NO_DATES.values(), ids=NO_DATES)
def test_what_is_no_date_is_nothing_to_read_and_wrong_to_write(phone, ana, path):
    address = f"/api/v1/entries/{path}"
    assert phone.get(address).status_code == 404
    for write in (phone.put, phone.patch, phone.delete):
        answer = write(address, {"pain": 4})
        assert answer.status_code == (404 if "%2F" in path else 422)
        if answer.status_code == 422:
            [fault] = answer.json()["errors"]
            assert (fault["parameter"], fault["code"]) == ("date", "date")
    assert seq_of(ana) == 0


EARLY = ["0001-01-01", "1582-10-10", "1999-12-31"]
LATE = ["2026-03-22", "2026-03-23", "2027-03-20", "9999-12-31"]


@pytest.mark.parametrize(
    ("day", "code"),
    [(day, "too_early") for day in EARLY] + [(day, "future_date") for day in LATE],
)
def test_days_before_2000_and_days_not_yet_begun_are_refused(phone, ana, time_machine, day, code):
    time_machine.move_to(datetime(2026, 3, 20, 23, tzinfo=UTC))
    for write in (phone.put, phone.patch, phone.delete):
        answer = write(f"/api/v1/entries/{day}", {"pain": 4})
        [fault] = answer.json()["errors"]
        assert (answer.status_code, fault["parameter"], fault["code"]) == (422, "date", code)
    assert phone.get(f"/api/v1/entries/{day}").status_code == 404
    assert seq_of(ana) == 0


@pytest.mark.parametrize("day", ["2000-01-01", "2024-02-29", "2026-03-20", "2026-03-21"])
def test_every_day_that_has_begun_somewhere_can_be_written(phone, time_machine, day):
    time_machine.move_to(datetime(2026, 3, 20, 23, tzinfo=UTC))
    assert phone.put(f"/api/v1/entries/{day}", {"pain": 4}).status_code == 201
    assert phone.get(f"/api/v1/entries/{day}").json()["date"] == day


@pytest.mark.parametrize(
    ("clock", "status"),
    [((9, 59, 59), 422), ((10, 0, 0), 201)],
    ids=["a second before midnight on Kiritimati", "midnight on Kiritimati"],
)
def test_a_day_begins_where_it_is_first_a_new_day(phone, time_machine, clock, status):
    time_machine.move_to(datetime(2026, 3, 20, *clock, tzinfo=UTC), tick=False)
    assert phone.put("/api/v1/entries/2026-03-21", {"pain": 4}).status_code == status


def test_the_persons_own_zone_does_not_narrow_what_they_may_write(phone, time_machine):
    """Who flies west over the date line writes days that at home are yesterday and tomorrow."""
    phone.patch("/api/v1/me", {"time_zone": "Pacific/Pago_Pago"})
    time_machine.move_to(datetime(2026, 3, 20, 10, 30, tzinfo=UTC))
    assert phone.get("/api/v1/me").json()["today"] == "2026-03-19"
    assert phone.put("/api/v1/entries/2026-03-21", {"pain": 4}).status_code == 201
