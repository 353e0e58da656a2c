"""Several of nine symptoms on most days of two weeks: how it is looked for and told."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from diary.analysis import STATUSES, SYMPTOM_RULE, States, SymptomWalk, walk_symptoms
from diary.findings import WINDOW, days_of, rounded
from diary.measures import SYMPTOMS
from diary.series import ROWS, Series

MACHINE = SYMPTOM_RULE.machine
NOTHING = {
    "status": "learning",
    "evaluable": False,
    "answered": 0,
    "of": WINDOW,
    "low": 0,
    "high": 1,
    "probability": None,
}
_ROWS = [ROWS.index(symptom.name) for symptom in SYMPTOMS]


def look(values: np.ndarray, firsts: np.ndarray, starts: States, history: int) -> SymptomWalk:
    """Walk diaries ``(diaries, rows, days)`` from ``firsts`` on, in the states ``starts``.

    The ``history`` days before those are read, not walked.
    """
    symptoms = np.ascontiguousarray(values[:, _ROWS])
    return walk_symptoms(symptoms, firsts, starts, history=history)


def state(walk: SymptomWalk, place: int, day: int) -> dict[str, Any]:
    """What can be said after one walked day of one diary."""
    evaluable = bool(walk.evaluable[place, day])
    return {
        "status": STATUSES[walk.status[place, day]],
        "evaluable": evaluable,
        **_verdict(walk, place, day),
        # A few answered days alone would make it certain; it is told only when it may count.
        "probability": rounded(walk.reading.probability[place, day]) if evaluable else None,
    }


def evidence(
    walk: SymptomWalk, place: int, day: int, series: Series, dates: list[date]
) -> dict[str, Any]:
    """The window that ends on a walked day, symptom by symptom and date by date."""
    read = walk.reading
    return {
        "symptoms": {
            symptom.name: {
                "core": symptom.core,
                "present": int(read.symptom_present[place, number, day]),
                "answered": int(read.symptom_answered[place, number, day]),
                "probability": rounded(read.symptom_probability[place, number, day]),
                "days": days_of(series, symptom.name, dates),
            }
            for number, symptom in enumerate(SYMPTOMS)
        },
        "probability": rounded(read.probability[place, day]),
        **_verdict(walk, place, day),
    }


def _verdict(walk: SymptomWalk, place: int, day: int) -> dict[str, int]:
    """The answered days, and the verdict with every missing answer absent and present."""
    return {
        "answered": int(walk.reading.answered[place, day]),
        "of": WINDOW,
        "low": int(walk.reading.low[place, day]),
        "high": int(walk.reading.high[place, day]),
    }
