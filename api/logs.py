"""Logs by allow-list: only these fields are written, and of an error only its kind and place.

An exception's own text may quote what a person recorded (a database error quotes its row),
so it never reaches a line.
"""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime

import orjson

FIELDS = ("request_id", "trace", "method", "route", "status", "ms", "error")

_logger = logging.getLogger("fortnight")


def log(event: str, **fields: object) -> None:
    _logger.info(event, extra={"fields": fields})


class Lines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields = getattr(record, "fields", None)
        if fields is not None:
            line["event"] = record.getMessage()
            line |= {name: fields[name] for name in FIELDS if fields.get(name) is not None}
        elif record.name.startswith("django.security."):
            line["event"] = "refused"  # the message itself quotes what was sent
        elif record.exc_info or record.name.startswith("django."):
            # The template: its arguments may hold anything, an address that was made up included.
            line["event"] = str(record.msg)
        else:
            line["event"] = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-8:]
            ]
        return orjson.dumps(line).decode()
