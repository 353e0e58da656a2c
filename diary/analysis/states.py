"""The state that a diary carries from one day to the next, and the step that moves it.

Both detectors are one machine with different numbers: a score is high for some days before an
episode opens and low for some days before it closes, and a day that cannot be evaluated moves
neither count.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from diary.analysis.windows import Bools, Floats, Integers

# One diary, one kind, one day. The counters stop at the machine's numbers: beyond them they
# decide nothing, and two histories that differed long ago agree the sooner.
STATE = np.dtype(
    [
        ("up", "u1"),  # evaluable days in a row at or above `open_at`
        ("down", "u1"),  # evaluable days in a row below `close_at`
        ("idle", "u1"),  # dates since the last evaluable one, at most FORGET
        ("seen", "u1"),  # symptoms only: dates since the first answer, at most 14
        ("armed", "?"),
        ("reason", "u1"),  # of the last closing, an index into REASONS
        ("opened_on", "<i4"),  # ordinals, 0 = none
        ("closed_on", "<i4"),
    ]
)
States = npt.NDArray[np.void]  # of STATE, any shape; `states["up"]` is a plain array

REASONS = (None, "cleared", "lapsed", "new_usual")
CLEARED, LAPSED, NEW_USUAL = 1, 2, 3

STATUSES = ("learning", "insufficient", "clear", "unclear", "open", "paused")
LEARNING, INSUFFICIENT, CLEAR, UNCLEAR, OPEN, PAUSED = range(6)

PAUSE = 14  # idle dates after which an open episode is called paused
LAPSE = 28  # … after which it closes, and nobody says recovered
FORGET = 84  # … after which nothing is known any more: the initial state


@dataclass(frozen=True)
class Machine:
    """When an episode opens and closes. Scores in the detector's own unit, the rest in days."""

    open_at: float
    open_days: int
    close_at: float
    close_days: int
    reopen_within: int = 0  # after a closing, an opening continues the closed episode
    rest: int = 0  # after a closing, nothing opens
    longest: int | None = None  # after so many dates the level counts as the new usual


def initial_states(count: int) -> States:
    """The states ``(count,)`` of diaries of which nothing is known."""
    states = np.zeros(count, STATE)
    states["idle"] = FORGET
    states["armed"] = True
    return states


def pack(states: States) -> list[bytes]:
    """Each diary's state as 14 bytes; ``states`` is ``(diaries,)``. Equal bytes, equal states."""
    return [state.tobytes() for state in states]


def unpack(packed: list[bytes]) -> States:
    """The states ``(diaries,)`` that were packed.

    >>> bool((unpack(pack(initial_states(2))) == initial_states(2)).all())
    True

    Raises ValueError where the bytes are not those of whole states.
    """
    if any(len(state) != STATE.itemsize for state in packed):
        raise ValueError(f"a packed state has {STATE.itemsize} bytes")
    return np.frombuffer(b"".join(packed), STATE).copy()


def is_open(states: States) -> Bools:
    """Whether an episode is open; nothing is open in an initial state.

    >>> is_open(initial_states(1))
    array([False])
    """
    return (states["opened_on"] != 0) & (states["closed_on"] == 0)


def status_of(states: States, otherwise: Integers) -> Integers:
    """OPEN or PAUSED where an episode is open, ``otherwise`` elsewhere."""
    paused = np.where(states["idle"] >= PAUSE, PAUSED, OPEN)
    return np.where(is_open(states), paused, otherwise).astype(np.int8)


def step(
    before: States, today: Integers, evaluable: Bools, score: Floats, machine: Machine
) -> States:
    """The states after one more day; all arguments ``(diaries,)``, ``today`` in ordinals.

    In this order: the counters, an opening or else a closing, forgetting. ``score`` is read
    only where ``evaluable``. An episode opens on an evaluable day only, so that the days which
    opened it can be shown, even where a rest ends on another one.

    >>> machine = Machine(open_at=0.8, open_days=2, close_at=0.24, close_days=7)
    >>> high = np.array([True]), np.array([0.9]), machine
    >>> once = step(initial_states(1), np.array([738000]), *high)
    >>> twice = step(once, np.array([738001]), *high)
    >>> is_open(once), is_open(twice), twice["opened_on"].tolist()
    (array([False]), array([ True]), [738001])

    A day that cannot be evaluated leaves the counters alone:

    >>> unknown = np.array([False]), np.array([np.nan]), machine
    >>> later = step(twice, np.array([738002]), *unknown)
    >>> later["up"].tolist(), later["idle"].tolist()
    ([2], [1])
    """
    after = before.copy()
    high = evaluable & (score >= machine.open_at)
    low = evaluable & (score < machine.close_at)
    after["up"] = _count(before["up"], high, evaluable, machine.open_days)
    after["down"] = _count(before["down"], low, evaluable, machine.close_days)
    after["idle"] = np.where(evaluable, 0, np.minimum(before["idle"] + 1, FORGET))
    after["armed"] |= low
    was_open = is_open(before)
    _open(after, today, evaluable & ~was_open, machine)
    _close(after, today, was_open, machine)
    forgotten = (after["idle"] == FORGET) & (before["idle"] < FORGET)
    after[forgotten] = initial_states(1)[0]
    return after


def _count(count: Integers, held: Bools, evaluable: Bools, enough: int) -> Integers:
    return np.where(evaluable, np.where(held, np.minimum(count + 1, enough), 0), count)


def _open(states: States, today: Integers, may_open: Bools, machine: Machine) -> None:
    since = today - states["closed_on"]  # never closed, 0, is long ago
    ready = may_open & states["armed"] & (states["up"] >= machine.open_days)
    reopening = ready & (since <= machine.reopen_within)
    opening = ready & ~reopening & (since > machine.rest)
    states["opened_on"][opening] = today[opening]
    for field in ("closed_on", "reason"):  # `down` is 0 already: a day that opens is a high one
        states[field][opening | reopening] = 0


def _close(states: States, today: Integers, was_open: Bools, machine: Machine) -> None:
    cleared = was_open & (states["down"] >= machine.close_days)
    lapsed = was_open & (states["idle"] >= LAPSE)
    settled = np.zeros_like(was_open)
    if machine.longest is not None:
        settled = was_open & ~cleared & ~lapsed & (today - states["opened_on"] >= machine.longest)
    closing = cleared | lapsed | settled
    states["closed_on"][closing] = today[closing]
    for reason, closed in ((CLEARED, cleared), (LAPSED, lapsed), (NEW_USUAL, settled)):
        states["reason"][closed] = reason
    states["up"][closing] = 0
    states["down"][lapsed | settled] = 0
    states["armed"] &= ~settled
