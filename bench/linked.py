"""People who record eight things and note eight kinds of activity, and what hangs together.

The notes say how strong a link is and how much is missing (section C); the rest is as in
section H: carry-over, slow drifts, seasons, a week's rhythm, whole numbers, gaps in bursts. In
a linked world sleep goes before pain, and the first kind of activity goes with mood; everything
else has nothing to do with anything.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from bench.pain_mood import DRIFT, YEAR
from bench.worlds import carried_over, skipped_days, skipped_items, spread
from diary.analysis.weekly import HISTORY
from diary.analysis.windows import Bools, Floats

TRACKED = ("sleep_hours", "pain", "mood", "company", "worry", "sixth", "seventh", "eighth")
LEVELS = (7.0, 4.0, 6.0, 5.0, 4.0, 5.0, 5.0, 5.0)
SLEEP, PAIN, MOOD = range(3)
SD = 1.3  # points
KINDS = 8
MISSING = 0.3  # share of days
WEEKLY, SEASON = (0.0, 0.7), (0.4, 1.0)  # points
TENTHS = 10


class World(NamedTuple):
    """``phi`` is what is left of a day on the next one, between two bounds."""

    phi: tuple[float, float] = (0.5, 0.5)
    moving: bool = False  # seasons, drifts, a week's rhythm, and pain and mood of one day together
    link: float = 0.0  # sd of pain for one of the night before it
    effect: float = 0.0  # points of mood on days with the first activity


NOTHING = {
    "unrelated, φ .5": World(),
    "unrelated, φ .7": World((0.7, 0.7)),
    "unrelated, with seasons and drifts": World((0.15, 0.55), moving=True),
}
SOMETHING = {
    "link .2, activity ½ point": World(link=0.2, effect=0.5),
    "link .3, activity 1 point": World(link=0.3, effect=1.0),
}
WORLDS = NOTHING | SOMETHING


class Linked(NamedTuple):
    """``HISTORY`` days of which the last ones were kept: NaN, or nothing done, before."""

    tracked: Floats  # (people, 8, days), whole tenths
    done: Bools  # (people, 8, days)


def keep_linked(
    rng: np.random.Generator, world: World, people: int, days: int, history: int = HISTORY
) -> Linked:
    """Diaries of ``days`` days, the last of them the last of ``history``."""
    phi = spread(rng, *world.phi, people)[:, :, None]
    shocks = rng.standard_normal((people, len(TRACKED), days))
    if world.moving:
        together = -rng.uniform(0.1, 0.6, (people, 1))
        own = np.sqrt(1 - together**2) * shocks[:, MOOD]
        shocks[:, MOOD] = together * shocks[:, PAIN] + own
    series = carried_over(shocks, np.broadcast_to(phi, (people, len(TRACKED), 1)))
    if world.link:
        series[:, PAIN] = _after(series[:, SLEEP], shocks[:, PAIN], phi[:, 0], world.link)
    points = SD * series + np.reshape(LEVELS, (-1, 1))
    if world.moving:
        points = points + _moving(rng, people, days)
    gone = skipped_days(rng, MISSING, np.zeros((people, days)), 0)
    done = _activities(rng, world, people, days) & ~gone[:, None]
    points[:, MOOD] += world.effect * done[:, 0]
    recorded = TENTHS * np.clip(np.rint(points), 0, 10)
    recorded[gone[:, None] | skipped_items(rng, MISSING, points.shape)] = np.nan
    before = history - days
    return Linked(
        np.concatenate([np.full((people, len(TRACKED), before), np.nan), recorded], axis=-1),
        np.concatenate([np.zeros((people, KINDS, before), bool), done], axis=-1),
    )


def _after(sleep: Floats, shocks: Floats, phi: Floats, link: float) -> Floats:
    """Pain of variance 1 that carries over as sleep does, and follows last night's by ``link``."""
    both = phi * link / (1 - phi * phi)  # yesterday's pain with last night's sleep
    own = np.sqrt(1 - phi * phi - link * link - 2 * phi * link * both)
    pain = shocks.copy()
    for day in range(1, shocks.shape[-1]):
        fresh = link * sleep[:, day] + own[:, 0] * shocks[:, day]
        pain[:, day] = phi[:, 0] * pain[:, day - 1] + fresh
    return pain


def _moving(rng: np.random.Generator, people: int, days: int) -> Floats:
    """Seasons, drifts and a week's rhythm, each series with its own; points."""
    day, shape = np.arange(days), (people, len(TRACKED), 1)
    turns = rng.uniform(0, 2 * np.pi, (2, *shape))
    walks = DRIFT * rng.standard_normal((people, len(TRACKED), days)).cumsum(axis=-1)
    season = rng.uniform(*SEASON, shape) * np.cos(2 * np.pi * day / YEAR + turns[0])
    week = rng.uniform(*WEEKLY, shape) * np.cos(2 * np.pi * day / 7 + turns[1])
    return walks - walks.mean(axis=-1, keepdims=True) + season + week


def _activities(rng: np.random.Generator, world: World, people: int, days: int) -> Bools:
    """Done on a tenth to two thirds of the days, by the day or in runs, more in some seasons."""
    shape = (people, KINDS, 1)
    often = rng.uniform(0.1, 0.65, shape)
    urge = carried_over(rng.standard_normal((people, KINDS, days)), rng.uniform(0, 0.9, shape))
    if world.moving:
        turn = rng.uniform(0, 2 * np.pi, shape)
        urge = urge + 0.7 * np.cos(2 * np.pi * np.arange(days) / YEAR + turn)
    return urge > ndtri(1 - often)
