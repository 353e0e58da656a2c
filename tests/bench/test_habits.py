"""What common charts and claims show where the truth is known."""

import numpy as np
import pytest
from scipy.stats import pearsonr

from bench.habits import (
    any_pair_shown,
    best_lag_shown,
    effect_shown,
    entries_span,
    habits,
    link_shown,
    linked_pairs,
    low_for_a_fortnight,
    unrelated,
    zero_for_missing,
)


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_the_fewer_days_are_logged_the_better_a_low_mood_looks():
    assert zero_for_missing(rng(), 2000, 1.0) == pytest.approx(-3, abs=0.05)
    assert zero_for_missing(rng(), 2000, 0.7) == pytest.approx(-2.1, abs=0.05)
    assert zero_for_missing(rng(), 2000, 0.4) == pytest.approx(-1.2, abs=0.05)


def test_a_link_is_that_of_pearsons_test():
    series = unrelated(rng(), 40, 90, 0.5)

    known = [pearsonr(one, other).pvalue < 0.05 for one, other in series]
    later = [pearsonr(one[:-3], other[3:]).pvalue < 0.05 for one, other in series]

    assert linked_pairs(series)[:, 0, 1].tolist() == known
    assert linked_pairs(series, 3)[:, 0, 1].tolist() == later


def test_days_that_carry_over_make_links_of_nothing():
    assert link_shown(rng(), 3000, 90, 0.0) == pytest.approx(0.05, abs=0.015)
    assert link_shown(rng(), 3000, 90, 0.5) > 0.10
    assert link_shown(rng(), 3000, 90, 0.7) > 0.20


def test_the_more_is_tried_the_more_is_found():
    assert best_lag_shown(rng(), 1000, 90, 0.7) > 0.45
    assert any_pair_shown(rng(), 1000, 90, 0.5) > 0.9


def test_three_days_with_and_three_without_say_little():
    assert effect_shown(rng(), 2000, 30) > effect_shown(rng(), 2000, 90) > 0.2


def test_fourteen_entries_are_fourteen_days_only_where_all_are_logged():
    assert entries_span(rng(), 4000, 0.999) == pytest.approx(14, abs=0.1)
    assert entries_span(rng(), 4000, 0.5) == pytest.approx(27, abs=0.3)


def test_eight_of_fourteen_are_rarely_seen_where_four_of_ten_are_logged():
    assert low_for_a_fortnight(0.4) == pytest.approx(0.150, abs=0.001)
    assert low_for_a_fortnight(1.0) == 1


def test_every_habit_is_told_in_words():
    told = habits(rng(), 100)

    assert all(all(habit) for habit in told)
    assert told[-1].shown == "15 %"
