"""A cursor for statements that move thousands of rows a second.

Rows come in their binary form, read by the driver's own code. A statement that runs for a few
rows at a time is planned once a connection: planning it anew would take longer than running it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


class _Quick(psycopg.Cursor):
    prepares = False

    def execute(self, query, params=None, **_):
        return super().execute(query, params, prepare=self.prepares, binary=True)


@contextmanager
def quick_cursor(*, prepares: bool) -> Iterator[CursorWrapper]:
    """`prepares`: whether the database keeps the plans of its statements (`prepare_threshold`)."""
    connection.ensure_connection()
    inner = _Quick(connection.connection)
    inner.prepares = prepares
    with CursorWrapper(inner, connection) as cursor:
        yield cursor
