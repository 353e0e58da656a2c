"""Many rows in one parameter: as JSON for `json_to_recordset`, a column alone as an array.

Either is written faster than the driver writes a list of Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

import orjson


def as_json(rows: Iterable[NamedTuple]) -> str:
    return orjson.dumps([row._asdict() for row in rows]).decode()


def as_array(column: Sequence[UUID]) -> str:
    """Ids as PostgreSQL writes an array.

    >>> as_array([UUID(int=1), UUID(int=2)])
    '{"00000000-0000-0000-0000-000000000001","00000000-0000-0000-0000-000000000002"}'
    """
    return "{" + orjson.dumps(column).decode()[1:-1] + "}"
