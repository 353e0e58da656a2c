"""A collection as a CSV file (RFC 4180, UTF-8, a header): for people and their spreadsheets.

A text that a spreadsheet could take for a formula has an apostrophe before it; so has one that
begins with an apostrophe. Who takes away one leading apostrophe has what was written.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import TextIOWrapper
from typing import IO, Any

import orjson

# What makes a cell a formula, or lets one begin in the next; and the mark itself.
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "'")


def write(
    file: IO[bytes],
    columns: Sequence[str],
    documents: Iterable[Mapping[str, Any]],
    count: Callable[[], None],
) -> None:
    """Write a header and a row for each document; what was not recorded is an empty cell."""
    text = TextIOWrapper(file, "utf-8", newline="")
    rows = csv.writer(text)
    rows.writerow(columns)
    for document in documents:
        rows.writerow([cell(document.get(name)) for name in columns])
        count()
    text.detach()


def cell(value: Any) -> str:
    """
    >>> [cell(None), cell(-2), cell(6.5), cell(True), cell("-2"), cell("'tis"), cell({"a": 1})]
    ['', '-2', '6.5', 'true', "'-2", "''tis", '{"a":1}']
    """
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(_STARTS) else value
        case _:
            return orjson.dumps(value).decode()
