"""What opened and closed on a walk, as a person would tell it."""

from datetime import date
from typing import NamedTuple

import numpy as np

from diary.analysis.states import REASONS, Machine, States, is_open


class Episode(NamedTuple):
    opened_on: date
    closed_on: date | None  # None: open on the last walked day
    reason: str | None  # "cleared", "lapsed", "new_usual"; None while open


def episodes(start: States, states: States, first: int, machine: Machine) -> list[Episode]:
    """The episodes that one diary's walk touched, by the day they opened.

    ``start`` is the state ``()`` before the ordinal ``first``, ``states`` those ``(days,)``
    after each walked day. An episode from before the walk is among them if it was open at the
    start or could still have been reopened on the first day; evidence of such a one lies before
    the walk.
    """
    opened, last = np.unique(states["opened_on"][::-1], return_index=True)
    told = states[::-1][last]
    reopenable = start["closed_on"] and first - start["closed_on"] <= machine.reopen_within
    touched = (opened >= first) | ((opened != 0) & bool(is_open(start) or reopenable))
    return [_told(state) for state in told[touched]]


def _told(state: np.void) -> Episode:
    closed_on = date.fromordinal(int(state["closed_on"])) if state["closed_on"] else None
    return Episode(date.fromordinal(int(state["opened_on"])), closed_on, REASONS[state["reason"]])
