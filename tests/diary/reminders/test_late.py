"""Planned in time, but sent late: one at most, never at night, and every other one says why."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from diary.channels.post import Answer
from diary.models import NotificationSettings, Occurrence
from diary.reminders.devices import try_out
from diary.reminders.fan import fan
from diary.reminders.late import Night, waits_until
from diary.reminders.plan import plan
from diary.reminders.snooze import snooze
from tests.conftest import TODAY
from tests.diary.keeping import keep
from tests.diary.reminders.reminding import (
    Providers,
    at,
    carry,
    deliveries,
    live_in,
    occurrences,
    pass_time,
    remind,
    states,
    told,
)

pytestmark = pytest.mark.django_db

NOON = at("2026-03-20 12:00")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
NIGHT = Night("UTC", time(22), time(7))
SIX_IN_THE_MORNING, SEVEN = at("2026-03-21 06:00"), at("2026-03-21 07:00")


@pytest.fixture
def phone(ana):
    return carry(ana, NOON)


def plan_and_fan(now):
    """The planner's part of the jobs; whoever sends is down."""
    while plan(now):
        pass
    while fan(now):
        pass


@pytest.mark.parametrize(
    ("case", "kind", "seq", "due", "now", "waits"),
    [
        ("by day, late", "entry", 0, "2026-03-20 12:00", "2026-03-20 13:00", None),
        ("at night, in time", "entry", 0, "2026-03-20 23:00", "2026-03-20 23:05", None),
        ("at night, late", "entry", 0, "2026-03-20 23:00", "2026-03-20 23:06", SEVEN),
        ("of the evening before", "entry", 0, "2026-03-20 21:30", "2026-03-20 22:10", SEVEN),
        ("into the night, in time", "entry", 0, "2026-03-20 21:59", "2026-03-20 22:01", None),
        ("that nobody set", "weekly_summary", 0, "2026-03-20 21:59", "2026-03-20 22:01", SEVEN),
        ("of a pattern", "notice", 0, "2026-03-20 21:59", "2026-03-20 22:01", SEVEN),
        ("put off to then", "nudge", 1, "2026-03-20 22:30", "2026-03-20 22:31", None),
        ("put off, late", "nudge", 1, "2026-03-20 22:30", "2026-03-20 22:36", SEVEN),
        ("set for that night", "nudge", 0, "2026-03-20 22:30", "2026-03-20 22:31", None),
        ("a test", "test", 0, "2026-03-20 21:00", "2026-03-20 23:00", None),
        ("when it is over", "entry", 0, "2026-03-20 23:00", "2026-03-21 07:00", None),
    ],
)
def test_what_waits_for_the_morning(case, kind, seq, due, now, waits):
    assert waits_until(kind, seq, at(due), NIGHT, at(now)) == waits


def test_in_a_zone_that_is_not_known_here_it_is_as_at_greenwich():
    nowhere = NIGHT._replace(zone="Mars/Olympus")
    assert waits_until("entry", 0, NOON, nowhere, at("2026-03-20 23:00")) == SEVEN


class TestSendersThatWereDownForHours:
    """Planning and fanning went on; nothing was sent."""

    def test_leave_one_for_each_person_the_latest(self, ana, ben, phone):
        carry(ben, NOON, "bens-phone")
        for person in (ana, ben):
            remind(person, NOON, 13 * 60, 14 * 60, 15 * 60, 15 * 60 + 30, skip_if_entered=False)
        for hour in range(4):
            plan_and_fan(NOON + hour * HOUR)
        plan_and_fan(at("2026-03-20 15:30"))
        assert states(ana) == ["pending"] * 4
        sent = pass_time(at("2026-03-20 15:45"))
        assert sorted(message.address for message in sent) == ["anas-phone", "bens-phone"]
        assert told(ana) == [
            ("skipped", "expired"),  # its two hours, or the next one's time, were over
            ("skipped", "expired"),
            ("skipped", "expired"),
            ("done", None),
        ]

    def test_say_of_the_others_that_they_gave_way(self, ana, phone):
        for minute in (0, 20, 40):
            remind(ana, NOON, 13 * 60 + minute, skip_if_entered=False)
            plan_and_fan(at(f"2026-03-20 13:{minute:02}"))
        assert len(pass_time(at("2026-03-20 14:00"))) == 1
        assert told(ana) == [("skipped", "coalesced")] * 2 + [("done", None)]
        assert states(ana) == ["dropped", "dropped", "sent"]

    def test_keep_what_comes_in_time_beside_it(self, ana, phone):
        for minute in (0, 57, 59):
            remind(ana, NOON, 13 * 60 + minute, skip_if_entered=False)
            plan_and_fan(at(f"2026-03-20 13:{minute:02}"))
        assert len(pass_time(at("2026-03-20 14:00"))) == 2
        assert told(ana) == [("skipped", "coalesced")] + [("done", None)] * 2

    def test_do_not_give_way_to_what_is_answered(self, ana, phone):
        remind(ana, NOON, 13 * 60, kind="custom", skip_if_entered=False)
        plan_and_fan(at("2026-03-20 13:00"))
        remind(ana, NOON, 13 * 60 + 20)
        plan_and_fan(at("2026-03-20 13:20"))
        keep(ana, {TODAY: {"pain": 3}}, at("2026-03-20 13:30"))
        [message] = pass_time(at("2026-03-20 13:40"))
        first, second = occurrences(ana)
        assert message.occurrence == first.id
        assert (second.state, second.skip_reason) == ("skipped", "already_entered")

    def test_do_not_come_after_what_was_newer_and_went_first(self, ana, phone):
        remind(ana, NOON, 13 * 60, skip_if_entered=False)
        down = Providers(fcm=Answer(False, 503, retry_after=600.0))
        assert len(pass_time(at("2026-03-20 13:00"), down)) == 1
        remind(ana, NOON, 13 * 60 + 4, skip_if_entered=False)
        assert len(pass_time(at("2026-03-20 13:04"))) == 1
        assert pass_time(at("2026-03-20 13:15")) == []
        assert told(ana) == [("skipped", "coalesced"), ("done", None)]

    def test_send_nothing_at_night(self, ana, phone):
        remind(ana, NOON, 21 * 60 + 30)
        plan_and_fan(at("2026-03-20 21:30"))
        assert pass_time(at("2026-03-20 22:10")) == []
        assert told(ana) == [("skipped", "quiet_hours")]
        assert [delivery.last_reason for delivery in deliveries(ana)] == ["quiet_hours"]

    def test_let_wait_till_morning_what_still_holds_then(self, ana, phone):
        remind(ana, NOON, 21 * 60, kind="questionnaire", questionnaire="phq-9")
        plan_and_fan(at("2026-03-20 21:00"))
        assert pass_time(at("2026-03-20 23:00")) == []
        [delivery] = deliveries(ana)
        assert (delivery.state, delivery.next_attempt_at) == ("pending", SEVEN)
        assert pass_time(SIX_IN_THE_MORNING) == []
        assert len(pass_time(SEVEN)) == 1

    def test_a_retry_that_waits_is_still_a_retry(self, ana, phone):
        remind(ana, NOON, 21 * 60 + 50, kind="questionnaire", questionnaire="phq-9")
        down = Providers(fcm=Answer(False, 503, retry_after=900.0))
        assert len(pass_time(at("2026-03-20 21:50"), down)) == 1
        assert pass_time(at("2026-03-20 22:10")) == []
        [delivery] = deliveries(ana)
        assert (delivery.state, delivery.attempts) == ("retry", 1)

    def test_the_night_is_that_of_where_the_person_is_now(self, ana, phone):
        remind(ana, NOON, 14 * 60, kind="questionnaire", questionnaire="phq-9")
        plan_and_fan(at("2026-03-20 14:00"))
        live_in(ana, "Asia/Tokyo")
        assert pass_time(at("2026-03-20 14:30")) == []  # half past eleven in the evening
        assert len(pass_time(at("2026-03-20 22:00"))) == 1

    def test_and_a_person_without_quiet_hours_has_none(self, ana, phone):
        NotificationSettings.objects.create(user=ana, quiet_start=time(0), quiet_end=time(0))
        remind(ana, NOON, 21 * 60 + 30)
        plan_and_fan(at("2026-03-20 21:30"))
        assert len(pass_time(at("2026-03-20 22:10"))) == 1


class TestFanningThatWasDown:
    """Planning went on; nothing was fanned out."""

    def plan_all_day(self, ana):
        for minute in (0, 20, 40):
            remind(ana, NOON, 13 * 60 + minute, skip_if_entered=False)
            plan(at(f"2026-03-20 13:{minute:02}"))

    def test_leaves_the_latest(self, ana, phone):
        self.plan_all_day(ana)
        fan(at("2026-03-20 14:00"))
        assert told(ana) == [("skipped", "coalesced")] * 2 + [("fanned", None)]
        assert len(deliveries(ana)) == 1

    def test_for_days_leaves_nothing_that_is_over(self, ana, phone):
        self.plan_all_day(ana)
        fan(at("2026-03-23 14:00"))
        assert told(ana) == [("skipped", "expired")] * 3
        assert deliveries(ana) == []

    def test_puts_off_to_the_morning_or_says_that_it_was_night(self, ana, phone):
        remind(ana, NOON, 21 * 60, kind="questionnaire", questionnaire="phq-9")
        remind(ana, NOON, 22 * 60, skip_if_entered=False)
        plan(at("2026-03-20 21:00"))
        plan(at("2026-03-20 22:00"))
        Occurrence.objects.filter(minute=22 * 60).update(local_date=TODAY - timedelta(days=9))
        assert fan(at("2026-03-20 23:00")) == 2
        assert fan(at("2026-03-20 23:00")) == 0
        assert told(ana) == [("planned", None), ("skipped", "quiet_hours")]
        assert occurrences(ana)[0].send_at == SEVEN
        assert len(pass_time(SEVEN)) == 1


def test_a_test_comes_late_at_night_and_beside_all_else(ana, phone):
    remind(ana, NOON, 22 * 60 + 30)
    try_out(phone, "UTC", TODAY, 22 * 60, at("2026-03-20 22:00"))
    assert len(pass_time(at("2026-03-20 22:30"))) == 2


def test_what_was_put_off_comes_at_night_as_it_was_asked_for(ana, phone):
    remind(ana, NOON, 21 * 60 + 45)
    pass_time(at("2026-03-20 21:45"))
    snooze(ana.pk, occurrences(ana)[0].id, 30, at("2026-03-20 21:46"))
    assert len(pass_time(at("2026-03-20 22:16"))) == 1


def test_half_delivered_it_is_done_though_the_rest_gave_way(ana, phone):
    carry(ana, NOON, "ab" * 16, "apns")
    remind(ana, NOON, 13 * 60, skip_if_entered=False)
    down = Providers(apns=Answer(False, 503, retry_after=600.0))
    assert len(pass_time(at("2026-03-20 13:00"), down)) == 2
    remind(ana, NOON, 13 * 60 + 5, skip_if_entered=False)
    pass_time(at("2026-03-20 13:05"))
    assert pass_time(at("2026-03-20 13:15")) == []
    assert told(ana) == [("done", None)] * 2
