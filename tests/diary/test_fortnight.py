"""Our own format there and back: what was exported comes back equal, and twice changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary import record
from diary.measures import ACTIVITY_SCALES, MEASURES, SYMPTOMS, TRACKER_SCALES
from diary.questionnaires import QUESTIONNAIRES
from tests.conftest import NOW, TODAY, make_person
from tests.diary.exporting import exported, whole_of
from tests.diary.keeping import diary_of, look, vault_of

pytestmark = pytest.mark.django_db(transaction=True)

OWN = ("id", "rev", "email")  # what differs from account to account


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def write(person, changes):
    made = [record.Change(*change, whole=True) for change in changes]
    record.write(vault_of(person), made, now=NOW)


def bring_in(person, content, tmp_path):
    file = tmp_path / "export"
    file.write_bytes(content)
    call_command("import", str(file), format="fortnight", email=person.email)


def comparable(whole):
    """An export without revisions; patterns, which are found anew, without their ids."""
    left = {"me": {name: value for name, value in whole["me"].items() if name != "email"}}
    for name in ("entries", "activities", "moments", "trackers", "answers", "reminders"):
        left[name] = [{**document, "rev": None} for document in whole[name]]
    left["patterns"] = [{**document, "id": None} for document in whole["patterns"]]
    return left


numbers = st.integers(0, 10) | st.sampled_from([0.1, 2.5, 9.9])
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30) | st.just("a\nb\tc")
days = st.integers(0, 500).map(lambda back: (TODAY - timedelta(days=back)).isoformat())
ids = st.integers(1, 2**100).map(lambda number: str(UUID(int=number)))


def scales(of):
    return st.fixed_dictionaries(
        {}, optional={scale.name: st.sampled_from([scale.low, scale.high]) for scale in of}
    )


sites = st.lists(
    st.fixed_dictionaries(
        {"site": st.sampled_from(["knee", "chest"]), "side": st.sampled_from(["left", None]),
         "intensity": st.none() | numbers, "qualities": st.just(["aching"])}
    ),
    max_size=3,
)  # fmt: skip
entries = st.builds(
    lambda values, more: {**values, **more},
    scales((*MEASURES, *SYMPTOMS)),
    st.fixed_dictionaries(
        {},
        optional={
            "note": texts, "pain_sites": sites, "skipped": st.just("away"),
            "time_zone": st.just("Europe/Berlin"), "edited_at": st.just("2026-03-01T08:00:00Z"),
            "trackers": st.dictionaries(ids, numbers, max_size=3),
        },
    ),
)  # fmt: skip
activities = st.builds(
    lambda values, day, kind, note: {**values, "date": day, "kind": kind, "note": note},
    scales(ACTIVITY_SCALES), days, st.sampled_from(["walk", "birdwatching"]), texts,
)  # fmt: skip
moments = st.builds(
    lambda values, day, note: {**values, "date": day, "at": f"{day}T09:00:00+02:00", "note": note},
    scales(MEASURES), days, texts,
)  # fmt: skip
trackers = st.builds(
    lambda name, kind: {"name": name, "kind": kind, **TRACKER_SCALES[kind], "archived": False},
    texts.map(lambda text: f"x{text}".replace("\n", "").replace("\t", "")),
    st.sampled_from(sorted(TRACKER_SCALES)),
)
answers = st.sampled_from(sorted(QUESTIONNAIRES)).flatmap(
    lambda code: st.builds(
        lambda day, items: {"date": day, "questionnaire": code, "items": items},
        days,
        st.dictionaries(st.sampled_from(list(QUESTIONNAIRES[code].items)), st.integers(0, 3),
                        min_size=1),
    )
)  # fmt: skip
diaries = st.fixed_dictionaries(
    {
        "entries": st.dictionaries(days, entries, max_size=12),
        "activities": st.dictionaries(ids, activities, max_size=5),
        "moments": st.dictionaries(ids, moments, max_size=5),
        "trackers": st.dictionaries(ids, trackers, max_size=3),
        "answers": st.dictionaries(ids, answers, max_size=3),
    }
)
PEOPLE = iter(range(10**6))


@settings(
    max_examples=15, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(diary=diaries)
def test_any_diary_comes_back_equal(diary, tmp_path):
    one, other = (make_person(f"{next(PEOPLE)}@diary.example") for _ in range(2))
    write(one, [(name, key, fields) for name, of in diary.items() for key, fields in of.items()])
    look()
    before = exported(one)
    bring_in(other, whole_of(one), tmp_path)
    look()
    after = exported(other)
    assert comparable(after) == comparable(before)
    assert sum(map(len, diary.values())) == sum(len(before[name]) for name in diary)
    seq = diary_of(other).seq
    bring_in(other, json.dumps(before).encode(), tmp_path)  # bare, and a second time
    assert diary_of(other).seq == seq
