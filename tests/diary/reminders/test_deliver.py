"""Deliveries: claimed, fenced, sent once, and honest about what nobody can know."""

from __future__ import annotations

import logging
from datetime import timedelta
from types import SimpleNamespace

import pytest

from diary.channels.post import Answer
from diary.models import Channel, Delivery, Device, NotificationSettings, Occurrence, Reminder
from diary.reminders import addresses, fence, rates
from diary.reminders.deliver import send
from diary.reminders.devices import remove
from diary.reminders.fan import fan
from diary.reminders.keep import keep_reminder, remove_reminder
from diary.reminders.mailboxes import silence_mail
from diary.reminders.plan import plan
from diary.reminders.snooze import opened
from diary.reminders.sweep import sweep
from diary.reminders.take_back import take_back
from tests.conftest import TODAY
from tests.diary.keeping import keep, look
from tests.diary.reminders.reminding import (
    Providers,
    at,
    carry,
    deliveries,
    occurrences,
    pass_time,
    remind,
    states,
    told,
)

pytestmark = pytest.mark.django_db

NOON, DUE = at("2026-03-20 12:00"), at("2026-03-20 20:30")
SECOND = timedelta(seconds=1)
LEASE_OVER = DUE + fence.LEASE + SECOND


@pytest.fixture(autouse=True)
def stopwatch(monkeypatch):
    """Sending takes no time here, however busy the machine is."""
    monkeypatch.setattr("diary.reminders.deliver.time", SimpleNamespace(monotonic=lambda: 0.0))


@pytest.fixture
def due(ana):
    """Ana's reminder, planned and fanned to her phone, waiting for a sender."""
    carry(ana, NOON)
    remind(ana, NOON)
    plan(DUE)
    fan(DUE)
    [delivery] = deliveries(ana)
    assert delivery.state == "pending"
    return delivery


def claim():
    token, claims = fence.claim("fcm", DUE, 10)
    return token, claims


class TestTheFence:
    def test_an_entry_up_to_the_last_moment_keeps_it_at_home(self, ana, due):
        token, claims = claim()
        keep(ana, {TODAY: {"pain": 3}}, DUE)
        assert fence.put_on_wire(token, claims, {}, {}, DUE) == {}
        assert states(ana) == ["dropped"]
        assert told(ana) == [("skipped", "already_entered")]

    def test_a_moment_is_an_entry_too(self, ana, due):
        keep(ana, {TODAY: {"pain": 3}}, DUE)
        ana.record_set.update(collection="moments")
        assert pass_time(DUE) == []
        assert told(ana) == [("skipped", "already_entered")]

    def test_an_activity_is_none(self, ana, due):
        keep(ana, {TODAY: {"pain": 3}}, DUE)
        ana.record_set.update(collection="activities")
        assert len(pass_time(DUE)) == 1

    def test_without_the_lease_nothing_leaves(self, ana, due):
        token, claims = claim()
        assert fence.put_on_wire(token, claims, {}, {}, LEASE_OVER) == {}
        assert states(ana) == ["claimed"]

    def test_with_somebody_elses_token_nothing_leaves(self, ana, due):
        _, claims = claim()
        assert fence.put_on_wire(due.id, claims, {}, {}, DUE) == {}

    def test_a_second_sender_finds_nothing(self, ana, due):
        claim()
        assert claim()[1] == []

    def test_a_pause_since_then_keeps_it_at_home(self, ana, due):
        NotificationSettings.objects.create(user=ana, paused_until=DUE + timedelta(days=1))
        assert pass_time(DUE) == []
        assert told(ana) == [("skipped", "paused")]

    def test_a_muted_device_keeps_it_at_home(self, ana, due):
        Device.objects.update(muted_until=DUE + timedelta(days=1))
        assert pass_time(DUE) == []
        assert [d.last_reason for d in deliveries(ana)] == ["muted"]
        assert told(ana) == [("skipped", "muted")]

    def test_a_device_that_is_gone_keeps_it_at_home(self, ana, due):
        remove(ana.pk, due.target)
        assert pass_time(DUE) == []
        assert states(ana) == ["dropped"]

    def test_a_reminder_that_was_removed_keeps_it_at_home(self, ana, due):
        remove_reminder(ana.pk, Reminder.objects.get().id)
        assert pass_time(DUE) == []
        assert told(ana) == [("skipped", "reminder_off")]

    def test_one_that_was_switched_off_too(self, ana, due):
        keep_reminder(ana.datakey.open(), Reminder.objects.get().id, {"active": False}, {}, DUE)
        assert pass_time(DUE) == []
        assert told(ana) == [("skipped", "reminder_off")]

    def test_what_is_over_is_not_sent(self, ana, due):
        assert pass_time(DUE + timedelta(hours=2)) == []
        assert states(ana) == ["expired"]


class TestDeath:
    def test_what_was_only_claimed_goes_back(self, ana, due):
        claim()
        assert sweep(DUE + timedelta(seconds=59)) == 0
        assert sweep(LEASE_OVER) == 1
        assert states(ana) == ["pending"]
        assert len(pass_time(LEASE_OVER)) == 1

    def test_what_was_on_the_wire_is_never_sent_again(self, ana, due):
        token, claims = claim()
        assert fence.put_on_wire(token, claims, {}, {}, DUE)
        sweep(LEASE_OVER)
        assert states(ana) == ["unconfirmed"]
        assert pass_time(LEASE_OVER) == []
        assert told(ana) == [("done", None)]

    def test_an_answer_that_comes_after_all_is_believed(self, ana, due):
        token, claims = claim()
        fence.put_on_wire(token, claims, {}, {}, DUE)
        sweep(LEASE_OVER)
        said = fence.Ended(ana.pk, due.id, due.occurrence, "sent", None, 200, "", "p-1", False)
        assert fence.finish(token, [said], LEASE_OVER) == 1
        assert states(ana) == ["sent"]

    def test_an_answer_under_another_lease_is_not(self, ana, due):
        token, claims = claim()
        fence.put_on_wire(token, claims, {}, {}, DUE)
        said = fence.Ended(ana.pk, due.id, due.occurrence, "sent", None, 200, "", "p-1", False)
        assert fence.finish(due.id, [said], DUE) == 0
        assert states(ana) == ["on_wire"]

    def test_a_sender_that_breaks_leaves_one_batch_in_doubt(self, ana, monkeypatch):
        monkeypatch.setattr("diary.reminders.deliver.FENCED", 2)
        for number in range(5):
            carry(ana, NOON, f"phone-{number}")
        remind(ana, NOON)
        plan(DUE)
        fan(DUE)

        def broken(messages, now):
            raise RuntimeError("a bug of ours")

        with pytest.raises(RuntimeError):
            send("fcm", DUE, {"fcm": broken})
        sweep(LEASE_OVER)
        assert sorted(states(ana)) == ["pending"] * 3 + ["unconfirmed"] * 2


class TestOutcomes:
    def test_retry_after_is_a_row_and_not_a_pause(self, ana, due):
        crowded = Providers(fcm=Answer(False, 429, retry_after=37.0))
        assert len(pass_time(DUE, crowded)) == 1
        [delivery] = deliveries(ana)
        assert delivery.state == "retry"
        wait = (delivery.next_attempt_at - DUE).total_seconds()
        assert 37 <= wait <= 37 * 1.2 + 1
        assert pass_time(DUE + 36 * SECOND) == []
        assert len(pass_time(DUE + 46 * SECOND)) == 1
        assert states(ana) == ["sent"]
        assert deliveries(ana)[0].attempts == 2

    def test_nothing_is_tried_beyond_its_end(self, ana, due):
        pass_time(DUE, Providers(fcm=Answer(False, 503, retry_after=3 * 3600.0)))
        assert states(ana) == ["expired"]
        assert told(ana) == [("skipped", "expired")]

    def test_a_dead_address_gets_nothing_any_more(self, ana, due):
        pass_time(DUE, Providers(fcm=Answer(False, 404, "UNREGISTERED")))
        assert states(ana) == ["dead"]
        assert Device.objects.get().state == "dead"
        assert pass_time(DUE + timedelta(days=1)) == []
        assert told(ana) == [("skipped", "no_device")] * 2

    def test_an_address_given_anew_meanwhile_lives(self, ana, due):
        Device.objects.update(registered_at=DUE + SECOND)
        addresses.prune([(ana.pk, due.target, "gone")], DUE)
        assert Device.objects.get().state == "active"

    def test_in_doubt_is_said_and_final(self, ana, due):
        pass_time(DUE, Providers(fcm=Answer(False, reason="timeout", unsure=True)))
        assert states(ana) == ["unconfirmed"]
        assert pass_time(DUE + timedelta(minutes=5)) == []

    def test_apples_other_world_is_tried_once(self, ana):
        carry(ana, NOON, "ab" * 16, "apns")
        remind(ana, NOON)
        providers = Providers(apns=Answer(False, 400, "BadDeviceToken"))
        sent = pass_time(DUE, providers) + pass_time(DUE + 5 * SECOND, providers)
        assert [message.environment for message in sent] == ["prod", "sandbox"]
        assert Device.objects.get().state == "dead"

    def test_a_mailbox_that_does_not_exist_gets_no_more_mail(self, ana):
        remind(ana, NOON, by_push=False, by_email=True)
        pass_time(DUE, Providers(email=Answer(False, 550, "rcpt 5.1.1")))
        assert states(ana) == ["dead"]
        assert not Reminder.objects.get().by_email

    def test_who_unsubscribes_between_claim_and_sending_gets_none(self, ana):
        remind(ana, NOON, by_push=False, by_email=True)
        plan(DUE)
        silence_mail([ana.pk])
        assert pass_time(DUE) == []


class TestBreaker:
    def test_a_channel_that_is_down_is_left_alone_for_a_while(self, ana, due):
        down, now = Providers(fcm=Answer(False, 503, retry_after=1.0)), DUE
        for _ in range(3):
            assert len(pass_time(now, down)) == 1
            now += 2 * SECOND
        assert pass_time(now, down) == []  # it is due, but the breaker is open
        assert len(pass_time(now + 5 * SECOND, down)) == 1
        assert pass_time(now + 8 * SECOND, down) == []  # and open again, for longer
        assert len(pass_time(now + 20 * SECOND)) == 1
        assert Channel.objects.get(name="fcm").failures == 0

    def test_after_failures_a_few_try_whether_it_is_well_again(self, ana):
        Channel.objects.create(name="fcm", tokens=900, filled_at=DUE, failures=3, open_until=DUE)
        for number in range(8):
            carry(ana, NOON, f"phone-{number}")
        remind(ana, NOON)
        plan(DUE)
        fan(DUE)
        down = Providers(fcm=Answer(False, 503))
        assert send("fcm", DUE + SECOND, down.ways()) == rates.PROBE

    def test_wrong_keys_set_the_channel_aside_and_say_so(self, ana, due, caplog):
        caplog.set_level(logging.ERROR)
        pass_time(DUE, Providers(fcm=Answer(False, 403, "SomethingOfOurs")))
        assert "set aside" in caplog.text
        assert send("fcm", DUE + timedelta(minutes=9), Providers().ways()) == 0
        assert states(ana) == ["retry"]
        assert send("fcm", DUE + timedelta(minutes=11), Providers().ways()) == 1

    def test_one_channel_aside_holds_up_no_other(self, ana, due):
        Channel.objects.create(
            name="fcm", tokens=9, filled_at=DUE, open_until=DUE + timedelta(hours=1)
        )
        carry(ana, NOON, "ab" * 16, "apns")
        remind(ana, NOON)
        assert {message.platform for message in pass_time(DUE)} == {"apns"}

    def test_no_more_than_its_rate_leaves_in_a_second(self, ana, settings):
        settings.CHANNEL_RATES = {"fcm": 3, "apns": 3, "webpush": 3, "email": 3}
        for number in range(8):
            carry(ana, NOON, f"phone-{number}")
        remind(ana, NOON)
        assert len(pass_time(DUE)) == 3
        assert len(pass_time(DUE + SECOND)) == 3
        assert len(pass_time(DUE + 10 * SECOND)) == 2

    def test_a_clock_that_was_set_back_gives_no_tokens(self, ana, due, settings):
        settings.CHANNEL_RATES = settings.CHANNEL_RATES | {"fcm": 1}
        pass_time(DUE)
        assert send("fcm", DUE - timedelta(hours=1), Providers().ways()) == 0


class TestTakingBack:
    def test_an_entry_takes_back_what_was_shown_everywhere(self, ana, due):
        pass_time(DUE)
        keep(ana, {TODAY: {"pain": 3}}, DUE + SECOND)
        look(DUE + SECOND)
        [back] = pass_time(DUE + 2 * SECOND)
        assert back.withdraw
        assert told(ana) == [("done", "answered")]
        take_back([ana.pk], DUE + 3 * SECOND)
        assert pass_time(DUE + 4 * SECOND) == []

    def test_opened_on_one_device_it_goes_from_the_other_too(self, ana):
        carry(ana, NOON)
        carry(ana, NOON, "anas-tablet")
        remind(ana, NOON)
        pass_time(DUE)
        [occurrence] = occurrences(ana)
        opened(ana.pk, occurrence.id, DUE + SECOND)
        keep(ana, {TODAY: {"pain": 3}}, DUE + SECOND)
        look(DUE + SECOND)
        back = pass_time(DUE + 2 * SECOND)
        assert {message.address for message in back} == {"anas-phone", "anas-tablet"}
        assert all(message.withdraw for message in back)

    @pytest.mark.parametrize(("outcome", "withdrawn"), [("sent", 1), ("dropped", 0)])
    def test_what_was_leaving_just_then_is_taken_back_if_it_came(
        self, ana, due, outcome, withdrawn
    ):
        token, [claimed] = claim()
        assert fence.put_on_wire(token, [claimed], {}, {}, DUE)
        keep(ana, {TODAY: {"pain": 3}}, DUE + SECOND)
        look(DUE + SECOND)
        ended = fence.Ended(
            claimed.user_id, claimed.id, claimed.occurrence, outcome, None, 200, "", "", False
        )
        fence.finish(token, [ended], DUE + 2 * SECOND)
        assert pass_time(DUE + 3 * SECOND) == []
        assert len(pass_time(DUE + 90 * SECOND)) == withdrawn

    def test_what_the_fence_saw_first_is_taken_back_elsewhere(self, ana):
        carry(ana, NOON)
        carry(ana, NOON, "ab" * 16, "apns")
        remind(ana, NOON)
        pass_time(DUE, Providers(apns=Answer(False, 503)))
        keep(ana, {TODAY: {"pain": 3}}, DUE + SECOND)
        assert pass_time(DUE + 60 * SECOND) == []  # the fence keeps the iPhone's at home
        look(DUE + 61 * SECOND)
        [back] = pass_time(DUE + 62 * SECOND)
        assert (back.platform, back.withdraw) == ("fcm", True)

    def test_what_waits_is_called_off_at_once(self, ana, due):
        keep(ana, {TODAY: {"pain": 3}}, DUE)
        look(DUE)
        assert told(ana) == [("skipped", "already_entered")]
        assert states(ana) == ["dropped"]

    def test_another_days_entry_takes_nothing_back(self, ana, due):
        pass_time(DUE)
        keep(ana, {TODAY - timedelta(days=1): {"pain": 3}}, DUE + SECOND)
        look(DUE + SECOND)
        assert pass_time(DUE + 2 * SECOND) == []


def test_between_an_entry_and_a_sender_whoever_is_first_decides(ana, due):
    """Each way round; the fence is one statement, so there is no third."""
    for entry_first in (True, False) * 5:
        Occurrence.objects.update(state="fanned", skip_reason=None)
        Delivery.objects.update(state="pending", lease_token=None, next_attempt_at=DUE)
        keep(ana, {TODAY: None}, DUE)
        token, claims = claim()
        if entry_first:
            keep(ana, {TODAY: {"pain": 3}}, DUE)
        left = fence.put_on_wire(token, claims, {}, {}, DUE)
        assert bool(left) is not entry_first


def test_the_rows_of_a_delivery_say_nothing_that_was_shown(ana, due):
    pass_time(DUE)
    [row] = Delivery.objects.values_list()
    assert "check-in" not in str(row)
    assert "anas-phone" not in str(row)


def test_what_is_done_has_nothing_under_way(ana, due):
    carry(ana, NOON, "ab" * 16, "apns")
    remind(ana, NOON)
    pass_time(DUE, Providers(apns=Answer(False, 503)))
    assert sorted(one.state for one in occurrences(ana)) == ["done", "fanned"]
