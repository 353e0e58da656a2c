"""Other rules for "several symptoms on most days of two weeks", each read like ours.

A rule reads diaries ``(people, 9, days)`` and gives a score ``(people, days)``, NaN where it has
too little; 0.80 and above on two days opens. Detection notes, sections A and F.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bench.counting import FIRST_DAY, Watch, watch, watched
from diary.analysis import SYMPTOM_RULE, SymptomRule, SymptomWalk, initial_states, walk_symptoms
from diary.analysis.symptoms import CORE
from diary.analysis.windows import Floats, Integers

WINDOW = 14
SELF_HARM = 8
NEEDED = 10  # days of the window
WATCHED = 42  # days from which an EWMA chart learns what is ordinary


def look_over(symptoms: Floats, rule: SymptomRule = SYMPTOM_RULE) -> SymptomWalk:
    """Our rule over diaries ``(people, 9, days)`` of grades, each from its first day on."""
    people = len(symptoms)
    before = np.full((people, symptoms.shape[1], WINDOW - 1), np.nan)
    return walk_symptoms(
        np.concatenate([before, symptoms], axis=-1),
        np.full(people, FIRST_DAY),
        initial_states(people),
        history=WINDOW - 1,
        rule=rule,
    )


def watch_by(rule: SymptomRule) -> Callable[[Floats], Watch]:
    def watch_diaries(symptoms: Floats) -> Watch:
        walk = look_over(symptoms, rule)
        return watched(walk.states, walk.evaluable)

    return watch_diaries


def watch_score(score: Callable[[Floats], Floats]) -> Callable[[Floats], Watch]:
    return lambda symptoms: watch(score(symptoms), SYMPTOM_RULE.machine)


def calendar(symptoms: Floats) -> Floats:
    """Ten of the fourteen dates, and a date without an answer is one without the symptom."""
    present, _ = _counts(symptoms)
    return _verdict(present >= NEEDED)


def answered_share(symptoms: Floats, least: float = 0.70, needed: int = 8) -> Floats:
    """A share of the answered days, where there are enough of them."""
    present, answered = _counts(symptoms)
    met = present >= least * np.maximum(answered, 1)
    return _unless_few(_verdict(met & (answered >= needed)), answered, needed)


def last_entries(symptoms: Floats) -> Floats:
    """Ten of the last fourteen entries, whenever they were made."""
    present = np.nan_to_num(symptoms) >= SYMPTOM_RULE.present_at
    entry = (~np.isnan(symptoms)).any(axis=1)
    score = np.full(entry.shape, np.nan)
    for person in range(len(symptoms)):
        days = np.flatnonzero(entry[person])
        counts = _trailing(present[person, :, days].T[None])
        score[person, days] = _verdict(counts >= NEEDED)[0]
    return score


def sum_score(symptoms: Floats, needed: int = 6) -> Floats:
    """Each symptom 0 … 3 by its share of the answered days, and ten points or more."""
    points, answered = _questionnaire(symptoms)
    return _unless_few((points.sum(axis=1) >= 10) * 1.0, answered, needed)


def more_than_half(symptoms: Floats, needed: int = 6) -> Floats:
    """Five symptoms, a core one among them, on more than half of the days; self-harm on any."""
    points, answered = _questionnaire(symptoms)
    met = points >= 2
    met[:, SELF_HARM] = points[:, SELF_HARM] >= 1
    return _unless_few(_verdict(met), answered, needed)


def symptom_chart(symptoms: Floats, weight: float = 0.15, limit: float = 4.0) -> Floats:
    """An EWMA chart of how many symptoms a day brings, against the first six weeks."""
    entry = (~np.isnan(symptoms)).any(axis=1)
    count = (np.nan_to_num(symptoms) >= SYMPTOM_RULE.present_at).sum(axis=1)
    learnt = entry[:, :WATCHED]
    days = np.maximum(learnt.sum(axis=1), 2)
    mean = (count[:, :WATCHED] * learnt).sum(axis=1) / days
    square = ((count[:, :WATCHED] - mean[:, None]) ** 2 * learnt).sum(axis=1)
    error = np.sqrt(np.maximum(square / (days - 1), 0.1) * weight / (2 - weight))
    moving, chart = mean, np.full(entry.shape, np.nan)
    for day in range(WATCHED, entry.shape[1]):
        moving = moving + np.where(entry[:, day], weight * (count[:, day] - moving), 0)
        chart[:, day] = moving >= mean + limit * error
    return chart


OURS = "chance of ten of fourteen days (ours)"
RULES: dict[str, Callable[[Floats], Watch]] = {
    OURS: watch_by(SYMPTOM_RULE),
    "the same, six answered days needed": watch_by(replace(SYMPTOM_RULE, median_answered=6)),
    "the same, neighbours weigh nothing, eight needed": watch_by(
        replace(SYMPTOM_RULE, nearness=0.0, median_answered=8)
    ),
    "ten of fourteen dates, missing = absent": watch_score(calendar),
    "seven tenths of eight or more answered days": watch_score(answered_share),
    "ten of the last fourteen entries": watch_score(last_entries),
    "sum score of ten or more": watch_score(sum_score),
    "five symptoms on more than half of the days": watch_score(more_than_half),
    "EWMA chart of the number of symptoms": watch_score(symptom_chart),
}


def _counts(symptoms: Floats) -> tuple[Integers, Integers]:
    """Days present and days answered in the windows ending on each day, ``(people, 9, days)``."""
    present = np.nan_to_num(symptoms) >= SYMPTOM_RULE.present_at
    return _trailing(present), _trailing(~np.isnan(symptoms))


def _trailing(happened: np.ndarray) -> Integers:
    """How often in the 14 days ending on each day; fewer days at the beginning."""
    total = happened.cumsum(axis=-1)
    total[..., WINDOW:] = total[..., WINDOW:] - total[..., :-WINDOW].copy()
    return total


def _verdict(met: np.ndarray) -> Floats:
    """1 where five symptoms are met, a core one among them, else 0."""
    enough = met.sum(axis=1) >= SYMPTOM_RULE.symptoms_needed
    return (enough & met[:, :CORE].any(axis=1)) * 1.0


def _questionnaire(symptoms: Floats) -> tuple[Integers, Integers]:
    """Points 0 … 3 of each symptom, from its days as if all fourteen had been answered."""
    present, answered = _counts(symptoms)
    days = np.rint(WINDOW * present / np.maximum(answered, 1))
    return np.searchsorted([2, 7, 12], days, side="right"), answered


def _unless_few(score: Floats, answered: Integers, needed: int) -> Floats:
    return np.where(np.median(answered, axis=1) >= needed, score, np.nan)
