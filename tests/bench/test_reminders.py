"""The bench of the reminders: that it judges, and a little of each of its parts."""

from __future__ import annotations

import random

from bench import reminders
from bench.clocks import MINUTES, all_zones
from bench.itineraries import Journey, journeys
from bench.reminders import FULL, QUICK, Row


def test_a_thousand_journeys_show_no_slot_twice():
    sent, twice, never_lived = journeys(150, seed=7)
    assert sent > 1_000
    assert (twice, never_lived) == (0, 0)


def test_a_planner_that_forgets_what_it_planned_is_found_out():
    """The same journeys with slots taken for new after each move."""
    twice = 0
    for number in range(40):
        journey = Journey(random.Random(f"7/{number}"), ["Pacific/Kiritimati", "Pacific/Niue"])
        move = journey.move

        def forget(journey=journey, move=move):
            move()
            journey.planned.clear()
            if journey.next:
                day = min(journey.next[0].day, journey.here())
                journey.next = (journey.next[0]._replace(day=day), journey.now)

        journey.move = forget
        journey.go()
        twice += sum(times - 1 for times in journey.sent.values())
    assert twice > 0


def test_the_clocks_of_a_year_are_without_fault():
    tally = all_zones(["Africa/Cairo", "America/Nuuk", "Pacific/Apia"], [2026], MINUTES)[2026]
    assert tally.firings == 3 * 365 * len(MINUTES)
    assert tally.faults == 0


def test_the_whole_bench_is_as_large_as_was_promised():
    assert FULL.zones == 1
    assert FULL.years >= 11
    assert FULL.itineraries >= 100_000
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
