"""Reviews: what is found, kept, withdrawn, and found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary import due, record
from diary.detectors import state_of_nothing
from diary.memory import KINDS
from diary.models import DataKey, Diary, Pattern, Person, Review
from diary.patterns import read_patterns
from diary.review import read_memories, review
from tests.conftest import NOW, TODAY, days_before, make_person

pytestmark = pytest.mark.django_db

LOW = {
    "low_mood": 3, "loss_of_interest": 2, "low_energy": 2, "appetite_change": -2, "sleep_change": -3,
    "movement_change": 0, "guilt": 2, "poor_focus": 2, "self_harm_thoughts": 0,
}  # fmt: skip
WELL = dict.fromkeys(LOW, 0)


def keep(person, days, now=NOW):
    """Write days {date: fields}; None deletes one."""
    vault = DataKey.objects.open(person.pk)
    changes = [
        record.Change("entries", day.isoformat(), day, fields, whole=True)
        for day, fields in days.items()
    ]
    return record.write(vault, changes, now=now)


def look(now=NOW):
    """Review all that is due, as worker and beat would."""
    for claim in due.claim(now, 1000):
        review(claim.token, claim.user_ids, now)


def told(person):
    return read_patterns({person.pk: DataKey.objects.open(person.pk)})[person.pk]


def state(person):
    vaults = {person.pk: DataKey.objects.open(person.pk)}
    memory = read_memories(vaults).get(person.pk)
    return memory.now if memory else state_of_nothing()


def test_two_low_weeks_open_a_symptom_pattern(ana):
    dates = days_before(TODAY, 40)
    keep(ana, {day: WELL if n < 20 else LOW for n, day in enumerate(dates)})
    look()
    [pattern] = told(ana)
    assert (pattern.kind, pattern.status) == ("symptom_pattern", "open")
    assert state(ana)["symptom_pattern"]["status"] == "open"
    assert pattern.evidence["symptoms"]["low_mood"]["days"][-1] == {
        "date": pattern.opened_on.isoformat(), "value": 3,
    }  # fmt: skip


def test_pain_rising_while_mood_falls_is_found_once(ana):
    dates = days_before(TODAY, 90)
    keep(
        ana,
        {
            day: {"pain": 3 + n % 2, "mood": 7 - n % 2} if n < 70 else {"pain": 7, "mood": 3}
            for n, day in enumerate(dates)
        },
    )
    look()
    [pattern] = told(ana)
    assert (pattern.kind, pattern.status) == ("pain_mood_worsening", "open")
    assert pattern.evidence["pain"]["change"] > 1


def test_a_pattern_whose_days_are_corrected_is_withdrawn_and_comes_back_under_its_id(ana):
    dates = days_before(TODAY, 40)
    low = dict.fromkeys(dates[20:], LOW)
    keep(ana, dict.fromkeys(dates[:20], WELL) | low)
    look()
    [before] = told(ana)
    keep(ana, dict.fromkeys(low, WELL))
    look()
    [gone] = told(ana)
    assert (gone.id, gone.status, gone.withdrawn_reason) == (
        before.id,
        "withdrawn",
        "entries_changed",
    )
    keep(ana, low)
    look()
    assert told(ana) == [before]


def snapshot(person):
    return (
        sorted(
            (p.kind, p.opened_on, p.closed_on or TODAY, p.closed_reason or "", str(p.evidence))
            for p in told(person)
            if not p.withdrawn_reason
        ),
        state(person),
    )


def from_nothing(person):
    """What a review that remembers nothing finds."""
    Review.objects.filter(user=person).delete()
    Pattern.objects.filter(user=person).delete()
    Diary.objects.filter(user=person).update(reviewed_rules="")
    look()
    return snapshot(person)


days = st.integers(0, 500)
an_edit = st.tuples(
    st.sampled_from(["low", "well", "hurt", "fine", "delete"]), days, st.integers(1, 40), days
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(edits=st.lists(an_edit, min_size=1, max_size=6))
def test_any_order_of_edits_ends_as_a_recompute_from_nothing(db, edits):
    Person.objects.all().delete()
    person = make_person("ana@diary.example")
    now = NOW
    for kind, back, length, later in edits:
        first = now.date() - timedelta(days=back)
        stretch = [first + timedelta(days=n) for n in range(min(length, back + 1))]
        fields = {
            "low": LOW, "well": WELL, "hurt": {"pain": 8, "mood": 2},
            "fine": {"pain": 2, "mood": 8}, "delete": None,
        }[kind]  # fmt: skip
        keep(person, dict.fromkeys(stretch, fields), now)
        look(now)
        now += timedelta(days=later % 40)
        look(now)
        look(now)
    look(now)
    incremental = snapshot(person)
    Review.objects.filter(user=person).delete()
    Pattern.objects.filter(user=person).delete()
    Diary.objects.filter(user=person).update(reviewed_rules="")
    look(now)
    assert incremental == snapshot(person)
    assert KINDS
