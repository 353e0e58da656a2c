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
# Whose messages are written out: ours hold numbers, kinds and ids. Of all others only the template
# is, for its arguments may hold anything.
OURS = frozenset({"fortnight", "diary", "api", "config", "bench"})
# What quotes in the template itself: what was sent, or what was printed.
QUOTING = {"django.security": "refused", "celery.redirected": "printed"}

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
        else:
            line["event"] = _event(record)
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["where"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(record.exc_info[2])[-8:]
            ]
        return orjson.dumps(line).decode()


def _event(record: logging.LogRecord) -> str:
    for quoting, event in QUOTING.items():
        if f"{record.name}.".startswith(f"{quoting}."):
            return event
    if not isinstance(record.msg, str):
        return type(record.msg).__name__  # an error, say, given instead of a text
    own = record.name.partition(".")[0] in OURS and not record.exc_info
    return record.getMessage() if own else record.msg
