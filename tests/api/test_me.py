"""The signed-in person's own settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from diary.models import Diary, Person

pytestmark = pytest.mark.django_db

ME = "/api/v1/me"
AT_FIRST = {
    "time_zone": "UTC", "time_zone_pinned": False, "country": None, "locale": "en",
    "day_starts_at": 0, "asks_self_harm": True,
}  # fmt: skip


def test_a_new_person_has_these_settings(phone, time_machine):
    time_machine.move_to(datetime(2026, 3, 20, 12, tzinfo=UTC))
    assert phone.get(ME).json() == AT_FIRST | {
        "email": "ana@diary.example",
        "today": "2026-03-20",
    }


TAKEN = {
    "time_zone": ["Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+12"],
    "time_zone_pinned": [True, False],
    "country": ["DE", "ZZ", None],
    "locale": ["en"],
    "day_starts_at": [0, 4, 6],
    "asks_self_harm": [False, True],
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_setting_is_kept(phone, name):
    for value in TAKEN[name]:
        assert phone.patch(ME, {name: value}).json()[name] == value
        assert phone.get(ME).json()[name] == value


def test_what_is_not_named_stays(phone):
    phone.patch(ME, {"country": "DE", "day_starts_at": 4})
    changed = phone.patch(ME, {"time_zone": "Europe/Berlin"}).json()
    assert (changed["country"], changed["day_starts_at"]) == ("DE", 4)
    assert phone.patch(ME, {}).json() == changed


REFUSED = {
    "a zone of nowhere": ("time_zone", "Mars/Base", "time_zone"),
    "no zone": ("time_zone", None, "null"),
    "an offset": ("time_zone", 60, "type"),
    "yes": ("time_zone_pinned", "yes", "type"),
    "one": ("time_zone_pinned", 1, "type"),
    "nothing": ("time_zone_pinned", None, "null"),
    "small letters": ("country", "de", "choice"),
    "three letters": ("country", "DEU", "choice"),
    "no letters": ("country", "", "choice"),
    "letters of another alphabet": ("country", "ДЕ", "choice"),
    "a line behind it": ("country", "DE\n", "choice"),
    "a number for a country": ("country", 49, "type"),
    "a language not spoken here": ("locale", "tlh", "choice"),
    "no language": ("locale", None, "null"),
    "a list of languages": ("locale", ["en"], "type"),
    "a day that begins at noon": ("day_starts_at", 12, "max_value"),
    "a day that begins at seven": ("day_starts_at", 7, "max_value"),
    "a day that begins the day before": ("day_starts_at", -1, "min_value"),
    "half past": ("day_starts_at", 1.5, "step"),
    "a text for an hour": ("day_starts_at", "4", "type"),
    "true for an hour": ("day_starts_at", True, "type"),
    "0 for false": ("asks_self_harm", 0, "type"),
    "null for false": ("asks_self_harm", None, "null"),
}


@pytest.mark.parametrize(("name", "value", "code"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_setting_changes_none(phone, name, value, code):
    answer = phone.patch(ME, {"country": "CH"} | {name: value})
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (f"/{name}", code)
    assert phone.get(ME).json().items() >= AT_FIRST.items()


def test_address_and_date_may_be_sent_back_and_are_not_read(phone, ana):
    before = phone.get(ME).json()
    sent = before | {"email": "other@diary.example", "today": "1999-01-01"}
    assert phone.patch(ME, sent).json() == before
    assert Person.objects.get(pk=ana.pk).email == "ana@diary.example"


def test_a_setting_is_no_change_of_the_diary(phone, ana):
    phone.patch(ME, {"country": "CH", "day_starts_at": 4})
    assert Diary.objects.get(user=ana).seq == 0


TODAYS = {
    "at home": ("UTC", 0, "2026-03-20"),
    "an hour before the day begins": ("UTC", 4, "2026-03-19"),
    "east of the date line": ("Pacific/Kiritimati", 0, "2026-03-20"),
    "west of it": ("Pacific/Pago_Pago", 0, "2026-03-19"),
    "west of it, early": ("Pacific/Pago_Pago", 6, "2026-03-19"),
}


@pytest.mark.parametrize(("zone", "hour", "today"), TODAYS.values(), ids=TODAYS)
def test_today_is_the_date_on_ones_own_calendar(phone, time_machine, zone, hour, today):
    time_machine.move_to(datetime(2026, 3, 20, 3, 30, tzinfo=UTC))
    assert phone.patch(ME, {"time_zone": zone, "day_starts_at": hour}).json()["today"] == today


def test_settings_are_ones_own(phone, bens_phone):
    phone.patch(ME, {"country": "CH"})
    assert bens_phone.get(ME).json()["country"] is None
