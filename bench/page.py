"""The page that a run leaves behind: tables in Markdown."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from bench import pain_mood, rules, symptom_rules
from bench.ceiling import Ceiling
from bench.counting import Count
from bench.figures import (
    Results,
    coverage_of,
    delay,
    found,
    mixed,
    mixed_rate,
    part,
    rate,
    years,
)
from bench.goals import Goal
from bench.habits import Habit
from bench.intervals import Figure
from bench.knee import Knee
from bench.nine_symptoms import SPELLS
from bench.plan import RATES, SHOWN, Size, Thresholds
from bench.trials import Group

INTRODUCTION = """\
# What the two detectors find, on simulated diaries

Nothing on this page was measured on people, except where it says "real diary". The diaries are
made by `bench/pain_mood.py` and `bench/nine_symptoms.py`; the truth in them is known, and a day
is missing more often when the person is low. How well the patterns agree with what a clinician
would say is not known.
"""
HOW_COUNTED = """\
Our thresholds are fixed; those of other rules are chosen on other people than these. Brackets hold
95 % intervals: Wilson's for shares, exact ones for rates (Fay and Feuer's for the mix of 60 %
stable, 30 % seasonal and 10 % flaring people), order statistics for days.
"""

GOALS = """\
## Goals

A goal is missed when the whole interval lies on the wrong side of its bound, and not decided when
only the figure does. 30 % of days are missing where nothing else is said.
"""
WORSENING = """\
## Pain and mood worsening together

Found: opened in the 57 days from the ramp's start, or open already on the day before. Intervals
are the 90 % intervals of both changes, against what the days would show on average; at an opening
they are shown because the change looked large, so they hold less often where nothing happened.
"""
RULES = """\
## The same beside other rules

![Found against false alarms](detection.svg)

Thresholds that give 0.1 false alarms a year among other people; the same machine opens and closes.
"""
PATTERN = """\
## The symptom pattern

Found: opened from 7 days before the spell's start to 42 after it.
"""
SYMPTOM_RULES = """\
## The symptom pattern beside other rules

![Found against wrongly opened](detection-symptoms.svg)
"""
CEILING = """\
## How far from the best

An oracle knows every person's true noise and what may happen to people, and asks each day how
likely it has become (`bench/oracle.py`, `bench/pattern_oracle.py`). It is held at our rate of
being wrong. No rule that has to learn a person from the diary can be expected to pass it.
"""
KNEE = """\
## A real diary

One person's, public; two fifths of its days are missing. Worsening is added to it as a ramp.
"""
HABITS = """\
## Habits of other diaries
"""


def introduction(today: date, seed: int, size: Size) -> str:
    return (
        f"{INTRODUCTION}\n"
        f"Run of {today}: `manage.py bench detection --seed {seed}`; {size.people:,} people of\n"
        f"each kind and share of missing days ({size.batch * size.others} for the other rules, "
        f"{size.oracle} for the oracles).\n"
        f"{HOW_COUNTED}"
    )


def goals_table(goals: Iterable[Goal]) -> str:
    """One row a goal; 30 % of days are missing where nothing else is said."""
    rows = [
        (goal.of, _figure(goal.figure), _bound(goal), _number(goal.aim), _verdict(goal))
        for goal in goals
    ]
    return _table(("goal", "figure", "bound", "aim", ""), rows)


def worsening_table(results: Results) -> str:
    """Our rule on every kind of people who record pain and mood."""
    rows = []
    for group, result in results.items():
        if group.kind not in pain_mood.COURSES:
            continue
        ours = result.ours
        nothing = group.kind in pain_mood.MIX
        rows.append(
            (
                group.kind + (" (harsh)" if group.harsh else ""),
                _percent(group.missing),
                "" if nothing else _figure(found(ours)),
                "" if nothing else _figure(found(ours, result.large)),
                "" if nothing else _figure(part(ours.already)),
                "" if nothing else _days(ours),
                _figure(part(ours.aside)),
                _figure(rate(ours)),
                *map(_figure, coverage_of(result)[: 1 if nothing else 2]),
                *([""] * nothing),
            )
        )
    head = ("people", "missing", "found", "… both ≥ 2 points", "already open", "days, median / p90")
    more = ("opened on days 70–169", "openings a year", "intervals hold", "… at the opening")
    return _table((*head, *more), rows)


def mixed_table(results: Results) -> str:
    """False alarms of our rule in the mix of people to whom nothing happens."""
    rows = []
    for missing, harsh in ((g.missing, g.harsh) for g in results if g.kind == "stable"):
        seen = sum(years(results[Group(kind, missing, harsh)].ours) for kind in pain_mood.MIX)
        where = _percent(missing) + (" (harsh)" if harsh else "")
        rows.append((where, _figure(mixed(results, missing, harsh)), f"{seen:,.0f}"))
    return _table(("missing", "false alarms a year", "user-years"), rows)


def rules_table(results: Results, thresholds: Thresholds) -> str:
    """Every rule at the threshold that gave SHOWN openings a year among other people."""
    place = RATES.index(SHOWN)
    rows = []
    for rule in rules.SCORES:
        counts = {kind: _at(results, kind, rule, place) for kind in pain_mood.MIX}
        joint = results[Group("together", 0.3)]
        count = _at(results, "together", rule, place)
        large = joint.large[: len(count.within)]
        often = _at(results, "together", rule, RATES.index(0.5))
        rows.append(
            (
                rule,
                f"{thresholds[rule][place]:.2f}",
                _figure(mixed_rate(counts)),
                _figure(found(count)),
                _figure(found(count, large)),
                f"{found(often).value:.2f}",
                _days(count),
                f"{part(_at(results, 'pain only', rule, place).aside).value:.2f}",
                f"{part(_at(results, 'mood only', rule, place).aside).value:.2f}",
            )
        )
    head = ("rule", "threshold", "false alarms a year", "found", "… both ≥ 2 points")
    more = ("found at .5 a year", "days, median / p90", "pain only opened", "mood only opened")
    return _table((*head, *more), rows)


def pattern_table(results: Results) -> str:
    """Our rule on every kind of people who answer the nine questions."""
    rows = []
    for group, result in results.items():
        if group.kind not in SPELLS:
            continue
        spell = group.kind in ("episode", "borderline")
        ours = result.ours
        rows.append(
            (
                group.kind,
                _percent(group.missing),
                _figure(part(ours.within)) if spell else "",
                _days(ours) if spell else "",
                "" if spell else _figure(part(ours.openings > 0)),
                "" if spell else _figure(rate(ours)),
                f"{years(ours):,.0f}",
            )
        )
    head = ("people", "missing", "found", "days after the 14th, median / p90")
    return _table((*head, "opened", "openings a year", "user-years"), rows)


def symptom_rules_table(results: Results) -> str:
    """Every rule for the nine questions, side by side."""
    rows = []
    for rule in symptom_rules.RULES:
        episode, full = (by_rule(results, Group("episode", m), rule) for m in (0.3, 0.0))
        others = {kind: by_rule(results, Group(kind, 0.3), rule) for kind in SPELLS}
        rows.append(
            (
                rule,
                f"{part(full.within).value:.2f}",
                _figure(part(episode.within)),
                _days(episode),
                f"{part(others['borderline'].within).value:.2f}",
                f"{part(others['3-4 symptoms'].openings > 0).value:.2f}",
                f"{part(others['no core'].openings > 0).value:.2f}",
                *(
                    f"{rate(others[kind]).value:.2f}"
                    for kind in ("healthy", "chronic pain", "brief", "cyclic")
                ),
            )
        )
    head = ("rule", "found, nothing missing", "found", "days after the 14th, median / p90")
    more = ("borderline found", "opened: 3–4 symptoms", "opened: no core")
    yearly = ("healthy, a year", "chronic pain, a year", "brief, a year", "cyclic, a year")
    return _table((*head, *more, *yearly), rows)


def knee_table(knee: Knee, smaller: Knee) -> str:
    """The real diary as it is, and made worse."""
    rows = [
        ("alarms as it is", f"{knee.alarms} in {knee.years:.1f} evaluable years", ""),
        ("found, worse by 2 points", _figure(found(knee.injected)), _days(knee.injected)),
        ("found, worse by 1.5 points", _figure(found(smaller.injected)), _days(smaller.injected)),
    ]
    return _table(("real diary", "figure", "days, median / p90"), rows)


def ceiling_table(ceilings: Iterable[Ceiling]) -> str:
    """What the oracles find beside ours, and how far we are from them."""
    rows = []
    for ceiling in ceilings:
        rows.append((ceiling.wrong, _figure(ceiling.ours), _figure(ceiling.oracle), "", "", ""))
        for row in ceiling.rows:
            ours, best = row.our_delay.value, row.oracle_delay.value
            rows.append(
                (
                    row.of,
                    _figure(row.ours),
                    _figure(row.oracle),
                    _signed(row.oracle.value - row.ours.value, 2),
                    f"{_signed(ours)} / {_signed(best)}",
                    _signed(ours - best),
                )
            )
    head = ("", "ours", "oracle", "distance", "median days, ours / oracle", "distance")
    return _table(head, rows)


def habits_table(habits: Iterable[Habit]) -> str:
    return _table(("habit", "what is true", "what is shown"), habits)


def figures_table(head: Sequence[str], rows: Iterable[Sequence[str | Figure]]) -> str:
    """A table of texts and figures."""
    shown = [[cell if isinstance(cell, str) else _figure(cell) for cell in row] for row in rows]
    return _table(head, shown)


def _at(results: Results, kind: str, rule: str, place: int) -> Count:
    return results[Group(kind, 0.3)].others[rule][place]


def by_rule(results: Results, group: Group, rule: str) -> Count:
    result = results[group]
    return result.ours if rule == symptom_rules.OURS else result.others[rule][0]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _figure(figure: Figure) -> str:
    """A figure with its interval, as short as it can be told."""
    if np.isnan(figure.value):
        return "–"
    return f"{_number(figure.value)} ({_number(figure.low)} … {_number(figure.high)})"


def _number(value: float | None) -> str:
    if value is None or np.isnan(value):
        return ""
    size = abs(value)
    digits = 3 if size < 0.1 else 2 if size < 2 else 1 if size < 10 else 0
    whole = value == int(value) if np.isfinite(value) else False
    return f"{value:.{0 if whole else digits}f}".replace("-", "−")


def _bound(goal: Goal) -> str:
    ends = (("≥", goal.least), ("≤", goal.most))
    return ", ".join(f"{sign} {bound:g}" for sign, bound in ends if bound is not None)


def _verdict(goal: Goal) -> str:
    if goal.least is None and goal.most is None:
        return "aim only"
    if goal.missed:
        return "**missed**"
    return "met" if goal.reached else "not decided"


def _days(count: Count) -> str:
    middle, late = delay(count, 0.5).value, delay(count, 0.9).value
    return "–" if np.isnan(middle) else f"{_signed(middle)} / {_signed(late)}"


def _signed(value: float, digits: int = 0) -> str:
    """A number with its sign, and 0 without one."""
    rounded = round(value, digits)
    return "0" if rounded == 0 else f"{rounded:+.{digits}f}".replace("-", "−")


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"
