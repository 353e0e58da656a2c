"""The real diary, as it is and made worse."""

import numpy as np
import pytest

from bench.counting import Watch
from bench.knee import _starts, look_at_knee, read_knee, worsened


def test_the_diary_is_two_years_with_two_fifths_missing():
    pain, mood = read_knee()

    assert pain.shape == mood.shape == (1, 750)
    assert (~np.isnan(pain)).sum() == 439
    assert (~np.isnan(mood)).sum() == 421
    assert (pain[0, 0], mood[0, 0], pain[0, 1]) == (80, 20, 45)


def test_the_diary_raises_no_alarm_as_it_is():
    knee = look_at_knee(1, 2, np.random.default_rng(1))

    assert knee.alarms == 0
    assert knee.years == pytest.approx(1.77, abs=0.02)


def test_most_large_ramps_are_found_in_it():
    knee = look_at_knee(60, 3, np.random.default_rng(1))

    assert knee.injected.within.mean() > 0.9


def test_a_ramp_adds_to_pain_takes_from_mood_and_keeps_to_the_scale():
    pain, mood = np.full((1, 60), 50.0), np.full((1, 60), 10.0)
    pain[0, 30] = np.nan

    up, down = worsened(pain, mood, np.array([20]), 2, np.random.default_rng(1))

    assert (up[0, :21] == 50).all()
    assert up[0, -1] == 70
    assert np.isnan(up[0, 30])
    assert (down[0, :21] == 10).all()
    assert down[0, -1] == 0


def test_ramps_start_where_a_usual_is_known_and_days_follow():
    evaluable = np.zeros((1, 300), bool)
    evaluable[0, 40:200] = True

    drawn = _starts(np.random.default_rng(1), Watch(evaluable, evaluable, evaluable), 500)

    assert drawn.min() == 70
    # 28 of the 57 days are fewer than half.
    assert drawn.max() == 200 - 29
