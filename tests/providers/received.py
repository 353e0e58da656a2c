"""What came, one JSON object a line, in a file that is only ever added to.

Each line is written whole and before the sender hears of it, so a kill at any moment leaves the
truth: what stands here was received, what does not stand here was not answered.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from config.pretended import RECEIVED


class Received:
    def __init__(self, folder: Path) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        self.descriptor = os.open(folder / RECEIVED, flags, 0o600)

    def add(self, **fields: object) -> None:
        line = {"at": datetime.now(UTC).isoformat(timespec="milliseconds")} | fields
        os.write(self.descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())

    def close(self) -> None:
        os.close(self.descriptor)


def read_back(folder: Path) -> list[dict]:
    """Everything that came, in the order in which it came."""
    try:
        return [json.loads(line) for line in (folder / RECEIVED).read_text().splitlines()]
    except FileNotFoundError:
        return []


def accepted(folder: Path) -> list[dict]:
    """What was taken to be delivered."""
    return [line for line in read_back(folder) if 200 <= line["status"] < 300]
