"""What a walk found, as the API tells it: states, evidence with its days, rounded numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from diary.analysis import STATUSES, WORSENING_RULE, Leg, SymptomWalk, WorseningWalk
from diary.measures import SYMPTOMS
from diary.series import Series, dates_between

WINDOW = 14  # dates
LEGS = ("pain", "mood")


@dataclass(frozen=True, slots=True)
class Found:
    """An episode of a walk. ``evidence`` is None for one that had opened before the walk."""

    opened_on: date
    closed_on: date | None
    reason: str | None
    evidence: dict[str, Any] | None


def state_of_nothing() -> dict[str, Any]:
    """The states of a diary that holds nothing: both still learning."""
    return {
        "symptom_pattern": {
            "status": "learning",
            "evaluable": False,
            "answered": 0,
            "of": WINDOW,
            "probability": None,
            "low": 0,
            "high": 1,
        },
        "pain_mood_worsening": {
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
        },
    }


def symptom_state(walk: SymptomWalk, place: int, day: int) -> dict[str, Any]:
    evaluable = bool(walk.evaluable[place, day])
    return {
        "status": STATUSES[walk.status[place, day]],
        "evaluable": evaluable,
        **_verdict(walk, place, day),
        # A few answered days alone would make it certain; it is told only when it may count.
        "probability": rounded(walk.reading.probability[place, day]) if evaluable else None,
    }


def worsening_state(walk: WorseningWalk, place: int, day: int) -> dict[str, Any]:
    legs = {"pain": walk.pain, "mood": walk.mood}
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
    walk: SymptomWalk | WorseningWalk, place: int, day: int, series: Series, opened_on: date
) -> dict[str, Any]:
    """What the window ending on `opened_on` held, day by day; `day` is its index in the walk."""
    dates = dates_between(opened_on - timedelta(days=WINDOW - 1), opened_on)
    if isinstance(walk, SymptomWalk):
        return _symptom_evidence(walk, place, day, series, dates)
    return {
        name: {
            **(_change(leg, place, day) or {}),
            "answered": int(leg.recent_answered[place, day]),
            "days": _days(series, name, dates),
        }
        for name, leg in (("pain", walk.pain), ("mood", walk.mood))
    }


def _symptom_evidence(
    walk: SymptomWalk, place: int, day: int, series: Series, dates: list[date]
) -> dict[str, Any]:
    read = walk.reading
    return {
        "symptoms": {
            symptom.name: {
                "core": symptom.core,
                "present": int(read.symptom_present[place, number, day]),
                "answered": int(read.symptom_answered[place, number, day]),
                "probability": rounded(read.symptom_probability[place, number, day]),
                "days": _days(series, symptom.name, dates),
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


def _days(series: Series, row: str, dates: list[date]) -> list[dict[str, Any]]:
    return [{"date": day.isoformat(), "value": series.day(row, day)} for day in dates]


def _change(leg: Leg, place: int, day: int) -> dict[str, float] | None:
    """A leg's two means and their difference with its interval, None where they are unknown."""
    names = ("usual", "recent", "change", "low", "high")
    numbers = {name: rounded(getattr(leg, name)[place, day]) for name in names}
    return None if numbers["change"] is None else numbers


def rounded(value: float) -> float | None:
    """Two decimals, as every number that is computed; None for NaN."""
    return None if math.isnan(value) else round(float(value), 2) + 0.0
