"""People who record pain and mood for 200 days, and what happens to them.

Detection notes, section H. What it leaves open: a ramp has not moved yet on its first day; people
whose two series move apart are worse in the one and better in the other, half of them each way;
days are low while something has worsened and during a flare.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from bench.worlds import BURST, carried_over, skipped_days, skipped_items, spread
from diary.analysis.windows import Floats, Integers

DAYS = 200
FIRST_START, LAST_START = 70, 109
DRIFT = 0.065  # points a day
SKIPS_WHEN_LOW = 0.8  # log-odds
YEAR = 365.25
FLARE_CHANCE, FLARE_SIZE = 1 / 35, 2.5
Bounds = tuple[float, float]


@dataclass(frozen=True)
class Course:
    """What happens to a kind of people. Directions are signs: pain up +1, mood down -1."""

    pain: int = 0
    mood: int = 0
    either_way: bool = False  # half of the people the other way round
    length: Bounds = (10, 28)  # days
    size: Bounds = (1.5, 3)  # points
    lag: Bounds = (0, 5)  # days by which mood follows pain
    seasonal: bool = False
    flares: bool = False


COURSES = {
    "stable": Course(),
    "seasonal": Course(seasonal=True),
    "flares": Course(flares=True),
    "together": Course(pain=+1, mood=-1),
    "abrupt": Course(pain=+1, mood=-1, length=(1, 4), lag=(0, 3)),
    "slow": Course(pain=+1, mood=-1, length=(28, 42)),
    "small": Course(pain=+1, mood=-1, size=(1, 1.5)),
    "pain only": Course(pain=+1),
    "mood only": Course(mood=-1),
    "opposed": Course(pain=+1, mood=+1, either_way=True),
    "improving": Course(pain=-1, mood=+1),
}
MIX = {"stable": 0.6, "seasonal": 0.3, "flares": 0.1}  # of people to whom nothing happens


class Nature(NamedTuple):
    """How people are before anything happens to them, each ``(people, 1)``."""

    phi: Floats
    pain_sd: Floats  # points
    mood_sd: Floats
    coupling: Floats  # correlation of the same day's pain and mood, negative
    pain_level: Floats
    mood_level: Floats
    weekly: Floats  # amplitude on mood, points
    weekly_phase: Floats  # radians
    yearly: Floats  # amplitude on mood, 0 where there are no seasons
    yearly_phase: Floats


class PainMoodDiaries(NamedTuple):
    """Diaries ``(people, days)`` in tenths, NaN = not recorded, and what is true of them."""

    pain: Floats
    mood: Floats
    expected_pain: Floats  # points: what a day would show on average, drift apart
    expected_mood: Floats
    start: Integers  # (people,): the day on which a ramp starts
    pain_size: Floats  # (people,): points by which it moves, signed
    mood_size: Floats
    nature: Nature


def keep_pain_and_mood(
    rng: np.random.Generator, kind: str, people: int, missing: float, harsh: bool = False
) -> PainMoodDiaries:
    """Diaries of ``people`` of one kind, with a share of their days ``missing``."""
    course = COURSES[kind]
    nature = _natures(rng, course, people, harsh)
    start = rng.integers(FIRST_START, LAST_START + 1, people)
    pain_ramp, mood_ramp = _ramps(rng, course, start)
    pain_size, mood_size = _sizes(rng, course, people)
    flare = _flares(rng, people) if course.flares else np.zeros((people, DAYS))
    day = np.arange(DAYS)
    week = nature.weekly * np.cos(2 * np.pi * day / 7 + nature.weekly_phase)
    year = nature.yearly * np.cos(2 * np.pi * day / YEAR + nature.yearly_phase)
    moved = FLARE_SIZE * flare
    pain = nature.pain_level - week / 2 - year / 2 + pain_size * pain_ramp + moved
    mood = nature.mood_level + week + year + mood_size * mood_ramp - moved
    worse = np.maximum(pain_ramp * (pain_size > 0), mood_ramp * (mood_size < 0))
    burst = min(BURST + 0.25, 0.85) if harsh else BURST
    gone = skipped_days(rng, missing, np.maximum(worse, flare), SKIPS_WHEN_LOW, burst)
    pain_noise, mood_noise = _noise(rng, nature, people)
    return PainMoodDiaries(
        pain=_record(rng, pain + pain_noise, gone, missing),
        mood=_record(rng, mood + mood_noise, gone, missing),
        expected_pain=_within_scale(pain, nature.pain_sd),
        expected_mood=_within_scale(mood, nature.mood_sd),
        start=start,
        pain_size=pain_size[:, 0],
        mood_size=mood_size[:, 0],
        nature=nature,
    )


def _natures(rng: np.random.Generator, course: Course, people: int, harsh: bool) -> Nature:
    phi = spread(rng, 0.15, 0.55, people)
    yearly = spread(rng, 0.4, 1.0, people)
    return Nature(
        phi=np.minimum(phi + 0.25, 0.85) if harsh else phi,
        pain_sd=spread(rng, 0.8, 1.6, people),
        mood_sd=spread(rng, 0.8, 1.5, people),
        coupling=-spread(rng, 0.1, 0.6, people),
        pain_level=spread(rng, 1.5, 5.5, people),
        mood_level=spread(rng, 5, 8, people),
        weekly=spread(rng, 0, 0.7, people),
        weekly_phase=spread(rng, 0, 2 * np.pi, people),
        yearly=yearly if course.seasonal else np.zeros_like(yearly),
        yearly_phase=spread(rng, 0, 2 * np.pi, people),
    )


def _ramps(rng: np.random.Generator, course: Course, start: Integers) -> tuple[Floats, Floats]:
    """How far pain and mood have moved, 0 … 1, ``(people, days)``."""
    people = len(start)
    length = spread(rng, *course.length, people)
    lag = spread(rng, *course.lag, people)
    since = np.arange(DAYS) - start[:, None]
    return np.clip(since / length, 0, 1), np.clip((since - lag) / length, 0, 1)


def _sizes(rng: np.random.Generator, course: Course, people: int) -> tuple[Floats, Floats]:
    """By how many points pain and mood move, signed, ``(people, 1)``."""
    way = rng.choice([-1, 1], (people, 1)) if course.either_way else 1
    pain = way * course.pain * spread(rng, *course.size, people)
    return pain, way * course.mood * spread(rng, *course.size, people)


def _flares(rng: np.random.Generator, people: int) -> Floats:
    """1 on the days of a flare, 0 elsewhere; each lasts two to four days."""
    begins = rng.random((people, DAYS)) < FLARE_CHANCE
    length = rng.integers(2, 5, (people, DAYS))
    flare = begins.astype(float)
    for later in range(1, 4):
        flare[:, later:] = np.maximum(flare[:, later:], (begins & (length > later))[:, :-later])
    return flare


def _noise(rng: np.random.Generator, nature: Nature, people: int) -> tuple[Floats, Floats]:
    """What pain and mood do by themselves: from day to day together, and slowly apart."""
    ours, own = rng.standard_normal((2, people, DAYS))
    apart = np.sqrt(1 - nature.coupling**2)
    pain = carried_over(ours, nature.phi)
    mood = carried_over(nature.coupling * ours + apart * own, nature.phi)
    walks = DRIFT * rng.standard_normal((2, people, DAYS)).cumsum(axis=-1)
    first, second = walks - walks.mean(axis=-1, keepdims=True)
    slowly = -0.3 * first + 0.95 * second
    return nature.pain_sd * pain + first, nature.mood_sd * mood + slowly


def _record(rng: np.random.Generator, points: Floats, gone: np.ndarray, missing: float) -> Floats:
    tenths = 10 * np.clip(np.rint(points), 0, 10)
    return np.where(gone | skipped_items(rng, missing, points.shape), np.nan, tenths)


def _within_scale(level: Floats, sd: Floats) -> Floats:
    """The mean of a normal day around ``level`` once it is clipped to 0 … 10."""
    low, high = -level / sd, (10 - level) / sd
    bell = np.exp(-low * low / 2) - np.exp(-high * high / 2)
    inside = level * (ndtr(high) - ndtr(low)) + sd * bell / np.sqrt(2 * np.pi)
    return inside + 10 * (1 - ndtr(high))
