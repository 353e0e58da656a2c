"""`manage.py bench detection`: both detectors on simulated diaries, beside other rules.

Prints the tables and says which goals are missed; a full run also writes them to
`docs/detection.md`, with the charts in `docs/detection.svg` and `docs/detection-symptoms.svg`.
"""

import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench import page, pain_mood, rules, symptom_rules
from bench.ceiling import NEAR, ceiling_of_pattern, ceiling_of_worsening
from bench.chart import Axis, Curve, draw
from bench.counting import together
from bench.crew import Say, crew
from bench.figures import Results, found, mixed, mixed_rate, part
from bench.goals import Goal, knee_goals, pattern_goals, worsening_goals
from bench.habits import habits
from bench.insights import insights
from bench.knee import look_at_knee
from bench.plan import FULL, GROUPS, QUICK, RATES, Size, look_over_all
from bench.trials import Group

DOCS = Path(__file__).parent.parent / "docs"
SEED = 2026
KNEE, HABITS, INSIGHTS = 2, 3, 4  # further sets of seeds
TITLE = "Pain and mood worsening together, 30 % of days missing (simulated diaries)"
PATTERN_TITLE = "Sustained symptom pattern, 30 % of days missing (simulated diaries)"
WRONGLY = Axis(
    "opened, of those who come near a pattern without having one",
    "found, of those with an episode",
    (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
)


class Report(NamedTuple):
    """What a run found: its goals, its page and its charts, by the names of their files."""

    goals: list[Goal]
    page: str
    charts: dict[str, str]


def main(
    *,
    quick: bool,
    seed: int | None,
    today: date,
    say: Say,
    processes: int = 2,
) -> int:
    """Run the benchmark and print it with ``say``; the number of goals that are missed."""
    began = time.monotonic()
    report = measure(
        QUICK if quick else FULL, SEED if seed is None else seed, today, say, processes
    )
    say(report.page)
    if not quick:
        (DOCS / "detection.md").write_text(report.page)
        for name, chart in report.charts.items():
            (DOCS / name).write_text(chart)
    return _conclude(report.goals, time.monotonic() - began, say)


def measure(size: Size, seed: int, today: date, say: Say, processes: int) -> Report:
    """Look everybody over and write the page."""
    with crew(processes, say) as each:
        results, thresholds = look_over_all(each, size, seed, GROUPS)
        ceilings = [
            ceiling(each, size, seed, results)
            for ceiling in (ceiling_of_worsening, ceiling_of_pattern)
        ]
        told_links = insights(each, size.habits // 10, (seed, INSIGHTS))
    knee, smaller = (
        look_at_knee(size.draws, points, np.random.default_rng([seed, KNEE])) for points in (2, 1.5)
    )
    goals = [*pattern_goals(results), *worsening_goals(results), *knee_goals(knee)]
    goals += told_links.goals
    told = habits(np.random.default_rng([seed, HABITS]), size.habits)
    parts = [
        page.introduction(today, seed, size),
        page.GOALS,
        page.goals_table(goals),
        page.WORSENING,
        page.worsening_table(results),
        page.mixed_table(results),
        page.RULES,
        page.rules_table(results, thresholds),
        page.PATTERN,
        page.pattern_table(results),
        page.SYMPTOM_RULES,
        page.symptom_rules_table(results),
        page.CEILING,
        page.ceiling_table(ceilings),
        page.KNEE,
        page.knee_table(knee, smaller),
        *told_links.page,
        page.HABITS,
        page.habits_table(told),
    ]
    charts = {
        "detection.svg": draw_worsening(results),
        "detection-symptoms.svg": draw_pattern(results),
    }
    return Report(goals, "\n".join(parts), charts)


def draw_worsening(results: Results) -> str:
    """Every rule's curve over its thresholds, and our rule as it is shipped."""
    joint = results[Group("together", 0.3)]
    curves = []
    for rule, counts in joint.others.items():
        of_mix = [
            mixed_rate({k: results[Group(k, 0.3)].others[rule][place] for k in pain_mood.MIX}).value
            for place in range(len(RATES))
        ]
        shares = [found(count).value for count in counts]
        curves.append(Curve(rule, of_mix, shares, ours=rule == rules.OURS))
    return draw(TITLE, curves, (mixed(results, 0.3).value, found(joint.ours).value))


def draw_pattern(results: Results) -> str:
    """Every rule for the nine questions as a dot: each has one threshold of its own."""
    curves = []
    for rule in symptom_rules.RULES:
        near = together([page.by_rule(results, Group(kind, 0.3), rule) for kind in NEAR])
        wrong = part(near.openings > 0).value
        share = part(page.by_rule(results, Group("episode", 0.3), rule).within).value
        curves.append(Curve(rule, [wrong], [share], ours=rule == symptom_rules.OURS))
    (ours,) = (curve for curve in curves if curve.ours)
    return draw(PATTERN_TITLE, curves, (ours.rates[0], ours.shares[0]), WRONGLY)


def _conclude(goals: list[Goal], seconds: float, say: Say) -> int:
    missed = [goal.of for goal in goals if goal.missed]
    say(f"{seconds:.0f} seconds; {len(missed)} of {len(goals)} goals missed.")
    for name in missed:
        say(f"Missed: {name}")
    return len(missed)
