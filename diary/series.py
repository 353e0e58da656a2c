"""From days to arrays: the only bridge between what is stored and what numpy reads.

A series is one row of days, oldest first, NaN where nothing was recorded. Scales of tenths
stay whole tenths here, so that sums of them are exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt

from diary.days import days_since
from diary.measures import SYMPTOMS
from diary.vault import Vault

# The rows that detectors read: nine symptoms in grades, then pain and mood in tenths.
ROWS = (*(symptom.name for symptom in SYMPTOMS), "pain", "mood")
_TENTHS = frozenset({"pain", "mood"})
PAIN, MOOD = ROWS.index("pain"), ROWS.index("mood")

_NOT_RECORDED = -128  # in packed days; every scale lies within an int8

Days = Mapping[date, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Series:
    """The detectors' rows of one diary: ``values`` is ``(11, days)`` from the date ``first`` on."""

    first: date
    values: npt.NDArray[np.float64]

    @classmethod
    def of(cls, days: Days, first: date, last: date) -> Series:
        """The days from `first` to `last`; a date without any is a column of NaN."""
        values = np.full((len(ROWS), (last - first).days + 1), np.nan)
        for day, fields in days.items():
            if first <= day <= last:
                values[:, (day - first).days] = [_whole(name, fields.get(name)) for name in ROWS]
        return cls(first, values)

    def between(self, first: date, last: date) -> npt.NDArray[np.float64]:
        """``(11, days)`` for exactly these dates; what lies outside was not recorded."""
        cut = np.full((len(ROWS), (last - first).days + 1), np.nan)
        begin, end = (first - self.first).days, (last - self.first).days + 1
        held = self.values[:, max(begin, 0) : max(end, 0)]
        at = max(-begin, 0)
        cut[:, at : at + held.shape[1]] = held
        return cut

    def day(self, row: str, day: date) -> int | float | None:
        """One value as it was recorded, None where it was not."""
        value = self.between(day, day)[ROWS.index(row), 0]
        if np.isnan(value):
            return None
        whole = int(value)
        if row not in _TENTHS:
            return whole
        return whole // 10 if whole % 10 == 0 else whole / 10

    def packed(self, first: date, last: date) -> bytes:
        """One byte a value, for these dates."""
        cut = self.between(first, last)
        return np.where(np.isnan(cut), _NOT_RECORDED, cut).astype(np.int8).tobytes()

    @classmethod
    def unpacked(cls, first: date, packed: bytes) -> Series:
        days = np.frombuffer(packed, np.int8).reshape(len(ROWS), -1)
        return cls(first, np.where(days == _NOT_RECORDED, np.nan, days.astype(float)))


def _whole(name: str, value: float | None) -> float:
    if value is None:
        return np.nan
    return float(round(value * 10)) if name in _TENTHS else float(value)


def read_days(
    vaults: Mapping[UUID, Vault], user_ids: Iterable[UUID], since: date
) -> dict[UUID, dict[date, Mapping[str, Any]]]:
    """Each person's days dated `since` or later: what was recorded, moments rolled up."""
    return {
        user_id: {on: day.values() for on, day in days.items()}
        for user_id, days in days_since(vaults, user_ids, since).items()
    }


def dates_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
