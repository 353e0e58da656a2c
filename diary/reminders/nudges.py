"""A nudge after missed days: a few, ever further apart, and then silence."""

from __future__ import annotations

from datetime import date

SPACING = (0, 2, 6)  # days after the first nudge of a run: two, then four more


def is_nudge(day: date, last_entry: date | None, after: int, most: int) -> bool:
    """Whether a nudge falls on this day. Without any entry there is no habit to come back to.

    >>> [day for day in range(2, 20) if is_nudge(date(2026, 3, day), date(2026, 3, 1), 3, 2)]
    [5, 7]
    """
    if last_entry is None:
        return False
    missed = (day - last_entry).days - 1
    return missed - after in SPACING[:most]
