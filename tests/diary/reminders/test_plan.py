"""Planning: each slot once, at the right hour, and not at all where nobody wants it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta

import pytest
from django.db import DataError, connection, transaction

from diary.models import NotificationSettings, Occurrence, Reminder
from diary.reminders.plan import plan
from tests.conftest import make_person
from tests.diary.keeping import keep
from tests.diary.reminders.reminding import (
    EVENING,
    at,
    carry,
    deliveries,
    live_in,
    occurrences,
    pass_days,
    pass_time,
    remind,
    reminder_of,
    told,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)
EVERY_FOUR_HOURS = timedelta(hours=4)
MORNING = 8 * 60
FRIDAY = date(2026, 3, 20)


@pytest.fixture
def phone(ana):
    return carry(ana, at("2026-03-20 12:00"))


def plan_and_leave(now):
    try:
        return plan(now)
    finally:
        connection.close()


class TestOnce:
    def test_it_comes_at_its_minute_and_not_before(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"))
        assert pass_time(at("2026-03-20 20:29")) == []
        [message] = pass_time(at("2026-03-20 20:30"))
        assert message.address == "anas-phone"
        assert told(ana) == [("done", None)]

    def test_a_slot_is_planned_once_however_often_anybody_looks(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"))
        shown = pass_days(at("2026-03-20 20:28"), at("2026-03-20 20:34"))
        assert len(shown) == 1
        assert len(occurrences(ana)) == 1

    def test_it_comes_again_on_the_next_day(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"))
        for number in range(3):
            assert len(pass_time(at("2026-03-20 20:30") + number * DAY)) == 1
        assert [one.local_date for one in occurrences(ana)] == [FRIDAY + n * DAY for n in range(3)]

    def test_it_follows_the_persons_own_clock(self, ana, phone):
        live_in(ana, "Asia/Kathmandu")
        remind(ana, at("2026-03-20 12:00"))
        [(shown_at, _)] = pass_days(at("2026-03-20 14:15"), at("2026-03-20 15:15"), QUARTER)
        assert shown_at == at("2026-03-20 14:45")

    def test_the_night_of_the_change_of_clocks_has_one(self, ana, phone):
        live_in(ana, "Europe/Berlin")
        remind(ana, at("2026-03-28 12:00"), 150)
        shown = pass_days(at("2026-03-28 23:00"), at("2026-03-29 04:00"), QUARTER)
        assert [when for when, _ in shown] == [at("2026-03-29 01:30")]
        assert [one.rule for one in occurrences(ana)] == ["gap_shifted"]

    def test_two_planners_at_once_plan_it_once(self, transactional_db):
        people = [make_person(f"{number}@diary.example") for number in range(12)]
        for person in people:
            remind(person, at("2026-03-20 12:00"))

        def work():
            while plan(at("2026-03-20 20:30"), most=3):
                pass
            connection.close()

        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Occurrence.objects.count() == len(people)
        assert not Reminder.objects.filter(next_fire_at__lte=at("2026-03-20 20:30")).exists()

    def test_a_planner_that_dies_has_planned_nothing(self, ana, phone, monkeypatch):
        remind(ana, at("2026-03-20 12:00"))
        with monkeypatch.context() as broken:
            broken.setattr("diary.reminders.plan._UPDATE", "SELECT %(which)s, 1 / 0")
            with pytest.raises(DataError):
                plan(at("2026-03-20 20:30"))
        assert occurrences(ana) == []
        assert len(pass_time(at("2026-03-20 20:31"))) == 1


class TestSchedules:
    def test_only_on_chosen_weekdays(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"), weekdays=0b0000101)  # Monday and Wednesday
        pass_days(at("2026-03-20 20:30"), at("2026-03-29 20:30"), DAY)
        assert [one.local_date.day for one in occurrences(ana)] == [23, 25]

    def test_every_other_week_counted_from_the_anchor(self, ana, phone):
        fields = {"weekdays": 0b1, "every_n_weeks": 2, "anchor_date": date(2026, 3, 18)}
        remind(ana, at("2026-03-20 12:00"), **fields)
        pass_days(at("2026-03-20 20:30"), at("2026-04-28 20:30"), DAY)
        days = [one.local_date for one in occurrences(ana)]
        assert days == [date(2026, 3, 30), date(2026, 4, 13), date(2026, 4, 27)]

    def test_from_and_until_hold_on_both_ends(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"), starts_on=date(2026, 3, 22), ends_on=date(2026, 3, 24))
        pass_days(at("2026-03-20 20:30"), at("2026-03-29 20:30"), DAY)
        assert [one.local_date.day for one in occurrences(ana)] == [22, 23, 24]
        assert reminder_of(ana).next_fire_at is None

    def test_six_times_a_day_are_six_occurrences(self, ana, phone):
        remind(ana, at("2026-03-20 00:00"), *range(600, 900, 50))
        shown = pass_days(at("2026-03-20 09:55"), at("2026-03-20 15:00"), timedelta(minutes=25))
        assert len(shown) == 6

    def test_a_switched_off_one_is_silent(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"), active=False)
        assert pass_time(at("2026-03-20 20:30")) == []
        assert occurrences(ana) == []


class TestEntered:
    def test_a_day_that_is_written_needs_no_reminder(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"))
        keep(ana, {FRIDAY: {"pain": 3}}, at("2026-03-20 18:00"))
        assert pass_time(at("2026-03-20 20:30")) == []
        assert told(ana) == [("skipped", "already_entered")]

    def test_a_deleted_entry_is_no_entry(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"))
        keep(ana, {FRIDAY: {"pain": 3}}, at("2026-03-20 18:00"))
        keep(ana, {FRIDAY: None}, at("2026-03-20 18:05"))
        assert len(pass_time(at("2026-03-20 20:30"))) == 1

    def test_yesterdays_entry_is_not_todays(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"))
        keep(ana, {FRIDAY - DAY: {"pain": 3}}, at("2026-03-20 18:00"))
        assert len(pass_time(at("2026-03-20 20:30"))) == 1

    def test_somebody_elses_entry_is_not_anas(self, ana, ben, phone):
        remind(ana, at("2026-03-20 12:00"))
        keep(ben, {FRIDAY: {"pain": 3}}, at("2026-03-20 18:00"))
        assert len(pass_time(at("2026-03-20 20:30"))) == 1

    def test_who_wants_it_in_any_case_gets_it(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"), skip_if_entered=False)
        keep(ana, {FRIDAY: {"pain": 3}}, at("2026-03-20 18:00"))
        assert len(pass_time(at("2026-03-20 20:30"))) == 1

    def test_after_midnight_it_asks_about_the_day_that_has_not_ended(self, ana, phone):
        live_in(ana, "UTC", day_starts_at=4)
        remind(ana, at("2026-03-20 12:00"), 30)
        keep(ana, {FRIDAY: {"pain": 3}}, at("2026-03-20 18:00"))
        assert pass_time(at("2026-03-21 00:30")) == []
        assert len(pass_time(at("2026-03-22 00:30"))) == 1


class TestQuietHours:
    def quiet(self, ana, start=time(22), end=time(7), **more):
        NotificationSettings.objects.create(user=ana, quiet_start=start, quiet_end=end, **more)

    def test_a_time_chosen_inside_them_is_honoured(self, ana, phone):
        self.quiet(ana, time(20), time(23))
        remind(ana, at("2026-03-20 12:00"))
        assert len(pass_time(at("2026-03-20 20:30"))) == 1

    def test_what_comes_late_waits_until_they_are_over_or_is_dropped(self, ana, phone):
        self.quiet(ana, time(20, 40), time(21))
        remind(ana, at("2026-03-20 12:00"))
        assert pass_time(at("2026-03-20 20:45")) == []
        assert len(pass_time(at("2026-03-20 21:00"))) == 1

    def test_what_would_be_over_by_then_is_dropped(self, ana, phone):
        self.quiet(ana, time(20, 40), time(7))
        remind(ana, at("2026-03-20 12:00"))
        assert pass_time(at("2026-03-20 20:45")) == []
        assert told(ana) == [("skipped", "quiet_hours")]

    def test_a_pause_is_a_pause(self, ana, phone):
        self.quiet(ana, paused_until=at("2026-03-21 12:00"))
        remind(ana, at("2026-03-20 12:00"))
        assert pass_time(at("2026-03-20 20:30")) == []
        assert told(ana) == [("skipped", "paused")]
        assert len(pass_time(at("2026-03-21 20:30"))) == 1


class TestAfterDowntime:
    def test_three_days_without_jobs_are_one_push_at_most(self, ana, phone):
        for minutes in ([MORNING, EVENING], [EVENING - 30], [MORNING + 60]):
            remind(ana, at("2026-03-17 12:00"), *minutes)
        shown = pass_time(at("2026-03-20 20:40"))
        assert len(shown) == 1
        kinds = told(ana)
        assert kinds.count(("done", None)) == 1
        assert {reason for _, reason in kinds} == {None, "coalesced", "expired"}
        assert len(pass_days(at("2026-03-20 20:41"), at("2026-03-20 21:01"), QUARTER)) == 0

    def test_of_what_is_late_only_the_latest_is_planned(self, ana, phone):
        for minute in (EVENING - 20, EVENING, EVENING - 10):
            remind(ana, at("2026-03-20 12:00"), minute)
        plan(at("2026-03-20 20:33"))
        assert told(ana) == [("skipped", "coalesced"), ("skipped", "coalesced"), ("planned", None)]

    def test_nothing_gives_way_to_what_is_written_already(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"), EVENING - 10, kind="custom", skip_if_entered=False)
        remind(ana, at("2026-03-20 12:00"))
        keep(ana, {FRIDAY: {"pain": 3}}, at("2026-03-20 18:00"))
        plan(at("2026-03-20 20:33"))
        assert told(ana) == [("planned", None), ("skipped", "already_entered")]

    def test_what_somebody_else_just_has_holds_up_nobody(self, transactional_db):
        late, in_time = (make_person(f"{name}@diary.example") for name in ("late", "in_time"))
        remind(late, at("2026-03-20 12:00"), EVENING - 30)
        remind(in_time, at("2026-03-20 12:00"))
        with ThreadPoolExecutor(1) as other, transaction.atomic():
            Reminder.objects.select_for_update().get(user=late)
            other.submit(plan_and_leave, at("2026-03-20 20:30")).result(20)
        assert told(in_time) == [("planned", None)]
        assert told(late) == []

    def test_after_two_hours_nothing_of_it_comes(self, ana, phone):
        remind(ana, at("2026-03-17 12:00"))
        assert pass_time(at("2026-03-20 22:45")) == []
        assert told(ana)[-1] == ("skipped", "expired")

    def test_two_reminders_of_one_minute_come_both_when_nothing_is_late(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"))
        remind(ana, at("2026-03-20 12:00"), kind="custom", skip_if_entered=False)
        assert len(pass_time(at("2026-03-20 20:30"))) == 2

    def test_a_year_of_silence_leaves_a_week_of_rows(self, ana, phone):
        remind(ana, at("2025-03-17 12:00"))
        pass_time(at("2026-03-20 20:30"))
        assert len(occurrences(ana)) <= 9

    def test_at_one_minute_to_midnight_it_still_has_five_minutes(self, ana, phone):
        remind(ana, at("2026-03-20 12:00"), 23 * 60 + 59)
        assert len(pass_time(at("2026-03-21 00:02"))) == 1


NUDGED_FRIDAYS = {"nudge_after": 3, "nudge_most": 2, "weekdays": 0b0010000}


class TestNudges:
    def test_it_comes_after_missed_days_a_few_times_and_then_never(self, ana, phone):
        keep(ana, {FRIDAY: {"pain": 3}}, at("2026-03-20 11:00"))
        remind(ana, at("2026-03-20 21:00"), **NUDGED_FRIDAYS)
        pass_days(at("2026-03-21 00:30"), at("2026-04-05 20:30"), EVERY_FOUR_HOURS)
        nudged = [one.local_date.day for one in occurrences(ana) if one.kind == "nudge"]
        assert nudged == [24, 26]
        assert [o.local_date.day for o in occurrences(ana) if o.kind == "entry"] == [27, 3]

    def test_an_entry_ends_the_run(self, ana, phone):
        keep(ana, {FRIDAY: {"pain": 3}}, at("2026-03-20 11:00"))
        remind(ana, at("2026-03-20 21:00"), **NUDGED_FRIDAYS)
        pass_days(at("2026-03-21 00:30"), at("2026-03-25 20:30"), EVERY_FOUR_HOURS)
        keep(ana, {date(2026, 3, 25): {"pain": 3}}, at("2026-03-25 21:00"))
        pass_days(at("2026-03-26 00:30"), at("2026-03-30 20:30"), EVERY_FOUR_HOURS)
        nudged = [one.local_date.day for one in occurrences(ana) if one.kind == "nudge"]
        assert nudged == [24, 29]

    def test_on_a_day_of_its_own_it_takes_the_reminders_place(self, ana, phone):
        keep(ana, {FRIDAY - DAY: {"pain": 3}}, at("2026-03-19 11:00"))
        remind(ana, at("2026-03-19 21:00"), nudge_after=3, nudge_most=1)
        pass_days(at("2026-03-20 00:30"), at("2026-03-24 20:30"), EVERY_FOUR_HOURS)
        kinds = [one.kind for one in occurrences(ana)]
        assert kinds == ["entry", "entry", "entry", "nudge", "entry"]

    def test_nobody_is_nudged_who_never_began(self, ana, phone):
        remind(ana, at("2026-03-20 21:00"), **NUDGED_FRIDAYS)
        pass_days(at("2026-03-21 00:30"), at("2026-04-01 20:30"), EVERY_FOUR_HOURS)
        assert {one.kind for one in occurrences(ana)} == {"entry"}

    def test_at_a_minute_that_was_chosen_inside_quiet_hours_it_comes(self, ana, phone):
        NotificationSettings.objects.create(user=ana, quiet_start=time(20), quiet_end=time(7))
        keep(ana, {FRIDAY - 4 * DAY: {"pain": 3}}, at("2026-03-16 11:00"))
        remind(ana, at("2026-03-20 12:00"), nudge_after=3, nudge_most=1)
        assert len(pass_time(at("2026-03-20 20:30"))) == 1
        assert [one.kind for one in occurrences(ana)] == ["nudge"]

    def test_past_midnight_it_counts_to_the_day_that_has_not_ended(self, ana, phone):
        live_in(ana, "UTC", day_starts_at=3)
        keep(ana, {FRIDAY - 3 * DAY: {"pain": 3}}, at("2026-03-17 12:00"))
        remind(ana, at("2026-03-20 12:00"), 30, nudge_after=3, nudge_most=1)
        pass_days(at("2026-03-21 00:30"), at("2026-03-22 00:30"), DAY)
        assert [(one.kind, one.entry_date.day) for one in occurrences(ana)] == [
            ("entry", 20),  # the 18th and the 19th are missed, and the 20th goes on
            ("nudge", 21),
        ]

    def test_it_waits_for_the_end_of_quiet_hours(self, ana, phone):
        NotificationSettings.objects.create(user=ana, quiet_start=time(20), quiet_end=time(21))
        keep(ana, {FRIDAY: {"pain": 3}}, at("2026-03-20 11:00"))
        remind(ana, at("2026-03-20 21:00"), **NUDGED_FRIDAYS)
        shown = pass_days(at("2026-03-24 20:00"), at("2026-03-24 22:00"), timedelta(minutes=10))
        assert [when for when, _ in shown] == [at("2026-03-24 21:00")]


class TestWhereTo:
    def test_every_living_device_and_the_mailbox_get_it(self, ana):
        now = at("2026-03-20 12:00")
        carry(ana, now, "one")
        carry(ana, now, "two", "apns")
        remind(ana, now, by_email=True)
        shown = pass_time(at("2026-03-20 20:30"))
        assert sorted(str(message.address) for message in shown) == [ana.email, "one", "two"]

    def test_a_muted_device_gets_none(self, ana):
        carry(ana, at("2026-03-20 12:00"), muted_until=at("2026-03-21 12:00"))
        remind(ana, at("2026-03-20 12:00"))
        assert pass_time(at("2026-03-20 20:30")) == []
        assert len(pass_time(at("2026-03-21 20:30"))) == 1

    def test_without_any_device_it_says_so(self, ana):
        remind(ana, at("2026-03-20 12:00"))
        pass_time(at("2026-03-20 20:30"))
        assert told(ana) == [("skipped", "no_device")]
        assert deliveries(ana) == []


def test_those_of_one_minute_are_spread_over_the_next_ones(ana, phone, settings):
    settings.REMINDER_SPREAD = 45
    for _ in range(12):
        remind(ana, at("2026-03-20 12:00"))
    plan(at("2026-03-20 20:30"))
    waits = {one.send_at - one.due_at for one in occurrences(ana)}
    assert len(waits) > 3
    assert all(timedelta(0) <= wait <= timedelta(seconds=45) for wait in waits)


def test_a_zone_that_is_not_known_here_holds_up_nobody_else(ana, ben, caplog):
    for person in (ana, ben):
        carry(person, at("2026-03-20 12:00"), person.email)
        remind(person, at("2026-03-20 12:00"))
    live_in(ana, "Mars/Base")
    [message] = pass_time(at("2026-03-20 20:30"))
    assert message.address == ben.email
    assert "Mars/Base" in caplog.text
    live_in(ana, "UTC")
    assert len(pass_time(at("2026-03-20 21:31"))) == 1


def test_what_waited_for_its_zone_is_late_and_comes_once(ana, phone):
    for kind in ("entry", "custom"):
        remind(ana, at("2026-03-20 12:00"), kind=kind)
    live_in(ana, "Mars/Base")
    assert pass_time(at("2026-03-20 20:30")) == []
    live_in(ana, "UTC")
    assert len(pass_time(at("2026-03-20 21:31"))) == 1


def test_people_are_planned_with_as_many_queries_as_one(ana, ben, django_assert_num_queries):
    for person in (ana, ben):
        for _ in range(5):
            remind(person, at("2026-03-20 12:00"))
    with django_assert_num_queries(6):
        plan(at("2026-03-20 20:30"))
