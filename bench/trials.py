"""One trial: some people of one kind, looked over by our rule, and by others where asked for.

A trial is small enough to be handed to another process: it names its people by a seed and
gives back counts, not diaries.
"""

from typing import NamedTuple

import numpy as np

from bench import nine_symptoms, pain_mood, rules, symptom_rules
from bench.counting import (
    FIRST_DAY,
    Count,
    Watch,
    count_pattern,
    count_worsening,
    together,
    watch,
    watched,
)
from bench.nine_symptoms import SymptomDiaries, keep_symptoms
from bench.pain_mood import PainMoodDiaries, keep_pain_and_mood
from diary.analysis import WORSENING_RULE, Leg, Machine, WorseningWalk
from diary.analysis.windows import Bools, Floats, Integers

PAIR = Machine(open_at=1.0, open_days=2, close_at=0.5, close_days=5, rest=14, longest=42)
AT_ONCE = 8  # thresholds for which one machine runs
LARGE = 2.0  # points that both series move
KINDS = (*pain_mood.COURSES, *nine_symptoms.SPELLS)


class Group(NamedTuple):
    """Whom a trial looks at."""

    kind: str
    missing: float  # share of days
    harsh: bool = False


class Trial(NamedTuple):
    group: Group
    people: int
    seed: tuple[int, ...]  # of these people, together with the kind
    thresholds: dict[str, tuple[float, ...]] | None = None  # of other rules; None: ours alone


class Coverage(NamedTuple):
    """Whether the shown interval of a change held the true one: 1, 0, NaN = nothing shown."""

    any_day: Floats  # (people, 2): pain, mood, on a day drawn from those that could show one
    opening: Floats  # … on the day an episode opened


class Result(NamedTuple):
    ours: Count
    large: Bools | None = None  # (people,): both series move by two points or more
    coverage: Coverage | None = None
    others: dict[str, list[Count]] | None = None  # by rule, by threshold


def diaries_of(trial: Trial) -> PainMoodDiaries | SymptomDiaries:
    kind, missing, harsh = trial.group
    rng = np.random.default_rng([*trial.seed, KINDS.index(kind), round(100 * missing), harsh])
    if kind in nine_symptoms.SPELLS:
        return keep_symptoms(rng, kind, trial.people, missing)
    return keep_pain_and_mood(rng, kind, trial.people, missing, harsh)


def run(trial: Trial) -> Result:
    """Look the people of a trial over and count."""
    diaries = diaries_of(trial)
    if isinstance(diaries, SymptomDiaries):
        return _run_pattern(diaries, trial)
    return _run_worsening(diaries, trial)


def _run_pattern(diaries: SymptomDiaries, trial: Trial) -> Result:
    def counted(rule: str) -> Count:
        return count_pattern(symptom_rules.RULES[rule](diaries.symptoms), diaries.start)

    others = None
    if trial.thresholds is not None:
        others = {
            rule: [counted(rule)] for rule in symptom_rules.RULES if rule != symptom_rules.OURS
        }
    return Result(counted(symptom_rules.OURS), others=others)


def _run_worsening(diaries: PainMoodDiaries, trial: Trial) -> Result:
    walk = rules.look_over(diaries.pain, diaries.mood)
    seen = watched(walk.states, walk.evaluable)
    others = None
    if trial.thresholds is not None:
        others = {
            rule: count_at(rules.SCORES[rule](diaries.pain, diaries.mood), heights, diaries.start)
            for rule, heights in trial.thresholds.items()
        }
    return Result(
        ours=count_worsening(seen, diaries.start),
        large=np.minimum(abs(diaries.pain_size), abs(diaries.mood_size)) >= LARGE,
        coverage=_coverage(diaries, walk, trial.seed),
        others=others,
    )


def count_at(score: Floats, heights: tuple[float, ...], start: Integers) -> list[Count]:
    """What a score finds when it opens at each of these heights and closes at half of them."""
    counts = []
    for begin in range(0, len(heights), AT_ONCE):
        scaled = [score / height for height in heights[begin : begin + AT_ONCE]]
        seen = watch(np.concatenate(scaled), PAIR)
        parts = zip(*(np.split(field, len(scaled)) for field in seen), strict=True)
        counts += [count_worsening(Watch(*part), start) for part in parts]
    return counts


def choose_thresholds(
    rule: str, people: int, missing: float, seed: tuple[int, ...], rates: tuple[float, ...]
) -> tuple[float, ...]:
    """The heights at which a rule opens so often a year among people to whom nothing happens."""
    groups = [
        Trial(Group(kind, missing), round(part * people), seed)
        for kind, part in pain_mood.MIX.items()
    ]
    diaries = [diaries_of(group) for group in groups]
    score = np.concatenate([rules.SCORES[rule](group.pain, group.mood) for group in diaries])
    start = np.concatenate([group.start for group in diaries])
    return heights_at(score, start, rates)


def heights_at(score: Floats, start: Integers, rates: tuple[float, ...]) -> tuple[float, ...]:
    """The heights at which scores ``(people, days)`` open so often a year."""
    candidates = np.nanquantile(score, 1 - np.geomspace(0.3, 3e-5, 40))
    candidates = np.unique(candidates[candidates > 0])
    counts = count_at(score, tuple(candidates), start)
    found = [pain_mood.YEAR * count.openings.sum() / count.evaluable.sum() for count in counts]
    falling = np.minimum.accumulate(found)
    return tuple(float(np.interp(-rate, -falling, candidates)) for rate in rates)


def _coverage(diaries: PainMoodDiaries, walk: WorseningWalk, seed: tuple[int, ...]) -> Coverage:
    """Whether both intervals held the true change, on one day a person and at an opening."""
    people, days = walk.evaluable.shape
    holds = np.stack(
        [
            _holds(walk.pain, diaries.expected_pain, walk),
            _holds(walk.mood, diaries.expected_mood, walk),
        ]
    )
    shown = ~np.isnan(holds).any(axis=0) & (np.arange(days) >= diaries.start[:, None])
    lot = np.random.default_rng([*seed, 1]).random((people, days))
    drawn = np.where(shown, lot, -1.0).argmax(axis=1)
    opened = watched(walk.states, walk.evaluable).opened & shown
    return Coverage(_on(holds, drawn, shown), _on(holds, opened.argmax(axis=1), opened))


def _on(holds: Floats, day: Integers, known: Bools) -> Floats:
    """The two legs on one day of each person, NaN where there is no such day: ``(people, 2)``."""
    each = np.arange(len(day))
    return np.where(known[each, day], holds[:, each, day], np.nan).T


def _holds(leg: Leg, expected: Floats, walk: WorseningWalk) -> Floats:
    """Whether the interval holds the change of what the days would show on average."""
    rule = WORSENING_RULE
    before = np.zeros((len(expected), rule.history))
    total = np.concatenate([before, expected.cumsum(axis=1)], axis=1)
    today = rule.history + np.arange(expected.shape[1])
    recent = (total[:, today] - total[:, today - rule.shown_days]) / rule.shown_days
    ends = _usual_ends(walk, today)
    each = np.arange(len(expected))[:, None]
    begins = ends - rule.usual_days
    usual = (total[each, ends] - total[each, begins]) / rule.usual_days
    # A usual that would begin before the diary did is not compared.
    known = walk.evaluable & (begins >= rule.history - 1)
    inside = (leg.low <= recent - usual) & (recent - usual <= leg.high)
    return np.where(known, inside, np.nan)


def _usual_ends(walk: WorseningWalk, today: Integers) -> Integers:
    """The last day of each day's usual, ``(people, days)``; frozen while an episode is open."""
    states = walk.states
    open_today = (states["opened_on"] > 0) & (
        (states["closed_on"] == 0) | (states["closed_on"] == FIRST_DAY + today - today[0])
    )
    of = np.where(open_today, states["opened_on"] - FIRST_DAY + today[0], today)
    return of - WORSENING_RULE.usual_ends


def pooled(results: list[Result]) -> Result:
    """The results of several trials of one group as one."""
    first = results[0]
    others = None
    if first.others is not None:
        others = {
            rule: [
                together([r.others[rule][i] for r in results if r.others]) for i in range(len(c))
            ]
            for rule, c in first.others.items()
        }
    if first.coverage is None:
        return Result(together([r.ours for r in results]), others=others)
    return Result(
        ours=together([r.ours for r in results]),
        large=np.concatenate([r.large for r in results]),
        coverage=Coverage(
            *(np.concatenate(field) for field in zip(*(r.coverage for r in results), strict=True))
        ),
        others=others,
    )
