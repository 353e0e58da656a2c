"""Quiet hours: what the person did not ask for at that very minute waits until they are over."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from diary.reminders.clock import resolve


def is_quiet(at: time, start: time, end: time) -> bool:
    """
    >>> is_quiet(time(23), time(22), time(7)), is_quiet(time(7), time(22), time(7))
    (True, False)
    >>> is_quiet(time(13), time(12), time(14)), is_quiet(time(13), time(7), time(7))
    (True, False)
    """
    return start <= at < end if start <= end else at >= start or at < end


def after_quiet(at: datetime, zone: str, start: time, end: time) -> datetime:
    """`at`, or the end of the quiet hours in which it lies."""
    there = at.astimezone(ZoneInfo(zone))
    shown = there.time()
    if not is_quiet(shown, start, end):
        return at
    day = there.date() + timedelta(days=shown >= end)
    minute = 60 * end.hour + end.minute
    while (over := resolve(zone, day, minute).at) is None:
        day += timedelta(days=1)
    return max(over, at)
