"""Formats that diaries come in and go out in: one file each, listed here.

A reader takes the bytes of a file and yields ``(date, fields)``; it raises `Unreadable` with the
line that it cannot read. Nothing is invented for what a file does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from diary.exchange import days_csv
from diary.exchange.days_csv import Unreadable

READERS: dict[str, Callable[[bytes], Iterator[tuple[date, dict[str, Any]]]]] = {
    "days-csv": days_csv.read,
}

__all__ = ["READERS", "Unreadable"]
