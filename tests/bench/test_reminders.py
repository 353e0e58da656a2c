"""The bench of the reminders: that it judges, and a little of each of its parts."""

from __future__ import annotations

from bench import reminders
from bench.clocks import MINUTES, all_zones
from bench.reminders import FULL, QUICK, Row


def test_the_clocks_of_a_year_are_without_fault():
    tally = all_zones(["Africa/Cairo", "America/Nuuk", "Pacific/Apia"], [2026], MINUTES)[2026]
    assert tally.firings == 3 * 365 * len(MINUTES)
    assert tally.faults == 0


def test_the_whole_bench_is_as_large_as_was_promised():
    assert FULL.zones == 1
    assert FULL.years >= 11
    assert FULL.itineraries >= 100_000
    assert FULL.journeys >= 2_000
    assert FULL.kills >= 200
    assert FULL.deliveries >= 20_000
    assert FULL.many >= 1_000_000
    assert all(quick <= full for quick, full in zip(QUICK[1:], FULL[1:], strict=True))


def test_a_missed_goal_is_counted_and_printed(monkeypatch):
    said = []
    rows = [Row("One", "1", "0", True), Row("Two", "0", "0", False)]
    monkeypatch.setattr(reminders, "PARTS", {"a part": "a.part"})
    monkeypatch.setattr(reminders.pkgutil, "resolve_name", lambda name: lambda *words: rows)
    monkeypatch.setattr(reminders, "stage", lambda: reminders.ExitStack())
    assert reminders.main(quick=True, seed=None, today=None, say=said.append) == 1
    assert any(line.startswith("MISSED One") for line in said)
    assert any(line.startswith("kept   Two") for line in said)
