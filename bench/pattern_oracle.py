"""The best that could be hoped for on nine symptoms: a detector that knows what nobody knows.

It knows how often each symptom comes on this person's ordinary days, how often inside a spell, and
the families of spells; it asks each day how much more likely the answers are with a spell of five
or more symptoms, a core one among them, begun within the last eight weeks and still going on, than
without any, with three or four symptoms, with none of the core, or with spells of less than a week,
once or every four weeks. It does not know which symptoms, nor since when.

It takes the symptoms of a day, and a symptom's days, for independent, which they are not quite:
a strong reference rather than a proof.
"""

from math import comb

import numpy as np

from bench.nine_symptoms import CORE, CYCLE, DAYS, SymptomDiaries
from diary.analysis import SYMPTOM_RULE
from diary.analysis.windows import Bools, Floats, Integers

BACK = 56  # days within which a spell has begun
STARTS = 2  # days between the starts that are asked about
FULL, BORDERLINE = 0.915, 0.86  # middle chance of a symptom inside a spell
OUTSIDE = 0.15  # least chance of the others
SHORT = 8  # days of the longest short spell
SURE = 60.0  # a symptom's log ratio beyond which it is settled
FIRST_ASKED = 27  # the first day that has a few starts behind it


def score_by_oracle(diaries: SymptomDiaries) -> Floats:
    """The log likelihood ratio on each day, ``(people, days)``; NaN on the first four weeks."""
    answered = ~np.isnan(diaries.symptoms)
    present = np.nan_to_num(diaries.symptoms) >= SYMPTOM_RULE.present_at
    base = diaries.base
    full = _ratios(present, answered, FULL, base)
    weak = _ratios(present, answered, BORDERLINE, base)
    others = _ratios(present, answered, np.maximum(base, OUTSIDE), base)
    score = np.full((len(base), DAYS), np.nan)
    for today in range(FIRST_ASKED, DAYS):
        since = np.arange(max(0, today - BACK + 1), today + 1, STARTS)
        lasting = [_sums(ratios, since, np.full_like(since, today + 1)) for ratios in (full, weak)]
        going_on = _sums(others, since, np.full_like(since, today + 1))
        over = np.minimum(since + SHORT, today + 1)
        short, short_others = _sums(full, since, over), _sums(others, since, over)
        cycles = _cycles(full, today), _cycles(others, today)
        pattern = _mean(lasting[0], going_on, (6, 7, 8)) / 2 + _mean(lasting[1], going_on, (5,)) / 2
        other = (
            1
            + _mean(lasting[0], going_on, (3, 4))
            + _mean(lasting[0], going_on, (5, 6), core=False)
            + _mean(short, short_others, (6, 7, 8))
            + _mean(*cycles, (5, 6, 7))
        )
        score[:, today] = np.log(pattern) - np.log(other)
    return score


def _ratios(present: Bools, answered: Bools, chance: Floats | float, base: Floats) -> Floats:
    """Running log ratios of a chance against the base, ``(people, 9, 1 + days)``."""
    each = np.where(present, np.log(chance / base), np.log((1 - chance) / (1 - base)))
    total = (answered * each).cumsum(axis=-1)
    return np.concatenate([np.zeros((*total.shape[:2], 1)), total], axis=-1)


def _sums(running: Floats, since: Integers, until: Integers) -> Floats:
    """Log ratios from each start to each end, ``(people, 9, starts)``."""
    return running[..., until] - running[..., since]


def _cycles(running: Floats, today: int) -> Floats:
    """Log ratios of short spells every four weeks, by the day on which the first one began."""
    first = np.arange(max(0, today - CYCLE + 1), today + 1, STARTS)
    total = np.zeros((*running.shape[:2], len(first)))
    for back in range(0, BACK, CYCLE):
        begin = np.maximum(first - back, 0)
        total += _sums(running, begin, np.clip(first - back + SHORT, begin, today + 1))
    return total


def _mean(inside: Floats, outside: Floats, sizes: tuple[int, ...], core: bool = True) -> Floats:
    """The mean ratio ``(people,)`` over starts and over which symptoms a spell of these sizes
    brings: a core one among them, or none of the core."""
    ratio = np.exp(np.clip(inside - outside, -SURE, SURE))
    rest = np.exp(np.clip(outside.sum(axis=1), -SURE, SURE))
    without = _products(ratio[:, CORE:], max(sizes))
    symptoms = ratio.shape[1]
    if core:
        whole = _products(ratio, max(sizes))
        means = [
            (whole[size] - without[size]) / (comb(symptoms, size) - comb(symptoms - CORE, size))
            for size in sizes
        ]
    else:
        means = [without[size] / comb(symptoms - CORE, size) for size in sizes]
    return (np.mean(means, axis=0) * rest).mean(axis=-1)


def _products(ratio: Floats, largest: int) -> list[Floats]:
    """Sums of products over all sets of so many symptoms: the elementary symmetric polynomials."""
    sums = [np.ones_like(ratio[:, 0])] + [np.zeros_like(ratio[:, 0]) for _ in range(largest)]
    for symptom in range(ratio.shape[1]):
        for size in range(min(symptom + 1, largest), 0, -1):
            sums[size] = sums[size] + sums[size - 1] * ratio[:, symptom]
    return sums
