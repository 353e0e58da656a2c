"""A sustained pattern of symptoms: nine daily answers, read over fourteen dates.

The question is how likely it is that at least five of nine symptoms, a core one among them, were
present on ten or more of the last fourteen dates, given the dates that were answered. Missing
dates are integrated out; they are never taken for absent. Detection notes, section A.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from diary.analysis.chances import chance_of_at_least, chances_of_presence
from diary.analysis.states import (
    CLEAR,
    INSUFFICIENT,
    LEARNING,
    UNCLEAR,
    Machine,
    States,
    status_of,
    step,
)
from diary.analysis.windows import (
    Bools,
    Floats,
    Integers,
    blocks,
    joined,
    require_whole,
    windows_ending,
)

CORE = 2  # the first two of the nine: low mood, loss of interest
SYMPTOM_MACHINE = Machine(open_at=0.80, open_days=2, close_at=0.24, close_days=7, reopen_within=14)


@dataclass(frozen=True)
class SymptomRule:
    """The parameters of the symptom pattern, from the detection notes, A."""

    window: int = 14  # dates
    present_at: int = 2  # grade, in either direction: "most of the day"
    days_needed: int = 10  # of the window, "nearly every day"; 12 would halve what is found
    symptoms_needed: int = 5  # of 9, at least one of them core
    nearness: float = 0.6  # weight of an answer one date away; its square two dates away, …
    median_answered: int = 4  # dates of the window, over the nine symptoms
    day_answered: int = 5  # symptoms that make an answered day
    week_answered: int = 2  # answered days in either half of the window
    fresh_days: int = 4  # today and the three dates before it hold an answer
    seen_needed: int = 14  # dates since the first answer
    machine: Machine = SYMPTOM_MACHINE


SYMPTOM_RULE = SymptomRule()


class SymptomReading(NamedTuple):
    """What the windows ending on each day show: ``(diaries, days)``, each symptom
    ``(diaries, 9, days)``. Counts are days of the window."""

    answered: Integers  # answered days
    enough: Bools  # every clause of "evaluable" but `seen`
    probability: Floats  # of the pattern
    low: Bools  # the verdict with every missing answer absent …
    high: Bools  # … and with every one present
    symptom_present: Integers
    symptom_answered: Integers
    symptom_probability: Floats  # of this symptom on `days_needed` days


@dataclass(frozen=True)
class SymptomWalk:
    """Every walked day, ``(diaries, days)``. Both kinds of ``probability`` in ``reading`` are
    NaN on a day that is not evaluable; ``low`` and ``high`` hold on every day."""

    states: States  # after the day
    status: Integers  # indices into STATUSES
    evaluable: Bools
    reading: SymptomReading


def walk_symptoms(
    symptoms: Floats,
    first: Integers,
    start: States,
    *,
    history: int,
    rule: SymptomRule = SYMPTOM_RULE,
) -> SymptomWalk:
    """Look over diaries from ``first`` on, each from its own state.

    ``symptoms`` is ``(diaries, 9, history + days)``: whole grades -3 … 3, core symptoms first,
    NaN = not answered. ``first`` is the ordinal of each diary's first walked day, ``(diaries,)``;
    the ``history`` (13 or more) days before it are read, not walked. ``start`` is the state
    ``(diaries,)`` before it. Raises ValueError for a shorter history or another grade.
    """
    require_whole(symptoms, -3, 3, "a symptom's grade")
    diaries, _, total = symptoms.shape
    days = total - history
    reading = _read_days(symptoms, history, days, rule)
    answered_at_all = (~np.isnan(symptoms[..., history:])).any(axis=1)
    evaluable = np.zeros((diaries, days), bool)
    states = np.zeros((diaries, days), start.dtype)
    state = start.copy()
    for day in range(days):
        begun = (state["seen"] > 0) | answered_at_all[:, day]
        state["seen"] = np.minimum(state["seen"] + begun, rule.seen_needed)
        evaluable[:, day] = reading.enough[:, day] & (state["seen"] == rule.seen_needed)
        score = reading.probability[:, day]
        state = step(state, first + day, evaluable[:, day], score, rule.machine)
        states[:, day] = state
    return SymptomWalk(
        states=states,
        status=_status(states, evaluable, reading.probability, rule),
        evaluable=evaluable,
        reading=reading._replace(
            probability=np.where(evaluable, reading.probability, np.nan),
            symptom_probability=np.where(evaluable[:, None], reading.symptom_probability, np.nan),
        ),
    )


def read_symptoms(windows: Floats, rule: SymptomRule = SYMPTOM_RULE) -> SymptomReading:
    """Read windows ``(diaries, 9, days, window)``, each by itself.

    Nobody answered: nothing is likely, nothing is excluded.

    >>> reading = read_symptoms(np.full((1, 9, 1, 14), np.nan))
    >>> reading.enough, reading.probability, reading.low, reading.high
    (array([[False]]), array([[0.]]), array([[False]]), array([[ True]]))
    """
    answered = ~np.isnan(windows)
    present = np.abs(windows) >= rule.present_at
    days_answered = answered.sum(axis=-1)
    days_present = present.sum(axis=-1)
    presence = chances_of_presence(present, answered, rule.nearness)
    met = chance_of_at_least(rule.days_needed, np.where(answered, 0.0, presence), days_present)
    met = np.where(days_answered > 0, met, 0.0)  # a question that is never asked adds nothing
    days_possible = days_present + rule.window - days_answered
    answered_days = answered.sum(axis=1) >= rule.day_answered
    return SymptomReading(
        answered=answered_days.sum(axis=-1),
        enough=_enough(answered, days_answered, answered_days, rule),
        probability=probability_of_pattern(met, rule),
        low=_is_pattern(days_present >= rule.days_needed, rule),
        high=_is_pattern(days_possible >= rule.days_needed, rule),
        symptom_present=days_present,
        symptom_answered=days_answered,
        symptom_probability=met,
    )


def _read_days(symptoms: Floats, first: int, days: int, rule: SymptomRule) -> SymptomReading:
    windows = windows_ending(symptoms, first, days, rule.window)
    read = [read_symptoms(windows[:, :, block], rule) for block in blocks(len(symptoms), days)]
    return SymptomReading(*joined(read))


def _enough(
    answered: Bools, days_answered: Integers, answered_days: Bools, rule: SymptomRule
) -> Bools:
    median = np.sort(days_answered, axis=1)[:, days_answered.shape[1] // 2]
    fresh = answered[..., -rule.fresh_days :].any(axis=(1, -1))
    half = rule.window // 2
    earlier = answered_days[..., :half].sum(axis=-1)
    later = answered_days[..., half:].sum(axis=-1)
    both_weeks = (earlier >= rule.week_answered) & (later >= rule.week_answered)
    return (median >= rule.median_answered) & fresh & both_weeks


def probability_of_pattern(met: Floats, rule: SymptomRule) -> Floats:
    """From each symptom's probability ``(diaries, 9, days)``; symptoms taken as independent.

    >>> probability_of_pattern(np.zeros((1, 9, 1)), SYMPTOM_RULE)
    array([[0.]])

    The others are sorted, most likely first: their order then cannot change a bit, and what is
    certain is settled before anything is rounded, so the probability keeps within the bounds.
    """
    mood, interest = met[:, 0], met[:, 1]
    both = mood * interest
    one = mood * (1 - interest) + (1 - mood) * interest
    others = np.moveaxis(np.sort(met[:, CORE:], axis=1)[:, ::-1], 1, -1)
    with_one = chance_of_at_least(rule.symptoms_needed - 1, others)
    with_both = chance_of_at_least(rule.symptoms_needed - 2, others)
    return np.minimum(one * with_one + both * with_both, 1.0)


def _is_pattern(met: Bools, rule: SymptomRule) -> Bools:
    return (met.sum(axis=1) >= rule.symptoms_needed) & met[:, :CORE].any(axis=1)


def _status(states: States, evaluable: Bools, probability: Floats, rule: SymptomRule) -> Integers:
    learning = states["seen"] < rule.seen_needed
    unevaluable = np.where(learning, LEARNING, INSUFFICIENT)
    evaluated = np.where(probability < rule.machine.close_at, CLEAR, UNCLEAR)
    return status_of(states, np.where(evaluable, evaluated, unevaluable))
