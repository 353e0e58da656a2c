"""What was recorded of a day: its entry, and for what the entry leaves open, its moments.

A measure's value is the entry's own, else the mean of the day's moments, rounded half up to
the measure's step. Symptoms are asked about a whole day, so they come from entries alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import fsum
from typing import Any
from uuid import UUID

from diary.measures import MEASURES, Measure
from diary.merge import Document
from diary.models import Record
from diary.models.records import record_label
from diary.vault import Vault

RECORDED = ("entries", "moments")  # a date with one of these is one on which something was kept

Fields = Mapping[str, Any]


@dataclass(slots=True)
class Day:
    """One date on which something was kept; moments are in no order."""

    entry: Fields = field(default_factory=dict)
    moments: list[Fields] = field(default_factory=list)

    def values(self) -> Fields:
        """The fields of the entry, and the values that follow from the moments."""
        if not self.moments:
            return self.entry
        means = {measure.name: mean(measure, self.noted(measure.name)) for measure in MEASURES}
        return {name: value for name, value in means.items() if value is not None} | self.entry

    def noted(self, name: str) -> list[float]:
        """The values of the moments for this measure."""
        return [moment[name] for moment in self.moments if name in moment]

    def exact(self, name: str) -> float | None:
        """The day's value as a chart draws it: a mean of moments is not rounded."""
        own = self.entry.get(name)
        noted = self.noted(name) if own is None else ()
        return fsum(noted) / len(noted) if noted else own

    def range(self, name: str, value: float) -> tuple[float, float]:
        """The lowest and the highest value of the day, of which `value` is the day's own."""
        every = [value, *self.noted(name)]
        return min(every), max(every)


def mean(measure: Measure, values: Sequence[float]) -> float | None:
    """The mean on the measure's scale, None of nothing.

    Counted in whole steps, so that it depends on no order and half a step is exactly half.

    >>> from diary.measures import SCALES
    >>> mean(SCALES["pain"], [3, 3.1]), mean(SCALES["sleep_hours"], [7, 7.25, 7.25])
    (3.1, 7.25)
    """
    if not values:
        return None
    steps = sum(round(value / measure.step) for value in values)
    value = round((2 * steps + len(values)) // (2 * len(values)) * measure.step, 6)
    return int(value) if value == int(value) else value


def days_since(
    vaults: Mapping[UUID, Vault], user_ids: Iterable[UUID], since: date, until: date = date.max
) -> dict[UUID, dict[date, Day]]:
    """Each person's days dated `since` to `until`, in one read; what was deleted is not there."""
    days: dict[UUID, dict[date, Day]] = {user_id: {} for user_id in user_ids}
    rows = Record.objects.filter(
        user_id__in=list(days), collection__in=RECORDED, deleted=False, date__range=(since, until)
    ).values_list("user_id", "collection", "key", "date", "rev", "sealed")
    for user_id, collection, key, on, rev, sealed in rows:
        label = record_label(user_id, collection, key, on, False, rev)
        fields = Document.unpacked(rev, vaults[user_id].unseal(label, sealed)).fields
        day = days[user_id].setdefault(on, Day())
        if collection == "entries":
            day.entry = fields
        else:
            day.moments.append(fields)
    return days
