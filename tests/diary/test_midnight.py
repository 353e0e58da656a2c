"""The person's own day: every zone's midnight is looked over, without a new entry."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diary import due
from diary.analysis import RULES
from diary.models import Diary, Person
from diary.models.diary import ASLEEP, last_date, local_today
from diary.zones import ZONES
from tests.conftest import NOW, TODAY, days_before, make_person
from tests.diary.keeping import WELL, diary_of, keep, look, memory_of

SECOND = timedelta(seconds=1)

WHAT_DAY_IT_IS = [
    # instant (UTC), zone, hour at which a day begins, the person's date
    ("2026-03-20 12:00", "UTC", 0, "2026-03-20"),
    ("2026-03-20 09:59", "Pacific/Kiritimati", 0, "2026-03-20"),
    ("2026-03-20 10:00", "Pacific/Kiritimati", 0, "2026-03-21"),
    ("2026-03-20 10:59", "Pacific/Niue", 0, "2026-03-19"),
    ("2026-03-20 11:00", "Pacific/Niue", 0, "2026-03-20"),
    ("2026-03-20 11:59", "Etc/GMT+12", 0, "2026-03-19"),
    ("2026-03-20 18:14", "Asia/Kathmandu", 0, "2026-03-20"),
    ("2026-03-20 18:15", "Asia/Kathmandu", 0, "2026-03-21"),
    ("2026-03-20 18:29", "Asia/Kolkata", 0, "2026-03-20"),
    ("2026-03-20 18:30", "Asia/Kolkata", 0, "2026-03-21"),
    ("2026-03-20 10:15", "Pacific/Chatham", 0, "2026-03-21"),
    ("2026-03-20 12:59", "Australia/Lord_Howe", 0, "2026-03-20"),
    ("2026-03-20 13:00", "Australia/Lord_Howe", 0, "2026-03-21"),
    ("2026-04-04 15:10", "Australia/Lord_Howe", 2, "2026-04-04"),  # 01:40, back from 02:00
    ("2026-04-04 15:30", "Australia/Lord_Howe", 2, "2026-04-05"),
    ("2026-03-20 15:15", "Australia/Eucla", 0, "2026-03-21"),
    ("2026-03-20 02:29", "America/St_Johns", 0, "2026-03-19"),
    ("2026-03-20 02:30", "America/St_Johns", 0, "2026-03-20"),
    ("2026-03-29 00:30", "Europe/Berlin", 2, "2026-03-28"),
    ("2026-03-29 01:00", "Europe/Berlin", 2, "2026-03-29"),  # 03:00: there is no 02:00
    ("2026-10-25 00:30", "Europe/Berlin", 3, "2026-10-24"),  # 02:30, the first of two
    ("2026-10-25 01:30", "Europe/Berlin", 3, "2026-10-24"),
    ("2026-10-25 02:00", "Europe/Berlin", 3, "2026-10-25"),
    ("2026-03-20 04:59", "UTC", 5, "2026-03-19"),
    ("2026-03-20 05:00", "UTC", 5, "2026-03-20"),
    ("2011-12-30 09:59", "Pacific/Apia", 0, "2011-12-29"),
    ("2011-12-30 10:00", "Pacific/Apia", 0, "2011-12-31"),  # the day that Samoa left out
    ("2011-12-30 15:59", "Pacific/Apia", 6, "2011-12-30"),
    ("2011-12-30 16:00", "Pacific/Apia", 6, "2011-12-31"),
    ("2026-03-08 04:59", "America/Havana", 0, "2026-03-07"),
    ("2026-03-08 05:00", "America/Havana", 0, "2026-03-08"),  # 01:00: midnight is left out
]
SOME_ZONES = sorted({zone for _, zone, _, _ in WHAT_DAY_IT_IS} | {
    "America/Santiago", "Africa/Cairo", "Asia/Tehran", "America/Nuuk", "Pacific/Norfolk",
})  # fmt: skip


def instant(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(("at", "zone", "hour", "today"), WHAT_DAY_IT_IS)
def test_the_date_is_the_one_on_the_persons_own_calendar(at, zone, hour, today):
    assert local_today(instant(at), zone, hour) == date.fromisoformat(today)


def dates_of_a_year(zone, hour):
    """The date at every quarter of an hour, so that each change of the clock is among them."""
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        local_today(at + quarter * timedelta(minutes=15), zone, hour) for quarter in range(35_040)
    ]


@pytest.mark.parametrize("zone", SOME_ZONES)
@pytest.mark.parametrize("hour", [0, 6])
def test_no_day_comes_twice_and_none_is_left_out(zone, hour):
    steps = {(after - before).days for before, after in pairwise(dates_of_a_year(zone, hour))}
    assert steps == {0, 1}


def test_a_clock_set_back_over_the_hour_turns_back_the_day_as_it_shows():
    # Chatham's clocks go from 03:45 back to 02:45: for a quarter of an hour it is yesterday again.
    dates = dates_of_a_year("Pacific/Chatham", 3)
    assert [(after - before).days for before, after in pairwise(dates)].count(-1) == 1


@pytest.mark.parametrize(
    "zone", [zone for zone in sorted(ZONES) if not zone.startswith("Etc/")][::9]
)
def test_nobodys_day_is_later_than_the_last_date_nor_two_behind_it(zone):
    for hours in range(0, 48, 5):
        now = NOW + timedelta(hours=hours)
        for begins in (0, 6):
            assert timedelta(0) <= last_date(now) - local_today(now, zone, begins) <= timedelta(2)


def next_day_begins(now, zone, hour):
    """The first second of the person's next day, found by halving."""
    today, early, late = local_today(now, zone, hour), now, now + timedelta(hours=49)
    while late - early > SECOND:
        middle = early + (late - early) / 2
        early, late = (
            (middle, late) if local_today(middle, zone, hour) == today else (early, middle)
        )
    return late.replace(microsecond=0)


@pytest.mark.django_db
@pytest.mark.parametrize("hour", [0, 3, 6])
@pytest.mark.parametrize("zone", SOME_ZONES)
def test_each_midnight_is_looked_over_without_a_new_entry(zone, hour):
    person = make_person("ana@diary.example", zone)
    Diary.objects.filter(user=person).update(day_starts_at=hour)
    today = diary_of(person).today(NOW)
    keep(person, dict.fromkeys(days_before(today, 20), WELL))
    look()
    begins = next_day_begins(NOW, zone, hour)
    assert begins.astimezone(ZoneInfo(zone)).hour >= hour
    assert look(begins - SECOND) == 0
    assert look(begins) == 1
    assert diary_of(person).reviewed_through == memory_of(person).through
    assert diary_of(person).reviewed_through == today + timedelta(days=1)
    assert look(begins) == 0


@pytest.mark.django_db
def test_samoas_missing_day_is_walked_as_a_day_without_an_entry():
    person = make_person("ana@diary.example", "Pacific/Apia")
    before = instant("2011-12-30 09:00")
    keep(person, dict.fromkeys(days_before(date(2011, 12, 29), 20), WELL), before)
    look(before)
    assert look(before + timedelta(hours=1)) == 1
    memory = memory_of(person)
    assert memory.through == date(2011, 12, 31)
    assert memory.now["symptom_pattern"]["answered"] == 12


@pytest.mark.django_db
class TestMoving:
    def test_east_into_tomorrow_makes_a_diary_due_at_once(self, ana):
        keep(ana, {TODAY: WELL})
        look()
        Diary.objects.filter(user=ana).update(time_zone="Pacific/Kiritimati")
        assert look() == 1
        assert diary_of(ana).reviewed_through == TODAY + timedelta(days=1)

    def test_west_into_yesterday_makes_it_due_too(self, ana):
        keep(ana, {TODAY: WELL})
        look()
        Diary.objects.filter(user=ana).update(time_zone="Etc/GMT+12", day_starts_at=6)
        assert look() == 1
        assert diary_of(ana).reviewed_through == TODAY - timedelta(days=1)
        assert look() == 0

    def test_does_not_wake_a_sleeping_diary(self, ana):
        keep(ana, {TODAY - timedelta(days=400): WELL})
        look()
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
            Diary.objects.filter(user=ana).update(time_zone=zone)
            assert look() == 0


@pytest.mark.django_db
class TestSleeping:
    def test_a_diary_sleeps_when_its_last_entry_is_long_ago(self, ana):
        keep(ana, {TODAY - timedelta(days=85): WELL})
        look()
        days = 1
        while diary_of(ana).reviewed_through != ASLEEP:
            look(NOW + timedelta(days=days))
            days += 1
        # 90 days, and the two by which a move may turn the date back.
        assert days - 1 == 93 - 85
        assert look(NOW + timedelta(days=400)) == 0

    def test_a_write_wakes_it(self, ana):
        keep(ana, {TODAY - timedelta(days=200): WELL})
        look()
        assert diary_of(ana).reviewed_through == ASLEEP
        keep(ana, {TODAY: WELL})
        look()
        assert diary_of(ana).reviewed_through == TODAY
        assert look(NOW + timedelta(days=1)) == 1

    def test_a_diary_whose_entries_are_all_deleted_sleeps(self, ana):
        keep(ana, {TODAY: WELL})
        look()
        keep(ana, {TODAY: None})
        look()
        assert diary_of(ana).reviewed_through == ASLEEP


CLOCKS = [("Asia/Tokyo", 0), ("Asia/Tokyo", 4), ("Europe/Berlin", 0), ("UTC", 0), ("UTC", 6)]


def clocks_in_use():
    with connection.cursor() as cursor:
        cursor.execute(due._CLOCKS)
        return cursor.fetchall()


def many_diaries(count):
    """Reviewed diaries of all CLOCKS, made at once; every hundredth has a midnight behind it."""
    made = Person.objects.bulk_create(Person(email=f"{n}@diary.example") for n in range(count))
    Diary.objects.bulk_create(
        Diary(
            user=person,
            time_zone=CLOCKS[number % len(CLOCKS)][0],
            day_starts_at=CLOCKS[number % len(CLOCKS)][1],
            seq=1,
            reviewed_seq=1,
            reviewed_rules=RULES,
            reviewed_through=local_today(NOW, *CLOCKS[number % len(CLOCKS)])
            - timedelta(days=number % 100 == 0),
        )
        for number, person in enumerate(made)
    )


@pytest.mark.django_db
class TestManyDiaries:
    def test_every_clock_in_use_is_named_once(self):
        assert clocks_in_use() == []
        many_diaries(50)
        assert clocks_in_use() == CLOCKS

    def test_those_past_midnight_are_found_by_index_alone(self):
        many_diaries(5000)
        ranges = due._ranges(clocks_in_use(), NOW) | {"now": NOW, "most": 2000}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE diary")
            cursor.execute("EXPLAIN " + due._PAST_MIDNIGHT, ranges)
            plan = "\n".join(line for (line,) in cursor.fetchall())
        assert "diary_midnight" in plan
        assert "Seq Scan on diary" not in plan
        assert sum(len(claim.user_ids) for claim in due.claim(NOW, 2000)) == 50

    def test_a_tick_takes_as_many_statements_for_many_as_for_few(self):
        many_diaries(150)
        few = statements_of_a_tick()
        Diary.objects.update(seq=2, due_since=NOW, lease_until=None)
        assert statements_of_a_tick() == few <= 9


def statements_of_a_tick():
    with CaptureQueriesContext(connection) as statements:
        due.claim(NOW, 2000)
    return len(statements)
