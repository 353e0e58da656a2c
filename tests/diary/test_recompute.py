"""Late truth: whatever happens in whatever order ends as a recompute from nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from diary.models import Diary, Person
from diary.models.diary import last_date
from tests.conftest import NOW, make_person
from tests.diary.keeping import (
    FINE,
    HURT,
    LOW,
    WELL,
    dates_from,
    diary_of,
    from_nothing,
    keep,
    look,
    look_until_done,
    memory_bytes,
    snapshot,
)

pytestmark = pytest.mark.django_db

WRITTEN = {
    "low": LOW,
    "well": WELL,
    "hurting": HURT,
    "fine": FINE,
    "both": LOW | HURT,
    "neither": WELL | FINE,
    "some symptoms": {"low_mood": 2, "guilt": 1, "low_energy": 3, "poor_focus": 2, "pain": 4.5},
    "mood alone": {"mood": 5.5},
    "a reason": {"skipped": "away"},
    "deleted": None,
}
ZONES = ["Pacific/Kiritimati", "Etc/GMT+12", "America/Los_Angeles", "Asia/Kathmandu", "UTC"]

# Days back from today. Gaps of about ninety days reset a state, and months keep them: most
# of what can go wrong does so there.
near = st.integers(-2, 130)
far = st.integers(0, 900)
at_an_edge = st.sampled_from([87, 88, 89, 90, 91, 92, 93, 125, 126, 127, 181, 182])
long_spells = st.integers(14, 70)
lengths = st.one_of(st.just(1), st.integers(1, 6), long_spells)

writing = st.tuples(
    st.just("write"), st.sampled_from(list(WRITTEN)), st.one_of(near, far, at_an_edge), lengths,
    st.booleans(),
)  # fmt: skip
waiting = st.tuples(
    st.just("wait"), st.one_of(st.integers(1, 72), st.integers(0, 200).map(lambda days: 24 * days))
)
moving = st.tuples(st.just("move"), st.sampled_from(ZONES), st.integers(0, 6))
looking = st.tuples(st.just("look"))
histories = st.lists(st.one_of(writing, writing, waiting, looking, moving), min_size=2, max_size=12)


def live(person, now, event):
    """Let one thing happen in a person's life; the time after it."""
    match event:
        case ("write", what, back, length, whole):
            first = diary_of(person).today(now) - timedelta(days=back)
            days = [day for day in dates_from(first, length) if day <= last_date(now)]
            keep(person, dict.fromkeys(days, WRITTEN[what]), now, whole=whole)
        case ("wait", hours):
            return now + timedelta(hours=hours)
        case ("move", zone, hour):
            Diary.objects.filter(user=person).update(time_zone=zone, day_starts_at=hour)
        case ("look",):
            look(now)
    return now


def live_and_compare(history):
    Person.objects.all().delete()
    person, now = make_person("ana@diary.example"), NOW
    keep(person, {date(2024, 11, 30): WELL}, now)  # 90 days later it is the end of February
    for event in history:
        now = live(person, now, event)
    look_until_done(now)
    lived, kept = snapshot(person), memory_bytes(person)
    assert lived == from_nothing(person, now)
    if diary_of(person).reviewed_through < date.max:
        assert kept == memory_bytes(person)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What once went wrong. A silence that begins at the end of a month, before a new entry …
@example(history=[("look",), ("write", "low", 354, 1, False)])
# … and one between two changes of which the first changes nothing.
@example(
    history=[
        ("write", "low", 494, 20, True),
        ("look",),
        ("write", "mood alone", 480, 1, False),
        ("write", "low", 250, 40, True),
    ]
)
# A diary that had just fallen asleep when its person moved west, into its last waking day.
@example(history=[("write", "low", 91, 1, False), ("look",), ("move", "Etc/GMT+12", 1)])
# A day written ahead, beyond the next one, before midnight is looked over.
@example(
    history=[
        ("move", "Etc/GMT+12", 6),
        ("write", "low", 19, 20, True),
        ("write", "low", -2, 1, True),
        ("look",),
        ("wait", 24),
    ]
)
# Today in a silence, with tomorrow written already.
@example(
    history=[
        ("write", "low", 91, 1, False),
        ("write", "low", -1, 1, False),
        ("look",),
        ("wait", 24),
    ]
)
@given(history=histories)
def test_any_history_ends_as_a_recompute_from_nothing(db, history):
    live_and_compare(history)
