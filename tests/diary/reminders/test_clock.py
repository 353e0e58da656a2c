"""Local time: one instant for each date that exists, none for any other, in every zone."""

from __future__ import annotations

import random
import zoneinfo
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bench.clocks import MINUTES, YEARS, clocks_of, stretches, try_zone
from diary.reminders.clock import Firing, ends_at, resolve
from diary.zones import ZONES

# zone, date, time, the instant in UTC (None: none), the rule
CASES = {
    "an ordinary evening": (
        "Europe/Berlin", date(2026, 3, 20), "20:30", "2026-03-20T19:30", "exact",
    ),
    "an hour is skipped": (
        "America/New_York", date(2026, 3, 8), "02:30", "2026-03-08T07:30", "gap_shifted",
    ),
    "the first minute skipped": (
        "America/New_York", date(2026, 3, 8), "02:00", "2026-03-08T07:00", "gap_shifted",
    ),
    "the first after it": (
        "America/New_York", date(2026, 3, 8), "03:00", "2026-03-08T07:00", "exact",
    ),
    "an hour comes twice": (
        "America/New_York", date(2026, 11, 1), "01:30", "2026-11-01T05:30", "overlap_first",
    ),
    "half an hour is skipped": (
        "Australia/Lord_Howe", date(2026, 10, 4), "02:15", "2026-10-03T15:45", "gap_shifted",
    ),
    "half an hour comes twice": (
        "Australia/Lord_Howe", date(2026, 4, 5), "01:45", "2026-04-04T14:45", "overlap_first",
    ),
    "two hours are skipped": (
        "Antarctica/Troll", date(2026, 3, 29), "01:30", "2026-03-29T01:30", "gap_shifted",
    ),
    "Ramadan begins": (
        "Africa/Casablanca", date(2026, 2, 15), "02:30", "2026-02-15T01:30", "overlap_first",
    ),
    "a change put off for an election": (
        "Europe/Istanbul", date(2015, 11, 8), "03:30", "2015-11-08T00:30", "overlap_first",
    ),
    "the hour after midnight is skipped": (
        "Africa/Cairo", date(2023, 4, 28), "00:30", "2023-04-27T22:30", "gap_shifted",
    ),
    "the hour before midnight is skipped": (
        "America/Nuuk", date(2026, 3, 28), "23:30", "2026-03-29T01:00", "gap_clamped",
    ),
    "the last half hour of a date is cut": (
        "Asia/Pyongyang", date(2018, 5, 4), "23:45", "2018-05-04T15:00", "gap_clamped",
    ),
    "the end of a zone's table, misread by zoneinfo": (
        "America/Nuuk", date(2023, 10, 28), "23:30", "2023-10-29T01:30", "exact",
    ),
    "no such date in Samoa": ("Pacific/Apia", date(2011, 12, 30), "09:00", None, "no_such_date"),
    "nor at its last minute": ("Pacific/Apia", date(2011, 12, 30), "23:59", None, "no_such_date"),
    "the date after it": (
        "Pacific/Apia", date(2011, 12, 31), "09:00", "2011-12-30T19:00", "exact",
    ),
    "no such date in the Marshalls": (
        "Pacific/Kwajalein", date(1993, 8, 21), "12:00", None, "no_such_date",
    ),
    "summer time announced late": (
        "Asia/Beirut", date(2023, 3, 30), "00:30", "2023-03-29T21:30", "exact",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_reminder_fires_at_one_instant_or_at_none(case):
    zone, day, text, at, rule = case
    hour, minute = map(int, text.split(":"))
    expected = at and datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert resolve(zone, day, 60 * hour + minute) == Firing(expected, rule)


def test_every_date_of_every_zone_gives_one_instant_or_does_not_exist():
    """A draw of what `bench reminders` tries whole."""
    drawn = random.Random(20260320)
    for year in YEARS:
        for zone in drawn.sample(sorted(ZONES), 6):
            tally = try_zone(zone, year, sorted(drawn.sample(MINUTES, 3)))
            assert not tally.faults, (zone, year)


def test_the_proof_sees_a_clock_that_is_wrong():
    def naive(zone, day, minute):
        """The second of two, and nothing is ever missing."""
        wall = datetime(day.year, day.month, day.day, minute // 60, minute % 60, fold=1)
        return Firing(wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), "exact")

    assert try_zone("America/New_York", 2026, (90, 150), naive).wrong == 2
    assert try_zone("Pacific/Apia", 2011, (540,), naive).ghosts == 1


def test_the_oracle_finds_every_change_of_a_clock():
    assert len(stretches("Africa/Casablanca", 2026)) == 4
    assert len(stretches("Etc/UTC", 2026)) == 1


def test_names_of_one_clock_are_tried_once():
    clocks = clocks_of(["Europe/Kiev", "Europe/Berlin", "Europe/Kyiv"])
    assert clocks == {"Europe/Kiev": 2, "Europe/Berlin": 1}
    assert sum(clocks_of(sorted(ZONES)).values()) == len(ZONES)


def test_a_date_ends_where_the_next_one_that_exists_begins():
    assert ends_at("Pacific/Apia", date(2011, 12, 29)) == datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert ends_at("Europe/Berlin", date(2026, 3, 29)) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert ends_at("Africa/Cairo", date(2023, 4, 27)) == datetime(2023, 4, 27, 22, tzinfo=UTC)


def test_the_zones_come_from_the_pinned_table_alone():
    assert zoneinfo.TZPATH == ()
