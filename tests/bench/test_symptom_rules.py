"""Other rules for the nine questions, and what they are known to do wrong."""

import numpy as np
import pytest

from bench import symptom_rules
from bench.counting import count_pattern
from bench.nine_symptoms import keep_symptoms

FIVE = [0, 2, 3, 4, 6]  # low mood and four others


def diary(days: int = 30) -> np.ndarray:
    """One diary ``(1, 9, days)`` in which every question is answered and nothing is there."""
    return np.zeros((1, 9, days))


def low(symptoms: np.ndarray, which: list[int], days: slice) -> np.ndarray:
    for symptom in which:
        symptoms[0, symptom, days] = 2
    return symptoms


def test_ten_of_fourteen_dates_are_needed():
    assert symptom_rules.calendar(low(diary(), FIVE, slice(10, 20)))[0, 19] == 1
    assert symptom_rules.calendar(low(diary(), FIVE, slice(10, 19)))[0, 19] == 0


def test_a_core_symptom_is_needed():
    assert symptom_rules.calendar(low(diary(), [2, 3, 4, 5, 6, 7], slice(10, 30)))[0, 25] == 0


def test_four_symptoms_are_too_few():
    assert symptom_rules.calendar(low(diary(), FIVE[:4], slice(10, 30)))[0, 25] == 0


def test_a_missing_day_taken_for_absent_hides_the_pattern():
    symptoms = low(diary(), FIVE, slice(0, 30))
    symptoms[0, :, ::3] = np.nan

    assert symptom_rules.calendar(symptoms)[0, 25] == 0
    assert symptom_rules.answered_share(symptoms)[0, 25] == 1


def test_a_share_needs_eight_answered_days():
    symptoms = low(diary(), FIVE, slice(0, 30))
    symptoms[0, :, ::2] = np.nan

    assert np.isnan(symptom_rules.answered_share(symptoms)[0, 25])


def test_the_last_fourteen_entries_may_be_two_months_old():
    symptoms = low(diary(80), FIVE, slice(0, 80))
    symptoms[0, :, np.arange(80) % 5 > 0] = np.nan

    score = symptom_rules.last_entries(symptoms)

    assert score[0, 70] == 1
    assert np.isnan(score[0, 71])


def test_a_sum_score_is_reached_without_five_symptoms():
    # Four symptoms nearly every day are twelve points.
    symptoms = low(diary(), [2, 3, 4, 7], slice(0, 30))

    assert symptom_rules.sum_score(symptoms)[0, 25] == 1
    assert symptom_rules.more_than_half(symptoms)[0, 25] == 0


@pytest.mark.parametrize(("days", "points"), [(1, 0), (2, 1), (6, 1), (7, 2), (11, 2), (12, 3)])
def test_points_come_from_the_share_of_days(days, points):
    symptoms = low(diary(14), [0], slice(0, days))

    assert symptom_rules._questionnaire(symptoms)[0][0, 0, -1] == points


def test_half_the_days_are_more_than_half_for_seven_of_fourteen():
    assert symptom_rules.more_than_half(low(diary(), FIVE, slice(10, 17)))[0, 20] == 1
    assert symptom_rules.more_than_half(low(diary(), FIVE, slice(10, 16)))[0, 20] == 0


def test_self_harm_counts_from_two_days_on_for_more_than_half():
    symptoms = low(diary(), FIVE[:4], slice(10, 30))

    assert symptom_rules.more_than_half(low(symptoms, [8], slice(20, 22)))[0, 25] == 1


def test_a_chart_of_symptoms_compares_with_the_first_six_weeks():
    quiet, risen = diary(80), low(diary(80), [2, 4], slice(60, 80))
    quiet[0, 4, ::3] = risen[0, 4, :60:3] = 2

    assert symptom_rules.symptom_chart(quiet)[0, 79] == 0
    assert symptom_rules.symptom_chart(risen)[0, 79] == 1
    assert np.isnan(symptom_rules.symptom_chart(quiet)[0, :42]).all()


@pytest.mark.parametrize("rule", symptom_rules.RULES)
def test_every_rule_finds_full_episodes_where_nothing_is_missing(rule):
    diaries = keep_symptoms(np.random.default_rng(2), "episode", 30, 0)

    found = count_pattern(symptom_rules.RULES[rule](diaries.symptoms), diaries.start).within

    assert found.mean() > 0.8


def test_ours_finds_what_missing_days_hide_from_a_calendar():
    diaries = keep_symptoms(np.random.default_rng(2), "episode", 40, 0.3)
    found = {
        rule: count_pattern(
            symptom_rules.RULES[rule](diaries.symptoms), diaries.start
        ).within.mean()
        for rule in (symptom_rules.OURS, "ten of fourteen dates, missing = absent")
    }

    assert found[symptom_rules.OURS] > 0.8
    assert found["ten of fourteen dates, missing = absent"] < 0.6
