"""What a walk found, as it is told: an episode, its days, its numbers rounded."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from diary.series import Series

WINDOW = 14  # dates, of which every finding shows each


@dataclass(frozen=True, slots=True)
class Found:
    """An episode of a walk. ``evidence`` is None for one that had opened before the walk."""

    opened_on: date
    closed_on: date | None
    reason: str | None
    evidence: dict[str, Any] | None


def days_of(series: Series, row: str, dates: list[date]) -> list[dict[str, Any]]:
    """What was recorded on each of the dates, None where nothing was."""
    return [{"date": day.isoformat(), "value": series.day(row, day)} for day in dates]


def rounded(value: float) -> float | None:
    """Two decimals, as every number that is computed; None for NaN."""
    return None if math.isnan(value) else round(float(value), 2) + 0.0
