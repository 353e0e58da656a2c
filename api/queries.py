"""Query parameters and dates in addresses, read as strictly as bodies."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from rest_framework.exceptions import ValidationError

from api.fields import refuse, shown
from api.problems import BadParameter
from diary.models.diary import FIRST_DATE, last_date

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MOST_ITEMS = 400
ITEMS = 100


def read_query(request, known: Collection[str]) -> dict[str, str]:
    """The query as one value a name. Raises BadParameter for an unknown or repeated one."""
    query = {}
    for name, values in request.GET.lists():
        if name not in known:
            detail = f"There is no parameter {shown(name)} here."
            raise BadParameter(shown(name), "unknown_parameter", detail)
        if len(values) > 1:
            raise BadParameter(name, "repeated_parameter", f"{name} stands there twice.")
        query[name] = values[0]
    return query


def read_date(text: str) -> date | None:
    """The date written YYYY-MM-DD, None for anything else."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def read_id(text: str) -> str | None:
    """The id in the one spelling that is stored, None for what is no UUID with its hyphens."""
    try:
        canonical = str(UUID(text))
    except ValueError:
        return None
    return canonical if canonical == text.lower() else None


def read_uuid(text: str) -> UUID | None:
    """The UUID written as usual, in capitals too (as iPhones write it); None for anything else."""
    try:
        read = UUID(text)
    except ValueError:
        return None
    return read if str(read) == text.lower() else None


def diary_date(text: object) -> date:
    """A date from the first on that a diary can have. Raises ValidationError."""
    if not isinstance(text, str):
        raise refuse("A date like 2026-11-22 is expected here.", "type")
    day = read_date(text)
    if day is None:
        raise refuse(f"{shown(text)} is no date like 2026-11-22.", "date")
    if day < FIRST_DATE:
        raise refuse(f"Diaries here begin in 2000; {day} is before.", "too_early")
    return day


def lived_date(text: object, now: datetime) -> date:
    """A date that can have been lived. Raises ValidationError."""
    day = diary_date(text)
    if day > last_date(now):
        raise not_yet_begun(day)
    return day


def not_yet_begun(day: date) -> ValidationError:
    return refuse(f"{day} has begun nowhere on Earth yet.", "future_date")


def date_parameter(text: str, parameter: str, now: datetime) -> date:
    """A date that can have been lived. Raises BadParameter."""
    with told_of(parameter):
        return lived_date(text, now)


@contextmanager
def told_of(parameter: str) -> Iterator[None]:
    """What is refused within is told of this parameter, not of a place in the body."""
    try:
        yield
    except ValidationError as error:
        [fault] = error.detail
        raise BadParameter(parameter, fault.code, str(fault)) from None


def date_range(query: dict[str, str], first: date, last: date, now: datetime) -> tuple[date, date]:
    """`from` and `to`, with defaults. Raises BadParameter where they are the wrong way round."""
    if "from" in query:
        first = date_parameter(query["from"], "from", now)
    if "to" in query:
        last = date_parameter(query["to"], "to", now)
    if first > last and ("from" in query or "to" in query):
        raise BadParameter("from", "range", f"The range ends on {last}, before {first}.")
    return first, last


def limit_parameter(query: dict[str, str]) -> int:
    text = query.get("limit", str(ITEMS))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 1 <= number <= MOST_ITEMS:
        raise BadParameter("limit", "range", f"limit is 1–{MOST_ITEMS}.")
    return number


def place_after(query: dict[str, str]) -> str | None:
    """The last key of the page before, as `next` carries it. Raises BadParameter."""
    if "after" not in query:
        return None
    try:
        return base64.urlsafe_b64decode(query["after"].encode("ascii")).decode("utf-8")
    except (binascii.Error, ValueError):
        raise no_place() from None


def uuid_after(query: dict[str, str]) -> UUID | None:
    """The same of a list whose keys are UUIDs."""
    place = place_after(query)
    if place is None:
        return None
    if (read := read_uuid(place)) is None:
        raise no_place()
    return read


def no_place() -> BadParameter:
    return BadParameter("after", "type", "This is no place in a list; use `next`.")


def next_page(request, place: str | None) -> str | None:
    """The address of the page that begins after `place`; None at the end."""
    if place is None:
        return None
    query = request.GET.copy()
    query["after"] = base64.urlsafe_b64encode(place.encode()).decode()
    return f"{request.path}?{query.urlencode()}"
