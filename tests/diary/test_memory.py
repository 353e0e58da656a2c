"""What a review remembers: small, whole, and never another rules' word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from diary import memory
from diary.memory import (
    AHEAD,
    BACK,
    KINDS,
    Memory,
    end_of_month,
    first_of_month,
    nothing_known,
    same,
)
from diary.models import Diary
from diary.series import ROWS
from tests.conftest import NOW, TODAY, days_before
from tests.diary.keeping import HURT, LOW, WELL, keep, look, memory_bytes, memory_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def year(ana):
    """The memory of a person who has kept a diary for a year, the last months of it low."""
    days = days_before(TODAY, 365)
    keep(ana, dict.fromkeys(days[:300], WELL | HURT) | dict.fromkeys(days[300:], LOW | HURT))
    look()
    return memory_of(ana)


def test_it_is_the_same_packed_and_unpacked(year):
    again = Memory.unpacked(year.packed())
    assert (again.through, again.last_entry, again.now) == (TODAY, TODAY, year.now)
    assert same(again.states, year.states)
    assert again.months.keys() == year.months.keys()
    assert all(same(again.months[end], year.months[end]) for end in year.months)
    assert again.packed() == year.packed()


def test_a_years_diary_is_remembered_in_two_and_a_half_kilobytes(year):
    assert len(year.packed()) <= 2500


def test_it_holds_every_month_that_was_looked_over(year):
    assert sorted(year.months)[0] == date(2025, 3, 31)
    assert sorted(year.months)[-1] == date(2026, 2, 28)
    assert len(year.months) == 12


def test_a_month_that_is_not_there_is_one_of_which_nothing_is_known(year):
    assert same(year.states_on(date(2019, 1, 31)), nothing_known())
    assert not same(year.states_on(date(2026, 2, 28)), nothing_known())


def test_it_holds_the_days_that_coming_walks_read_and_those_ahead(year):
    first = TODAY - timedelta(days=BACK)
    assert year.series.first == first
    assert year.series.values.shape == (len(ROWS), BACK + 1 + AHEAD)
    assert year.series.day("pain", first) == HURT["pain"]
    assert year.series.day("low_mood", TODAY) == LOW["low_mood"]
    assert year.series.day("pain", TODAY + timedelta(days=1)) is None


def test_of_an_empty_diary_it_holds_nothing_but_that(ana):
    keep(ana, {TODAY: WELL})
    keep(ana, {TODAY: None})
    look()
    kept = memory_of(ana)
    assert (kept.last_entry, kept.months) == (None, {})
    assert same(kept.states, nothing_known())
    assert Memory.unpacked(kept.packed()).last_entry is None


def test_a_memory_without_days_is_none_the_worse():
    bare = Memory(TODAY, None, nothing_known())
    again = Memory.unpacked(bare.packed())
    assert (again.series, again.months, again.now) == (None, {}, {})


def test_what_other_rules_remember_is_not_read(year, monkeypatch):
    packed = year.packed()
    monkeypatch.setattr(memory, "RULES", "2031.01")
    assert Memory.unpacked(packed) is None


def test_a_diary_reviewed_by_other_rules_is_walked_from_nothing(ana, year, monkeypatch):
    before = memory_bytes(ana)
    Diary.objects.filter(user=ana).update(reviewed_rules="2020.01")
    look(NOW)
    assert memory_bytes(ana) == before


def test_both_kinds_are_remembered():
    assert nothing_known().dtype.names == KINDS
    assert nothing_known().shape == (1,)


@pytest.mark.parametrize(
    ("day", "first", "end"),
    [
        ("2026-02-01", "2026-02-01", "2026-02-28"),
        ("2024-02-29", "2024-02-01", "2024-02-29"),
        ("2026-12-31", "2026-12-01", "2026-12-31"),
        ("2026-01-15", "2026-01-01", "2026-01-31"),
    ],
)
def test_months_begin_and_end(day, first, end):
    day = date.fromisoformat(day)
    assert (first_of_month(day).isoformat(), end_of_month(day).isoformat()) == (first, end)
