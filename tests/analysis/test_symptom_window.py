"""One window of symptoms: its probability, its bounds, and whether it says enough."""

from itertools import product

import numpy as np
import pytest

from diary.analysis import SYMPTOM_RULE, SymptomRule
from diary.analysis.chances import chances_of_presence
from diary.analysis.symptoms import probability_of_pattern, read_symptoms

from .diaries import random_symptoms

NAN = np.nan


def read(window, rule=SYMPTOM_RULE):
    """The reading of one window ``(9, days)``, each field of it alone."""
    reading = read_symptoms(np.asarray(window, float)[None, :, None], rule)
    return type(reading)(*(field[0, ..., 0] for field in reading))


def window(*ill: int, days: int = 14, present: int = 14) -> np.ndarray:
    """Everything answered; the symptoms ``ill`` (by number) present on the last days."""
    answers = np.zeros((9, days))
    answers[list(ill), days - present :] = 2
    return answers


def enumerated(answers: np.ndarray, rule: SymptomRule) -> float:
    """The pattern's probability, completion by completion of every missing answer."""
    answered = ~np.isnan(answers)
    asked = answered.any(axis=1)
    present = np.abs(answers) >= 2
    chance = chances_of_presence(present, answered, rule.nearness)
    holes = np.argwhere(~answered & asked[:, None])
    probability = 0.0
    for completion in product((False, True), repeat=len(holes)):
        filled, weight = present.copy(), 1.0
        for (symptom, day), yes in zip(holes, completion, strict=True):
            filled[symptom, day] = yes
            weight *= chance[symptom, day] if yes else 1 - chance[symptom, day]
        met = filled.sum(axis=1) >= rule.days_needed
        probability += weight * (met.sum() >= rule.symptoms_needed and met[:2].any())
    return probability


@pytest.mark.parametrize("days", [3, 5, 14])
@pytest.mark.parametrize("share", [0.5, 0.7, 0.9], ids="{:.0%} of days needed".format)
@pytest.mark.parametrize("symptoms_needed", [2, 5, 8])
def test_the_probability_is_that_of_all_completions(days, share, symptoms_needed):
    rng = np.random.default_rng([days, symptoms_needed])
    rule = SymptomRule(
        window=days, days_needed=round(share * days), symptoms_needed=symptoms_needed
    )

    for _ in range(4):
        answers = rng.choice([0.0, 2.0, -3.0], (9, days), p=[0.3, 0.4, 0.3])
        holes = rng.choice(9 * days, size=9, replace=False)
        answers.flat[holes] = NAN

        assert read(answers, rule).probability == pytest.approx(
            enumerated(answers, rule), abs=1e-12
        )


@pytest.mark.parametrize("never_asked", [0, 1, 8])
def test_a_symptom_never_asked_for_counts_as_not_met(never_asked):
    answers = window(0, 2, 3, 4, 5)
    answers[never_asked] = NAN
    answers[3, 2:7] = NAN

    reading = read(answers)

    assert reading.probability == pytest.approx(enumerated(answers, SYMPTOM_RULE), abs=1e-12)
    assert reading.symptom_probability[never_asked] == 0
    assert reading.symptom_answered[never_asked] == 0


VERDICTS = {
    "five with low mood": (window(0, 2, 3, 4, 5), True),
    "five with loss of interest": (window(1, 2, 3, 4, 5), True),
    "all nine": (window(*range(9)), True),
    "four": (window(0, 1, 2, 3), False),
    "seven without a core one": (window(2, 3, 4, 5, 6, 7, 8), False),
    "five on ten days": (window(0, 2, 3, 4, 5, present=10), True),
    "five on nine days": (window(0, 2, 3, 4, 5, present=9), False),
    "nothing at all": (window(), False),
}


@pytest.mark.parametrize(("answers", "pattern"), VERDICTS.values(), ids=VERDICTS)
def test_a_window_without_gaps_leaves_nothing_open(answers, pattern):
    reading = read(answers)

    assert reading.probability == float(pattern)
    assert (reading.low, reading.high) == (pattern, pattern)


@pytest.mark.parametrize(
    ("grade", "present"), [(-3, 14), (-2, 14), (-1, 0), (0, 0), (1, 0), (2, 14), (3, 14)]
)
def test_present_is_most_of_the_day_in_either_direction(grade, present):
    assert read(np.full((9, 14), float(grade))).symptom_present.tolist() == [present] * 9


def test_the_bounds_are_the_verdicts_of_the_worst_and_the_best_reading():
    answers = window(0, 2, 3, 4, 5, present=9)
    answers[0, 0] = NAN
    assert (read(answers).low, read(answers).high) == (False, False)

    answers[2:6, 0] = NAN
    assert (read(answers).low, read(answers).high) == (False, True)

    answers[:6, 0] = 2
    assert (read(answers).low, read(answers).high) == (True, True)


def test_a_symptom_never_asked_for_is_present_in_the_upper_bound():
    answers = window(0, 2, 3, 4)
    answers[8] = NAN

    assert (read(answers).low, read(answers).high) == (False, True)


@pytest.fixture(scope="module")
def random_windows():
    symptoms = random_symptoms(np.random.default_rng(11), 40, 200)
    windows = np.lib.stride_tricks.sliding_window_view(symptoms, 14, axis=-1)[:, :, ::3]
    return windows.copy()


def test_the_bounds_contain_the_probability(random_windows):
    reading = read_symptoms(random_windows)

    assert (reading.low <= reading.probability).all()
    assert (reading.probability <= reading.high).all()
    assert ((reading.probability > 0.01) & (reading.probability < 0.99)).sum() > 100


def test_what_is_certain_stays_exactly_certain_whatever_the_rest_may_be():
    rng = np.random.default_rng(14)
    for _ in range(200):
        answers = window(0, 2, 3, 4, 5, present=10)
        open_ones = [1, 6, 7, 8]
        answers[open_ones] = rng.choice([0.0, 2.0, NAN], (4, 14))
        assert (read(answers).low, read(answers).probability) == (True, 1)


def test_no_probability_is_more_than_one():
    rng = np.random.default_rng(15)
    almost = 1 - rng.random((20_000, 9, 1)) * 10.0 ** -rng.integers(0, 12, (20_000, 9, 1))

    assert probability_of_pattern(almost, SYMPTOM_RULE).max() == 1


def test_one_more_present_day_never_lowers_the_probability(random_windows):
    rng = np.random.default_rng(12)
    before = read_symptoms(random_windows).probability
    for _ in range(10):
        symptom, day = rng.integers(0, 9), rng.integers(0, 14)
        windows = random_windows.copy()
        windows[:, symptom, :, day] = 2
        after = read_symptoms(windows)
        assert (after.probability >= before - 1e-12).all()
        assert (after.low >= read_symptoms(random_windows).low).all()


def test_the_order_of_the_other_symptoms_changes_no_bit(random_windows):
    order = [1, 0, *np.random.default_rng(13).permutation(np.arange(2, 9))]

    before, after = read_symptoms(random_windows), read_symptoms(random_windows[:, order])

    assert after.probability.tobytes() == before.probability.tobytes()


def test_a_core_symptom_cannot_change_places_with_another():
    assert read(window(0, 2, 3, 4, 5)).probability == 1
    assert read(window(6, 2, 3, 4, 5)).probability == 0


def answered_on(*days: int, symptoms: int = 9) -> np.ndarray:
    """A window in which the first symptoms were answered on these days (13 = today) only."""
    answers = np.full((9, 14), NAN)
    answers[:symptoms, list(days)] = 0
    return answers


def together(*parts: np.ndarray) -> np.ndarray:
    return np.fmax.reduce(parts)


ENOUGH = {
    "four days in both weeks": answered_on(0, 3, 9, 13),
    "last answer three days ago": answered_on(0, 3, 5, 6, 8, 10),
    "only one symptom three days ago": together(
        answered_on(0, 3, 5, 6, 7, 8), answered_on(10, symptoms=1)
    ),
    "two days in the earlier week": answered_on(5, 6, 9, 10, 11, 13),
    "two days in the later week": answered_on(0, 1, 2, 3, 4, 12, 13),
    "five of nine symptoms asked": answered_on(0, 3, 9, 13, symptoms=5),
    "four symptoms answered once": together(answered_on(0, 3, 9, 13, symptoms=5), answered_on(13)),
}
NOT_ENOUGH = {
    "three days": answered_on(0, 3, 13),
    "four days, on one of which too few symptoms": together(
        answered_on(0, 3, 13), answered_on(9, symptoms=4)
    ),
    "last answer four days ago": answered_on(0, 3, 5, 6, 7, 8, 9),
    "one day in the earlier week": answered_on(6, 8, 9, 10, 11, 12, 13),
    "one day in the later week": answered_on(0, 1, 2, 3, 4, 5, 13),
    "four of nine symptoms asked": answered_on(*range(14), symptoms=4),
    "a fifth symptom on three days": together(
        answered_on(*range(14), symptoms=4), answered_on(0, 3, 13, symptoms=5)
    ),
    "a second day of four symptoms in the earlier week": together(
        answered_on(5, symptoms=4), answered_on(6, 8, 9, 10, 11, 12, 13)
    ),
    "a second day of four symptoms in the later week": together(
        answered_on(12, symptoms=4), answered_on(0, 1, 2, 3, 4, 5, 13)
    ),
    "no answer": answered_on(),
}


@pytest.mark.parametrize("answers", ENOUGH.values(), ids=ENOUGH)
def test_a_window_says_enough_with(answers):
    assert read(answers).enough


@pytest.mark.parametrize("answers", NOT_ENOUGH.values(), ids=NOT_ENOUGH)
def test_a_window_does_not_say_enough_with(answers):
    assert not read(answers).enough


def test_an_answered_day_has_five_symptoms():
    answers = together(answered_on(1, 2, symptoms=4), answered_on(5, 6, 7, symptoms=5))

    assert read(answers).answered == 3


def test_missing_is_not_absent():
    """Low on every answered day of the two weeks: eight entries are enough to see it."""
    answers = np.full((9, 14), NAN)
    answers[:, [0, 2, 4, 5, 7, 9, 11, 13]] = 0
    answers[:6, [0, 2, 4, 5, 7, 9, 11, 13]] = 2

    reading = read(answers)

    assert reading.symptom_present[:6].tolist() == [8] * 6
    assert reading.probability > 0.8
    assert (reading.low, reading.high) == (False, True)
