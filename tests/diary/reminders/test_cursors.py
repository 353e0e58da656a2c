"""The cursor of the busiest statements."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DataError, connection, transaction

from diary.reminders.cursors import quick_cursor

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def prepared(mark: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{mark}%"]
        )
        return cursor.fetchone()[0]


@pytest.mark.parametrize(("prepares", "kept"), [(True, 1), (False, 0)])
def test_only_what_is_said_to_repeat_is_prepared(prepares, kept):
    mark = f"asked {prepares}"
    for number in range(8):
        with quick_cursor(prepares=prepares) as cursor:
            cursor.execute(f"/* {mark} */ SELECT %(number)s::int", {"number": number})
            assert cursor.fetchone() == (number,)
    assert prepared(mark) == kept


def test_it_reads_what_any_other_reads():
    asked = "SELECT %s::timestamptz, %s::uuid, %s::bytea, DATE '2026-03-20', TIME '22:00', NULL"
    told = [NOON, UUID(int=7), b"\x00sealed"]
    with connection.cursor() as cursor:
        cursor.execute(asked, told)
        usual = cursor.fetchone()
    with quick_cursor(prepares=False) as cursor:
        cursor.execute(asked, told)
        quick = cursor.fetchone()
    assert quick == usual
    assert quick[0].utcoffset() == usual[0].utcoffset()


def test_a_fault_is_djangos():
    with pytest.raises(DataError), transaction.atomic(), quick_cursor(prepares=True) as cursor:
        cursor.execute("SELECT 1 / %(zero)s::int", {"zero": 0})
