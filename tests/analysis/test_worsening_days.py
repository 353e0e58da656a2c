"""One day of pain and mood against the weeks before it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from diary.analysis import (
    STATUSES,
    WORSENING_RULE,
    WorseningRule,
    initial_states,
    walk_worsening,
)
from diary.analysis.usual import PRIOR, read_usual, variance_of_mean
from diary.analysis.worsening import FADING, MOOD, PAIN, WORSENING_MACHINE, read_leg

from .diaries import DAY_ONE, level_days

NAN = np.nan
HISTORY = WORSENING_RULE.history


def today(pain, mood, rule=WORSENING_RULE):
    """The walk of one day, the last of the series ``(1, days)`` in tenths."""
    blank = np.full((1, HISTORY + 1), NAN)
    series = [np.concatenate([blank, values], axis=1)[:, -HISTORY - 1 :] for values in (pain, mood)]
    return walk_worsening(
        *series, np.array([DAY_ONE]), initial_states(1), history=HISTORY, rule=rule
    )


def status(walk):
    return STATUSES[walk.status[0, -1]]


def answered_on(*ages: int, level: float = 50.0) -> np.ndarray:
    """Answers on days of these ages (0 = today) only."""
    days = np.full((1, 130), NAN)
    for age in ages:
        days[0, -1 - age] = level
    return days


USUAL_AGES = tuple(range(28, 42))
RECENT_AGES = (0, 6, 13)
STEADY = answered_on(*RECENT_AGES, *USUAL_AGES)

EVALUABLE = {
    "three recent and fourteen usual days": STEADY,
    "the oldest days that are usual": answered_on(*RECENT_AGES, *range(70, 84)),
    "last answer three days ago": answered_on(3, 9, 13, *USUAL_AGES),
}
INSUFFICIENT = {
    "two recent days": answered_on(0, 6, *USUAL_AGES),
    "a third recent day too old": answered_on(0, 6, 14, *USUAL_AGES),
    "last answer four days ago": answered_on(4, 6, 9, 11, 13, *USUAL_AGES),
    "no recent day": answered_on(*USUAL_AGES),
}
LEARNING = {
    "thirteen usual days": answered_on(*RECENT_AGES, *range(28, 41)),
    "a fourteenth too recent": answered_on(*RECENT_AGES, *range(27, 41)),
    "a fourteenth too old": answered_on(*RECENT_AGES, *range(71, 85)),
    "nothing at all": answered_on(),
}


@pytest.mark.parametrize("days", EVALUABLE.values(), ids=EVALUABLE)
def test_a_day_can_be_evaluated_with(days):
    assert status(today(days, STEADY)) == "clear"
    assert status(today(STEADY, days)) == "clear"


@pytest.mark.parametrize("days", INSUFFICIENT.values(), ids=INSUFFICIENT)
def test_a_day_is_insufficient_if_either_series_has(days):
    for walk in (today(days, STEADY), today(STEADY, days)):
        assert status(walk) == "insufficient"
        assert not walk.evaluable.any()
        assert np.isnan(walk.score).all()


@pytest.mark.parametrize("days", LEARNING.values(), ids=LEARNING)
def test_a_diary_is_learning_while_either_series_has(days):
    for walk in (today(days, STEADY), today(STEADY, days)):
        assert status(walk) == "learning"
        assert not walk.evaluable.any()


def test_what_is_known_of_a_leg_is_told_even_on_a_day_that_cannot_be_evaluated():
    walk = today(answered_on(0, 6, *USUAL_AGES), STEADY)

    assert (walk.pain.usual_answered[0, 0], walk.pain.recent_answered[0, 0]) == (14, 2)
    assert walk.pain.usual[0, 0] == 5
    assert np.isnan([walk.pain.recent[0, 0], walk.pain.change[0, 0], walk.pain.z[0, 0]]).all()
    assert walk.mood.change[0, 0] == 0


CALM_PAIN, CALM_MOOD = level_days((130, 30)), level_days((130, 70))
MORE_PAIN, LESS_PAIN = level_days((116, 30), (14, 55)), level_days((116, 30), (14, 5))
BETTER_MOOD, WORSE_MOOD = level_days((116, 70), (14, 95)), level_days((116, 70), (14, 45))

SCORES = {
    "both worsening": (MORE_PAIN, WORSE_MOOD, True),
    "pain alone": (MORE_PAIN, CALM_MOOD, False),
    "mood alone": (CALM_PAIN, WORSE_MOOD, False),
    "pain worse, mood better": (MORE_PAIN, BETTER_MOOD, False),
    "both better": (LESS_PAIN, BETTER_MOOD, False),
    "less pain, worse mood": (LESS_PAIN, WORSE_MOOD, False),
}


@pytest.mark.parametrize(("pain", "mood", "high"), SCORES.values(), ids=SCORES)
def test_the_score_is_high_only_when_both_worsen(pain, mood, high):
    assert (today(pain, mood).score[0, 0] >= 2.05) == high


def test_the_score_is_the_smaller_z():
    walk = today(MORE_PAIN, level_days((116, 70), (14, 62)))

    assert walk.score[0, 0] == walk.mood.z[0, 0] < walk.pain.z[0, 0]


def test_the_change_is_told_as_recorded_with_its_interval():
    walk = today(MORE_PAIN, WORSE_MOOD)

    assert walk.pain.usual[0, 0] == pytest.approx(3.05)
    assert walk.pain.recent[0, 0] == pytest.approx(5.55)
    assert walk.pain.change[0, 0] == pytest.approx(2.5)
    assert walk.mood.change[0, 0] == pytest.approx(-2.5)
    assert walk.mood.low[0, 0] < -2.5 < walk.mood.high[0, 0] < 0
    assert walk.pain.high[0, 0] - 2.5 == pytest.approx(2.5 - walk.pain.low[0, 0])


def test_the_interval_is_that_of_nine_in_ten_of_a_normal_change():
    assert WORSENING_RULE.interval == round(norm.ppf(0.95), 3)


@pytest.fixture(scope="module")
def random_legs():
    rng = np.random.default_rng(30)
    days = np.clip(np.rint(rng.normal(45, 15, (400, 130))), 0, 100)
    days[rng.random(days.shape) < 0.3] = NAN
    return days


def test_one_day_worse_never_lowers_a_z(random_legs):
    rng, usual = np.random.default_rng(31), _usual(random_legs[:, 46:102])
    before = read_leg(random_legs[:, -21:], usual, PAIN)
    assert (before.z > 0).sum() > 50

    for _ in range(20):
        worse = random_legs[:, -21:].copy()
        worse[:, rng.integers(21)] += rng.integers(1, 30)
        after = read_leg(np.minimum(worse, 100), usual, PAIN)
        assert (np.nan_to_num(after.z - before.z) >= -1e-12).all()
        assert (np.nan_to_num(after.change - before.change) >= -1e-12).all()


def test_mood_is_read_as_pain_in_a_mirror(random_legs):
    mirrored = 100 - random_legs
    pain = read_leg(random_legs[:, -21:], _usual(random_legs[:, 46:102]), PAIN)
    mood = read_leg(mirrored[:, -21:], _usual(mirrored[:, 46:102]), MOOD)

    assert np.allclose(pain.z, mood.z, rtol=0, atol=1e-9, equal_nan=True)
    assert np.allclose(pain.change, -mood.change, rtol=0, atol=1e-9, equal_nan=True)
    assert np.allclose(pain.low, -mood.high, rtol=0, atol=1e-9, equal_nan=True)
    assert (pain.at_limit == mood.at_limit).all()


def test_a_terrible_day_is_in_the_change_but_hardly_in_the_score():
    terrible = CALM_PAIN.copy()
    terrible[0, -1] = 100

    before, after = today(CALM_PAIN, CALM_MOOD), today(terrible, CALM_MOOD)

    assert after.pain.change[0, 0] - before.pain.change[0, 0] == pytest.approx(6.9 / 14)
    assert after.pain.z[0, 0] < 0.5


def test_the_interval_is_never_narrower_than_what_drifts_by_itself():
    steady = read_leg(np.full((1, 21), 30.0), _usual(np.full((1, 56), 30.0)), PAIN)

    assert steady.high[0] > 1.645 * WORSENING_RULE.drift


def test_what_is_shown_are_the_plain_means_of_the_shown_days():
    rule = WorseningRule(weights=(4, 2, 1), shown_days=2, recent_needed=1)
    recent = np.array([[90.0, 20.0, 50.0]])

    leg = read_leg(recent, _usual(np.full((1, 56), 30.0)), PAIN, rule)

    assert leg.recent[0] == pytest.approx((2 + 5) / 2)
    assert leg.recent_answered[0] == 2


def test_the_score_is_that_of_the_weighted_days():
    rule = WorseningRule(weights=(4, 2, 1), shown_days=2, recent_needed=1)
    usual = _usual(np.full((1, 56), 30.0))
    recent = np.array([[20.0, NAN, 40.0]])

    leg = read_leg(recent, usual, PAIN, rule)

    weights = np.array([1.0, 0.0, 4.0])
    spread = usual.sd[0] ** 2 * (variance_of_mean(weights, usual.phi[0]) + usual.variance[0])
    assert leg.z[0] == pytest.approx((36 - 30) / np.sqrt(spread + (10 * rule.drift) ** 2))


def test_the_same_days_count_for_more_the_nearer_they_are():
    early, late = CALM_PAIN.copy(), CALM_PAIN.copy()
    early[0, -14:-7] += 25
    late[0, -7:] += 25

    before, after = today(early, CALM_MOOD), today(late, CALM_MOOD)

    assert after.pain.change[0, 0] == pytest.approx(before.pain.change[0, 0])
    assert after.pain.z[0, 0] > before.pain.z[0, 0]


def test_nothing_is_called_worse_that_is_shown_to_be_better():
    """Two bad days now and a bad third week weigh more than one very good day between them."""
    pain = np.full((1, 130), NAN)
    pain[0, 47:103] = 50
    pain[0, -21:-14] = pain[0, -2:] = 70
    pain[0, -14] = 0

    leg = today(pain, WORSE_MOOD).pain

    assert leg.change[0, 0] < 0
    assert leg.z[0, 0] == 0
    pain[0, -14] = 40
    assert today(pain, WORSE_MOOD).pain.z[0, 0] > 2.05


def test_what_opens_has_moved_by_half_a_point_as_it_is_shown():
    pain = np.full((1, 130), NAN)
    pain[0, 47:103] = 50
    pain[0, -21:-14] = pain[0, -2:] = 70

    for oldest, opens in ((24, False), (25, True)):
        pain[0, -14] = oldest
        leg = today(pain, WORSE_MOOD).pain
        assert leg.change[0, 0] == pytest.approx((40 + oldest - 50) / 30)
        assert (leg.z[0, 0] >= 2.05) == opens


def test_three_weeks_decide_and_no_day_more():
    assert FADING == WORSENING_RULE.weights == tuple(range(21, 0, -1))
    within, beyond = CALM_PAIN.copy(), CALM_PAIN.copy()
    within[0, -21] = 60
    beyond[0, -22] = 60
    risen = CALM_PAIN.copy()
    for pain in (risen, within, beyond):
        pain[0, -14:] += 10

    calm = today(risen, CALM_MOOD).pain
    assert today(within, CALM_MOOD).pain.z[0, 0] > calm.z[0, 0]
    assert today(within, CALM_MOOD).pain.change[0, 0] == calm.change[0, 0]
    assert today(beyond, CALM_MOOD).pain.z[0, 0] == calm.z[0, 0]


def _usual(tenths):
    return read_usual(tenths, 14, WORSENING_RULE.reach, WORSENING_RULE.least_reach, PRIOR)


LIMITS = {
    "pain that cannot rise": (PAIN, 95.0, True),
    "pain that can": (PAIN, 60.0, False),
    "mood that cannot fall": (MOOD, 5.0, True),
    "mood that can": (MOOD, 40.0, False),
    "pain at its best": (PAIN, 0.0, False),
    "mood at its best": (MOOD, 100.0, False),
}


@pytest.mark.parametrize(("worse", "level", "expected"), LIMITS.values(), ids=LIMITS)
def test_a_leg_is_at_its_limit(worse, level, expected):
    leg = read_leg(np.full((1, 21), level), _usual(np.full((1, 56), level)), worse)

    assert leg.at_limit[0] == expected


def test_the_worst_days_count_no_more_than_clipped_ones():
    rule = WorseningRule(reach=1.0, least_reach=0.0)
    usual = read_usual(np.full((1, 56), 60.0), 14, reach=1.0, least=0.0, prior=PRIOR)

    assert read_leg(np.full((1, 21), 60.0), usual, PAIN, rule).at_limit[0]


def test_the_worst_days_are_taken_as_recorded_on_every_date():
    """With a few answers the mean is too unsure to reach it; the limit is about all of them."""
    worst = np.full((1, 21), 100.0)
    three = np.where(np.isin(np.arange(21), (8, 12, 17)), worst, NAN)
    usual = _usual(np.full((1, 56), 90.0))

    few, all_of_them = read_leg(three, usual, PAIN), read_leg(worst, usual, PAIN)

    assert few.z[0] < 2.05 < all_of_them.z[0]
    assert not few.at_limit[0]
    assert not all_of_them.at_limit[0]


@pytest.mark.parametrize(
    ("pain", "mood"),
    [
        pytest.param(level_days((130, 95)), CALM_MOOD, id="pain at its limit"),
        pytest.param(CALM_PAIN, level_days((130, 5)), id="mood at its limit"),
    ],
)
def test_at_a_limit_nothing_is_clear(pain, mood):
    assert status(today(pain, mood)) == "unclear"


def test_a_middling_score_is_unclear():
    walk = today(level_days((116, 30), (14, 38)), level_days((116, 70), (14, 62)))

    assert 1.03 <= walk.score[0, 0] < 2.05
    assert status(walk) == "unclear"


def test_a_score_at_the_closing_one_is_unclear():
    pain, mood = level_days((116, 30), (14, 38)), level_days((116, 70), (14, 62))
    score = today(pain, mood).score[0, 0]
    above = replace(WORSENING_MACHINE, close_at=np.nextafter(score, 9))

    at = today(pain, mood, WorseningRule(machine=replace(above, close_at=score)))

    assert status(at) == "unclear"
    assert status(today(pain, mood, WorseningRule(machine=above))) == "clear"


@pytest.mark.parametrize("wrong", [65.5, -1, 101, np.inf])
def test_values_that_are_no_tenths_are_refused(wrong):
    values = CALM_PAIN.copy()
    values[0, -5] = wrong

    with pytest.raises(ValueError, match="pain in tenths"):
        today(values, CALM_MOOD)
    with pytest.raises(ValueError, match="mood in tenths"):
        today(CALM_PAIN, values)


def test_too_short_a_history_is_refused():
    first, quiet = np.array([DAY_ONE]), initial_states(1)
    waiting = quiet.copy()
    waiting["opened_on"] = DAY_ONE - 10

    walk_worsening(CALM_PAIN, CALM_MOOD, first, quiet, history=83)
    walk_worsening(CALM_PAIN, CALM_MOOD, first, waiting, history=93)
    with pytest.raises(ValueError, match="83 days of history are needed, 82 were given"):
        walk_worsening(CALM_PAIN, CALM_MOOD, first, quiet, history=82)
    with pytest.raises(ValueError, match="93 days of history are needed, 92 were given"):
        walk_worsening(CALM_PAIN, CALM_MOOD, first, waiting, history=92)


def test_an_episode_that_opens_later_than_the_walk_is_refused():
    later = initial_states(1)
    later["opened_on"] = DAY_ONE + 1

    with pytest.raises(ValueError, match="before the day it opens"):
        walk_worsening(CALM_PAIN, CALM_MOOD, np.array([DAY_ONE]), later, history=125)
