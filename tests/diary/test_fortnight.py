"""Our own format there and back: what was exported comes back equal, and twice changes nothing."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary import record
from diary.measures import ACTIVITY_SCALES, MEASURES, SYMPTOMS, TRACKER_SCALES
from diary.memory import KINDS
from diary.questionnaires import QUESTIONNAIRES
from diary.reminders.keep import keep_reminder
from tests.api.test_patterns import both
from tests.conftest import NOW, TODAY, make_person
from tests.diary.exporting import exported, whole_of
from tests.diary.keeping import diary_of, keep, look, vault_of
from tests.diary.reminders.reminding import remind

pytestmark = pytest.mark.django_db(transaction=True)


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
    max_examples=10, deadline=None,
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


def test_patterns_are_found_anew_and_reminders_come_as_they_were(ana, ben, tmp_path):
    keep(ana, both())
    remind(ana, NOW, label="After supper", nudge_after=3, nudge_most=2)
    remind(ana, NOW, 480, 1230, kind="questionnaire", questionnaire="phq-9", weekdays=0b11)
    remind(ana, NOW, kind="custom", skip_if_entered=False, every_n_weeks=2, anchor_date=TODAY)
    remind(ana, NOW, kind="custom", by_push=False, active=False)  # no way is left to it
    look()
    before = exported(ana)
    bring_in(ben, whole_of(ana), tmp_path)
    look()
    after = exported(ben)
    assert {pattern["kind"] for pattern in before["patterns"]} == set(KINDS)
    assert len(before["reminders"]) == 4
    assert [reminder["channels"] for reminder in before["reminders"]].count([]) == 1
    assert comparable(after) == comparable(before)


def test_a_reminder_that_is_there_stays_as_it_is(ana, tmp_path):
    evening = remind(ana, NOW, label="After supper")
    before = exported(ana)
    remind(ana, NOW, 480)
    keep_reminder(vault_of(ana), evening.id, {"minutes": [600]}, {"label": "At ten"}, NOW)
    bring_in(ana, json.dumps(before).encode(), tmp_path)
    after = exported(ana)["reminders"]
    assert sorted(reminder["times"] for reminder in after) == [["08:00"], ["10:00"]]


def test_values_of_a_tracker_that_is_gone_or_has_another_scale_come_along(ana, ben, tmp_path):
    gone, other = str(uuid4()), str(uuid4())
    scale = {"name": "Reeds", "kind": "scale", "low": 0, "high": 10, "step": 1, "worse": 1}
    write(ana, [("trackers", gone, scale), ("trackers", other, scale)])
    write(ana, [("entries", TODAY.isoformat(), {"trackers": {gone: 7, other: 9}})])
    write(ana, [("trackers", gone, None), ("trackers", other, scale | {"high": 5})])
    before = exported(ana)
    bring_in(ben, whole_of(ana), tmp_path)
    after = exported(ben)
    assert after["entries"][0]["trackers"] == {gone: 7, other: 9}
    assert comparable(after) == comparable(before)
