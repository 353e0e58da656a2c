"""From entries to arrays and back: what was not recorded is NaN and None, never zero."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary import record
from diary.measures import SCALES, SYMPTOMS
from diary.series import MOOD, PAIN, ROWS, Series, dates_between, read_days
from tests.conftest import NOW, TODAY
from tests.diary.keeping import keep, vault_of

FIRST = date(2026, 3, 1)
DAY = timedelta(days=1)
LAST = FIRST + 9 * DAY

symptom_fields = {
    symptom.name: st.none() | st.integers(symptom.low, symptom.high) for symptom in SYMPTOMS
}
tenths = st.none() | st.integers(0, 100).map(lambda tenths: tenths / 10)
entries = st.fixed_dictionaries({}, optional=symptom_fields | {"pain": tenths, "mood": tenths})
diaries = st.dictionaries(st.integers(0, 9).map(lambda number: FIRST + number * DAY), entries)


def of(days):
    return Series.of(days, FIRST, LAST)


def test_rows_are_nine_symptoms_then_pain_and_mood():
    assert ROWS[:9] == tuple(symptom.name for symptom in SYMPTOMS)
    assert (ROWS[PAIN], ROWS[MOOD]) == ("pain", "mood")
    assert len(ROWS) == 11


def test_every_value_of_a_row_fits_a_byte():
    for row in ROWS:
        scale = SCALES[row]
        factor = 10 if row in {"pain", "mood"} else 1
        assert -127 <= factor * scale.low <= factor * scale.high <= 127


def test_a_date_without_an_entry_is_not_recorded():
    series = of({FIRST: {"pain": 0, "low_mood": 0}})
    assert series.day("pain", FIRST) == 0
    assert series.day("mood", FIRST) is None
    assert series.day("pain", FIRST + DAY) is None
    assert np.isnan(series.values[:, 1:]).all()


def test_dates_outside_are_not_recorded_either():
    series = of({FIRST: {"pain": 5}})
    assert series.day("pain", FIRST - DAY) is None
    assert series.day("pain", LAST + 300 * DAY) is None


def test_pain_and_mood_are_whole_tenths():
    series = of({FIRST: {"pain": 6.3, "mood": 0.1}})
    assert series.values[PAIN, 0] == 63
    assert series.values[MOOD, 0] == 1


@pytest.mark.parametrize(("value", "shown"), [(6.0, 6), (6.5, 6.5), (0, 0), (10, 10), (0.1, 0.1)])
def test_a_value_is_shown_as_it_was_recorded(value, shown):
    read = of({FIRST: {"pain": value}}).day("pain", FIRST)
    assert (read, type(read)) == (shown, type(shown))


@given(diaries)
def test_every_recorded_value_comes_back_and_no_other(days):
    series = of(days)
    for day in dates_between(FIRST, LAST):
        for row in ROWS:
            assert series.day(row, day) == days.get(day, {}).get(row)


@given(diaries, st.integers(-15, 15), st.integers(0, 20))
def test_a_cut_holds_exactly_its_dates(days, begin, length):
    first = FIRST + begin * DAY
    cut = of(days).between(first, first + length * DAY)
    assert cut.shape == (11, length + 1)
    again = Series(first, cut)
    for day in dates_between(first, first + length * DAY):
        assert again.day("pain", day) == days.get(day, {}).get("pain")


@given(diaries)
def test_packed_days_are_the_same_unpacked(days):
    packed = of(days).packed(FIRST, LAST)
    assert len(packed) == 11 * 10
    np.testing.assert_array_equal(Series.unpacked(FIRST, packed).values, of(days).values)


def test_packing_other_dates_fills_up_with_days_that_were_not_recorded():
    packed = of({FIRST: {"pain": 5}}).packed(FIRST - 2 * DAY, FIRST)
    series = Series.unpacked(FIRST - 2 * DAY, packed)
    assert [series.day("pain", day) for day in dates_between(FIRST - 2 * DAY, FIRST)] == [
        None, None, 5,
    ]  # fmt: skip


@pytest.mark.django_db
class TestReadingDays:
    def test_takes_entries_from_a_date_on_and_no_deleted_ones(self, ana):
        keep(ana, {TODAY - n * DAY: {"pain": n} for n in range(5)})
        keep(ana, {TODAY - DAY: None})
        days = read_days({ana.pk: vault_of(ana)}, [ana.pk], TODAY - 2 * DAY)
        assert days == {ana.pk: {TODAY: {"pain": 0}, TODAY - 2 * DAY: {"pain": 2}}}

    def test_keeps_people_apart(self, ana, ben):
        keep(ana, {TODAY: {"pain": 1}})
        keep(ben, {TODAY: {"pain": 9}})
        vaults = {person.pk: vault_of(person) for person in (ana, ben)}
        days = read_days(vaults, vaults, TODAY)
        assert days == {ana.pk: {TODAY: {"pain": 1}}, ben.pk: {TODAY: {"pain": 9}}}

    def test_reads_nothing_of_what_was_done(self, ana):
        walk = record.Change("activities", "a", {"date": "2026-03-20", "kind": "walk"})
        record.write(vault_of(ana), [walk], now=NOW)
        assert read_days({ana.pk: vault_of(ana)}, [ana.pk], TODAY) == {ana.pk: {}}
