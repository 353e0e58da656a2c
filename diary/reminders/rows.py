"""Many rows in one parameter: as JSON for `json_to_recordset`, a column alone as an array.

Either is written faster than the driver writes a list of Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson


def as_json(rows: Iterable[NamedTuple]) -> str:
    return orjson.dumps([row._asdict() for row in rows]).decode()


def as_array(column: Sequence[UUID] | Sequence[int] | Sequence[str]) -> str:
    """Ids, numbers or places in a table as PostgreSQL writes an array; no words of people's.

    >>> as_array([UUID(int=1), UUID(int=2)])
    '{"00000000-0000-0000-0000-000000000001","00000000-0000-0000-0000-000000000002"}'
    """
    return "{" + orjson.dumps(column).decode()[1:-1] + "}"


def shared(kinds: Sequence[NamedTuple]) -> tuple[str, str]:
    """Rows of which many are alike: each different one once, as JSON, numbered `n`; and for each
    row its number, as an array.

    >>> class Colour(NamedTuple):
    ...     name: str
    >>> shared([Colour("red"), Colour("blue"), Colour("red")])
    ('[{"n":0,"name":"red"},{"n":1,"name":"blue"}]', '{0,1,0}')
    """
    numbers: dict[Any, int] = {}
    which = [numbers.setdefault(kind, len(numbers)) for kind in kinds]
    different = [{"n": n, **kind._asdict()} for kind, n in numbers.items()]
    return orjson.dumps(different).decode(), as_array(which)
