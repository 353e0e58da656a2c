"""`X-Timezone`: it moves the diary when it counts, and never costs a request its answer."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import OperationalError

from diary.models import Diary, Reminder
from tests.conftest import NOW, TODAY
from tests.diary.reminders.reminding import remind

pytestmark = pytest.mark.django_db

TOKYO = {"HTTP_X_TIMEZONE": "Asia/Tokyo"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def zone_of(person) -> str:
    return Diary.objects.get(user=person).time_zone


def test_told_twice_the_diary_and_its_reminders_have_moved(ana, phone, time_machine):
    remind(ana, NOW)
    phone.patch(f"/api/v1/entries/{TODAY}", {"pain": 1}, **TOKYO)
    phone.get("/api/v1/me", **TOKYO)  # the same start of the app
    assert zone_of(ana) == "UTC"
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    phone.get("/api/v1/me", **TOKYO)
    assert zone_of(ana) == "Asia/Tokyo"
    assert Reminder.objects.get().next_fire_at.isoformat() == "2026-03-20T11:30:00+00:00"


def test_home_again_in_between_it_begins_anew(ana, phone):
    for zone in ("Asia/Tokyo", "UTC", "Asia/Tokyo", "UTC"):
        phone.get("/api/v1/me", HTTP_X_TIMEZONE=zone)
    assert zone_of(ana) == "UTC"


@pytest.mark.parametrize("zone", ["Mars/Base", "", "../etc/passwd", "localtime", "x" * 9_000, "é"])
def test_a_zone_of_nowhere_is_ignored(ana, phone, zone, caplog):
    caplog.set_level(logging.INFO)
    for _ in range(3):
        assert phone.get("/api/v1/me", HTTP_X_TIMEZONE=zone).status_code == 200
    assert zone_of(ana) == "UTC"
    assert "unknown time zone" in caplog.text


def test_a_request_that_is_refused_tells_nothing(ana, phone):
    for _ in range(3):
        phone.patch(f"/api/v1/entries/{TODAY}", {"pain": 99}, **TOKYO)
    assert zone_of(ana) == "UTC"


def test_nobody_moves_without_signing_in(ana, stranger):
    for _ in range(3):
        stranger.get("/api/v1/support", **TOKYO)
    assert zone_of(ana) == "UTC"


def test_an_answer_that_is_made_is_given(ana, phone, monkeypatch):
    def gone(*words):
        raise OperationalError

    monkeypatch.setattr("api.travel.report", gone)
    answer = phone.patch(f"/api/v1/entries/{TODAY}", {"pain": 1}, **TOKYO)
    assert answer.status_code == 201


def test_set_by_hand_the_reminders_move_at_once(ana, phone):
    remind(ana, NOW)
    phone.patch("/api/v1/me", {"time_zone": "Asia/Tokyo"})
    assert Reminder.objects.get().next_fire_at.isoformat() == "2026-03-20T11:30:00+00:00"


def test_without_the_header_nothing_is_asked(phone, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        phone.get("/api/v1/me")
