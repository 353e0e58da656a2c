"""Devices over the API: registered, seen again, moved, muted, tried, forgotten."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from diary.channels.post import Answer
from diary.models import Delivery, Device, DeviceAddress, Occurrence
from diary.reminders import devices as keeping
from diary.reminders.fan import fan
from diary.reminders.plan import plan
from tests.conftest import NOW
from tests.diary.reminders.reminding import Providers, pass_time, remind
from tests.providers.sealed import browser

pytestmark = pytest.mark.django_db

DEVICES = "/api/v1/devices"
ANDROID = {"platform": "fcm", "address": "token-of-anas-phone"}
IPHONE = {"platform": "apns", "address": "ab" * 32, "app": "org.fortnight.diary"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def in_browser(number="one", **change) -> dict:
    address = browser(number).address(
        f"https://updates.push.services.mozilla.com/wpush/v2/{number}"
    )
    return {"platform": "webpush", "address": address | change}


@pytest.fixture
def device(phone) -> dict:
    return phone.post(DEVICES, ANDROID).json()


class TestRegistering:
    def test_a_new_one_is_made_and_never_shows_its_address(self, phone):
        answer = phone.post(DEVICES, ANDROID | {"label": "Old phone"})
        assert answer.status_code == 201
        assert answer.json() == {
            "id": answer.json()["id"], "platform": "fcm", "app": "", "environment": "prod",
            "label": "Old phone", "state": "active", "muted_until": None,
            "last_seen_at": "2026-03-20T12:00:00+00:00",
        }  # fmt: skip
        assert ANDROID["address"] not in phone.get(DEVICES).content.decode()

    def test_known_it_is_the_same_one_seen_again(self, phone, device, time_machine):
        time_machine.move_to(NOW + timedelta(days=1), tick=False)
        answer = phone.post(DEVICES, ANDROID | {"label": "New name"})
        assert answer.status_code == 200
        assert answer.json()["id"] == device["id"]
        assert answer.json()["label"] == "New name"
        assert answer.json()["last_seen_at"].startswith("2026-03-21")
        assert Device.objects.count() == 1

    def test_one_that_was_dead_lives_again(self, phone, device):
        Device.objects.update(state="dead", dead_reason="UNREGISTERED")
        assert phone.post(DEVICES, ANDROID).json()["state"] == "active"

    @pytest.mark.parametrize("sent", [ANDROID, IPHONE, in_browser()], ids=["fcm", "apns", "web"])
    def test_every_kind_is_taken_and_sealed(self, phone, sent):
        assert phone.post(DEVICES, sent).status_code == 201
        told = sent["address"] if isinstance(sent["address"], str) else sent["address"]["endpoint"]
        row, known = Device.objects.get(), DeviceAddress.objects.get()
        assert told.encode() not in bytes(row.sealed) + bytes(known.hash)
        assert phone.post(DEVICES, sent).status_code == 200

    def test_the_same_token_on_two_platforms_is_two_devices(self, phone):
        phone.post(DEVICES, {"platform": "fcm", "address": "ab" * 32})
        assert phone.post(DEVICES, IPHONE).status_code == 201

    def test_there_is_an_end_to_how_many_and_the_oldest_goes(
        self, phone, monkeypatch, time_machine
    ):
        monkeypatch.setattr(keeping, "MOST", 2)
        for number in range(3):
            time_machine.move_to(NOW + timedelta(minutes=number), tick=False)
            phone.post(DEVICES, {"platform": "fcm", "address": f"phone-{number}"})
        assert Device.objects.count() == DeviceAddress.objects.count() == 2
        assert phone.post(DEVICES, {"platform": "fcm", "address": "phone-2"}).status_code == 200


class TestAnApplesApp:
    @pytest.fixture(autouse=True)
    def sends_to_apple(self, settings):
        settings.APNS_KEY, settings.APNS_APPS = "a key", ["org.fortnight.diary"]

    def test_is_one_that_can_be_sent_to(self, phone):
        answer = phone.post(DEVICES, IPHONE | {"app": "org.fortnight.diary"})
        assert answer.status_code == 201

    @pytest.mark.parametrize(
        ("app", "code"),
        [("org.somebody.else", "choice"), (None, "null"), ("", "required")],
    )
    def test_or_is_named_as_wrong(self, phone, app, code):
        answer = phone.post(DEVICES, IPHONE | {"app": app})
        assert answer.status_code == 422
        [fault] = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/app", code)
        assert not Device.objects.exists()

    def test_or_is_missed(self, phone):
        sent = {name: value for name, value in IPHONE.items() if name != "app"}
        [fault] = phone.post(DEVICES, sent).json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/app", "required")

    def test_is_not_asked_of_others(self, phone):
        assert phone.post(DEVICES, ANDROID | {"app": "any.other"}).status_code == 201

    def test_nor_where_nothing_is_sent_to_apple(self, phone, settings):
        settings.APNS_KEY = ""
        assert phone.post(DEVICES, IPHONE | {"app": "any.other"}).status_code == 201


REFUSED = {
    "no platform": ({"platform": None}, "/platform", "null"),
    "a pigeon": ({"platform": "pigeon"}, "/platform", "choice"),
    "no address": ({"address": None}, "/address", "null"),
    "a number": ({"address": 7}, "/address", "type"),
    "an empty token": ({"address": ""}, "/address", "characters"),
    "a token with a space": ({"address": "a b"}, "/address", "characters"),
    "a token of a book's length": ({"address": "x" * 4097}, "/address", "max_length"),
    "a browser's address for a phone": ({"address": {"endpoint": "x"}}, "/address", "type"),
    "an iPhone that is none": (IPHONE | {"address": "xyz"}, "/address", "characters"),
    "another world": ({"environment": "test"}, "/environment", "choice"),
    "an app of another kind": ({"app": "../x"}, "/app", "characters"),
    "no language": ({"locale": "?"}, "/locale", "characters"),
    "a long name": ({"label": "x" * 61}, "/label", "max_length"),
    "another field": ({"state": "active"}, "/state", "unknown_field"),
    "a token for a browser": ({"platform": "webpush"}, "/address", "type"),
    "any host": (in_browser(endpoint="https://evil.example/x"), "/address/endpoint", "choice"),
    "this machine": (in_browser(endpoint="https://127.0.0.1/x"), "/address/endpoint", "choice"),
    "in the clear": (
        in_browser(endpoint="http://fcm.googleapis.com/x"), "/address/endpoint", "choice",
    ),
    "somebody before an @": (
        in_browser(endpoint="https://fcm.googleapis.com@evil.example/x"),
        "/address/endpoint", "choice",
    ),
    "a key that is none": (in_browser(p256dh="AAAA"), "/address/p256dh", "characters"),
    "a short secret": (in_browser(auth="AAAA"), "/address/p256dh", "characters"),
    "a number for a secret": (in_browser(auth=3), "/address/auth", "type"),
    "more than a browser says": (in_browser(x="y"), "/address/x", "unknown_field"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "pointer", "code"), REFUSED.values(), ids=REFUSED)
def test_what_is_wrong_is_named(phone, change, pointer, code):
    answer = phone.post(DEVICES, ANDROID | change)
    assert answer.status_code == 422
    assert (pointer, code) in [(f["pointer"], f["code"]) for f in answer.json()["errors"]]
    assert not Device.objects.exists()


class TestMoving:
    """A phone is handed on, or its owner signs in as somebody else."""

    def test_it_moves_without_telling_whose_it_was(self, phone, bens_phone, device):
        answer = bens_phone.post(DEVICES, ANDROID)
        assert answer.status_code == 201
        assert answer.json()["id"] != device["id"]
        as_if_new = bens_phone.post(DEVICES, {"platform": "fcm", "address": "never-seen"}).json()
        assert answer.json().keys() == as_if_new.keys()
        assert {**answer.json(), "id": ""} == {**as_if_new, "id": ""}

    def test_what_was_anas_goes_to_ana_no_more(self, ana, ben, phone, bens_phone, device):
        remind(ana, NOW)
        bens_phone.post(DEVICES, ANDROID)
        assert phone.get(DEVICES).json()["items"][0]["state"] == "dead"
        assert pass_time(NOW.replace(hour=20, minute=30)) == []

    def test_not_even_what_was_on_its_way(self, ana, phone, bens_phone, device):
        phone.post(f"{DEVICES}/{device['id']}/test")
        bens_phone.post(DEVICES, ANDROID)
        assert pass_time(NOW) == []
        assert [d.state for d in Delivery.objects.filter(user=ana)] == ["dropped"]

    def test_and_it_can_come_back(self, phone, bens_phone, device):
        bens_phone.post(DEVICES, ANDROID)
        assert phone.post(DEVICES, ANDROID).status_code == 201
        assert bens_phone.get(DEVICES).json()["items"][0]["state"] == "dead"
        living = [d for d in phone.get(DEVICES).json()["items"] if d["state"] == "active"]
        assert len(living) == 1


class TestOneDevice:
    def test_muted_it_is_silent_until_then(self, ana, phone, device):
        remind(ana, NOW - timedelta(hours=1), 12 * 60, skip_if_entered=False)
        plan(NOW)
        fan(NOW)  # what is on its way already stays here too
        until = "2026-03-21T12:00:00Z"
        answer = phone.post(f"{DEVICES}/{device['id']}/mute", {"until": until})
        assert answer.json()["muted_until"] == "2026-03-21T12:00:00+00:00"
        assert pass_time(NOW) == []
        assert phone.post(f"{DEVICES}/{device['id']}/mute", {"until": None}).json() == device
        phone.post(f"{DEVICES}/{device['id']}/test")
        assert len(pass_time(NOW)) == 1

    @pytest.mark.parametrize("body", [{}, {"until": "tomorrow"}, {"until": 1}, {"x": 1}])
    def test_until_when_is_an_instant(self, phone, device, body):
        assert phone.post(f"{DEVICES}/{device['id']}/mute", body).status_code == 422

    def test_a_test_reaches_this_device_alone(self, phone, device):
        phone.post(DEVICES, {"platform": "fcm", "address": "another-phone"})
        answer = phone.post(f"{DEVICES}/{device['id']}/test")
        assert (answer.status_code, answer.content) == (202, b"")
        [message] = pass_time(NOW, Providers())
        assert message.address == ANDROID["address"]
        assert Occurrence.objects.get().kind == "test"

    def test_a_test_of_a_dead_device_is_refused_and_says_why(self, phone, device):
        Device.objects.update(state="dead", dead_reason="UNREGISTERED")
        answer = phone.post(f"{DEVICES}/{device['id']}/test")
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-ready")
        assert "registers again" in answer.json()["detail"]
        assert not Occurrence.objects.exists()

    def test_a_test_wakes_a_suspended_device(self, phone, device):
        Device.objects.update(state="suspended", refusals=5)
        assert phone.post(f"{DEVICES}/{device['id']}/test").status_code == 202
        assert len(pass_time(NOW, Providers())) == 1
        assert phone.get(DEVICES).json()["items"][0]["state"] == "active"

    def test_what_became_of_a_test_is_told(self, phone, device):
        phone.post(f"{DEVICES}/{device['id']}/test")
        pass_time(NOW, Providers(fcm=Answer(False, 404, "UNREGISTERED")))
        [one] = phone.get("/api/v1/occurrences").json()["items"]
        assert (one["kind"], one["state"], one["skip_reason"]) == ("test", "skipped", "no_device")
        assert one["deliveries"][0]["state"] == "dead"

    def test_a_test_comes_while_all_else_is_paused_or_muted(self, phone, device):
        until = "2026-04-01T00:00:00Z"
        phone.patch("/api/v1/notification-settings", {"paused_until": until})
        phone.post(f"{DEVICES}/{device['id']}/mute", {"until": until})
        phone.post(f"{DEVICES}/{device['id']}/test")
        assert len(pass_time(NOW, Providers())) == 1

    def test_forgotten_it_and_its_address_are_gone(self, phone, device):
        assert phone.delete(f"{DEVICES}/{device['id']}").status_code == 204
        assert not Device.objects.exists()
        assert not DeviceAddress.objects.exists()
        assert phone.delete(f"{DEVICES}/{device['id']}").status_code == 404
        assert phone.post(DEVICES, ANDROID).status_code == 201

    @pytest.mark.parametrize("verb", ["", "/mute", "/test"])
    def test_what_is_nobodys_is_not_found(self, phone, verb):
        for id in (uuid4(), "x"):
            address = f"{DEVICES}/{id}{verb}"
            answer = phone.post(address, {"until": None}) if verb else phone.delete(address)
            assert answer.status_code == 404

    def test_a_person_who_leaves_takes_all_of_it_along(self, ana, phone, device):
        remind(ana, NOW)
        pass_time(NOW.replace(hour=20, minute=30))
        ana.delete()
        assert not Device.objects.exists()
        assert not DeviceAddress.objects.exists()
        assert not Delivery.objects.exists()
        assert not Occurrence.objects.exists()


def test_devices_are_listed_newest_first_page_by_page(phone):
    made = [
        phone.post(DEVICES, {"platform": "fcm", "address": f"phone-{n}"}).json()["id"]
        for n in range(3)
    ]
    page = phone.get(f"{DEVICES}?limit=2").json()
    rest = phone.get(page["next"]).json()
    assert [item["id"] for item in page["items"] + rest["items"]] == made[::-1]
    assert rest["next"] is None
    assert phone.get(f"{DEVICES}?after=eA==").status_code == 422
