"""What a day without an entry, or a search for links, does to common charts and claims.

Habits of other diaries, on series in which the truth is known and mostly nothing. Detection
notes, section F. What it leaves open: mood moves by 1.5 points a day, and an activity is done on
a fifth of the days, in runs.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import binom, norm, t

from bench.worlds import carried_over
from diary.analysis.windows import Floats

WINDOW = 14


class Habit(NamedTuple):
    of: str
    where: str  # what is true
    shown: str


def zero_for_missing(rng: np.random.Generator, people: int, logged: float) -> float:
    """The 14-day mean that is shown on a scale of -5 … +5 when the truth is -3."""
    days = np.clip(np.rint(rng.normal(-3, 1.2, (people, WINDOW))), -5, 5)
    return float(np.where(rng.random(days.shape) < logged, days, 0).mean())


def unrelated(
    rng: np.random.Generator, people: int, days: int, phi: float, series: int = 2
) -> Floats:
    """Series ``(people, series, days)`` that have nothing to do with each other."""
    shocks = rng.standard_normal((people, series, days))
    return carried_over(shocks, np.full((people, series, 1), phi))


def linked_pairs(series: Floats, lag: int = 0) -> np.ndarray:
    """Pairs with p < .05 of Pearson's r, ``(people, series, series)``: row ``lag`` days earlier."""
    days = series.shape[-1] - lag
    earlier, later = series[..., :days], series[..., lag:]
    limit = t.ppf(0.975, days - 2)
    r = _unit(earlier) @ np.swapaxes(_unit(later), -1, -2)
    bound = limit / np.sqrt(days - 2 + limit * limit)
    return np.abs(r) > bound


def link_shown(rng: np.random.Generator, people: int, days: int, phi: float) -> float:
    """How often two unrelated series are called linked."""
    return float(linked_pairs(unrelated(rng, people, days, phi))[:, 0, 1].mean())


def best_lag_shown(rng: np.random.Generator, people: int, days: int, phi: float) -> float:
    """The same with the best of seven lags."""
    series = unrelated(rng, people, days, phi)
    linked = [linked_pairs(series, lag)[:, 0, 1] for lag in range(7)]
    return float(np.any(linked, axis=0).mean())


def any_pair_shown(rng: np.random.Generator, people: int, days: int, phi: float) -> float:
    """How many people see at least one link among eight unrelated series."""
    linked = linked_pairs(unrelated(rng, people, days, phi, series=8))
    upper = np.triu(np.ones((8, 8), bool), 1)
    return float((linked & upper).any(axis=(1, 2)).mean())


def effect_shown(rng: np.random.Generator, people: int, days: int) -> float:
    """How often an activity without any effect is said to move mood by half a point or more."""
    mood, urge = np.moveaxis(unrelated(rng, people, days, 0.5), 1, 0)
    done = urge > norm.ppf(0.8)
    count = done.sum(axis=1)
    mood = 1.5 * mood
    with_it = (mood * done).sum(axis=1) / np.maximum(count, 1)
    without = (mood * ~done).sum(axis=1) / np.maximum(days - count, 1)
    told = (count >= 3) & (days - count >= 3) & (np.abs(with_it - without) >= 0.5)
    return float(told.mean())


def entries_span(rng: np.random.Generator, people: int, logged: float) -> float:
    """How many dates the last 14 entries span, on average."""
    skipped = rng.negative_binomial(WINDOW - 1, logged, people)
    return float((skipped + WINDOW).mean())


def low_for_a_fortnight(logged: float) -> float:
    """How often 8 low days of 14 are seen when all were low and the rest counts as not low."""
    return float(binom.sf(7, WINDOW, logged))


def habits(rng: np.random.Generator, people: int) -> list[Habit]:
    """Every habit with what it shows."""
    flat = "14-day mean, a day without an entry = 0"
    link = "Pearson's r, p < .05, on unrelated series"
    effect = "3 days with, 3 without, half a point apart"
    return [
        Habit(flat, "−3 of −5 … +5, 70 % logged", _points(zero_for_missing(rng, people, 0.7))),
        Habit(flat, "−3 of −5 … +5, 40 % logged", _points(zero_for_missing(rng, people, 0.4))),
        Habit(link, "90 days, φ .5", _percent(link_shown(rng, people, 90, 0.5))),
        Habit(link, "90 days, φ .7", _percent(link_shown(rng, people, 90, 0.7))),
        Habit(
            "… the best of 7 lags", "90 days, φ .7", _percent(best_lag_shown(rng, people, 90, 0.7))
        ),
        Habit(
            "… any pair of 8 things",
            "90 days, φ .5",
            _percent(any_pair_shown(rng, people, 90, 0.5)),
        ),
        Habit(effect, "no effect, 30 days", _percent(effect_shown(rng, people, 30))),
        Habit(effect, "no effect, 90 days", _percent(effect_shown(rng, people, 90))),
        Habit("The last 14 entries", "50 % logged", f"{entries_span(rng, people, 0.5):.0f} dates"),
        Habit(
            "8 of 14 days low, missing = absent",
            "low on all, 40 % logged",
            _percent(low_for_a_fortnight(0.4)),
        ),
    ]


def _unit(series: Floats) -> Floats:
    off = series - series.mean(axis=-1, keepdims=True)
    return off / np.sqrt((off**2).sum(axis=-1, keepdims=True))


def _points(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"
