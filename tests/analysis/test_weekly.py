"""Looking once a week: which days, how many questions, and what holds."""

from datetime import date, timedelta

import numpy as np
import pytest

from diary.analysis.weekly import HISTORY, RUNS, SPAN, holds, holm, last_sunday, runs_of

MONDAY = date(2026, 3, 16)


@pytest.mark.parametrize("later", range(7))
def test_all_week_the_last_sunday_is_that_of_the_week_before(later):
    assert last_sunday(MONDAY + timedelta(days=later)) == MONDAY - timedelta(days=1)


def test_over_new_year_too():
    assert last_sunday(date(2026, 1, 1)) == date(2025, 12, 28)


def test_each_run_reads_a_year_and_ends_a_week_after_the_one_before():
    runs = runs_of(np.arange(float(HISTORY))[None])[0]
    assert runs.shape == (RUNS, SPAN)
    assert runs[:, -1].tolist() == [HISTORY - 15, HISTORY - 8, HISTORY - 1]
    assert (np.diff(runs) == 1).all()


def test_holm_is_that_of_the_paper():
    """Step by step: the smallest times all, the next times one fewer, never falling."""
    p = np.array([0.01, 0.04, 0.03, 0.005])
    assert holm(p, 4) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([0.9, 0.8]), 2).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    ("asked", "expected"), [(6, 0.06), (2, 0.02)], ids=["the whole family", "what could be asked"]
)
def test_holm_counts_the_questions_it_is_told_of(asked, expected):
    p = np.array([np.nan, 0.01, np.nan, 0.5, np.nan, np.nan])
    adjusted = holm(p, asked)
    assert adjusted[1] == pytest.approx(expected)
    assert np.isnan(adjusted).tolist() == np.isnan(p).tolist()


def test_holm_counts_for_each_person_by_themselves():
    p = np.array([[0.01, 0.5], [0.01, np.nan]])
    assert holm(p, np.array([2, 1]))[:, 0] == pytest.approx([0.02, 0.01])


@pytest.mark.parametrize(
    ("adjusted", "effect", "told"),
    [
        ((0.04, 0.04, 0.04), (0.3, 0.2, 0.3), True),
        ((0.04, 0.04, 0.04), (-0.3, -0.2, -0.3), True),
        ((0.04, 0.04, 0.05), (0.3, 0.2, 0.3), False),
        ((0.05, 0.04, 0.04), (0.3, 0.2, 0.3), False),
        ((0.04, 0.05, 0.04), (0.3, 0.2, 0.3), False),
        ((0.04, 0.04, 0.04), (-0.3, 0.2, 0.3), False),
        ((0.04, 0.04, 0.04), (0.3, 0.2, -0.3), False),
        ((np.nan, 0.04, 0.04), (np.nan, 0.2, 0.3), False),
        ((0.04, 0.04, np.nan), (0.3, 0.2, np.nan), False),
    ],
    ids=[
        "in all three", "all of them below zero", "not in the latest", "not in the first",
        "not in between", "the other way at first", "the other way at last",
        "too little at first", "too little at last",
    ],
)  # fmt: skip
def test_told_is_what_three_weeks_agree_on(adjusted, effect, told):
    runs = np.array([adjusted, (1, 1, 1)]).T, np.array([effect, (1, 1, 1)]).T
    assert holds(*runs).tolist() == [told, False]
