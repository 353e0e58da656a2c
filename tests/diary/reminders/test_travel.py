"""Travel: reminders move with their person by dates, and no slot comes twice."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from diary.models import Diary, Occurrence, Reminder, ReportedZone
from diary.reminders import zone_table
from diary.reminders.clock import NO_SUCH_DATE, Firing, resolve
from diary.reminders.travel import replan, report
from diary.reminders.zone_table import follow_zones
from tests.conftest import make_person
from tests.diary.reminders.reminding import (
    at,
    carry,
    live_in,
    occurrences,
    pass_days,
    pass_time,
    remind,
    reminder_of,
    told,
)

pytestmark = pytest.mark.django_db

NOON = at("2026-03-20 12:00")
MINUTE, QUARTER = timedelta(minutes=1), timedelta(minutes=15)
BERLIN, TOKYO, NEW_YORK = "Europe/Berlin", "Asia/Tokyo", "America/New_York"


def zone_of(person) -> str:
    return Diary.objects.get(user=person).time_zone


def fly(person, zone, now):
    report(person.pk, zone, now - MINUTE)
    assert report(person.pk, zone, now)


class TestReports:
    def test_once_is_not_enough(self, ana):
        assert not report(ana.pk, TOKYO, NOON)
        assert zone_of(ana) == "UTC"

    def test_twice_in_a_row_counts(self, ana):
        report(ana.pk, TOKYO, NOON)
        assert report(ana.pk, TOKYO, NOON + MINUTE)
        assert zone_of(ana) == TOKYO
        assert not ReportedZone.objects.exists()

    def test_a_zone_that_comes_and_goes_does_not(self, ana):
        for number in range(4):
            report(ana.pk, TOKYO, NOON + 2 * number * MINUTE)
            report(ana.pk, "UTC", NOON + (2 * number + 1) * MINUTE)
        assert zone_of(ana) == "UTC"

    def test_unless_it_still_does_a_quarter_of_an_hour_later(self, ana):
        report(ana.pk, TOKYO, NOON)
        report(ana.pk, "UTC", NOON + MINUTE)
        assert report(ana.pk, TOKYO, NOON + QUARTER)

    def test_two_requests_of_one_start_are_one_telling(self, ana):
        for second in (0, 1, 2, 59):
            assert not report(ana.pk, TOKYO, NOON + timedelta(seconds=second))
        assert report(ana.pk, TOKYO, NOON + MINUTE)

    def test_after_something_else_the_minute_begins_anew(self, ana):
        report(ana.pk, TOKYO, NOON)
        report(ana.pk, "UTC", NOON + MINUTE)
        assert not report(ana.pk, TOKYO, NOON + 2 * MINUTE)
        assert not report(ana.pk, TOKYO, NOON + 2 * MINUTE + timedelta(seconds=59))
        assert report(ana.pk, TOKYO, NOON + 3 * MINUTE)

    def test_an_old_name_of_the_same_clock_is_no_move(self, ana):
        live_in(ana, "Europe/Kyiv")
        for number in range(3):
            assert not report(ana.pk, "Europe/Kiev", NOON + number * QUARTER)
        assert zone_of(ana) == "Europe/Kyiv"
        assert not ReportedZone.objects.exists()

    def test_two_names_of_one_clock_are_told_twice(self, ana):
        report(ana.pk, "Asia/Calcutta", NOON)
        assert report(ana.pk, "Asia/Kolkata", NOON + MINUTE)
        assert zone_of(ana) == "Asia/Kolkata"

    def test_two_different_ones_are_not_twice(self, ana):
        report(ana.pk, TOKYO, NOON)
        report(ana.pk, BERLIN, NOON + MINUTE)
        assert zone_of(ana) == "UTC"
        assert report(ana.pk, BERLIN, NOON + 2 * MINUTE)

    def test_a_pinned_zone_never_moves(self, ana):
        live_in(ana, BERLIN, time_zone_pinned=True)
        for number in range(5):
            assert not report(ana.pk, TOKYO, NOON + number * QUARTER)
        assert zone_of(ana) == BERLIN


class TestReminders:
    def test_move_to_the_new_evening(self, ana):
        carry(ana, NOON)
        remind(ana, NOON)
        fly(ana, NEW_YORK, at("2026-03-20 13:00"))
        shown = pass_days(at("2026-03-20 20:30"), at("2026-03-21 02:00"), QUARTER)
        assert [when for when, _ in shown] == [at("2026-03-21 00:30")]

    def test_a_slot_that_came_does_not_come_again_further_west(self, ana):
        carry(ana, NOON)
        remind(ana, NOON)
        assert len(pass_time(at("2026-03-20 20:30"))) == 1
        fly(ana, NEW_YORK, at("2026-03-20 21:00"))
        assert pass_days(at("2026-03-20 21:00"), at("2026-03-21 12:00"), QUARTER) == []

    def test_a_slot_that_the_clock_jumped_over_still_comes_within_the_hour(self, ana):
        carry(ana, NOON)
        remind(ana, NOON)
        fly(ana, BERLIN, at("2026-03-20 20:10"))  # 21:10 there
        assert len(pass_time(at("2026-03-20 20:11"))) == 1

    def test_later_than_that_it_is_missed(self, ana):
        carry(ana, NOON)
        remind(ana, NOON)
        fly(ana, TOKYO, at("2026-03-20 14:00"))  # 23:00 there
        assert pass_time(at("2026-03-20 14:01")) == []
        assert told(ana) == [("skipped", "missed_by_travel")]
        assert reminder_of(ana).next_date == date(2026, 3, 21)

    def test_across_the_date_line_no_date_comes_that_was_not_lived(self, ana):
        live_in(ana, "Pacific/Honolulu")
        carry(ana, NOON)
        remind(ana, NOON)
        fly(ana, "Pacific/Kiritimati", at("2026-03-20 20:00"))  # from 10:00 of the 20th to the 21st
        shown = pass_days(at("2026-03-20 20:00"), at("2026-03-21 12:00"), QUARTER)
        assert [when for when, _ in shown] == [at("2026-03-21 06:30")]
        sent = [one.local_date for one in occurrences(ana) if one.state == "done"]
        assert sent == [date(2026, 3, 21)]

    def test_back_across_it_a_date_lived_twice_has_one(self, ana):
        live_in(ana, "Pacific/Kiritimati")
        carry(ana, NOON)
        remind(ana, NOON)
        assert len(pass_time(at("2026-03-21 06:30"))) == 1  # 20:30 of the 21st
        fly(ana, "Pacific/Honolulu", at("2026-03-21 07:00"))  # 21:00 of the 20th
        shown = pass_days(at("2026-03-21 07:00"), at("2026-03-22 12:00"), QUARTER)
        assert shown == []

    def test_a_deferred_nudge_day_is_not_reported_as_missed(self, ana):
        remind(ana, NOON, weekdays=0b1, nudge_after=3, nudge_most=1)
        fly(ana, TOKYO, at("2026-03-20 14:00"))
        assert occurrences(ana) == []

    def test_random_itineraries_never_show_a_slot_twice(self, ana):
        """A draw of what `bench reminders` does a hundred thousand times."""
        drawn, now = random.Random(20260320), NOON
        carry(ana, NOON)
        remind(ana, NOON, 0, 450, 1230, 1439, skip_if_entered=False)
        zones = [TOKYO, NEW_YORK, "Pacific/Kiritimati", "Pacific/Niue", "Australia/Lord_Howe"]
        for _ in range(30):
            diary = Diary.objects.get(user=ana)
            if drawn.random() < 0.4:
                replan(ana.pk, diary.time_zone, 0, now)
                live_in(ana, drawn.choice(zones))
                replan(ana.pk, zone_of(ana), 0, now)
            pass_time(now)
            now += timedelta(hours=drawn.randrange(1, 14))
        sent = list(Occurrence.objects.filter(state="done").values_list("local_date", "minute"))
        assert len(sent) == len(set(sent)) > 3


class TestNewZoneTables:
    def test_every_reminder_is_computed_anew_once(self, ana, ben):
        for person in (ana, ben):
            live_in(person, BERLIN)
            remind(person, NOON)
        stale = at("2026-03-20 18:30")
        ana.reminder_set.update(next_fire_at=stale)
        assert follow_zones(NOON, "2027.1") == 2
        assert reminder_of(ana).next_fire_at == at("2026-03-20 19:30")
        assert follow_zones(NOON, "2027.1") == 0  # everybody was seen: it is noted
        ana.reminder_set.update(next_fire_at=stale)
        assert follow_zones(NOON, "2027.1") == 0
        assert reminder_of(ana).next_fire_at == stale
        assert follow_zones(NOON, "2027.2") == 2

    def test_in_batches_that_go_on_where_the_last_one_ended(self, db, monkeypatch):
        monkeypatch.setattr(zone_table, "BATCH", 2)
        people = [make_person(f"{number}@diary.example") for number in range(5)]
        for person in people:
            remind(person, NOON)
        seen = [follow_zones(NOON, "2027.1") for _ in range(4)]
        assert seen == [2, 2, 1, 0]

    def test_another_table_in_mid_run_begins_again(self, db, monkeypatch):
        monkeypatch.setattr(zone_table, "BATCH", 1)
        for number in range(2):
            remind(make_person(f"{number}@diary.example"), NOON)
        assert follow_zones(NOON, "2027.1") == 1
        assert [follow_zones(NOON, "2027.2") for _ in range(3)] == [1, 1, 0]

    def test_what_was_missed_while_nobody_was_at_work_is_not_a_matter_of_travel(self, ana):
        """An upgrade is a pause: what has come due in it is the planner's to judge."""
        carry(ana, NOON)
        remind(ana, NOON)
        late = at("2026-03-21 01:00")
        assert follow_zones(late, "2027.1") == 1
        assert reminder_of(ana).next_fire_at == at("2026-03-20 20:30")
        assert pass_time(late) == []
        assert told(ana) == [("skipped", "expired")]

    def test_a_clock_that_now_skips_the_date_leaves_it_to_the_planner(self, ana, monkeypatch):
        remind(ana, NOON)
        before = reminder_of(ana).next_fire_at
        monkeypatch.setattr(zone_table, "resolve", lambda *slot: Firing(None, NO_SUCH_DATE))
        assert follow_zones(NOON, "2027.1") == 1
        assert reminder_of(ana).next_fire_at == before

    def test_in_few_statements_however_many_they_are(self, django_assert_max_num_queries):
        for number in range(6):
            person = make_person(f"{number}@diary.example")
            for minute in (450, 1230):
                remind(person, NOON, minute)
        Reminder.objects.update(next_fire_at=NOON)
        with django_assert_max_num_queries(13):
            assert follow_zones(NOON, "2027.1") == 6
        assert not Reminder.objects.filter(next_fire_at=NOON).exists()

    def test_the_slot_stays_whatever_the_instant_is(self, ana):
        live_in(ana, "Africa/Cairo")
        remind(ana, NOON)
        before = reminder_of(ana)
        follow_zones(NOON, "2027.1")
        after = reminder_of(ana)
        assert (after.next_date, after.next_minute) == (before.next_date, before.next_minute)
        assert after.next_fire_at == resolve("Africa/Cairo", after.next_date, 1230).at
