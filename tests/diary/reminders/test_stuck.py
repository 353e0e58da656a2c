"""What cannot be written or never gets an answer holds up nobody for ever."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import orjson
import pytest

from diary.channels.post import Answer
from diary.models import Channel, Device
from diary.models.devices import device_label
from diary.reminders import deliver, letters, rates
from diary.reminders.fan import fan
from diary.reminders.plan import plan
from tests.diary.reminders.reminding import (
    Providers,
    at,
    carry,
    pass_time,
    remind,
    states,
    sweep,
)

pytestmark = pytest.mark.django_db

NOON, DUE = at("2026-03-20 12:00"), at("2026-03-20 20:30")
SECOND = timedelta(seconds=1)
HANGING = Answer(False, reason="timeout", unsure=True)


@pytest.fixture(autouse=True)
def stopwatch(monkeypatch):
    monkeypatch.setattr("diary.reminders.deliver.time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.fixture
def both(ana, ben):
    for person in (ana, ben):
        carry(person, NOON, f"phone of {person.pk}")
        remind(person, NOON)


@pytest.mark.parametrize("words", [b"no JSON", orjson.dumps({"label": None})])
def test_an_address_that_is_none_stays_here_and_the_others_go(ana, ben, both, words):
    device = Device.objects.get(user=ana)
    sealed = ana.datakey.open().seal(device_label(ana.pk, device.id), words)
    Device.objects.filter(user=ana).update(sealed=sealed)
    assert len(pass_time(DUE)) == 1
    assert (states(ana), states(ben)) == (["dropped"], ["sent"])


def test_a_letter_that_breaks_its_writer_ends_with_its_day(ana, ben, both, monkeypatch):
    whole = letters._letter

    def breaking(channel, one, *more):
        if one.lease.user_id == ana.pk:
            raise RuntimeError
        return whole(channel, one, *more)

    monkeypatch.setattr(letters, "_letter", breaking)
    with pytest.raises(RuntimeError):
        pass_time(DUE)
    sweep(DUE + timedelta(hours=3))
    remind(ben, DUE + timedelta(hours=1), 23 * 60 + 30)
    assert len(pass_time(DUE + timedelta(hours=3))) == 1
    assert states(ana) == ["expired"]


class TestAProviderThatHangs:
    def test_opens_the_breaker(self, ana):
        carry(ana, NOON)
        remind(ana, NOON, 1230, 1231, 1232, 1233, skip_if_entered=False)
        hanging = Providers(fcm=HANGING)
        went = [len(pass_time(DUE + number * 60 * SECOND, hanging)) for number in range(3)]
        assert went == [1] * rates.FAILURES
        assert Channel.objects.get(name="fcm").open_until is not None

    def test_is_left_after_the_first_batch_without_an_answer(self, ana, monkeypatch):
        monkeypatch.setattr(deliver, "FENCED", 2)
        for number in range(5):
            carry(ana, NOON, f"phone-{number}")
        remind(ana, NOON)
        assert len(pass_time(DUE, Providers(fcm=HANGING))) == 2
        assert len(pass_time(DUE + 90 * SECOND)) == 0
        assert len(pass_time(DUE + 91 * SECOND)) == 3  # back from the lease, and not in doubt

    def test_is_not_well_again_because_nothing_was_sent(self, ana):
        Channel.objects.create(name="fcm", tokens=9, filled_at=NOON, failures=2)
        carry(ana, NOON)
        remind(ana, NOON)
        pass_time(DUE, Providers(fcm=Answer(False, reason="off")))
        assert Channel.objects.get(name="fcm").failures == 2


def test_what_a_slow_provider_leaves_no_time_for_goes_back_at_once(ana, monkeypatch):
    """Each batch takes nine seconds; after ten none is begun."""
    monkeypatch.setattr(deliver, "FENCED", 2)
    clock = iter(range(0, 900, 9))
    monkeypatch.setattr(deliver, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    for number in range(7):
        carry(ana, NOON, f"phone-{number}")
    remind(ana, NOON)
    plan(DUE)
    fan(DUE)
    slow = Providers()
    assert deliver.send("fcm", DUE, slow.ways()) == 7
    assert len(slow.sent) == 2
    assert sorted(states(ana)) == ["pending"] * 5 + ["sent"] * 2
    assert len(pass_time(DUE)) > 0  # nobody has to wait for a lease


def test_an_iphone_of_an_app_that_we_forgot_stays_alive(ana, caplog):
    carry(ana, NOON, "ab" * 32, "apns", app="org.other")
    remind(ana, NOON)
    pass_time(DUE, Providers(apns=Answer(False, reason="app")))
    assert (states(ana), Device.objects.get().state) == (["dropped"], "active")
    assert "apns has a message of ours that is wrong" in caplog.text


def test_an_iphones_token_is_the_same_in_capitals(ana):
    assert carry(ana, NOON, "AB" * 32, "apns").id == carry(ana, NOON, "ab" * 32, "apns").id
    assert carry(ana, NOON, "AB", "fcm").id != carry(ana, NOON, "ab", "fcm").id
