"""Charts against a computation that loops over the days and knows nothing of numpy."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, groupby
from statistics import fmean, median

import pytest

from diary.models import Diary
from tests.api.conftest import keep, look
from tests.conftest import NOW, TODAY, days_before

pytestmark = pytest.mark.django_db

TRENDS = "/api/v1/trends"
ONE = timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def dates_of(first: date, last: date) -> list[date]:
    return [first + ONE * n for n in range((last - first).days + 1)]


# ---- The naive computation: `days` is {date: value}, a date without an entry is not in it -----


def recorded(days: dict, first: date, last: date) -> list[float]:
    return [days[day] for day in dates_of(first, last) if day in days]


def mean_of(values: list[float], needed: int = 1) -> float | None:
    return fmean(values) if len(values) >= needed else None


def bins(first: date, last: date, kind: str) -> list[list[date]]:
    """The dates of the range, put together as they are drawn."""
    named = {
        "day": date.toordinal,
        "week": lambda day: day.isocalendar()[:2],
        "month": lambda day: (day.year, day.month),
    }
    return [list(group) for _, group in groupby(dates_of(first, last), key=named[kind])]


def bin_name(day: date, kind: str) -> str:
    begin = {"day": day, "week": day - ONE * day.weekday(), "month": day.replace(day=1)}
    return begin[kind].isoformat()


def naive(days: dict, first: date, last: date, kind: str) -> dict:
    drawn = bins(first, last, kind)
    inside = [recorded(days, group[0], group[-1]) for group in drawn]
    fortnights = [recorded(days, group[-1] - 13 * ONE, group[-1]) for group in drawn]
    line = [(day, days[day]) for day in dates_of(last - 13 * ONE, last) if day in days]
    slopes = [(b - a) / (day_b - day_a).days for (day_a, a), (day_b, b) in combinations(line, 2)]
    begun = min(days)
    early = recorded(days, begun, begun + 55 * ONE)
    return {
        "dates": [bin_name(group[0], kind) for group in drawn],
        "value": [mean_of(values) for values in inside],
        "n": [len(values) for values in inside],
        "min": [min(values, default=None) for values in inside],
        "max": [max(values, default=None) for values in inside],
        "fortnight": [mean_of(values) for values in fortnights],
        "answered": [len(values) for values in fortnights],
        "usual": mean_of(recorded(days, last - 83 * ONE, last - 28 * ONE), 14),
        "per_week": 7 * median(slopes) if len(line) >= 8 else None,
        "first_weeks": mean_of(early, 14),
        "early": len(early),
    }


def agree(told: float | None, computed: float | None) -> bool:
    """Two decimals of the same number."""
    if told is None or computed is None:
        return told is computed
    return abs(told - computed) <= 0.005 + 1e-9 and told == round(told, 2)


# ---- A random diary of 700 days, with gaps of every length ------------------------------------

FIRST = TODAY - 699 * ONE


@pytest.fixture
def diary(ana) -> dict[str, dict[date, float]]:
    """{measure: {date: value}}, kept by Ana."""
    dice = random.Random(20260320)
    entries, silent = {}, 0
    for day in dates_of(FIRST, TODAY):
        silent = max(0, silent - 1) or (dice.choice([3, 20, 40]) if dice.random() < 0.02 else 0)
        if silent and day not in (FIRST, TODAY):
            continue
        fields = {"pain": dice.randint(0, 100) / 10, "sleep_hours": dice.randint(0, 96) / 4}
        fields["sleep_change"] = dice.randint(-3, 3)
        entries[day] = {name: value for name, value in fields.items() if dice.random() < 0.8}
    keep(ana, entries)
    return {
        name: {day: fields[name] for day, fields in entries.items() if name in fields}
        for name in ("pain", "sleep_hours", "sleep_change")
    }


RANGES = {
    "today alone": (TODAY, TODAY, "day"),
    "a fortnight": (TODAY - 13 * ONE, TODAY, "day"),
    "400 days": (TODAY - 399 * ONE, TODAY, "day"),
    "the first days": (FIRST, FIRST + 20 * ONE, "day"),
    "before the diary": (FIRST - 40 * ONE, FIRST + 3 * ONE, "day"),
    "weeks over a year's end": (date(2024, 12, 20), date(2025, 1, 12), "week"),
    "weeks of whole ISO weeks": (date(2025, 12, 29), date(2026, 1, 11), "week"),
    "weeks over a leap of 53": (date(2025, 12, 25), date(2026, 1, 5), "week"),
    "one day of a week": (date(2026, 1, 8), date(2026, 1, 8), "week"),
    "months": (date(2024, 6, 1), date(2026, 2, 28), "month"),
    "months cut at both ends": (date(2024, 10, 20), date(2025, 3, 3), "month"),
}


@pytest.mark.parametrize(("first", "last", "kind"), RANGES.values(), ids=RANGES)
def test_a_chart_says_what_the_days_say(phone, diary, first, last, kind):
    query = f"from={first}&to={last}&bin={kind}&measures={','.join(diary)}"
    chart = phone.get(f"{TRENDS}?{query}").json()
    assert (chart["from"], chart["to"], chart["bin"]) == (str(first), str(last), kind)
    assert list(chart["series"]) == list(diary)
    for name, series in chart["series"].items():
        expected = naive(diary[name], first, last, kind)
        assert chart["dates"] == expected["dates"]
        assert series["n"] == expected["n"]
        assert series["fortnight"]["answered"] == expected["answered"]
        for part in ("value", "min", "max"):
            assert all(map(agree, series[part], expected[part])), part
            assert len(series[part]) == len(chart["dates"])
        assert all(map(agree, series["fortnight"]["mean"], expected["fortnight"]))
        assert agree(series["usual"] and series["usual"]["mean"], expected["usual"])
        assert agree(series["line"] and series["line"]["per_week"], expected["per_week"])


@pytest.mark.parametrize("ago", [0, 100, 350, 600, 640])
def test_usual_line_and_first_weeks_name_their_dates(phone, diary, ago):
    last = TODAY - ago * ONE
    series = phone.get(f"{TRENDS}?to={last}&measures=pain").json()["series"]["pain"]
    expected = naive(diary["pain"], last, last, "day")
    if series["usual"]:
        assert series["usual"]["from"] == str(last - 83 * ONE)
        assert series["usual"]["to"] == str(last - 28 * ONE)
    if series["line"]:
        assert series["line"]["from"] == str(last - 13 * ONE)
        assert series["line"]["to"] == str(last)
    begun = series["first_weeks"]
    assert (begun["from"], begun["to"]) == (str(FIRST), str(FIRST + 55 * ONE))
    assert agree(begun["mean"], expected["first_weeks"])
    assert begun["answered"] == expected["early"]


# ---- The shape ----------------------------------------------------------------------------------


def test_without_a_query_it_is_the_last_ninety_days_of_pain_mood_and_sleep(phone):
    chart = phone.get(TRENDS).json()
    assert (chart["from"], chart["to"], chart["bin"]) == ("2025-12-21", "2026-03-20", "day")
    assert len(chart["dates"]) == 90
    assert list(chart["series"]) == ["pain", "mood", "sleep_hours"]
    assert (chart["as_of_seq"], chart["reviewed_seq"], chart["patterns"]) == (0, 0, [])


def test_to_is_the_persons_own_today(phone):
    phone.patch("/api/v1/me", {"time_zone": "Pacific/Kiritimati"})
    assert phone.get(TRENDS).json()["to"] == "2026-03-21"


def test_an_empty_diary_is_null_everywhere_and_zero_nowhere(phone):
    for series in phone.get(TRENDS).json()["series"].values():
        assert set(series["value"]) == set(series["min"]) == set(series["max"]) == {None}
        assert set(series["fortnight"]["mean"]) == {None}
        assert set(series["n"]) == set(series["fortnight"]["answered"]) == {0}
        assert series["usual"] is series["line"] is series["first_weeks"] is None


def test_a_series_brings_its_scale(phone):
    series = phone.get(f"{TRENDS}?measures=sleep_hours,mood,appetite_change").json()["series"]
    scale = ("label", "unit", "low", "high", "worse")
    assert [series["mood"][name] for name in scale] == ["Mood", "0–10", 0, 10, -1]
    assert [series["sleep_hours"][name] for name in scale] == ["Sleep", "hours", 0, 24, 0]
    assert [series["appetite_change"][name] for name in scale[2:]] == [-3, 3, 0]


def test_a_deleted_and_a_skipped_day_are_gaps(phone, ana):
    keep(ana, {day: {"pain": 4} for day in days_before(TODAY, 4)})
    phone.delete("/api/v1/entries/2026-03-18")
    phone.put("/api/v1/entries/2026-03-19", {"skipped": "away"})
    series = phone.get(f"{TRENDS}?from=2026-03-17").json()["series"]["pain"]
    assert series["value"] == [4, None, None, 4]


def test_a_fortnight_looks_before_the_range(phone, ana):
    keep(ana, {TODAY - 13 * ONE: {"pain": 2}, TODAY - 14 * ONE: {"pain": 9}, TODAY: {"pain": 4}})
    series = phone.get(f"{TRENDS}?from={TODAY}").json()["series"]["pain"]
    assert series["fortnight"] == {"mean": [3], "answered": [2]}


@pytest.mark.parametrize(("days", "told"), [(13, False), (14, True)])
def test_first_weeks_need_fourteen_answered_days(phone, ana, days, told):
    keep(ana, {TODAY - n * ONE: {"pain": 4} for n in range(days)})
    series = phone.get(TRENDS).json()["series"]["pain"]
    assert (series["first_weeks"] is not None) == told


@pytest.mark.parametrize(("days", "told"), [(7, False), (8, True)])
def test_a_line_needs_eight_answered_days(phone, ana, days, told):
    keep(ana, {TODAY - n * ONE: {"pain": 4} for n in range(days)})
    assert (phone.get(TRENDS).json()["series"]["pain"]["line"] is not None) == told


def test_the_counters_tell_how_fresh_it_is(phone, ana):
    keep(ana, {TODAY: {"pain": 4}})
    before = phone.get(TRENDS).json()
    look()
    after = phone.get(TRENDS).json()
    assert (before["as_of_seq"], before["reviewed_seq"], after["reviewed_seq"]) == (1, 0, 1)


# ---- How long, and what not ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "drawn"), [(400, "day"), (401, "week"), (3_660, "week"), (9_576, "week")]
)
def test_a_long_range_is_drawn_in_weeks(phone, days, drawn):
    chart = phone.get(f"{TRENDS}?from={TODAY - (days - 1) * ONE}").json()
    assert chart["bin"] == drawn
    assert chart["dates"] == sorted(set(chart["dates"]))


def test_3660_points_can_be_drawn_and_one_more_cannot(phone):
    most = TODAY - 3_659 * ONE
    assert len(phone.get(f"{TRENDS}?from={most}&bin=day").json()["dates"]) == 3_660
    answer = phone.get(f"{TRENDS}?from={most - ONE}&bin=day")
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["parameter"], fault["code"]) == (422, "from", "range")


def test_the_default_range_ends_at_the_first_date_of_all(phone):
    chart = phone.get(f"{TRENDS}?to=2000-01-05").json()
    assert (chart["from"], len(chart["dates"])) == ("2000-01-01", 5)


def test_tomorrow_at_the_date_line_can_be_drawn(phone, time_machine):
    time_machine.move_to(datetime(2026, 3, 20, 10, tzinfo=UTC))
    assert phone.get(f"{TRENDS}?to=2026-03-21").json()["dates"][-1] == "2026-03-21"


WRONG = {
    "the wrong way round": ("from=2026-03-02&to=2026-03-01", "from", "range"),
    "from after today": ("from=2026-03-21", "from", "range"),
    "too early": ("from=1999-12-31", "from", "too_early"),
    "in the future": ("to=2026-03-23", "to", "future_date"),
    "no date": ("to=today", "to", "date"),
    "an unknown bin": ("bin=year", "bin", "choice"),
    "an empty bin": ("bin=", "bin", "choice"),
    "an unknown measure": ("measures=pain,steps", "measures", "choice"),
    "no measure": ("measures=", "measures", "choice"),
    "a comma too many": ("measures=pain,", "measures", "choice"),
    "a null byte": ("measures=pain%00", "measures", "choice"),
    "a field that is no measure": ("measures=note", "measures", "choice"),
    "nobody's tracker": (f"measures={'0' * 8}-0000-7000-8000-{'0' * 12}", "measures", "choice"),
}


@pytest.mark.parametrize(("query", "parameter", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_query_is_named(phone, query, parameter, code):
    answer = phone.get(f"{TRENDS}?{query}")
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["parameter"], fault["code"]) == (parameter, code)


def test_a_measure_named_twice_is_drawn_once(phone):
    assert list(phone.get(f"{TRENDS}?measures=pain,pain").json()["series"]) == ["pain"]


def test_a_chart_may_be_kept_by_the_person_alone(phone):
    answer = phone.get(TRENDS)
    assert answer["Cache-Control"] == "private, no-cache"
    assert "X-Session-Token" in answer["Vary"]


@pytest.mark.parametrize("days", [1, 400])
def test_more_days_cost_no_more_queries(phone, ana, django_assert_max_num_queries, days):
    keep(ana, {day: {"pain": 4} for day in days_before(TODAY, days)})
    with django_assert_max_num_queries(9):
        assert phone.get(f"{TRENDS}?from={TODAY - 399 * ONE}").status_code == 200
    assert Diary.objects.get(user=ana).seq == days
