"""Charts of days with moments, against a computation that knows only lists of numbers."""

from __future__ import annotations

import random
from datetime import date, timedelta
from statistics import fmean

import pytest

from diary import record
from tests.api.conftest import keep
from tests.api.test_trends import agree, bins, dates_of
from tests.conftest import NOW, TODAY
from tests.diary.keeping import moment

pytestmark = pytest.mark.django_db

TRENDS = "/api/v1/trends"
ONE = timedelta(days=1)
FIRST = TODAY - 199 * ONE
STEPS = {"pain": 0.1, "sleep_hours": 0.25}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def noted(ana) -> dict[str, dict[date, tuple]]:
    """{measure: {date: (the entry's own or None, the moments')}}, kept by Ana."""
    dice, entries, changes = random.Random(20260320), {}, []
    days = {name: {} for name in STEPS}
    for day in dates_of(FIRST, TODAY):
        if dice.random() < 0.25 and day != FIRST:
            continue
        moments = [{} for _ in range(dice.choice([0, 0, 1, 2, 5]))]
        entry = {}
        for name, step in STEPS.items():
            own, *values = (round(dice.randint(0, 96) * step, 6) for _ in range(1 + len(moments)))
            own = own if dice.random() < 0.5 else None
            kept = []
            for fields, value in zip(moments, values, strict=True):
                if dice.random() < 0.8:
                    fields[name] = value
                    kept.append(value)
            if own is not None:
                entry[name] = own
            if own is not None or kept:
                days[name][day] = (own, kept)
        if entry or dice.random() < 0.5:
            entries[day] = entry
        changes += [moment(f"{day} {n}", day, fields) for n, fields in enumerate(moments)]
    keep(ana, entries)
    record.write(ana.datakey.open(), changes, now=NOW)
    return days


def value_of(own: float | None, kept: list[float]) -> float:
    return fmean(kept) if own is None else own


@pytest.mark.parametrize("kind", ["day", "week", "month"])
@pytest.mark.parametrize("ago", [0, 57, 150])
def test_a_chart_says_what_days_and_moments_say(phone, noted, kind, ago):
    first, last = max(FIRST, TODAY - (ago + 90) * ONE), TODAY - ago * ONE
    query = f"from={first}&to={last}&bin={kind}&measures={','.join(STEPS)}"
    chart = phone.get(f"{TRENDS}?{query}").json()
    for name in STEPS:
        days, series = noted[name], chart["series"][name]
        for at, group in enumerate(bins(first, last, kind)):
            inside = [days[day] for day in group if day in days]
            values = [value_of(own, kept) for own, kept in inside]
            every = [v for own, kept in inside for v in [*kept, *([] if own is None else [own])]]
            assert series["n"][at] == len(values)
            assert agree(series["value"][at], fmean(values) if values else None)
            assert agree(series["min"][at], min(every, default=None))
            assert agree(series["max"][at], max(every, default=None))
            fortnight = [
                value_of(*days[day])
                for day in dates_of(group[-1] - 13 * ONE, group[-1])
                if day in days
            ]
            assert series["fortnight"]["answered"][at] == len(fortnight)
            assert agree(series["fortnight"]["mean"][at], fmean(fortnight) if fortnight else None)


def test_a_day_of_five_moments_counts_once(phone, ana):
    changes = [moment(str(n), TODAY, {"pain": pain}) for n, pain in enumerate([1, 2, 3, 4, 9])]
    record.write(ana.datakey.open(), changes, now=NOW)
    series = phone.get(f"{TRENDS}?from={TODAY}&measures=pain").json()["series"]["pain"]
    assert [series[name] for name in ("value", "n", "min", "max")] == [[3.8], [1], [1], [9]]


def test_the_entrys_own_value_stands_and_the_moments_give_its_range(phone, ana):
    keep(ana, {TODAY: {"pain": 7}})
    changes = [moment(str(n), TODAY, {"pain": pain}) for n, pain in enumerate([2, 5])]
    record.write(ana.datakey.open(), changes, now=NOW)
    series = phone.get(f"{TRENDS}?from={TODAY}&measures=pain").json()["series"]["pain"]
    assert [series[name] for name in ("value", "n", "min", "max")] == [[7], [1], [2], [7]]


def test_a_moment_over_the_api_is_drawn_moved_and_gone(phone):
    path = "/api/v1/moments"
    at = {"at": "2026-03-19T22:00:00+01:00"}
    made = phone.post(path, {"date": "2026-03-19", "pain": 6, **at}).json()
    query = f"{TRENDS}?from=2026-03-18&measures=pain"

    def values():
        return phone.get(query).json()["series"]["pain"]["value"]

    assert values() == [None, 6, None]
    phone.patch(f"{path}/{made['id']}", {"date": "2026-03-20"})
    assert values() == [None, None, 6]
    phone.patch(f"{path}/{made['id']}", {"pain": None})
    assert values() == [None, None, None]
    phone.put(f"{path}/{made['id']}", {"date": "2026-03-18", "pain": 4.2, **at})
    assert values() == [4.2, None, None]
    phone.delete(f"{path}/{made['id']}")
    assert values() == [None, None, None]


def test_the_first_weeks_begin_with_the_first_moment(phone, ana):
    first = TODAY - 70 * ONE
    keep(ana, {TODAY - n * ONE: {"pain": 2} for n in range(40)})
    changes = [moment(str(n), first + n * ONE, {"pain": 4}) for n in range(13)]
    changes.append(moment("words", first - ONE, {"note": "Begun."}))
    record.write(ana.datakey.open(), changes, now=NOW)
    begun = phone.get(f"{TRENDS}?measures=pain").json()["series"]["pain"]["first_weeks"]
    assert (begun["from"], begun["to"]) == (str(first - ONE), str(first + 54 * ONE))
    entries = 24  # from 39 days ago to 16 days ago
    assert begun["answered"] == 13 + entries
    assert begun["mean"] == round((13 * 4 + entries * 2) / (13 + entries), 2)


@pytest.mark.parametrize("a_day", [1, 12])
def test_more_moments_cost_no_more_queries(phone, ana, django_assert_max_num_queries, a_day):
    changes = [
        moment(f"{day} {n}", day, {"pain": n % 10})
        for day in dates_of(TODAY - 59 * ONE, TODAY)
        for n in range(a_day)
    ]
    record.write(ana.datakey.open(), changes, now=NOW)
    with django_assert_max_num_queries(9):
        series = phone.get(f"{TRENDS}?measures=pain").json()["series"]["pain"]
    assert sum(series["n"]) == 60
