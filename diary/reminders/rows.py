"""Many rows in one parameter, for a statement that reads them with `json_to_recordset`.

As arrays they would cost more to write than the statement costs to run.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import orjson


def as_json(rows: Iterable[NamedTuple]) -> str:
    return orjson.dumps([row._asdict() for row in rows]).decode()
