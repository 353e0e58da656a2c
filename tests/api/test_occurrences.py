"""Occurrences over the API: what came of a date, put off, waved away, opened, shown."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from diary.channels.post import Answer
from diary.models import Delivery, Diary, Occurrence
from diary.reminders import fence
from diary.reminders.fan import fan
from diary.reminders.plan import plan
from tests.api.conftest import keep
from tests.conftest import NOW, TODAY
from tests.diary.reminders.reminding import Providers, at, carry, pass_time, remind

pytestmark = pytest.mark.django_db

OCCURRENCES = "/api/v1/occurrences"
RECEIPTS = "/api/v1/deliveries/receipts"
EVENING = at("2026-03-20 20:30")
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def evening(time_machine):
    time_machine.move_to(EVENING, tick=False)


@pytest.fixture
def device(ana):
    return carry(ana, NOW)


@pytest.fixture
def shown(ana, phone, device) -> dict:
    """Ana's reminder has come to her phone."""
    remind(ana, NOW)
    assert len(pass_time(EVENING)) == 1
    [occurrence] = phone.get(OCCURRENCES).json()["items"]
    return occurrence


def act(phone, occurrence: dict, verb: str, body=None):
    return phone.post(f"{OCCURRENCES}/{occurrence['id']}/{verb}", body)


class TestReading:
    def test_what_came_of_today(self, ana, shown, device):
        [reminder] = ana.reminder_set.all()
        assert shown == {
            "id": shown["id"], "kind": "entry", "reminder": str(reminder.id),
            "date": "2026-03-20", "time": "20:30", "due_at": "2026-03-20T20:30:00+00:00",
            "state": "done", "skip_reason": None, "rule": "exact",
            "deliveries": [{
                "channel": "fcm", "device": str(device.id), "state": "sent",
                "sent_at": shown["deliveries"][0]["sent_at"], "opened_at": None,
            }],
        }  # fmt: skip
        assert shown["deliveries"][0]["sent_at"].startswith("2026-03-20T20:30:0")

    def test_of_another_date_nothing(self, phone, shown):
        assert phone.get(f"{OCCURRENCES}?date=2026-03-19").json() == {"items": [], "next": None}
        assert len(phone.get(f"{OCCURRENCES}?date=2026-03-20").json()["items"]) == 1

    @pytest.mark.parametrize("query", ["date=x", "date=1999-12-31", "date=2026-04-01", "x=1"])
    def test_other_questions_are_refused(self, phone, query):
        assert phone.get(f"{OCCURRENCES}?{query}").status_code == 422

    def test_why_one_did_not_come(self, ana, phone, device):
        remind(ana, NOW)
        keep(ana, {TODAY: {"pain": 1}})
        pass_time(EVENING)
        [one] = phone.get(OCCURRENCES).json()["items"]
        assert (one["state"], one["skip_reason"]) == ("skipped", "already_entered")
        assert one["deliveries"] == []

    def test_why_one_gave_way_and_one_would_have_come_at_night(
        self, ana, phone, device, time_machine
    ):
        for minute in (21 * 60 + 20, 21 * 60 + 40):
            remind(ana, NOW, minute, skip_if_entered=False)
            plan(at(f"2026-03-20 21:{minute % 60}"))
            fan(at(f"2026-03-20 21:{minute % 60}"))
        time_machine.move_to(at("2026-03-20 22:30"), tick=False)
        assert pass_time(at("2026-03-20 22:30")) == []
        told = phone.get(OCCURRENCES).json()["items"]
        assert [(one["state"], one["skip_reason"]) for one in told] == [
            ("skipped", "coalesced"),
            ("skipped", "quiet_hours"),
        ]
        assert [one["deliveries"][0]["state"] for one in told] == ["dropped", "dropped"]

    def test_by_mail_there_is_no_device(self, ana, phone):
        remind(ana, NOW, by_push=False, by_email=True)
        pass_time(EVENING)
        [one] = phone.get(OCCURRENCES).json()["items"]
        assert [(d["channel"], d["device"]) for d in one["deliveries"]] == [("email", None)]


class TestSnooze:
    @pytest.mark.parametrize("minutes", [10, 30, 60])
    def test_it_comes_again_in_a_while(self, phone, shown, minutes):
        later = act(phone, shown, "snooze", {"minutes": minutes})
        assert later.status_code == 201
        assert later.json()["rule"] == "snooze"
        assert later.json()["id"] != shown["id"]
        due = EVENING + minutes * MINUTE
        assert later.json()["due_at"] == due.isoformat()
        assert pass_time(due - MINUTE) == []
        assert len(pass_time(due)) == 1

    def test_an_entry_meanwhile_is_enough(self, ana, phone, shown):
        act(phone, shown, "snooze", {"minutes": 10})
        keep(ana, {TODAY: {"pain": 1}})
        assert pass_time(EVENING + 10 * MINUTE) == []

    def test_tonight_is_nine_o_clock(self, ana, phone, time_machine):
        remind(ana, NOW - timedelta(hours=6), 720)
        pass_time(NOW)
        time_machine.move_to(NOW, tick=False)
        [noon] = phone.get(OCCURRENCES).json()["items"]
        later = act(phone, noon, "snooze", {"minutes": "tonight"}).json()
        assert later["due_at"] == "2026-03-20T21:00:00+00:00"

    def test_later_than_that_it_is_in_an_hour(self, phone, shown, time_machine):
        time_machine.move_to(EVENING + 20 * MINUTE, tick=False)
        later = act(phone, shown, "snooze", {"minutes": "tonight"}).json()
        assert later["due_at"] == (EVENING + 80 * MINUTE).isoformat()

    def test_never_past_midnight(self, phone, shown, time_machine):
        time_machine.move_to(at("2026-03-20 23:10"), tick=False)
        refused = act(phone, shown, "snooze", {"minutes": 60})
        assert refused.status_code == 422
        [fault] = refused.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/minutes", "range")
        assert act(phone, shown, "snooze", {"minutes": 30}).status_code == 201

    def test_midnight_is_the_persons_own(self, ana, phone, shown):
        Diary.objects.filter(user=ana).update(time_zone="Asia/Tokyo")  # there it is tomorrow
        assert act(phone, shown, "snooze", {"minutes": 10}).status_code == 422

    def test_three_times_and_no_more(self, phone, shown):
        for expected in (201, 201, 201, 422):
            assert act(phone, shown, "snooze", {"minutes": 10}).status_code == expected
        assert Occurrence.objects.count() == 4
        assert len(pass_time(EVENING + 10 * MINUTE)) == 1  # the last of them alone

    @pytest.mark.parametrize(
        ("minutes", "code"),
        [(20, "choice"), ("tomorrow", "choice"), (True, "type"), (None, "null"), ([], "type"),
         (10.5, "type")],
    )  # fmt: skip
    def test_other_wishes_are_refused(self, phone, shown, minutes, code):
        [fault] = act(phone, shown, "snooze", {"minutes": minutes}).json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/minutes", code)

    def test_of_a_reminder_that_was_removed_nothing_comes_back(self, ana, phone, shown):
        phone.delete(f"/api/v1/reminders/{ana.reminder_set.get().id}")
        refused = act(phone, shown, "snooze", {"minutes": 10})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "range")
        assert Occurrence.objects.count() == 1

    def test_a_test_cannot_be_put_off(self, phone, device):
        phone.post(f"/api/v1/devices/{device.id}/test")
        [one] = phone.get(OCCURRENCES).json()["items"]
        assert act(phone, one, "snooze", {"minutes": 10}).status_code == 422


class TestAway:
    def test_waved_away_it_does_not_come(self, ana, phone, device):
        remind(ana, NOW)
        pass_time(EVENING, Providers())
        [one] = phone.get(OCCURRENCES).json()["items"]
        act(phone, one, "snooze", {"minutes": 10})
        later = phone.get(OCCURRENCES).json()["items"][-1]
        for _ in range(2):  # twice is as once
            assert act(phone, later, "dismiss").status_code == 204
        assert pass_time(EVENING + 10 * MINUTE) == []
        assert phone.get(OCCURRENCES).json()["items"][-1]["state"] == "done"

    def test_waved_away_later_what_it_was_put_off_to_does_not_come_either(self, phone, shown):
        act(phone, shown, "snooze", {"minutes": 10})
        assert act(phone, shown, "dismiss").status_code == 204
        assert pass_time(EVENING + 10 * MINUTE) == []

    def test_waving_away_a_test_leaves_the_next_one(self, phone, device):
        for _ in range(2):
            phone.post(f"/api/v1/devices/{device.id}/test")
        [first, _] = phone.get(OCCURRENCES).json()["items"]
        act(phone, first, "dismiss")
        assert len(pass_time(EVENING)) == 1

    def test_opened_after_it_was_put_off_it_still_comes_again(self, phone, shown):
        act(phone, shown, "snooze", {"minutes": 10})
        assert act(phone, shown, "opened").status_code == 204
        assert len(pass_time(EVENING + 10 * MINUTE)) == 1

    def test_opened_it_says_when(self, phone, shown, time_machine):
        assert act(phone, shown, "opened").status_code == 204
        [one] = phone.get(OCCURRENCES).json()["items"]
        assert one["deliveries"][0]["opened_at"] == EVENING.isoformat()
        time_machine.move_to(EVENING + MINUTE, tick=False)
        assert act(phone, shown, "opened").status_code == 204
        assert phone.get(OCCURRENCES).json()["items"] == [one]

    @pytest.mark.parametrize("verb", ["dismiss", "opened", "snooze"])
    @pytest.mark.parametrize("id", ["019a0000-0000-7000-8000-000000000000", "x"])
    def test_what_is_nobodys_is_not_found(self, phone, verb, id):
        body = {"minutes": 10} if verb == "snooze" else None
        assert act(phone, {"id": id}, verb, body).status_code == 404


class TestReceipts:
    def send(self, phone, occurrence, device, shown_at="2026-03-20T20:31:00Z"):
        one = {"occurrence": str(occurrence), "device": str(device), "shown_at": shown_at}
        return phone.post(RECEIPTS, {"receipts": [one]})

    def test_what_a_device_has_shown_is_noted(self, phone, shown, device):
        assert self.send(phone, shown["id"], device.id).status_code == 204
        assert Delivery.objects.get().shown_at == EVENING  # a phone's clock runs ahead

    def test_what_was_in_doubt_is_in_doubt_no_more(self, phone, shown, device):
        Delivery.objects.update(state="unconfirmed", sent_at=None)
        self.send(phone, shown["id"], device.id, "2026-03-20T20:29:00Z")
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.sent_at) == ("sent", EVENING - MINUTE)

    def test_a_slot_that_a_phone_showed_by_itself_is_not_pushed(self, ana, phone, device):
        remind(ana, NOW)
        [planned, *_] = phone.get("/api/v1/reminders/local-plan").json()["items"]
        [reminder] = ana.reminder_set.all()
        assert self.send(phone, f"{reminder.id}:2026-03-20:1230", device.id).status_code == 204
        assert planned["occurrence"] == f"{reminder.id}:2026-03-21:1230"  # it is half past eight
        assert pass_time(EVENING) == []
        [one] = phone.get(OCCURRENCES).json()["items"]
        assert (one["state"], one["skip_reason"]) == ("done", "shown_by_app")

    def test_what_is_not_sent_yet_of_it_stays_at_home_too(self, ana, phone, device):
        carry(ana, NOW, "ab" * 16, "apns")
        remind(ana, NOW)
        [reminder] = ana.reminder_set.all()
        pass_time(EVENING, Providers(apns=Answer(False, 503, retry_after=60.0)))
        self.send(phone, f"{reminder.id}:2026-03-20:1230", device.id)
        assert pass_time(EVENING + 2 * MINUTE) == []
        [one] = phone.get(OCCURRENCES).json()["items"]
        assert (one["state"], one["skip_reason"]) == ("done", "shown_by_app")
        assert sorted(d["state"] for d in one["deliveries"]) == ["dropped", "sent"]

    def test_nor_does_what_a_sender_has_claimed(self, ana, phone, device):
        remind(ana, NOW)
        [reminder] = ana.reminder_set.all()
        plan(EVENING)
        fan(EVENING)
        token, claims = fence.claim("fcm", EVENING, 10)
        self.send(phone, f"{reminder.id}:2026-03-20:1230", device.id)
        assert fence.put_on_wire(token, claims, {}, {}, EVENING) == {}

    @pytest.mark.parametrize(
        "slot", ["2026-03-20:1231", "2026-03-21:1230", "2026-03-20:1440"],
        ids=["no slot of it", "tomorrow", "no minute"],
    )  # fmt: skip
    def test_a_slot_that_cannot_have_been_shown_is_passed_over(self, ana, phone, device, slot):
        remind(ana, NOW)
        [reminder] = ana.reminder_set.all()
        assert self.send(phone, f"{reminder.id}:{slot}", device.id).status_code in {204, 422}
        assert len(pass_time(EVENING)) == 1

    def test_what_is_not_the_persons_own_is_passed_over(
        self, ana, phone, bens_phone, shown, device
    ):
        before = list(Delivery.objects.values_list())
        assert self.send(bens_phone, shown["id"], device.id).status_code == 204
        [reminder] = ana.reminder_set.all()
        tomorrow = f"{reminder.id}:2026-03-20:1230"
        assert self.send(bens_phone, tomorrow, device.id).status_code == 204
        assert self.send(phone, uuid4(), uuid4()).status_code == 204
        assert list(Delivery.objects.values_list()) == before
        assert Occurrence.objects.count() == 1

    @pytest.mark.parametrize(
        ("change", "pointer", "code"),
        [
            ({"occurrence": "x"}, "/receipts/0/occurrence", "type"),
            ({"occurrence": 1}, "/receipts/0/occurrence", "type"),
            ({"occurrence": "a:b:c:d"}, "/receipts/0/occurrence", "type"),
            ({"device": "x"}, "/receipts/0/device", "type"),
            ({"device": None}, "/receipts/0/device", "null"),
            ({"shown_at": "now"}, "/receipts/0/shown_at", "instant"),
            ({"shown_at": None}, "/receipts/0/shown_at", "null"),
            ({"x": 1}, "/receipts/0/x", "unknown_field"),
        ],
    )
    def test_what_is_wrong_is_named(self, phone, change, pointer, code):
        one = {
            "occurrence": str(uuid4()),
            "device": str(uuid4()),
            "shown_at": "2026-03-20T20:31:00Z",
        }
        [fault] = phone.post(RECEIPTS, {"receipts": [one | change]}).json()["errors"]
        assert (fault["pointer"], fault["code"]) == (pointer, code)

    def test_they_are_a_list_of_at_most_two_hundred(self, phone):
        one = {
            "occurrence": str(uuid4()),
            "device": str(uuid4()),
            "shown_at": "2026-03-20T20:31:00Z",
        }
        assert phone.post(RECEIPTS, {"receipts": [one] * 200}).status_code == 204
        assert phone.post(RECEIPTS, {"receipts": [one] * 201}).status_code == 422
        assert phone.post(RECEIPTS, {"receipts": one}).status_code == 422
        assert phone.post(RECEIPTS, {"receipts": []}).status_code == 204
        assert phone.post(RECEIPTS, {}).status_code == 422
