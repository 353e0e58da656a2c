"""For tests in which two transactions meet."""

from __future__ import annotations

from django.db import connection


def wait_until_somebody_waits():
    """Return once another connection waits for a lock."""
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("SELECT pg_sleep(0.02), count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[1]:
                return
    raise AssertionError("nobody waited")
