"""The bench of exports: that it judges, and that its diary has something of everything."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack

from bench import exports
from bench.reminders import Row
from bench.ten_years import ACTIVITIES, MOMENTS, whole_diary
from tests.conftest import TODAY, days_before


def test_a_fortnight_of_its_diary_has_something_of_everything_every_day():
    changes = list(whole_diary(days_before(TODAY, 14), random.Random(1)))
    assert Counter(change.collection for change in changes) == {
        "trackers": 10, "entries": 14, "moments": 14 * MOMENTS, "activities": 14 * ACTIVITIES,
        "answers": 2,
    }  # fmt: skip
    assert len({(change.collection, change.key) for change in changes}) == len(changes)


def test_the_same_seed_is_the_same_diary():
    one, same, other = (list(whole_diary([TODAY], random.Random(seed))) for seed in ("a", "a", "b"))
    assert one == same
    assert one != other


def test_a_missed_goal_is_counted_and_printed(monkeypatch):
    said, asked = [], []
    rows = [Row("One", "1", "0", True), Row("Two", "0", "0", False)]

    def try_out(*words):
        asked.append(words)
        return rows

    monkeypatch.setattr(exports, "stage", ExitStack)
    monkeypatch.setattr(exports.pkgutil, "resolve_name", lambda name: try_out)
    assert exports.main(quick=False, seed=7, today=TODAY, say=said.append) == 1
    assert asked[0][:2] == (10, 7)
    assert [line.split()[0] for line in said if line.startswith(("MISSED", "kept"))] == [
        "MISSED", "kept",
    ]  # fmt: skip
