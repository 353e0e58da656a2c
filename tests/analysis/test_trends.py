"""What charts draw."""

import numpy as np
import pytest
from scipy import stats

from diary.analysis import (
    bin_days,
    first_weeks,
    fortnight_line,
    fortnight_means,
    usual_means,
)

NAN = np.nan


def series(seed: int, missing: float, *shape: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    values = np.rint(rng.normal(50, 20, shape)) / 10
    values[rng.random(shape) < missing] = NAN
    return values


class TestBins:
    def test_a_bin_is_the_days_up_to_the_next_one(self):
        bins = bin_days(np.array([1.0, NAN, 3.0, 8.0, NAN, NAN, 5.0]), np.array([0, 3, 4, 6]))

        assert np.array_equal(bins.mean, [2, 8, NAN, 5], equal_nan=True)
        assert bins.answered.tolist() == [2, 1, 0, 1]
        assert np.array_equal(bins.low, [1, 8, NAN, 5], equal_nan=True)
        assert np.array_equal(bins.high, [3, 8, NAN, 5], equal_nan=True)

    def test_days_before_the_first_bin_belong_to_none(self):
        assert bin_days(np.array([9.0, 9.0, 1.0]), np.array([2])).mean.tolist() == [1]

    def test_a_bin_of_one_day_is_the_day(self):
        values = series(1, 0.3, 40)

        assert np.array_equal(bin_days(values, np.arange(40)).mean, values, equal_nan=True)

    def test_the_range_reaches_over_the_moments_of_its_days(self):
        values = np.array([[5.0, NAN, 4.0], [2.0, 7.0, 4.5]])
        lows = values - np.array([[2.0, 0, 0.5], [0, 1, 0]])
        highs = values + np.array([[0.0, 0, 3.0], [1, 0, 0]])

        bins = bin_days(values, np.array([0]), lows, highs)

        assert bins.low.tolist() == [[3], [2]]
        assert bins.high.tolist() == [[7], [7]]
        assert bins.mean.tolist() == [[4.5], [4.5]]

    def test_no_bins_are_no_numbers(self):
        assert bin_days(np.array([1.0]), np.array([], int)).mean.shape == (0,)

    def test_a_series_has_the_same_bits_alone_and_in_a_batch(self):
        values = series(2, 0.3, 50, 90)
        starts = np.array([0, 4, 11, 42, 70])

        together = bin_days(values, starts)

        for row in range(50):
            for alone, all_of_them in zip(bin_days(values[row], starts), together, strict=True):
                assert alone.tobytes() == all_of_them[row].tobytes()


class TestFortnights:
    def test_each_ends_on_its_day(self):
        means, answered = fortnight_means(np.arange(16.0))

        assert means.tolist() == [6.5, 7.5, 8.5]
        assert answered.tolist() == [14, 14, 14]

    def test_missing_days_are_left_out_and_counted(self):
        values = np.full((2, 14), NAN)
        values[0, [0, 13]] = 2.0, 5.0

        means, answered = fortnight_means(values)

        assert np.array_equal(means, [[3.5], [NAN]], equal_nan=True)
        assert answered.tolist() == [[2], [0]]

    def test_a_series_has_the_same_bits_alone_and_in_a_batch(self):
        values = series(3, 0.4, 30, 60)

        means, _ = fortnight_means(values)

        for row in range(30):
            assert fortnight_means(values[row])[0].tobytes() == means[row].tobytes()


class TestUsual:
    def test_it_is_eight_weeks_that_end_four_weeks_ago(self):
        values = np.full(100, 9.0)
        values[-84:-28] = 3.0

        mean, answered = usual_means(values)

        assert (mean, answered) == (3, 56)

    @pytest.mark.parametrize(("answers", "expected"), [(14, 4.0), (13, NAN)])
    def test_it_needs_14_answered_days(self, answers, expected):
        values = np.full(84, NAN)
        values[:answers] = 4.0

        mean, answered = usual_means(values)

        assert np.array_equal(mean, expected, equal_nan=True)
        assert answered == answers

    def test_it_has_no_answer_before_there_are_84_days(self):
        with pytest.raises(ValueError, match="begins before the first day"):
            usual_means(np.zeros(83))


class TestFirstWeeks:
    def test_they_are_the_first_56_dates(self):
        values = np.full(100, 9.0)
        values[:56] = 3.0
        values[7] = NAN

        mean, answered = first_weeks(values)

        assert (mean, answered) == (3, 55)

    @pytest.mark.parametrize(("answers", "expected"), [(14, 4.0), (13, NAN)])
    def test_they_need_14_answered_days(self, answers, expected):
        values = np.full(84, NAN)
        values[:answers] = 4.0

        assert np.array_equal(first_weeks(values)[0], expected, equal_nan=True)

    def test_a_young_diary_has_what_it_has(self):
        assert first_weeks(np.full(20, 4.0)) == (4, 20)


class TestLine:
    def test_it_is_the_one_of_theil_and_sen_to_the_last_bit(self):
        values = series(4, 0.3, 300, 14)
        values[::3] = np.rint(values[::3])

        lines = fortnight_line(values)

        for row, slope, start in zip(values, lines.slope, lines.start, strict=True):
            days = np.flatnonzero(~np.isnan(row))
            if len(days) >= 8:
                expected = stats.theilslopes(row[days], days)
                assert (slope, start) == (expected.slope, expected.intercept)
            else:
                assert np.isnan([slope, start]).all()

    @pytest.mark.parametrize(("answers", "drawn"), [(7, False), (8, True)])
    def test_it_is_drawn_through_eight_answered_days(self, answers, drawn):
        values = np.full(14, NAN)
        values[:answers] = np.arange(answers)

        line = fortnight_line(values)

        assert line.answered == answers
        assert np.isfinite([line.slope, line.start, line.end]).all() == drawn

    def test_a_gap_is_as_long_as_its_dates(self):
        values = np.arange(14.0) / 2
        values[3:9] = NAN

        line = fortnight_line(values)

        assert (line.slope, line.start, line.end) == (0.5, 0, 6.5)

    def test_only_the_last_fortnight_counts(self):
        values = np.concatenate([np.full(30, 100.0), np.arange(14.0)])

        assert fortnight_line(values).slope == 1

    def test_one_terrible_day_does_not_turn_it(self):
        values = np.full(14, 3.0)
        values[-1] = 10

        assert fortnight_line(values).slope == 0
