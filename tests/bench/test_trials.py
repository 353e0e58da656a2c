"""One trial: the same people from the same seed, counted by every rule that was asked."""

import numpy as np
import pytest

from bench import rules, symptom_rules
from bench.counting import FIRST_DAY
from bench.pain_mood import MIX, YEAR, keep_pain_and_mood
from bench.rules import look_over
from bench.trials import (
    PAIR,
    Group,
    Trial,
    _coverage,
    _usual_ends,
    choose_thresholds,
    count_at,
    diaries_of,
    heights_at,
    pooled,
    run,
)

SLOPES = "slope of 14 days, both"


def test_people_depend_on_their_seed_kind_and_missing_days_alone():
    trial = Trial(Group("together", 0.3), 5, (1, 2))

    same = diaries_of(trial._replace(thresholds={}))
    others = [
        diaries_of(trial._replace(seed=(1, 3))),
        diaries_of(trial._replace(group=Group("abrupt", 0.3))),
        diaries_of(trial._replace(group=Group("together", 0.3, harsh=True))),
    ]

    pain = diaries_of(trial).pain
    assert np.array_equal(pain, same.pain, equal_nan=True)
    assert not any(np.array_equal(pain, other.pain, equal_nan=True) for other in others)


def test_a_trial_counts_every_person_once():
    result = run(Trial(Group("together", 0.3), 30, (1,)))

    assert result.ours.within.shape == (30,)
    assert result.ours.within.mean() > 0.5
    assert 0.2 < result.large.mean() < 0.7
    assert result.others is None


def test_other_rules_count_at_each_of_their_thresholds():
    thresholds = {SLOPES: (0.5, 1.5, 4.0)}

    result = run(Trial(Group("together", 0.3), 30, (1,), thresholds))

    found = [count.openings.sum() for count in result.others[SLOPES]]
    assert found == sorted(found, reverse=True)
    assert found[0] > found[2]


def test_other_rules_for_symptoms_count_too():
    result = run(Trial(Group("episode", 0.3), 20, (1,), {}))

    assert set(result.others) == set(symptom_rules.RULES) - {symptom_rules.OURS}
    assert result.ours.within.mean() > 0.7
    assert result.coverage is None


def test_a_threshold_gives_the_rate_it_was_chosen_for():
    wanted = (0.2, 1.0)

    heights = choose_thresholds(SLOPES, 300, 0.3, (9,), wanted)

    opened = years = 0.0
    for kind, part in MIX.items():
        diaries = diaries_of(Trial(Group(kind, 0.3), round(part * 300), (9,)))
        score = rules.SCORES[SLOPES](diaries.pain, diaries.mood)
        (count,) = count_at(score, heights[1:], diaries.start)
        opened, years = opened + count.openings.sum(), years + count.evaluable.sum() / YEAR
    assert heights[0] > heights[1]
    assert opened / years == pytest.approx(1.0, rel=0.15)


def test_a_higher_threshold_never_has_a_higher_rate():
    score = np.abs(np.random.default_rng(1).normal(size=(100, 200))).cumsum(axis=1) % 3

    heights = heights_at(score, np.full(100, 80), (0.5, 1.0, 4.0))

    assert list(heights) == sorted(heights, reverse=True)


def test_the_other_machine_is_ours_in_units_of_the_threshold():
    ours = rules.WORSENING_RULE.machine

    assert PAIR.open_at / PAIR.close_at == pytest.approx(ours.open_at / ours.close_at, abs=0.02)
    assert (PAIR.open_days, PAIR.close_days, PAIR.rest, PAIR.longest) == (2, 5, 14, 42)
    assert (ours.open_days, ours.close_days, ours.rest, ours.longest) == (2, 5, 14, 42)


def level(pain: float, mood: float, recent: float) -> tuple:
    """One person whose expected days step by ``recent`` points on day 100, and the recordings."""
    diaries = keep_pain_and_mood(np.random.default_rng(1), "stable", 1, 0)
    step = recent * (np.arange(200) >= 100)
    wave = np.where(np.arange(200) % 2, 5.0, -5.0)
    return diaries._replace(
        pain=np.rint(10 * (pain + step)[None] + wave),
        mood=np.rint(10 * (mood - step)[None] + wave),
        expected_pain=(pain + step)[None],
        expected_mood=(mood - step)[None],
        start=np.array([90]),
    )


def test_an_interval_around_the_truth_holds_it():
    diaries = level(3, 7, recent=2.5)

    coverage = _coverage(diaries, look_over(diaries.pain, diaries.mood), (1,))

    assert coverage.any_day.tolist() == [[1, 1]]
    assert coverage.opening.tolist() == [[1, 1]]


def test_an_interval_around_something_else_does_not():
    diaries = level(3, 7, recent=2.5)
    wrong = diaries._replace(expected_pain=diaries.expected_pain[:, :1] + np.zeros((1, 200)))

    coverage = _coverage(wrong, look_over(diaries.pain, diaries.mood), (1,))

    assert coverage.opening.tolist() == [[0, 1]]


def test_without_an_opening_there_is_no_interval_at_it():
    diaries = level(3, 7, recent=0)

    coverage = _coverage(diaries, look_over(diaries.pain, diaries.mood), (1,))

    assert np.isnan(coverage.opening).all()
    assert coverage.any_day.tolist() == [[1, 1]]


def test_the_usual_stands_still_while_an_episode_is_open():
    diaries = level(3, 7, recent=2.5)
    walk = look_over(diaries.pain, diaries.mood)
    today = np.arange(200)

    ends = _usual_ends(walk, today)[0]

    opened = int(walk.states["opened_on"][0, -1]) - FIRST_DAY
    closed = int(walk.states["closed_on"][0, -1]) - FIRST_DAY
    assert 100 < opened < closed == opened + 42
    assert (ends[:opened] == today[:opened] - 28).all()
    assert (ends[opened : closed + 1] == opened - 28).all()
    assert ends[closed + 1] == closed + 1 - 28


def test_trials_of_a_group_are_pooled_person_by_person():
    trials = [Trial(Group("together", 0.3), 10, (seed,), {SLOPES: (1.0,)}) for seed in (1, 2)]
    results = [run(trials[0]), run(trials[1]._replace(thresholds=None))]

    whole = pooled(results)

    assert whole.ours.within.shape == whole.large.shape == (20,)
    assert whole.coverage.any_day.shape == (20, 2)
    assert whole.others[SLOPES][0].within.shape == (10,)
