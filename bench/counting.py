"""Counting what a rule found: who was found, when, and how often it was wrong.

Detection notes, end of section H. Days are indices into the simulated diary.
"""

from typing import NamedTuple

import numpy as np

from diary.analysis import Machine, States, initial_states, is_open
from diary.analysis.states import step
from diary.analysis.windows import Bools, Floats, Integers

FIRST_DAY = 738_000  # an ordinal; no date is ever printed
FOUND_WITHIN = 57  # days from a ramp's start
ONE_SIDED = slice(70, 170)  # the days on which an opening counts against one-sided people
PATTERN_FROM, PATTERN_TO = -7, 42  # days around a spell's start
FOURTEENTH = 13  # days after the start


class Watch(NamedTuple):
    """One rule over many diaries, ``(people, days)``."""

    opened: Bools  # an episode opened on this day
    open: Bools  # after the day
    evaluable: Bools


class Count(NamedTuple):
    """What a rule did to each of some people, ``(people,)``."""

    within: Bools  # opened within the days that count
    already: Bools  # was open on the day before the start
    delay: Floats  # days, NaN where not opened within
    openings: Integers
    evaluable: Integers  # days
    aside: Bools  # opened at all on the days when one-sided people are watched


def watched(states: States, evaluable: Bools) -> Watch:
    """What the states ``(people, days)`` of a walk from FIRST_DAY on tell."""
    today = FIRST_DAY + np.arange(states.shape[1])
    return Watch(states["opened_on"] == today, is_open(states), evaluable)


def watch(score: Floats, machine: Machine) -> Watch:
    """Run a machine over scores ``(people, days)``; NaN = not evaluable.

    >>> watch(np.full((1, 3), np.nan), Machine(1, 2, 0, 5)).opened.any()
    np.False_
    """
    evaluable = ~np.isnan(score)
    state = initial_states(len(score))
    states = np.zeros(score.shape, state.dtype)
    first = np.full(len(score), FIRST_DAY)
    for day in range(score.shape[1]):
        state = step(state, first + day, evaluable[:, day], score[:, day], machine)
        states[:, day] = state
    return watched(states, evaluable)


def count_worsening(seen: Watch, start: Integers) -> Count:
    """Openings in the 57 days from ``start`` ``(people,)`` on, and those before it."""
    return _count(seen, start, 0, FOUND_WITHIN - 1, 0)


def count_pattern(seen: Watch, start: Integers) -> Count:
    """Openings from 7 days before ``start`` to 42 after it; delays from the 14th day on."""
    return _count(seen, start, PATTERN_FROM, PATTERN_TO, FOURTEENTH)


def _count(seen: Watch, start: Integers, earliest: int, latest: int, due: int) -> Count:
    people, days = seen.opened.shape
    since = np.arange(days) - start[:, None]
    counted = seen.opened & (since >= earliest) & (since <= latest)
    within = counted.any(axis=1)
    return Count(
        within=within,
        already=seen.open[np.arange(people), start - 1],
        delay=np.where(within, counted.argmax(axis=1) - start - due, np.nan),
        openings=seen.opened.sum(axis=1),
        evaluable=seen.evaluable.sum(axis=1),
        aside=seen.opened[:, ONE_SIDED].any(axis=1),
    )


def together(counts: list[Count]) -> Count:
    """The counts of several groups as one."""
    return Count(*(np.concatenate(field) for field in zip(*counts, strict=True)))
