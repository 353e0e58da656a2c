"""Who is looked over in a run of the benchmark, how many of them, and from which seeds."""

from typing import NamedTuple

from bench import nine_symptoms, pain_mood, rules
from bench.crew import Each
from bench.figures import Results
from bench.trials import Group, Trial, choose_thresholds, pooled, run

# Openings a year at which the other rules are held against ours.
RATES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
SHOWN = 0.1  # … the one in the table
CHOOSING, JUDGING = 0, 1  # which set of seeds


Thresholds = dict[str, tuple[float, ...]]  # of each rule, at each of RATES


class Size(NamedTuple):
    """How many people."""

    people: int  # of each kind in each group, for our rules
    batch: int  # … in one trial
    others: int  # trials of a group in which the other rules look as well
    choosing: int  # people on whom the other rules' thresholds are chosen
    oracle: int  # people of each kind for the oracles
    draws: int  # of the real diary
    habits: int


FULL = Size(2000, 500, others=2, choosing=2000, oracle=500, draws=1000, habits=4000)
QUICK = Size(200, 100, others=1, choosing=200, oracle=60, draws=100, habits=500)

_NOTHING_AND_BOTH = (*pain_mood.MIX, "together")
_WITH_ONE_SIDED = (*_NOTHING_AND_BOTH, "pain only", "mood only")
GROUPS = [
    *(Group(kind, 0.0) for kind in _NOTHING_AND_BOTH),
    *(Group(kind, 0.1) for kind in _WITH_ONE_SIDED),
    *(Group(kind, 0.3) for kind in pain_mood.COURSES),
    *(Group(kind, 0.5) for kind in _WITH_ONE_SIDED),
    *(Group(kind, 0.3, harsh=True) for kind in _WITH_ONE_SIDED),
    *(Group(kind, 0.0) for kind in ("episode", "borderline", "3-4 symptoms", "no core")),
    *(Group(kind, 0.1) for kind in ("episode", "borderline")),
    *(Group(kind, 0.3) for kind in nine_symptoms.SPELLS),
    *(Group(kind, 0.5) for kind in nine_symptoms.SPELLS),
]
# The groups that the other rules look over as well.
COMPARED = {
    *(Group(kind, 0.3) for kind in (*_WITH_ONE_SIDED, *nine_symptoms.SPELLS)),
    Group("episode", 0.0),
    Group("borderline", 0.0),
}


def look_over_all(
    each: Each, size: Size, seed: int, groups: list[Group]
) -> tuple[Results, Thresholds]:
    """Every group looked over, and the thresholds of the other rules, at each of RATES."""
    thresholds = choose_all(each, size, seed)
    trials = [
        Trial(group, size.batch, (seed, JUDGING, number), _others(group, number, size, thresholds))
        for group in groups
        for number in range(-(-size.people // size.batch))
    ]
    done = each("looked over", run, [(trial,) for trial in trials])
    by_group: dict[Group, list] = {group: [] for group in groups}
    for trial, result in zip(trials, done, strict=True):
        by_group[trial.group].append(result)
    return {group: pooled(results) for group, results in by_group.items()}, thresholds


def choose_all(each: Each, size: Size, seed: int) -> Thresholds:
    """Each rule's thresholds, from people who are not looked over later."""
    jobs = [(rule, size.choosing, 0.3, (seed, CHOOSING), RATES) for rule in rules.SCORES]
    return dict(zip(rules.SCORES, each("thresholds", choose_thresholds, jobs), strict=True))


def _others(group: Group, number: int, size: Size, thresholds: Thresholds) -> Thresholds | None:
    return thresholds if group in COMPARED and number < size.others else None
