"""Pain and mood both worse than a person's own usual: how it is looked for and told."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from diary.analysis import STATUSES, WORSENING_RULE, Leg, States, WorseningWalk, walk_worsening
from diary.findings import WINDOW, days_of, rounded
from diary.series import MOOD, PAIN, Series

MACHINE = WORSENING_RULE.machine
NOTHING = {
    "status": "learning",
    "evaluable": False,
    "answered": 0,
    "of": WINDOW,
    "usual_answered": 0,
    "needed": WORSENING_RULE.usual_needed,
    "at_limit": [],
    "score": None,
    "pain": None,
    "mood": None,
}


def look(values: np.ndarray, firsts: np.ndarray, starts: States, history: int) -> WorseningWalk:
    """Walk diaries ``(diaries, rows, days)`` from ``firsts`` on, in the states ``starts``.

    The ``history`` days before those are read, not walked.
    """
    pain, mood = (np.ascontiguousarray(values[:, row]) for row in (PAIN, MOOD))
    return walk_worsening(pain, mood, firsts, starts, history=history)


def state(walk: WorseningWalk, place: int, day: int) -> dict[str, Any]:
    """What can be said after one walked day of one diary."""
    legs = _legs(walk)
    return {
        "status": STATUSES[walk.status[place, day]],
        "evaluable": bool(walk.evaluable[place, day]),
        "answered": min(int(leg.recent_answered[place, day]) for leg in legs.values()),
        "of": WINDOW,
        "usual_answered": min(int(leg.usual_answered[place, day]) for leg in legs.values()),
        "needed": WORSENING_RULE.usual_needed,
        "at_limit": [name for name, leg in legs.items() if leg.at_limit[place, day]],
        "score": rounded(walk.score[place, day]),
        **{name: _change(leg, place, day) for name, leg in legs.items()},
    }


def evidence(
    walk: WorseningWalk, place: int, day: int, series: Series, dates: list[date]
) -> dict[str, Any]:
    """The window that ends on a walked day against the usual, leg by leg and date by date."""
    return {
        name: {
            **(_change(leg, place, day) or {}),
            "answered": int(leg.recent_answered[place, day]),
            "days": days_of(series, name, dates),
        }
        for name, leg in _legs(walk).items()
    }


def _legs(walk: WorseningWalk) -> dict[str, Leg]:
    return {"pain": walk.pain, "mood": walk.mood}


def _change(leg: Leg, place: int, day: int) -> dict[str, float] | None:
    """A leg's two means and their difference with its interval, None where they are unknown."""
    names = ("usual", "recent", "change", "low", "high")
    numbers = {name: rounded(getattr(leg, name)[place, day]) for name in names}
    return None if numbers["change"] is None else numbers
