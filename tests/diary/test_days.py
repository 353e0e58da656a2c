"""A day as it counts: the entry's own value, else the mean of the day's moments."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diary import record
from diary.days import Day, days_since, mean
from diary.measures import MEASURES, SCALES, SYMPTOMS
from diary.models import Record
from diary.series import read_days
from tests.conftest import NOW, TODAY
from tests.diary.keeping import keep, moment, vault_of

ONE = timedelta(days=1)
PAIN, SLEEP = SCALES["pain"], SCALES["sleep_hours"]


def values_on(measure):
    """What can be recorded of it, as it is kept: whole numbers whole."""
    steps = st.integers(0, round((measure.high - measure.low) / measure.step))
    return steps.map(lambda count: round(measure.low + count * measure.step, 6))


MEANS = {
    "one is its own mean": (PAIN, [6.3], 6.3),
    "a whole number": (PAIN, [4, 6], 5),
    "half a step goes up": (PAIN, [3, 3.1], 3.1),
    "half a step at the very bottom": (PAIN, [0, 0.1], 0.1),
    "less than half goes down": (PAIN, [3, 3, 3.1], 3),
    "more than half goes up": (PAIN, [3, 3.1, 3.1], 3.1),
    "half a step that floats cannot say": (PAIN, [0.1, 0.2], 0.2),
    "quarters of an hour": (SLEEP, [7, 7.25], 7.25),
    "less than half a quarter": (SLEEP, [7, 7, 7.25], 7),
    "the ends": (PAIN, [0, 10, 10, 10], 7.5),
    "all at the top": (SLEEP, [24] * 7, 24),
}


@pytest.mark.parametrize(("measure", "noted", "expected"), MEANS.values(), ids=MEANS)
def test_a_mean_is_rounded_half_up_to_the_measures_step(measure, noted, expected):
    told = mean(measure, noted)
    assert (told, type(told)) == (expected, type(expected))


def test_nothing_has_no_mean():
    assert mean(PAIN, []) is None


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.name)
@given(drawn=st.data())
def test_any_mean_is_what_decimals_say_in_any_order(measure, drawn):
    noted = drawn.draw(st.lists(values_on(measure), min_size=1, max_size=9))
    step = Decimal(str(measure.step))
    exact = sum(Decimal(str(value)) for value in noted) / len(noted)
    expected = (exact / step).quantize(Decimal(1), ROUND_HALF_UP) * step
    assert Decimal(str(mean(measure, noted))) == expected
    assert mean(measure, random.Random(7).sample(noted, len(noted))) == mean(measure, noted)


class TestADay:
    def test_without_moments_is_its_entry(self):
        assert Day({"pain": 4, "low_mood": 2}).values() == {"pain": 4, "low_mood": 2}

    def test_without_an_entry_is_what_its_moments_make(self):
        day = Day(moments=[{"pain": 4, "mood": 3}, {"pain": 5, "note": "Stairs."}])
        assert day.values() == {"pain": 4.5, "mood": 3}

    def test_of_a_measure_has_the_entrys_own_value_first(self):
        day = Day({"pain": 2, "note": "Rain."}, [{"pain": 8, "mood": 5}, {"pain": 9}])
        assert day.values() == {"pain": 2, "note": "Rain.", "mood": 5}

    def test_that_says_zero_has_said_something(self):
        assert Day({"pain": 0}, [{"pain": 8}]).values()["pain"] == 0

    def test_that_was_skipped_still_has_its_moments(self):
        assert Day({"skipped": "away"}, [{"pain": 8}]).values() == {"skipped": "away", "pain": 8}

    def test_has_symptoms_from_its_entry_alone(self):
        strange = dict.fromkeys((symptom.name for symptom in SYMPTOMS), 3)
        assert Day({}, [strange]).values() == {}

    def test_ranges_over_the_entry_and_every_moment(self):
        day = Day({"pain": 5}, [{"pain": 8}, {"pain": 2}, {"mood": 1}])
        assert day.range("pain", 5) == (2, 8)
        assert day.range("mood", 1) == (1, 1)
        assert Day({"pain": 9}, [{"pain": 8}]).range("pain", 9) == (8, 9)


@pytest.mark.django_db
class TestReadingDays:
    def test_takes_both_from_a_date_on_and_none_that_is_deleted(self, ana):
        keep(ana, {TODAY: {"pain": 1}, TODAY - ONE: {"pain": 2}, TODAY - 5 * ONE: {"pain": 9}})
        changes = [
            moment("a", TODAY, {"mood": 4}),
            moment("b", TODAY - 2 * ONE, {"pain": 6}),
            moment("c", TODAY - 3 * ONE, {"pain": 6}),
            moment("d", TODAY - 9 * ONE, {"pain": 6}),
        ]
        record.write(vault_of(ana), changes, now=NOW)
        record.write(vault_of(ana), [moment("c", None, None)], now=NOW)
        keep(ana, {TODAY - 4 * ONE: {"pain": 3}})
        keep(ana, {TODAY - 4 * ONE: None})  # a deleted entry keeps its date, and no value
        assert read_days({ana.pk: vault_of(ana)}, [ana.pk], TODAY - 5 * ONE)[ana.pk] == {
            TODAY: {"pain": 1, "mood": 4},
            TODAY - ONE: {"pain": 2},
            TODAY - 2 * ONE: {"pain": 6},
            TODAY - 5 * ONE: {"pain": 9},
        }

    def test_ends_where_it_is_told_to(self, ana):
        changes = [moment(str(n), TODAY - n * ONE, {"pain": n}) for n in range(5)]
        record.write(vault_of(ana), changes, now=NOW)
        vaults = {ana.pk: vault_of(ana)}
        days = days_since(vaults, [ana.pk], TODAY - 3 * ONE, TODAY - ONE)[ana.pk]
        assert sorted(days) == [TODAY - 3 * ONE, TODAY - 2 * ONE, TODAY - ONE]

    def test_keeps_people_apart(self, ana, ben):
        record.write(vault_of(ana), [moment("m", TODAY, {"pain": 1})], now=NOW)
        record.write(vault_of(ben), [moment("m", TODAY, {"pain": 9})], now=NOW)
        vaults = {person.pk: vault_of(person) for person in (ana, ben)}
        assert read_days(vaults, vaults, TODAY) == {
            ana.pk: {TODAY: {"pain": 1}}, ben.pk: {TODAY: {"pain": 9}},
        }  # fmt: skip

    def test_is_one_read_for_any_number_of_people_and_days(
        self, ana, ben, django_assert_num_queries
    ):
        for person in (ana, ben):
            changes = [moment(str(n), TODAY - n * ONE, {"pain": 1}) for n in range(30)]
            record.write(vault_of(person), changes, now=NOW)
            keep(person, {TODAY - n * ONE: {"mood": 1} for n in range(30)})
        vaults = {person.pk: vault_of(person) for person in (ana, ben)}
        with django_assert_num_queries(1):
            days = read_days(vaults, vaults, TODAY - 29 * ONE)
        assert [len(own) for own in days.values()] == [30, 30]

    def test_does_not_mind_in_which_order_rows_lie(self, ana):
        values = [0.1, 9.9, 3, 4.7]
        changes = [moment(str(n), TODAY, {"pain": value}) for n, value in enumerate(values)]
        record.write(vault_of(ana), changes, now=NOW)
        there = read_days({ana.pk: vault_of(ana)}, [ana.pk], TODAY)
        Record.objects.filter(user=ana).delete()
        record.write(vault_of(ana), changes[::-1], now=NOW)
        assert read_days({ana.pk: vault_of(ana)}, [ana.pk], TODAY) == there
