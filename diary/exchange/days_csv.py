"""A CSV file with a row for each date and a column for each measure, named as in the diary."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from typing import Any

from diary.measures import SCALES


class Unreadable(ValueError):
    """A file that cannot be read; the message names the line, never a value."""


def read(content: bytes) -> Iterator[tuple[date, dict[str, Any]]]:
    """Dates and what was recorded on them; an empty cell was not recorded.

    Values are rounded half up to the measure's step.

    >>> list(read(b"date,pain,mood\\n2020-01-01,4.25,\\n"))
    [(datetime.date(2020, 1, 1), {'pain': 4.3})]
    """
    try:
        rows = csv.DictReader(StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        columns = set(rows.fieldnames or ())
        if len(columns) < len(rows.fieldnames or ()):
            raise Unreadable("line 1: two columns have one name")
        if "date" not in columns:
            raise Unreadable("line 1: there is no column named date")
        if unknown := sorted(columns - {"date", *SCALES}):
            raise Unreadable(f"line 1: there is no measure named {', '.join(unknown)}")
        for row in rows:
            day, fields = _day(row, rows.line_num)
            if fields:  # a date on which nothing was recorded is no entry
                yield day, fields
    except (UnicodeDecodeError, csv.Error) as error:
        raise Unreadable(f"no CSV file in UTF-8: {type(error).__name__}") from None


def _day(row: dict[str, Any], line: int) -> tuple[date, dict[str, Any]]:
    try:
        day = datetime.strptime(row.pop("date"), "%Y-%m-%d").date()
    except (TypeError, ValueError):
        raise Unreadable(f"line {line}: the date is not like 2026-11-22") from None
    if None in row or None in row.values():
        raise Unreadable(f"line {line}: it has not as many cells as the first line")
    return day, {name: _value(name, cell, line) for name, cell in row.items() if cell.strip()}


def _value(name: str, cell: str, line: int) -> int | float:
    scale = SCALES[name]
    step = Decimal(str(getattr(scale, "step", 1)))
    try:
        value = (Decimal(cell.strip()) / step).quantize(Decimal(1), ROUND_HALF_UP) * step
        within = scale.low <= value <= scale.high  # NaN cannot be compared
    except ArithmeticError:
        raise Unreadable(f"line {line}: {name} is no number") from None
    if not within:
        raise Unreadable(f"line {line}: {name} is not within {scale.low}–{scale.high}")
    return int(value) if value == int(value) else float(value)
