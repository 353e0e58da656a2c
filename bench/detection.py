"""`manage.py bench detection`: both detectors on simulated diaries, beside other rules.

Prints the tables and says which goals are missed; a full run also writes them to
`docs/detection.md`, with the chart in `docs/detection.svg`.
"""

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np

from bench import page, pain_mood, rules
from bench.ceiling import ceiling_of_pattern, ceiling_of_worsening
from bench.chart import Curve, draw
from bench.crew import crew
from bench.figures import Results, found, mixed, mixed_rate
from bench.goals import Goal, knee_goals, pattern_goals, worsening_goals
from bench.habits import habits
from bench.knee import look_at_knee
from bench.plan import FULL, GROUPS, QUICK, RATES, look_over_all
from bench.trials import Group

DOCS = Path(__file__).parent.parent / "docs"
SEED = 2026
KNEE, HABITS = 2, 3  # further sets of seeds
TITLE = "Pain and mood worsening together, 30 % of days missing (simulated diaries)"


def main(
    *,
    quick: bool,
    seed: int | None,
    today: date,
    say: Callable[[str], object],
    processes: int = 2,
) -> int:
    """Run the benchmark and print it with ``say``; the number of goals that are missed."""
    size, seed = (QUICK if quick else FULL), SEED if seed is None else seed
    began = time.monotonic()
    with crew(processes, say) as each:
        results, thresholds = look_over_all(each, size, seed, GROUPS)
        ceilings = [
            ceiling(each, size, seed, results)
            for ceiling in (ceiling_of_worsening, ceiling_of_pattern)
        ]
    knee, smaller = (
        look_at_knee(size.draws, points, np.random.default_rng([seed, KNEE])) for points in (2, 1.5)
    )
    goals = [*pattern_goals(results), *worsening_goals(results), *knee_goals(knee)]
    told = habits(np.random.default_rng([seed, HABITS]), size.habits)
    text = "\n".join(
        [
            page.introduction(today, seed, size),
            "## Goals\n",
            page.goals_table(goals),
            "## Pain and mood worsening together\n",
            page.worsening_table(results),
            page.mixed_table(results),
            "## The same beside other rules\n",
            "![Found against false alarms](detection.svg)\n",
            page.rules_table(results, thresholds),
            "## The symptom pattern\n",
            page.pattern_table(results),
            "## The same beside other rules\n",
            page.symptom_rules_table(results),
            "## How far from the best\n",
            page.ceiling_table(ceilings),
            "## A real diary\n",
            page.knee_table(knee, smaller),
            "## Habits of other diaries\n",
            page.habits_table(told),
        ]
    )
    say(text)
    if not quick:
        (DOCS / "detection.md").write_text(text)
        (DOCS / "detection.svg").write_text(chart(results))
    return _conclude(goals, time.monotonic() - began, say)


def chart(results: Results) -> str:
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


def _conclude(goals: list[Goal], seconds: float, say: Callable[[str], object]) -> int:
    missed = [goal.of for goal in goals if goal.missed]
    say(f"{seconds:.0f} seconds; {len(missed)} of {len(goals)} goals missed.")
    for name in missed:
        say(f"Missed: {name}")
    return len(missed)
