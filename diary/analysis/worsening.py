"""Pain and mood worsening together: the last weeks against a person's own usual.

Each series is a leg with a z of its own; the score is the smaller one, so that both have to
worsen (intersection-union test, Berger 1982). Newer days weigh more in it, over three weeks; the
two weeks that people are shown are compared plainly. Detection notes, section B.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from diary.analysis.states import (
    CLEAR,
    INSUFFICIENT,
    LEARNING,
    UNCLEAR,
    Machine,
    States,
    is_open,
    status_of,
    step,
)
from diary.analysis.usual import (
    PRIOR,
    TENTHS,
    Prior,
    Usual,
    clipped_mean,
    read_usual,
    variance_of_mean,
)
from diary.analysis.windows import (
    Bools,
    Floats,
    Integers,
    blocks,
    joined,
    require_whole,
    windows_ending,
)

FADING = tuple(range(21, 0, -1))  # today counts 21 times, the day three weeks ago no more
WORSENING_MACHINE = Machine(
    open_at=2.05, open_days=2, close_at=1.03, close_days=5, rest=14, longest=42
)
PAIN, MOOD = +1, -1  # the direction in which a leg is worse


@dataclass(frozen=True)
class WorseningRule:
    """The parameters of the worsening rule, from the detection notes, B, and `docs/decisions.md`.

    Weights are whole numbers by age, today first, so that weighted sums stay exact. They decide;
    what is shown beside them is the plain mean of the last ``shown_days``.
    """

    weights: tuple[int, ...] = FADING
    shown_days: int = 14
    recent_needed: int = 3  # answered days of those that are shown
    fresh_days: int = 4  # today and the three dates before it hold an answer
    usual_days: int = 56
    usual_ends: int = 28  # days before today
    usual_needed: int = 14  # answered days
    reach: float = 2.5  # sd from the usual beyond which a value is clipped …
    least_reach: float = 2.0  # … if it is this many points away: steady days change too
    prior: Prior = PRIOR
    drift: float = 0.45  # points; how far a mean may move between the windows by itself
    interval: float = 1.645  # standard errors either side, 90 %
    least_shown: float = 0.5  # points by which the plain means are worse where anything opens
    machine: Machine = WORSENING_MACHINE

    @property
    def history(self) -> int:
        """Days that a walk reads before its first: a usual's, as of the earliest open episode."""
        return self.usual_ends + self.usual_days - 1 + (self.machine.longest or 0)


WORSENING_RULE = WorseningRule()


class Leg(NamedTuple):
    """One series, day by day: ``(diaries, days)``, in points. While an episode is open its
    usual is the one of the day it opened. NaN: too few answers on this leg."""

    usual: Floats  # mean as recorded
    recent: Floats  # mean of the last fourteen days
    change: Floats  # recent - usual; mood falling is negative
    low: Floats  # 90 % interval of the change
    high: Floats
    z: Floats  # of the weighted days; positive = worse
    usual_answered: Integers  # days
    recent_answered: Integers
    fresh: Bools  # an answer today or in the three days before
    at_limit: Bools  # even the worst value on every day would not reach `open_at`


@dataclass(frozen=True)
class WorseningWalk:
    """Every walked day, ``(diaries, days)``."""

    states: States  # after the day
    status: Integers  # indices into STATUSES
    evaluable: Bools
    score: Floats  # the smaller z; NaN where not evaluable
    pain: Leg
    mood: Leg


def walk_worsening(
    pain: Floats,
    mood: Floats,
    first: Integers,
    start: States,
    *,
    history: int,
    rule: WorseningRule = WORSENING_RULE,
) -> WorseningWalk:
    """Look over diaries from ``first`` on, each from its own state.

    ``pain`` and ``mood`` are ``(diaries, history + days)`` in whole tenths 0 … 100, NaN = not
    recorded. ``first`` is the ordinal of each diary's first walked day, ``(diaries,)``; the
    ``history`` days before it are read, not walked: ``rule.history`` of them are always enough.
    ``start`` is the state ``(diaries,)`` before it. Raises ValueError for another value, and
    where the history does not hold a usual that the walk needs.
    """
    require_whole(pain, 0, 100, "pain in tenths")
    require_whole(mood, 0, 100, "mood in tenths")
    days = pain.shape[1] - history
    begins = _usual_begins(first, start, history, days, rule)
    pain_course = _prepare(pain, PAIN, begins, history, rule)
    mood_course = _prepare(mood, MOOD, begins, history, rule)
    evaluable = np.zeros((len(pain), days), bool)
    score = np.full((len(pain), days), np.nan)
    states = np.zeros((len(pain), days), start.dtype)
    state = start.copy()
    for day in range(days):
        opened = np.flatnonzero(is_open(state))
        if opened.size:
            since = np.maximum(state["opened_on"][opened] - first[opened] + 1, 0)
            _freeze(pain_course, opened, day, since, rule)
            _freeze(mood_course, opened, day, since, rule)
        evaluable[:, day], score[:, day] = _judge(pain_course.leg, mood_course.leg, day)
        state = step(state, first + day, evaluable[:, day], score[:, day], rule.machine)
        states[:, day] = state
    status = _status(states, evaluable, score, pain_course.leg, mood_course.leg, rule)
    return WorseningWalk(states, status, evaluable, score, pain_course.leg, mood_course.leg)


def read_leg(recent: Floats, usual: Usual, worse: int, rule: WorseningRule = WORSENING_RULE) -> Leg:
    """Compare windows ``(…, window)`` in tenths with usuals ``(…)``; ``worse`` is PAIN or MOOD.

    The change is that of the plain means of ``shown_days`` as recorded, z that of the weighted
    and clipped ones: clipping keeps one bad day from deciding, but understates a true change.

    >>> pain = np.full((1, 56), 30.0)
    >>> usual = read_usual(pain, 14, reach=2.5, least=2.0, prior=PRIOR)
    >>> read_leg(np.full((1, 21), np.nan), usual, PAIN).change
    array([nan])
    >>> read_leg(np.full((1, 21), 50.0), usual, PAIN).change
    array([2.])
    """
    answered = ~np.isnan(recent)
    value = np.where(answered, recent, 0.0)
    shown = answered[..., -rule.shown_days :]
    answered_days = shown.sum(axis=-1)
    count = np.where(answered_days >= rule.recent_needed, answered_days, np.nan)
    mean = value[..., -rule.shown_days :].sum(axis=-1) / count
    change = mean - usual.mean
    error = _standard_error(shown.astype(float), usual, rule)
    weights = np.array(rule.weights[::-1], float)
    weight = weights * answered
    moved = clipped_mean(value, weight, usual.low, usual.high) - usual.clipped
    z = worse * moved / _standard_error(weight, usual, rule)
    # Whatever the weights say, nothing opens that has not moved by `least_shown` as it is shown.
    visible = np.maximum(worse * change, 0.0) / (TENTHS * rule.least_shown)
    z = np.minimum(z, rule.machine.open_at * visible)
    worst = np.clip(100.0 if worse > 0 else 0.0, usual.low, usual.high)
    worst_z = worse * (worst - usual.clipped) / _standard_error(weights, usual, rule)
    return Leg(
        usual=usual.mean / TENTHS,
        recent=mean / TENTHS,
        change=change / TENTHS,
        low=(change - rule.interval * error) / TENTHS,
        high=(change + rule.interval * error) / TENTHS,
        z=np.where(np.isnan(count), np.nan, z),
        usual_answered=usual.answered,
        recent_answered=answered_days,
        fresh=answered[..., -rule.fresh_days :].any(axis=-1),
        at_limit=worst_z < rule.machine.open_at,
    )


def _standard_error(weight: Floats, usual: Usual, rule: WorseningRule) -> Floats:
    variance = variance_of_mean(weight, usual.phi) + usual.variance
    return np.sqrt(usual.sd * usual.sd * variance + (TENTHS * rule.drift) ** 2)


class _Course(NamedTuple):
    """One leg of a walk."""

    worse: int
    recent: Floats  # windows ending on each walked day: (diaries, days, window)
    usual: Usual  # (diaries, 1 + days): of the episode open at the start, then of each day
    leg: Leg  # each day by its own usual, until an open episode freezes it


def _prepare(
    tenths: Floats, worse: int, begins: Integers, history: int, rule: WorseningRule
) -> _Course:
    diaries, days = len(tenths), tenths.shape[1] - history
    windows = np.lib.stride_tricks.sliding_window_view(tenths, rule.usual_days, axis=-1)
    each = np.arange(diaries)[:, None]
    usuals = [
        read_usual(
            windows[each, begins[:, block]],
            rule.usual_needed,
            rule.reach,
            rule.least_reach,
            rule.prior,
        )
        for block in blocks(diaries, days + 1)
    ]
    usual = Usual(*joined(usuals))
    recent = windows_ending(tenths, history, days, len(rule.weights))
    own = Usual(*(field[:, 1:] for field in usual))
    legs = [
        read_leg(recent[:, block], Usual(*(field[:, block] for field in own)), worse, rule)
        for block in blocks(diaries, days)
    ]
    return _Course(worse, recent, usual, Leg(*joined(legs)))


def _usual_begins(
    first: Integers, start: States, history: int, days: int, rule: WorseningRule
) -> Integers:
    """Where the usuals' windows begin: ``(diaries, 1 + days)`` indices, as in ``_Course``."""
    reach_back = rule.usual_ends + rule.usual_days - 1
    since_opening = np.where(is_open(start), first - start["opened_on"], 0)
    if since_opening.min(initial=0) < 0:
        raise ValueError("an episode cannot be open before the day it opens on")
    if history < reach_back + since_opening.max(initial=0):
        needed = reach_back + since_opening.max(initial=0)
        raise ValueError(f"{needed} days of history are needed, {history} were given")
    walked = np.broadcast_to(np.arange(days), (len(first), days))
    return history - reach_back + np.concatenate([-since_opening[:, None], walked], axis=1)


def _freeze(
    course: _Course, opened: Integers, day: int, since: Integers, rule: WorseningRule
) -> None:
    """Read the leg of the diaries ``opened`` again, by the usuals of the days they opened on."""
    usual = Usual(*(field[opened, since] for field in course.usual))
    frozen = read_leg(course.recent[opened, day], usual, course.worse, rule)
    for kept, read in zip(course.leg, frozen, strict=True):
        kept[opened, day] = read


def _judge(pain: Leg, mood: Leg, day: int) -> tuple[Bools, Floats]:
    """Whether the day is evaluable, and its score: ``(diaries,)``."""
    score = np.minimum(pain.z[:, day], mood.z[:, day])  # NaN where either leg is
    evaluable = pain.fresh[:, day] & mood.fresh[:, day] & ~np.isnan(score)
    return evaluable, np.where(evaluable, score, np.nan)


def _status(
    states: States, evaluable: Bools, score: Floats, pain: Leg, mood: Leg, rule: WorseningRule
) -> Integers:
    usual_answered = np.minimum(pain.usual_answered, mood.usual_answered)
    unevaluable = np.where(usual_answered < rule.usual_needed, LEARNING, INSUFFICIENT)
    clear = (score < rule.machine.close_at) & ~pain.at_limit & ~mood.at_limit
    evaluated = np.where(clear, CLEAR, UNCLEAR)
    return status_of(states, np.where(evaluable, evaluated, unevaluable))
