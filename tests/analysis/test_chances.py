"""Missing days as chances, against enumeration and scipy."""

from itertools import product

import numpy as np
import pytest
from scipy import stats

from diary.analysis.chances import chance_of_at_least, chances_of_presence

RNG_SEED = 3


@pytest.mark.parametrize("needed", range(8))
def test_at_least_so_many_is_the_poisson_binomial_tail(needed):
    chances = np.random.default_rng(RNG_SEED).random((50, 6))

    tails = [stats.poisson_binom(row).sf(needed - 1) for row in chances]

    assert np.allclose(chance_of_at_least(needed, chances), tails, rtol=0, atol=1e-12)


@pytest.mark.parametrize("sure", range(5))
def test_what_is_sure_counts_before_the_chances(sure):
    chances = np.array([0.2, 0.5, 0.9])

    enumerated = sum(
        np.prod(np.where(outcome, chances, 1 - chances))
        for outcome in product((0, 1), repeat=3)
        if sure + sum(outcome) >= 3
    )

    assert chance_of_at_least(3, chances, np.array(sure)) == pytest.approx(enumerated, abs=1e-15)


def test_what_is_certain_is_exactly_one_and_what_is_out_of_reach_exactly_nothing():
    chances = np.random.default_rng(RNG_SEED).random((1000, 5))

    assert (chance_of_at_least(3, chances, np.full(1000, 3)) == 1).all()
    assert (chance_of_at_least(9, chances, np.full(1000, 3)) == 0).all()


def test_a_certain_event_first_keeps_later_ones_from_rounding():
    chances = np.random.default_rng(RNG_SEED).random((1000, 5))
    chances[:, :2] = 1.0

    assert (chance_of_at_least(2, chances) == 1).all()


def q(answers: str, nearness: float = 0.6) -> list[float]:
    """Answers as letters: p present, a absent, - not answered."""
    present = np.array([letter == "p" for letter in answers])
    answered = np.array([letter != "-" for letter in answers])
    return chances_of_presence(present, answered, nearness).tolist()


def test_a_missing_day_leans_on_its_neighbours_and_on_the_window():
    share = (2 + 0.5) / (3 + 1)

    assert q("pp-a-")[2] == pytest.approx((0.6**2 + 0.6 + share) / (0.6**2 + 0.6 + 0.6 + 1))
    assert q("-p-p-a")[2] == pytest.approx((0.6 + 0.6 + share) / (0.6 + 0.6 + 0.6**3 + 1))


def test_a_nearer_answer_weighs_more():
    late = q("aaaa---pppp")

    assert late[4] < late[5] < late[6]


def test_without_nearness_every_missing_day_is_the_window_share():
    assert q("p-a-a", nearness=0.0)[1] == pytest.approx((1 + 0.5) / (3 + 1))


def test_one_more_present_day_raises_every_other():
    before, after = q("pa--a-"), q("pa-pa-")

    assert all(x < y for x, y in zip(before, after, strict=True))
