"""Lagged pairs: against a plain second way of reckoning, clause by clause, and bit by bit."""

import numpy as np
import pytest
from scipy.stats import t

from diary.analysis import lags
from diary.analysis.lags import FAMILY, MEASURES, NEEDED, SEASONED, fit, look_at_lags, pairs_of
from diary.analysis.weekly import HISTORY, SPAN

X, BEFORE, Y = range(3)


def days(rng, *shape, missing=0.3):
    """Whole tenths 0 … 100, carried over a little, with holes."""
    noise = rng.normal(0, 14, shape)
    series = np.clip(np.rint(50 + noise + 0.5 * np.roll(noise, 1, axis=-1)), 0, 100)
    return np.where(rng.random(shape) < missing, np.nan, series)


def plainly(x, before, y):
    """The same by the formulas of the notes, with matrices and scipy."""
    used = ~np.isnan(x + before + y)
    at = np.flatnonzero(used)
    week, year = 2 * np.pi * at / 7, 2 * np.pi * at / SPAN
    columns = [np.ones(at.size), before[used], x[used], at / 100, np.cos(week), np.sin(week)]
    if at[-1] - at[0] > SEASONED:
        columns += [np.cos(year), np.sin(year)]
    design = np.column_stack(columns)
    inverse = np.linalg.pinv(design.T @ design)
    coefficients = inverse @ design.T @ y[used]
    residual = y[used] - design @ coefficients
    leverage = np.diag(design @ inverse @ design.T)
    off = np.diag((residual / (1 - leverage)) ** 2)
    error = np.sqrt((inverse @ design.T @ off @ design @ inverse)[2, 2])
    df = at.size - len(columns)
    scale = x[used].std() / y[used].std()
    half = t.ppf(0.975, df) * error
    c = coefficients[2]
    return at.size, scale * c, scale * (c - half), scale * (c + half), 2 * t.sf(abs(c) / error, df)


@pytest.mark.parametrize("length", [100, SEASONED + 20, SPAN - 1], ids=["short", "half", "a year"])
def test_the_numbers_are_those_of_the_formulas(length):
    rng = np.random.default_rng(length)
    for _ in range(20):
        x, before, y = days(rng, 3, length, missing=0.1)
        found = [float(number) for number in fit(x, before, y)]
        assert found == pytest.approx(plainly(x, before, y), abs=1e-9)


def test_one_person_has_the_same_bits_as_in_a_batch():
    rng = np.random.default_rng(5)
    series = {name: days(rng, 40, HISTORY) for name in MEASURES}
    batch, clear = look_at_lags(series)
    for person in range(40):
        alone, told = look_at_lags({name: own[person].copy() for name, own in series.items()})
        for whole, part in zip((*batch, clear), (*alone, told), strict=True):
            assert np.array_equal(whole[person], part, equal_nan=True)


def test_where_the_days_lie_among_empty_ones_changes_nothing_but_rounding():
    x, before, y = days(np.random.default_rng(6), 3, 90, missing=0)
    early = np.full((3, 140), np.nan)
    early[:, :90] = x, before, y
    late = np.roll(early, 49, axis=-1)  # seven weeks
    for one, other in zip(fit(*early), fit(*late), strict=True):
        assert one == pytest.approx(other, rel=1e-9)


class TestTheFamily:
    def test_is_declared_and_never_grows_by_itself(self):
        assert [tuple(pair) for pair in FAMILY] == [
            ("sleep_hours", "pain", 0), ("pain", "mood", 1), ("mood", "pain", 1),
            ("pain", "sleep_hours", 1), ("pain", "company", 1), ("worry", "pain", 1),
        ]  # fmt: skip

    def test_pairs_a_night_with_the_day_it_ends_on_and_a_day_with_the_next(self):
        series = {name: 1000.0 * n + np.arange(4) for n, name in enumerate(MEASURES)}
        x, before, y = pairs_of(series)
        for n, (earlier, later, lag) in enumerate(FAMILY):
            first = 1000 * MEASURES.index(earlier) + 1 - lag
            assert x[n].tolist() == [first, first + 1, first + 2]
            own = 1000 * MEASURES.index(later)
            assert before[n].tolist() == [own, own + 1, own + 2]
            assert y[n].tolist() == [own + 1, own + 2, own + 3]


class TestADayIsAPair:
    def whole(self):
        return days(np.random.default_rng(7), 3, 80, missing=0)

    def test_with_all_three(self):
        assert fit(*self.whole()).pairs == 80

    @pytest.mark.parametrize("which", [X, BEFORE, Y], ids=["x", "the day before", "y"])
    def test_and_not_without_one_of_them(self, which):
        three = self.whole()
        three[which, 20] = np.nan
        assert fit(*three).pairs == 79
        three[:, 20] = 0, 100, 0  # what stands elsewhere on that day changes nothing
        lacking = three.copy()
        lacking[which, 20] = np.nan
        without = np.delete(three, 20, axis=1)
        assert fit(*lacking).pairs == fit(*without).pairs


@pytest.mark.parametrize(("pairs", "told"), [(NEEDED - 1, False), (NEEDED, True)])
def test_before_sixty_pairs_nothing_is_said(pairs, told):
    x, before, y = days(np.random.default_rng(8), 3, 90, missing=0)
    y[pairs:] = np.nan
    found = fit(x, before, y)
    assert found.pairs == pairs
    assert np.isnan(found[1:]).any() != told


class TestWhatIsNotTheLink:
    """Each term of the model takes out what would else look like a link."""

    rng = np.random.default_rng(9)
    day = np.arange(180)

    def effect(self, x, y):
        return fit(x[1:], y[:-1], y[1:])

    def test_a_trend_that_both_have(self):
        x, y = (np.rint(self.day / 3 + self.rng.normal(0, 9, 180)) for _ in range(2))
        assert self.effect(x, y).p > 0.01

    def test_a_week_that_both_have(self):
        week = 20 * np.cos(2 * np.pi * self.day / 7)
        x, y = (np.rint(50 + week + self.rng.normal(0, 8, 180)) for _ in range(2))
        assert self.effect(x, y).p > 0.01

    def test_a_year_that_both_have(self):
        wave = 20 * np.cos(2 * np.pi * np.arange(SPAN) / SPAN)
        x, y = (np.rint(50 + wave + self.rng.normal(0, 8, SPAN)) for _ in range(2))
        assert self.effect(x, y).p > 0.01

    def test_what_y_was_the_day_before(self):
        """x is yesterday's y with noise: all that it tells is known already."""
        y = np.rint(50 + np.cumsum(self.rng.normal(0, 1, 180)))
        x = np.concatenate([[50.0], y[:-1]]) + np.rint(self.rng.normal(0, 6, 180))
        assert self.effect(x, y).p > 0.01


class TestDaysThatCannotTell:
    def still(self):
        return days(np.random.default_rng(10), 3, 120, missing=0)

    @pytest.mark.parametrize("which", [X, Y], ids=["x", "y"])
    def test_a_measure_that_never_moves(self, which):
        three = self.still()
        three[which] = 33.0
        if which == Y:
            three[BEFORE] = 33.0
        assert np.isnan(fit(*three)[1:]).all()

    def test_a_measure_that_moved_once(self):
        three = self.still()
        three[X] = 33.0
        three[X, 60] = 50.0
        assert np.isnan(fit(*three)[1:]).all()

    def test_x_that_says_what_the_day_before_said(self):
        three = self.still()
        three[X] = 2 * three[BEFORE] + 1
        assert np.isnan(fit(*three)[1:]).all()

    @pytest.mark.parametrize(("own", "told"), [(0.25, False), (0.45, True)])
    def test_x_that_hardly_says_more_than_the_day_before_said(self, own, told):
        """A tenth of its variation has to be its own, 0.1 = 0.32²; effects would be absurd else."""
        rng = np.random.default_rng(15)
        three = self.still()
        three[X] = np.rint(1000 * three[BEFORE] + own * 14_000 * rng.normal(0, 1, 120))
        assert np.isnan(fit(*three)[1:]).all() != told

    def test_a_week_that_only_ever_shows_two_of_its_days(self):
        """Then the week's terms add nothing, and the link can still be told."""
        three = days(np.random.default_rng(11), 3, SPAN - 1, missing=0)
        three[:, np.isin(np.arange(SPAN - 1) % 7, [2, 3], invert=True)] = np.nan
        found = [float(number) for number in fit(*three)]
        assert found[0] == 104
        assert found == pytest.approx(plainly(*three), abs=1e-6)

    def test_a_rule_without_exception_is_no_noise(self):
        """Pain goes up and down by itself: sleep has nothing to add, whatever rounding leaves."""
        y = np.where(np.arange(121) % 2 == 0, 30.0, 40.0)
        x = days(np.random.default_rng(12), 120, missing=0)
        found = fit(x, y[:-1], y[1:])
        assert (found.effect, found.p) == (0, 1)

    def test_a_link_without_exception_is_told(self):
        rng = np.random.default_rng(13)
        x = days(rng, 120, missing=0)
        y = 100 - x
        found = fit(x[1:], y[:-1], y[1:])
        assert found.p == 0
        assert [found.effect, found.low, found.high] == pytest.approx([-1, -1, -1])


class TestLooking:
    def diary(self, **changes):
        """A year and two weeks in which pain follows short nights, and nothing else anything."""
        rng = np.random.default_rng(14)
        series = {name: days(rng, HISTORY, missing=0.1) for name in MEASURES}
        tired = np.nan_to_num(50 - series["sleep_hours"])
        series["pain"] = np.rint(series["pain"] + 0.8 * tired)
        return series | {name: change(series[name]) for name, change in changes.items()}

    def test_a_link_is_told_with_its_direction(self):
        found, clear = look_at_lags(self.diary())
        assert clear.tolist() == [True, False, False, False, False, False]
        assert found.effect[0] < 0
        assert found.low[0] < found.effect[0] < found.high[0] < 0

    def test_the_numbers_are_those_of_the_latest_run(self):
        diary = self.diary()
        found, _ = look_at_lags(diary)
        latest = fit(*pairs_of({name: days[-SPAN:] for name, days in diary.items()}))
        for told, known in zip(found, latest, strict=True):
            assert np.array_equal(told, known, equal_nan=True)

    def test_one_that_was_not_there_two_weeks_ago_waits(self, monkeypatch):
        asked = []

        def one_run_without(p, family):
            asked.append(family)
            return np.where(np.arange(3)[:, None] == 0, 1.0, p)

        monkeypatch.setattr(lags, "holm", one_run_without)
        assert not look_at_lags(self.diary())[1].any()
        assert asked == [6]

    def test_what_is_not_recorded_is_never_told(self):
        found, clear = look_at_lags(self.diary(worry=lambda days: days * np.nan))
        assert found.pairs[5] == 0
        assert not clear[5]
        assert clear[0]


@pytest.mark.parametrize(("recorded", "says"), [(59, False), (60, True)])
def test_sixty_pairs_are_needed(recorded, says):
    x, before, y = np.random.default_rng(9).normal(size=(3, 80))
    x[recorded:] = np.nan
    assert bool(np.isfinite(fit(x, before, y).effect)) is says
