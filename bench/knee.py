"""A real diary of knee pain: how often our rule speaks on it, and what it finds when it is made
worse.

The diary is one person's, public, 439 rows over two years with more than two fifths of its days
missing. Worsening is added to it as a ramp, as detection notes, section B, did.
"""

import csv
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.counting import FOUND_WITHIN, Count, Watch, count_worsening, watched
from bench.pain_mood import FIRST_START, YEAR
from bench.rules import look_over
from diary.analysis.windows import Floats, Integers

DIARY = Path(__file__).parent.parent / "diary" / "demo" / "knee_pain_diary.csv"
LENGTH = (10, 28)  # days of a ramp
LAG = (0, 5)  # days by which mood follows


class Knee(NamedTuple):
    """What was found in the real diary."""

    alarms: int  # as it was written
    years: float  # evaluable
    injected: Count


def read_knee(path: Path = DIARY) -> tuple[Floats, Floats]:
    """Pain and mood in tenths, ``(1, days)`` each, NaN = not recorded."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    dates = [date.fromisoformat(row["date"]).toordinal() for row in rows]
    series = np.full((2, dates[-1] - dates[0] + 1), np.nan)
    for ordinal, row in zip(dates, rows, strict=True):
        for leg, name in enumerate(("pain", "mood")):
            if row[name]:
                series[leg, ordinal - dates[0]] = round(10 * float(row[name]))
    return series[:1], series[1:]


def look_at_knee(draws: int, points: float, rng: np.random.Generator) -> Knee:
    """Our rule on the diary as it is, and on ``draws`` copies that get worse by ``points``."""
    pain, mood = read_knee()
    unmodified = _by_ours(pain, mood)
    start = _starts(rng, unmodified, draws)
    worse = worsened(pain, mood, start, points, rng)
    return Knee(
        alarms=int(unmodified.opened.sum()),
        years=float(unmodified.evaluable.sum() / YEAR),
        injected=count_worsening(_by_ours(*worse), start),
    )


def worsened(
    pain: Floats, mood: Floats, start: Integers, points: float, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """Copies ``(draws, days)`` with a ramp from each ``start`` on, kept on the scale."""
    length = rng.uniform(*LENGTH, (len(start), 1))
    lag = rng.uniform(*LAG, (len(start), 1))
    since = np.arange(pain.shape[1]) - start[:, None]
    up = pain + np.rint(10 * points * np.clip(since / length, 0, 1))
    down = mood - np.rint(10 * points * np.clip((since - lag) / length, 0, 1))
    return np.clip(up, 0, 100), np.clip(down, 0, 100)


def _starts(rng: np.random.Generator, unmodified: Watch, draws: int) -> Integers:
    """Days with as long a diary before them as a simulated ramp has, and days to find it after:
    at least half of the days on which it would count can be evaluated."""
    ahead = np.lib.stride_tricks.sliding_window_view(unmodified.evaluable[0], FOUND_WITHIN)
    possible = np.flatnonzero(ahead.mean(axis=-1) >= 0.5)
    return rng.choice(possible[possible >= FIRST_START], draws)


def _by_ours(pain: Floats, mood: Floats) -> Watch:
    walk = look_over(pain, mood)
    return watched(walk.states, walk.evaluable)
