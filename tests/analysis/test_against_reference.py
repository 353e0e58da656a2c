"""Every day of seeded diaries, as the package and as the plain reference read it."""

import numpy as np
import pytest

from diary.analysis import (
    REASONS,
    STATUSES,
    WorseningRule,
    initial_states,
    walk_symptoms,
    walk_worsening,
)
from diary.analysis.symptoms import SYMPTOM_MACHINE
from diary.analysis.worsening import WORSENING_MACHINE

from . import reference
from .diaries import as_lists, random_levels, random_symptoms

CLOSE = {"rtol": 0, "atol": 1e-9}


def told(state: np.void) -> tuple:
    return (
        int(state["up"]),
        int(state["down"]),
        int(state["idle"]),
        int(state["opened_on"]),
        int(state["closed_on"]),
        REASONS[state["reason"]],
        bool(state["armed"]),
        int(state["seen"]),
    )


def counted_to(machine, state: reference.State) -> tuple:
    """The reference counts on; the package stops where a count has decided."""
    return (
        min(state.up, machine.open_days),
        min(state.down, machine.close_days),
        state.idle,
        state.opened_on,
        state.closed_on,
        state.reason,
        state.armed,
        state.seen,
    )


@pytest.fixture(scope="module")
def symptom_walks():
    symptoms = random_symptoms(np.random.default_rng(20261122), 12, 13 + 400)
    first = np.full(12, 14)
    walk = walk_symptoms(symptoms, first, initial_states(12), history=13)
    plain = [reference.walk_symptoms(as_lists(diary), first=13) for diary in symptoms]
    return walk, plain


def test_symptom_states_and_statuses_agree_on_every_day(symptom_walks):
    walk, plain = symptom_walks

    for diary, days in enumerate(plain):
        for day, (state, word, *_) in enumerate(days):
            assert told(walk.states[diary, day]) == counted_to(SYMPTOM_MACHINE, state)
            assert STATUSES[walk.status[diary, day]] == word


def test_symptom_evidence_agrees_on_every_day(symptom_walks):
    walk, plain = symptom_walks
    reading = walk.reading

    for diary, days in enumerate(plain):
        scores = [np.nan if score is None else score for _, _, score, *_ in days]
        assert np.allclose(reading.probability[diary], scores, equal_nan=True, **CLOSE)
        assert walk.evaluable[diary].tolist() == [score is not None for _, _, score, *_ in days]
        assert reading.answered[diary].tolist() == [day[3] for day in days]
        assert reading.low[diary].tolist() == [day[4] for day in days]
        assert reading.high[diary].tolist() == [day[5] for day in days]
        present, answered, chance = np.transpose([day[6] for day in days])
        assert np.array_equal(reading.symptom_present[diary], present)
        assert np.array_equal(reading.symptom_answered[diary], answered)
        known = np.where(walk.evaluable[diary], chance, np.nan)
        assert np.allclose(reading.symptom_probability[diary], known, equal_nan=True, **CLOSE)


def test_the_symptom_diaries_hold_every_status_and_every_closing(symptom_walks):
    _, plain = symptom_walks

    assert {day[1] for days in plain for day in days} == set(STATUSES)
    assert {day[0].reason for days in plain for day in days} == {None, "cleared", "lapsed"}


OTHERS = tuple(round(1e6 * 0.92**age) for age in range(28))
RULES = {
    "the shipped rule": (WorseningRule(), {}),
    "four weeks in other weights": (
        WorseningRule(weights=OTHERS, shown_days=10, recent_needed=6),
        {"weights": OTHERS[::-1], "shown": 10, "needed": 6},
    ),
}


@pytest.fixture(scope="module", params=list(RULES))
def worsening_walks(request):
    rule, numbers = RULES[request.param]
    pain, mood = random_levels(np.random.default_rng(7), 14, 125 + 500)
    first = np.full(14, 126)
    walk = walk_worsening(pain, mood, first, initial_states(14), history=125, rule=rule)
    plain = [
        reference.walk_worsening(points(pain[diary]), points(mood[diary]), 125, **numbers)
        for diary in range(14)
    ]
    return walk, plain


def points(tenths: np.ndarray) -> list[float | None]:
    return [None if value is None else value / 10 for value in as_lists(tenths)]


def test_worsening_states_and_statuses_agree_on_every_day(worsening_walks):
    walk, plain = worsening_walks

    for diary, days in enumerate(plain):
        for day, (state, word, *_) in enumerate(days):
            assert told(walk.states[diary, day]) == counted_to(WORSENING_MACHINE, state)
            assert STATUSES[walk.status[diary, day]] == word


def test_worsening_scores_and_legs_agree_on_every_day(worsening_walks):
    walk, plain = worsening_walks

    for diary, days in enumerate(plain):
        scores = [np.nan if score is None else score for _, _, score, _ in days]
        assert np.allclose(walk.score[diary], scores, equal_nan=True, **CLOSE)
        assert walk.evaluable[diary].tolist() == [score is not None for _, _, score, _ in days]
        for which, leg in enumerate((walk.pain, walk.mood)):
            for day, (_, _, _, legs) in enumerate(days):
                if legs[which] is None:
                    assert np.isnan(leg.z[diary, day])
                    assert np.isnan(leg.change[diary, day])
                    continue
                read = [field[diary, day] for field in leg[:6]]
                assert np.allclose(read, legs[which][:6], **CLOSE)
                assert leg.at_limit[diary, day] == legs[which][6]


def test_the_worsening_diaries_hold_every_status_and_every_closing(worsening_walks):
    _, plain = worsening_walks

    assert {day[1] for days in plain for day in days} == set(STATUSES)
    assert {day[0].reason for days in plain for day in days} >= {"cleared", "new_usual"}
