"""How far our rules are from what the oracles reach at the same rate of being wrong.

Same for worsening: openings a year in the mix of people to whom nothing happens. Same for the
symptom pattern: the share of people opened, over people who come near a pattern without having it.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from bench import oracle, pattern_oracle
from bench.counting import Count, count_pattern, count_worsening, together, watch
from bench.crew import Each
from bench.figures import Results, delay, found, mixed_rate, part
from bench.intervals import Figure
from bench.pain_mood import MIX
from bench.plan import CHOOSING, JUDGING, Size
from bench.trials import PAIR, Group, Trial, diaries_of, heights_at
from diary.analysis import Machine
from diary.analysis.windows import Floats, Integers

MISSING = 0.3
BATCH = 50
NEAR = ("3-4 symptoms", "no core", "brief", "cyclic")
LASTING = Machine(open_at=1.0, open_days=2, close_at=0.5, close_days=7, reopen_within=14)
HEIGHTS = tuple(np.arange(0.5, 20, 0.5))  # log likelihood ratios


class Row(NamedTuple):
    """One kind of people: what we find and what the oracle finds, with delays in days."""

    of: str
    ours: Figure
    oracle: Figure
    our_delay: Figure
    oracle_delay: Figure


class Ceiling(NamedTuple):
    """One question: the rate of being wrong at which both are held, and what they find there."""

    wrong: str
    ours: Figure
    oracle: Figure
    rows: list[Row]


class Scores(NamedTuple):
    """What an oracle makes of some people: ``(people, days)``, and their starts ``(people,)``."""

    score: Floats
    start: Integers


def ask_worsening(trial: Trial) -> Scores:
    diaries = diaries_of(trial)
    flares = trial.group.kind == "flares"
    return Scores(oracle.score_by_oracle(diaries, flares), diaries.start)


def ask_pattern(trial: Trial) -> Scores:
    diaries = diaries_of(trial)
    return Scores(pattern_oracle.score_by_oracle(diaries), diaries.start)


def ceiling_of_worsening(each: Each, size: Size, seed: int, results: Results) -> Ceiling:
    """The oracle's threshold is chosen on other people, at our measured false-alarm rate."""
    ours = {kind: results[Group(kind, MISSING)].ours for kind in MIX}
    wrong = mixed_rate(ours)
    shares = {kind: round(weight * size.oracle) for kind, weight in MIX.items()}
    chosen = _ask(each, ask_worsening, shares, (seed, CHOOSING))
    pooled = Scores(*(np.concatenate(field) for field in zip(*chosen.values(), strict=True)))
    (height,) = heights_at(*pooled, (max(wrong.value, 0.02),))
    people = {**shares, "together": size.oracle, "pain only": size.oracle // 2}
    asked = _ask(each, ask_worsening, people | {"mood only": size.oracle // 2}, (seed, JUDGING))
    counts = {
        kind: count_worsening(watch(scores.score / height, PAIR), scores.start)
        for kind, scores in asked.items()
    }
    joint = results[Group("together", MISSING)].ours
    rows = [_row("found", found(joint), found(counts["together"]), joint, counts["together"])]
    for kind in ("pain only", "mood only"):
        aside = results[Group(kind, MISSING)].ours
        rows.append(
            _row(
                f"{kind}: opened", part(aside.aside), part(counts[kind].aside), aside, counts[kind]
            )
        )
    return Ceiling("false alarms a year", wrong, mixed_rate(counts), rows)


def ceiling_of_pattern(each: Each, size: Size, seed: int, results: Results) -> Ceiling:
    """The oracle's threshold is chosen on other people, at our share of people opened wrongly."""
    ours = together([results[Group(kind, MISSING)].ours for kind in NEAR])
    wrong = part(ours.openings > 0)
    chosen = _ask(each, ask_pattern, dict.fromkeys(NEAR, size.oracle), (seed, CHOOSING))
    opened = [
        np.mean([(_count(scores, height).openings > 0).mean() for scores in chosen.values()])
        for height in HEIGHTS
    ]
    height = float(np.interp(-wrong.value, -np.minimum.accumulate(opened), HEIGHTS))
    kinds = ("episode", "borderline", *NEAR)
    asked = _ask(each, ask_pattern, dict.fromkeys(kinds, size.oracle), (seed, JUDGING))
    counts = {kind: _count(scores, height) for kind, scores in asked.items()}
    rows = []
    for kind in ("episode", "borderline"):
        seen, best = results[Group(kind, MISSING)].ours, counts[kind]
        rows.append(_row(f"{kind}: found", part(seen.within), part(best.within), seen, best))
    near = together([counts[kind] for kind in NEAR])
    return Ceiling("opened without a pattern", wrong, part(near.openings > 0), rows)


def _row(of: str, ours: Figure, best: Figure, our_count: Count, best_count: Count) -> Row:
    return Row(of, ours, best, delay(our_count, 0.5), delay(best_count, 0.5))


def _count(scores: Scores, height: float) -> Count:
    return count_pattern(watch(scores.score / height, LASTING), scores.start)


def _ask(
    each: Each, ask: Callable[[Trial], Scores], people: dict[str, int], seed: tuple[int, ...]
) -> dict[str, Scores]:
    """The oracle's scores of so many people of each kind."""
    jobs = [
        (Trial(Group(kind, MISSING), min(BATCH, count - done), (*seed, done)),)
        for kind, count in people.items()
        for done in range(0, count, BATCH)
    ]
    by_kind: dict[str, list[Scores]] = {kind: [] for kind in people}
    for (trial,), scores in zip(jobs, each("asked the oracle", ask, jobs), strict=True):
        by_kind[trial.group.kind].append(scores)
    return {
        kind: Scores(*(np.concatenate(field) for field in zip(*parts, strict=True)))
        for kind, parts in by_kind.items()
    }
