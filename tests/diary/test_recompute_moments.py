"""Late truth with moments: kept, edited, moved, deleted, in any order, they end as from nothing."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from diary import record
from diary.models import Diary, Person, Record
from diary.models.diary import ASLEEP, last_date
from tests.conftest import NOW, TODAY, make_person
from tests.diary.keeping import (
    HURT,
    LOW,
    WELL,
    dates_from,
    diary_of,
    episodes,
    from_nothing,
    keep,
    look,
    look_until_done,
    memory_bytes,
    memory_of,
    moment,
    snapshot,
    state,
    vault_of,
)
from tests.diary.test_recompute import live, looking, moving, waiting, writing

pytestmark = pytest.mark.django_db

NOTED = {
    "hurting": {"pain": 8, "mood": 2},
    "hurting more": {"pain": 9.5, "mood": 1.1},
    "fine": {"pain": 2, "mood": 8},
    "pain alone": {"pain": 4.5},
    "words alone": {"note": "Stairs."},
    "sleep alone": {"sleep_hours": 6.25},
    "deleted": None,
}

# A moment is named by its place in a spell, so that later events meet earlier ones: the same
# name on another date moves it there.
noting = st.tuples(
    st.just("note"), st.sampled_from(list(NOTED)),
    st.one_of(st.integers(-2, 130), st.sampled_from([88, 89, 90, 91, 92, 125, 126, 182])),
    st.one_of(st.just(1), st.integers(14, 70)), st.sampled_from("abc"),
)  # fmt: skip
histories = st.lists(
    st.one_of(noting, noting, noting, writing, waiting, looking, moving), min_size=2, max_size=12
)


def note(person, now, event):
    _, what, back, length, name = event
    first = diary_of(person).today(now) - timedelta(days=back)
    changes = [
        moment(f"{name}{number}", day, NOTED[what])
        for number, day in enumerate(dates_from(first, length))
        if day <= last_date(now)
    ]
    record.write(vault_of(person), changes, now=now)
    return now


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# A spell of moments that moves away under a pattern that rests on it.
@example(
    history=[
        ("note", "fine", 120, 70, "a"),
        ("note", "hurting", 40, 41, "b"),
        ("look",),
        ("note", "hurting", 110, 41, "b"),
        ("look",),
    ]
)
# The only thing in a diary, deleted.
@example(history=[("note", "hurting", 3, 1, "a"), ("look",), ("note", "deleted", 3, 1, "a")])
@given(history=histories)
def test_any_history_ends_as_a_recompute_from_nothing(db, history):
    Person.objects.all().delete()
    person, now = make_person("ana@diary.example"), NOW
    keep(person, {date(2024, 11, 30): WELL}, now)
    for event in history:
        happen = note if event[0] == "note" else live
        now = happen(person, now, event)
    look_until_done(now)
    lived, kept = snapshot(person), memory_bytes(person)
    assert lived == from_nothing(person, now)
    if diary_of(person).reviewed_through < ASLEEP:
        assert kept == memory_bytes(person)


def worsening(person):
    """Eight weeks that were fine, then four that hurt, noted two or three times a day."""
    changes, dice = [], random.Random(20260320)
    for number, day in enumerate(dates_from(TODAY - timedelta(days=99), 100)):
        for part in range(2 + number % 2):
            shift = dice.randint(-5, 5) / 10
            pain, mood = (8, 2) if number >= 70 else (3, 7)
            fields = {"pain": round(pain + shift, 1), "mood": round(mood - shift, 1)}
            changes.append(moment(f"{number}-{part}", day, fields))
    return changes


class TestADiaryOfMomentsAlone:
    def test_shows_a_worsening_like_one_of_entries_with_their_means(self, ana, ben):
        record.write(vault_of(ana), worsening(ana), now=NOW)
        days = {}
        for change in worsening(ben):
            day = date.fromisoformat(change.fields["date"])
            days.setdefault(day, []).append(change.fields)
        keep(ben, {day: rolled(noted) for day, noted in days.items()})
        look()
        assert [kind for kind, *_ in episodes(ana)] == ["pain_mood_worsening"]
        assert episodes(ana) == episodes(ben)
        assert (memory_bytes(ana), state(ana)) == (memory_bytes(ben), state(ben))

    def test_kept_in_any_order_and_piece_by_piece_is_the_same(self, ana, ben):
        changes = worsening(ana)
        record.write(vault_of(ana), changes, now=NOW)
        look()
        random.Random(7).shuffle(changes)
        for at in range(0, len(changes), 60):
            record.write(vault_of(ben), changes[at : at + 60], now=NOW)
            look()
        assert snapshot(ana) == snapshot(ben)
        assert memory_bytes(ana) == memory_bytes(ben)

    def test_never_answers_a_symptom(self, ana):
        record.write(vault_of(ana), worsening(ana), now=NOW)
        look()
        assert state(ana)["symptom_pattern"]["answered"] == 0

    def test_is_awake_while_its_last_moment_is_near_and_then_sleeps(self, ana):
        record.write(vault_of(ana), [moment("m", TODAY - timedelta(days=85), {"pain": 1})], now=NOW)
        look()
        assert memory_of(ana).last_entry == TODAY - timedelta(days=85)
        assert diary_of(ana).reviewed_through == TODAY
        for days in range(1, 10):
            look(NOW + timedelta(days=days))
        assert diary_of(ana).reviewed_through == ASLEEP

    def test_wakes_with_a_moment_and_sleeps_when_it_is_deleted(self, ana):
        keep(ana, {TODAY - timedelta(days=200): WELL})
        look()
        assert diary_of(ana).reviewed_through == ASLEEP
        record.write(vault_of(ana), [moment("m", TODAY, {"pain": 1})], now=NOW)
        look()
        assert diary_of(ana).reviewed_through == TODAY
        record.write(vault_of(ana), [moment("m", TODAY, None)], now=NOW)
        look()
        assert diary_of(ana).reviewed_through == ASLEEP


def rolled(noted):
    """The entry that says what these moments come to, worked out by hand."""
    means = {}
    for name in ("pain", "mood"):
        tenths = [round(10 * fields[name]) for fields in noted]
        means[name] = int(sum(tenths) / len(tenths) + 0.5) / 10
    return means


class TestAMoment:
    def test_beside_an_entry_with_its_own_values_changes_nothing(self, ana):
        keep(ana, dict.fromkeys(dates_from(TODAY - timedelta(days=13), 14), LOW | HURT))
        look()
        before = snapshot(ana)
        record.write(vault_of(ana), [moment("m", TODAY, {"pain": 1, "mood": 9})], now=NOW)
        look()
        assert snapshot(ana) == before

    def test_that_moves_is_looked_over_on_both_its_dates(self, ana):
        there, here = TODAY - timedelta(days=40), TODAY - timedelta(days=2)
        record.write(vault_of(ana), [moment("m", there, {"pain": 9})], now=NOW)
        look()
        assert memory_of(ana).series.day("pain", there) == 9
        record.write(vault_of(ana), [moment("m", here, {"pain": 9})], now=NOW)
        look()
        series = memory_of(ana).series
        assert (series.day("pain", there), series.day("pain", here)) == (None, 9)

    def test_that_is_deleted_leaves_no_value_in_its_row(self, ana):
        record.write(vault_of(ana), [moment("m", TODAY, {"pain": 9, "note": "Stairs."})], now=NOW)
        record.write(vault_of(ana), [moment("m", TODAY, None)], now=NOW)
        stone = record.read(vault_of(ana), "moments", "m")
        assert (stone.deleted, stone.fields, stone.writers) == (True, {}, {})
        assert Record.objects.get(user=ana).date is None
        assert Diary.objects.get(user=ana).seq == 2
