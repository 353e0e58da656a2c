"""Reminders as recurrence rules (RFC 5545): the part that says what a reminder can say."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from diary.models.diary import FIRST_DATE
from diary.reminders.clock import ends_at
from diary.reminders.schedule import EVERY_DAY, LAST_DATE, MOST_WEEKS, Schedule

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LONGEST = 200  # characters
_UNTIL = re.compile(r"(\d{8})(T\d{6}Z?)?", re.ASCII)
_KNOWN = {"FREQ", "BYDAY", "INTERVAL", "UNTIL", "WKST"}


class Unsupported(ValueError):
    """A rule that no reminder can follow; the message says which part, for the person."""


class Rule(NamedTuple):
    weekdays: int
    every_n_weeks: int
    ends_on: date | None


def read_rrule(text: str, zone: str, begins: date) -> Rule:
    """The rule as a reminder's fields. `begins` gives the weekday that WEEKLY alone means.

    >>> read_rrule("FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2", "UTC", date(2026, 3, 20))
    Rule(weekdays=5, every_n_weeks=2, ends_on=None)
    """
    parts = _parts(text)
    frequency, interval = parts.get("FREQ"), parts.get("INTERVAL", "1")
    if frequency not in {"DAILY", "WEEKLY"}:
        raise Unsupported("FREQ is DAILY or WEEKLY here.")
    most = MOST_WEEKS if frequency == "WEEKLY" else 1
    if not (re.fullmatch(r"[0-9]{1,4}", interval) and 1 <= int(interval) <= most):
        raise Unsupported(f"INTERVAL is 1–{MOST_WEEKS} with WEEKLY, and 1 with DAILY.")
    if parts.get("WKST", "MO") != "MO":
        raise Unsupported("Weeks begin on Monday here.")
    weekdays = EVERY_DAY if frequency == "DAILY" else 1 << begins.weekday()
    if "BYDAY" in parts:
        names = parts["BYDAY"].split(",")
        if not set(names) <= set(DAYS):
            raise Unsupported("BYDAY is a list of MO, TU, WE, TH, FR, SA, SU.")
        weekdays = sum(1 << DAYS.index(name) for name in set(names))
    return Rule(weekdays, int(interval), _until(parts.get("UNTIL"), zone))


def _parts(text: str) -> dict[str, str]:
    text = text.strip().upper().removeprefix("RRULE:").rstrip(";")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, sign, value = part.partition("=")
        if not sign or name not in _KNOWN or name in parts:
            raise Unsupported(f"{name[:20] or 'An empty part'} is not understood here.")
        parts[name] = value
    return parts


def _until(text: str | None, zone: str) -> date | None:
    """The last date. None, too, beyond those that a reminder can have: 9999 says "for ever"."""
    if text is None:
        return None
    day = _last_date(text, zone)
    if day < FIRST_DATE:
        raise Unsupported(f"UNTIL is not before {FIRST_DATE.year}.")
    return day if day <= LAST_DATE else None


def _last_date(text: str, zone: str) -> date:
    found = _UNTIL.fullmatch(text)
    try:
        if found and not found[2]:
            return datetime.strptime(text, "%Y%m%d").date()
        if found and text.endswith("Z"):
            at = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            if at.year > LAST_DATE.year:
                return at.date()  # the last instant of all has no date further east
            return at.astimezone(ZoneInfo(zone)).date()
        if found:
            return datetime.strptime(text, "%Y%m%dT%H%M%S").date()
    except (ValueError, OverflowError):
        pass
    raise Unsupported("UNTIL is a date like 20261231, or an instant.")


def write_rrule(schedule: Schedule, zone: str) -> str:
    """
    >>> write_rrule(Schedule((480,), 0b0000101, 2, ends_on=date(2026, 12, 31)), "Europe/Berlin")
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;UNTIL=20261231T225959Z'
    >>> write_rrule(Schedule((480,)), "Europe/Berlin")
    'FREQ=DAILY'
    """
    parts = ["FREQ=DAILY"]
    if schedule.weekdays != EVERY_DAY or schedule.every_n_weeks > 1:
        parts = ["FREQ=WEEKLY"]
        if schedule.every_n_weeks > 1:
            parts.append(f"INTERVAL={schedule.every_n_weeks}")
        names = [name for bit, name in enumerate(DAYS) if schedule.weekdays >> bit & 1]
        parts.append(f"BYDAY={','.join(names)}")
    if schedule.ends_on:
        # RFC 5545, 3.3.10: with a start in a time zone, UNTIL is an instant in UTC.
        last = ends_at(zone, schedule.ends_on) - timedelta(seconds=1)
        parts.append(f"UNTIL={last:%Y%m%dT%H%M%SZ}")
    return ";".join(parts)
