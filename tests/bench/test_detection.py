"""The benchmark from end to end, on a few seeded people."""

import doctest
import pkgutil
from datetime import date
from importlib import import_module

import pytest

import bench
from bench import ceiling, command, detection, pain_mood, plan, rules, symptom_rules
from bench.command import BENCHES
from bench.crew import crew
from bench.goals import Goal
from bench.intervals import Figure
from bench.plan import COMPARED, GROUPS, Size
from bench.trials import Group

FEW = Size(20, 20, others=1, choosing=20, oracle=10, draws=10, habits=50)
# What the goals, the oracles and the tables of other rules ask for.
ASKED = [
    group
    for group in GROUPS
    if group in COMPARED
    or (group.kind in pain_mood.MIX and group.missing == 0.3)
    or group in {Group("abrupt", 0.3), Group("together", 0.5), Group("episode", 0.5)}
    or group == Group("together", 0.3, harsh=True)
]


RULES = (rules.OURS, "EWMA charts of both", "the same, missing = 0", "slope of 14 days, both")


def test_a_few_people_meet_every_goal_and_leave_a_page(monkeypatch, tmp_path):
    monkeypatch.setattr(rules, "SCORES", {name: rules.SCORES[name] for name in RULES})
    ours = {symptom_rules.OURS: symptom_rules.RULES[symptom_rules.OURS]}
    monkeypatch.setattr(symptom_rules, "RULES", ours)
    monkeypatch.setattr(ceiling, "HEIGHTS", (1.0, 4.0, 8.0))
    monkeypatch.setattr(detection, "FULL", FEW)
    monkeypatch.setattr(detection, "GROUPS", ASKED)
    monkeypatch.setattr(detection, "DOCS", tmp_path)
    said = []

    missed = detection.main(
        quick=False, seed=5, today=date(2026, 3, 20), say=said.append, processes=1
    )

    written = (tmp_path / "detection.md").read_text()
    assert missed == 0, "\n".join(said)
    assert written in said
    assert written.count("\n## ") == 9
    assert "nan" not in written
    assert (tmp_path / "detection.svg").read_text().count("<polyline") == len(RULES)
    assert (tmp_path / "detection-symptoms.svg").read_text().count("<polyline") == 1
    assert said[-1].endswith("goals missed.")


def test_a_quick_run_looks_at_fewer_and_writes_nothing(monkeypatch, tmp_path):
    sizes = []

    def measure(size, *rest):
        sizes.append(size)
        return detection.Report([], "a page", {"a.svg": "a chart"})

    monkeypatch.setattr(detection, "measure", measure)
    monkeypatch.setattr(detection, "DOCS", tmp_path)
    said = []

    missed = detection.main(quick=True, seed=5, today=date(2026, 3, 20), say=said.append)

    assert missed == 0
    assert sizes == [plan.QUICK]
    assert said[0] == "a page"
    assert not list(tmp_path.iterdir())


def test_missed_goals_are_named_and_counted():
    said = []
    low, fine = Figure(0.1, 0.0, 0.2), Figure(0.9, 0.8, 1.0)

    missed = detection._conclude(
        [Goal("Found", low, least=0.8), Goal("Kept", fine, least=0.8)], 61.2, said.append
    )

    assert missed == 1
    assert said == ["61 seconds; 1 of 2 goals missed.", "Missed: Found"]


def test_the_full_run_looks_at_two_thousand_people_of_each_kind():
    assert plan.FULL.people == 2000
    assert len(set(GROUPS)) == len(GROUPS)
    assert set(GROUPS) >= COMPARED
    assert {group.missing for group in GROUPS} == {0.0, 0.1, 0.3, 0.5}


def test_thresholds_are_chosen_on_other_people_than_they_are_judged_on():
    assert plan.CHOOSING != plan.JUDGING


def test_two_processes_count_what_one_counts():
    jobs = [(number,) for number in range(5)]
    with crew(1, lambda _: None) as each:
        alone = each("doubled", abs, jobs)
    with crew(2, lambda _: None) as each:
        assert each("doubled", abs, jobs) == alone == [0, 1, 2, 3, 4]


def test_progress_is_told_from_time_to_time():
    said = []
    with crew(1, said.append) as each:
        each("looked", abs, [(number,) for number in range(40)])

    assert said[-1] == "looked: 40 of 40"
    assert 4 <= len(said) <= 9


def test_the_command_fails_when_a_goal_is_missed(monkeypatch, capsys):
    asked = []

    def run(**options):
        asked.append(options)
        return 2

    monkeypatch.setattr(detection, "main", run)

    assert command.main(["manage.py", "bench", "detection", "--quick", "--seed", "3"]) == 1
    assert "2 of the goals are missed" in capsys.readouterr().out
    assert asked[0]["quick"] is True
    assert asked[0]["seed"] == 3


def test_the_command_is_content_when_none_is(monkeypatch):
    monkeypatch.setattr(detection, "main", lambda **options: 0)

    assert command.main(["manage.py", "bench", "detection"]) == 0


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_of_the_command_is_there(name):
    assert callable(pkgutil.resolve_name(BENCHES[name]))


@pytest.mark.parametrize("module", [m.name for m in pkgutil.iter_modules(bench.__path__)])
def test_examples_in_the_benches_are_true(module):
    assert doctest.testmod(import_module(f"bench.{module}")).failed == 0
