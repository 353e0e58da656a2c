"""The first and the last dates and instants that reminders know, and what lies beyond them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diary.models import Occurrence
from tests.conftest import NOW, TODAY
from tests.diary.reminders.reminding import carry, live_in, remind

pytestmark = pytest.mark.django_db

REMINDERS = "/api/v1/reminders"
SETTINGS = "/api/v1/notification-settings"
RECEIPTS = "/api/v1/deliveries/receipts"
EVENING = {"kind": "entry", "times": ["20:30"]}
FAR = ["9999-12-31T23:59:59Z", "0001-01-01T12:00:00Z", "2101-01-01T00:00:00Z"]
LAST = "2100-12-31T23:59:59+00:00"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
class TestAtTheEndsOfTime:
    @pytest.mark.parametrize("until", ["99991231", "99991231T235959Z", "21010101"])
    def test_a_rule_until_the_last_year_of_all_has_no_end(self, phone, ana, zone, until):
        live_in(ana, zone)
        answer = phone.post(REMINDERS, EVENING | {"rrule": f"FREQ=DAILY;UNTIL={until}"})
        assert (answer.json()["ends_on"], answer.json()["rrule"]) == (None, "FREQ=DAILY")
        assert len(phone.get(REMINDERS).json()["items"]) == 1

    @pytest.mark.parametrize("until", ["00010101", "00010101T000000Z", "19991230"])
    def test_a_rule_that_ended_before_there_were_dates_is_none(self, phone, ana, zone, until):
        live_in(ana, zone)
        answer = phone.post(REMINDERS, EVENING | {"rrule": f"FREQ=DAILY;UNTIL={until}"})
        assert answer.json()["errors"][0]["code"] == "rrule_unsupported"

    def test_the_last_date_of_all_can_be_the_end(self, phone, ana, zone):
        live_in(ana, zone)
        rule = {"rrule": "FREQ=DAILY;UNTIL=21001231"}
        assert phone.post(REMINDERS, EVENING | rule).json()["ends_on"] == "2100-12-31"
        assert len(phone.get(REMINDERS).json()["items"]) == 1

    @pytest.mark.parametrize("until", FAR)
    def test_nothing_is_paused_nor_muted_beyond_the_years(self, phone, ana, zone, until):
        live_in(ana, zone)
        device = carry(ana, NOW)
        for answer in (
            phone.patch(SETTINGS, {"paused_until": until}),
            phone.post(f"/api/v1/devices/{device.id}/mute", {"until": until}),
        ):
            assert answer.json()["errors"][0]["code"] == "range"

    def test_a_pause_can_last_as_long_as_there_are_dates(self, phone, ana, zone):
        live_in(ana, zone)
        phone.post(REMINDERS, EVENING)
        assert phone.patch(SETTINGS, {"paused_until": LAST}).json()["paused_until"] == LAST
        assert "paused" in phone.get(REMINDERS).json()["items"][0]["warnings"][0]


class TestReceipts:
    @pytest.mark.parametrize(
        "day", ["9999-12-31", "0001-01-01", "0005-01-01", "2026-03-11", "2026-03-22"]
    )
    def test_a_slot_of_long_ago_or_far_ahead_is_passed_over(self, phone, ana, day):
        live_in(ana, "America/New_York", day_starts_at=3)
        device, reminder = carry(ana, NOW), remind(ana, NOW, 15, 1230)
        for minute in (15, 1230):
            assert received(phone, reminder, device, f"{day}:{minute}") == 204
        assert not Occurrence.objects.exists()

    def test_of_the_last_eight_days_they_are_kept(self, phone, ana):
        device, reminder = carry(ana, NOW), remind(ana, NOW)
        received(phone, reminder, device, f"{TODAY - timedelta(days=8)}:1230")
        assert Occurrence.objects.get().skip_reason == "shown_by_app"


def received(phone, reminder, device, slot: str) -> int:
    receipt = {
        "occurrence": f"{reminder.id}:{slot}", "device": str(device.id),
        "shown_at": "2026-03-20T12:00:00Z",
    }  # fmt: skip
    return phone.post(RECEIPTS, {"receipts": [receipt]}).status_code
