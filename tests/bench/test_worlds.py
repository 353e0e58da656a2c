"""Days that hang together, and days that go missing."""

import numpy as np
import pytest

from bench.worlds import carried_over, skipped_days, skipped_items, spread


def test_what_is_left_of_a_day_is_phi():
    shocks = np.random.default_rng(1).standard_normal((400, 300))

    series = carried_over(shocks, np.full((400, 1), 0.5))

    assert series.var() == pytest.approx(1, abs=0.03)
    assert np.mean(series[:, 1:] * series[:, :-1]) == pytest.approx(0.5, abs=0.02)


def test_every_person_has_a_phi_of_their_own():
    shocks = np.array([[1.0, 0, 0], [1.0, 0, 0]])

    series = carried_over(shocks, np.array([[0.0], [0.8]]))

    assert series.tolist() == [[1, 0, 0], pytest.approx([1, 0.8, 0.64])]


@pytest.mark.parametrize(("rate", "share"), [(0.1, 0.10), (0.3, 0.29), (0.5, 0.44)])
def test_about_the_wanted_share_of_good_days_is_missing(rate, share):
    gone = skipped_days(np.random.default_rng(2), rate, np.zeros((1000, 100)), pull=0.8)

    assert gone.mean() == pytest.approx(share, abs=0.02)


def test_more_days_are_missing_when_they_are_bad():
    severity = np.zeros((1000, 100))
    severity[:, 50:] = 1

    gone = skipped_days(np.random.default_rng(2), 0.3, severity, pull=1.0)

    assert gone[:, 50:].mean() - gone[:, :50].mean() == pytest.approx(0.2, abs=0.03)


def test_missing_days_come_in_bursts():
    gone = skipped_days(np.random.default_rng(2), 0.3, np.zeros((1000, 100)), pull=0)

    after_gone = gone[:, 1:][gone[:, :-1]].mean()
    after_kept = gone[:, 1:][~gone[:, :-1]].mean()

    assert after_gone > after_kept + 0.08


def test_where_nothing_is_missing_nothing_is_missing():
    rng = np.random.default_rng(2)

    assert not skipped_days(rng, 0, np.ones((10, 50)), pull=1.0).any()
    assert not skipped_items(rng, 0, (10, 50)).any()


def test_three_answers_of_a_hundred_are_left_out():
    assert skipped_items(np.random.default_rng(2), 0.3, (100, 1000)).mean() == pytest.approx(
        0.03, abs=0.002
    )


def test_a_draw_is_ready_for_days():
    assert spread(np.random.default_rng(1), 2, 3, 5).shape == (5, 1)
    assert spread(np.random.default_rng(1), 2, 3, 5, 9).shape == (5, 9, 1)
