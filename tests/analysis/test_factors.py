"""Days with and without an activity: against a plain second way, clause by clause, bit by bit."""

import numpy as np
import pytest
from scipy.stats import t

from diary.analysis.factors import (
    FORTNIGHT,
    NEEDED,
    compare,
    look_at_factors,
    noting,
    sides,
)
from diary.analysis.weekly import HISTORY, SPAN

ALWAYS = np.ones(SPAN, bool)


def diary(rng, *shape, missing=0.3, often=0.3, moves=0.0):
    """Tenths with holes, and days on which something was done, in runs."""
    urge = rng.normal(0, 1, shape)
    done = urge + 0.8 * np.roll(urge, 1, axis=-1) > np.quantile(urge, 1 - often)
    values = np.clip(np.rint(50 + rng.normal(0, 12, shape) + moves * done), 0, 100)
    return np.where(rng.random(shape) < missing, np.nan, values), done


def plainly(values, done, noted):
    """The same with loops and the whole covariance matrix."""
    recorded = [day for day in range(values.size) if not np.isnan(values[day])]
    used = [day for day in recorded if done[day] or noted[day]]
    weight, weights, n, m = np.zeros(values.size), 0.0, 0, 0
    for begin in range(0, values.size, FORTNIGHT):
        days = [day for day in used if begin <= day < begin + FORTNIGHT]
        with_it = [day for day in days if done[day]]
        without = [day for day in days if not done[day]]
        if with_it and without:
            weight[with_it] = len(without) / len(days)
            weight[without] = -len(with_it) / len(days)
            weights += len(with_it) * len(without) / len(days)
            n, m = n + len(with_it), m + len(without)
    difference = sum(weight[day] * values[day] for day in used) / weights
    rest = {day: values[day] - difference * done[day] for day in used}
    mean = sum(rest.values()) / len(used)
    off = {day: value - mean for day, value in rest.items()}
    squares = sum(value**2 for value in off.values())
    pairs = [(day, day + 1) for day in used if day + 1 in off]
    carried = sum(off[one] * off[other] for one, other in pairs) / (squares / len(used))
    phi = min(max((carried + 20 * 0.35) / (len(pairs) + 20), 0), 0.8)
    apart = np.abs(np.subtract.outer(np.arange(values.size), np.arange(values.size)))
    error = np.sqrt(squares / (len(used) - 2) * (weight @ phi**apart @ weight)) / weights
    half = t.ppf(0.975, n + m - 2) * error
    p = 2 * t.sf(abs(difference) / error, n + m - 2)
    return difference, difference - half, difference + half, p


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("often", [0.1, 0.3, 0.6])
def test_the_numbers_are_those_of_the_plain_way(missing, often):
    rng = np.random.default_rng(round(10 * missing + 100 * often))
    for _ in range(5):
        values, done = diary(rng, SPAN, missing=missing, often=often, moves=5)
        noted = rng.random(SPAN) < 0.8
        found = compare(values, done, noted)
        assert [float(n) for n in found[2:]] == pytest.approx(plainly(values, done, noted))


def test_one_person_has_the_same_bits_as_in_a_batch():
    rng = np.random.default_rng(2)
    values, _ = diary(rng, 20, 2, HISTORY)
    _, done = diary(rng, 20, 5, HISTORY)
    noted = noting(done.any(axis=1))
    batch, clear = look_at_factors(values, done, noted)
    for person in range(20):
        alone, told = look_at_factors(values[person].copy(), done[person].copy(), noted[person])
        for whole, part in zip((*batch, clear), (*alone, told), strict=True):
            assert np.array_equal(whole[person], part, equal_nan=True)


class TestWhichSideADayIsOn:
    values = np.array([3.0, 3.0, np.nan, np.nan, 3.0])
    done = np.array([True, False, True, False, False])
    noted = np.array([True, True, True, True, False])

    def test_with_it_where_it_was_done_and_the_measure_recorded(self):
        assert sides(self.values, self.done, self.noted)[0].nonzero()[0].tolist() == [0]

    def test_without_it_where_the_diary_was_kept_and_activities_were_noted(self):
        assert sides(self.values, self.done, self.noted)[1].nonzero()[0].tolist() == [1]

    def test_activities_count_as_noted_for_a_fortnight_around_each(self):
        around = noting(np.arange(100) == 50)
        assert around.nonzero()[0].tolist() == list(range(36, 65))
        assert noting(np.arange(100) == 3).nonzero()[0].tolist() == list(range(18))


class TestEnough:
    """Ten days on each side, of fortnights that have both."""

    def test_is_ten_days(self):
        assert NEEDED == 10

    def alternating(self, with_it, without):
        values = np.full(SPAN, np.nan)
        done = np.zeros(SPAN, bool)
        rng = np.random.default_rng(3)
        day = np.arange(with_it + without)
        values[day] = np.rint(rng.normal(50, 10, day.size))
        rarer = min(with_it, without)
        done[day] = with_it > without
        done[day[: 2 * rarer : 2]] = with_it <= without
        return compare(values, done, ALWAYS)

    @pytest.mark.parametrize(
        ("with_it", "without", "told"),
        [(NEEDED, NEEDED, True), (NEEDED - 1, 40, False), (40, NEEDED - 1, False)],
        ids=["just enough", "too few with", "too few without"],
    )
    def test_on_both_sides(self, with_it, without, told):
        found = self.alternating(with_it, without)
        assert (found.days_with, found.days_without) == (with_it, without)
        assert np.isnan(found.difference) != told

    def test_a_fortnight_of_one_kind_has_no_say(self):
        """Two weeks away with it every day, two weeks at home without: seasons look like that."""
        values, _ = diary(np.random.default_rng(4), SPAN, missing=0)
        done = np.arange(SPAN) // FORTNIGHT % 2 == 0
        found = compare(values, done, ALWAYS)
        assert min(found.days_with, found.days_without) == SPAN // 2
        assert np.isnan(found.difference)


class TestWhatIsNotTheActivity:
    def test_a_season_in_which_it_is_done_more(self):
        rng = np.random.default_rng(5)
        summer = np.cos(2 * np.pi * np.arange(SPAN) / SPAN)
        done = rng.random(SPAN) < 0.4 + 0.35 * summer
        values = np.rint(50 + 15 * summer + rng.normal(0, 8, SPAN))
        apart = values[done].mean() - values[~done].mean()
        found = compare(values, done, ALWAYS)
        assert apart > 8
        assert found.low < 0 < found.high

    def test_days_that_hang_together_count_for_less(self):
        """The same weights, but each day carried over to the next: a wider interval."""
        rng = np.random.default_rng(6)
        noise = rng.normal(0, 10, SPAN)
        carried = np.array([noise[0], *noise[1:]])
        for day in range(1, SPAN):
            carried[day] = 0.75 * carried[day - 1] + 0.66 * noise[day]
        done = np.arange(SPAN) // 7 % 2 == 0
        by_itself, together = (
            compare(np.rint(50 + series), done, ALWAYS) for series in (noise, carried)
        )
        assert together.high - together.low > 1.25 * (by_itself.high - by_itself.low)


def test_a_measure_that_never_moves_has_no_difference():
    rng = np.random.default_rng(1)
    values = np.where(rng.random(SPAN) < 0.3, np.nan, 73.0)
    found = compare(values, rng.random(SPAN) < 0.4, ALWAYS)
    assert [float(number) for number in found[2:]] == pytest.approx([0, 0, 0, 1])


def test_a_difference_without_exception_is_told():
    done = np.arange(SPAN) % 3 == 0
    found = compare(np.where(done, 70.0, 50.0), done, ALWAYS)
    assert [float(number) for number in found[2:]] == pytest.approx([20, 20, 20, 0])


class TestLooking:
    def person(self, moves=12.0, kinds=2):
        rng = np.random.default_rng(7)
        mood, done = diary(rng, HISTORY, missing=0.2, moves=moves)
        pain, other = diary(rng, HISTORY, missing=0.2)
        return np.stack([pain, mood]), np.stack([done, other][:kinds])

    def test_a_difference_is_told_for_its_kind_and_measure_alone(self):
        values, done = self.person()
        found, clear = look_at_factors(values, done, noting(done.any(axis=0)))
        assert clear.tolist() == [[False, True], [False, False]]
        assert 8 < found.difference[0, 1] < 16

    def test_the_numbers_are_those_of_the_latest_run(self):
        values, done = self.person()
        found, _ = look_at_factors(values, done, np.ones(HISTORY, bool))
        latest = compare(values[0, -SPAN:], done[1, -SPAN:], ALWAYS)
        for told, known in zip(found, latest, strict=True):
            assert np.array_equal(told[1, 0], known, equal_nan=True)

    def test_more_kinds_are_more_questions(self):
        """A difference that is told among few questions is not told among many."""
        values, done = self.person(moves=5.5, kinds=1)
        rng = np.random.default_rng(8)
        many = np.concatenate([done, rng.random((60, HISTORY)) < 0.3])
        noted = np.ones(HISTORY, bool)
        assert look_at_factors(values, done, noted)[1][0, 1]
        assert not look_at_factors(values, many, noted)[1][0, 1]

    def test_kinds_that_were_hardly_ever_done_are_no_questions(self):
        values, done = self.person(moves=5.5, kinds=1)
        rare = np.arange(HISTORY) % 50 == np.arange(60)[:, None] % 50
        noted = np.ones(HISTORY, bool)
        assert look_at_factors(values, np.concatenate([done, rare]), noted)[1][0, 1]
