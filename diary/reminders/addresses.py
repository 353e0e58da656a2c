"""What deliveries teach of the addresses that they went to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

SUSPENDED_AFTER = 5  # refusals in a row

_PRUNE = """
UPDATE device v SET state = 'dead', dead_reason = n.reason
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS n (user_id, id, reason)
WHERE v.user_id = n.user_id AND v.id = n.id AND v.state <> 'dead' AND v.registered_at <= %s
"""
_REFUSED = """
UPDATE device v SET refusals = v.refusals + 1,
    state = CASE WHEN v.refusals + 1 >= %s THEN 'suspended' ELSE v.state END
FROM unnest(%s::uuid[], %s::uuid[]) AS n (user_id, id)
WHERE v.user_id = n.user_id AND v.id = n.id AND v.state = 'active' AND v.registered_at <= %s
"""
_WELL = """
UPDATE device v SET refusals = 0, state = CASE v.state WHEN 'suspended' THEN 'active' ELSE v.state
    END
FROM unnest(%s::uuid[], %s::uuid[]) AS n (user_id, id)
WHERE v.user_id = n.user_id AND v.id = n.id
"""
_MOVE = """
UPDATE device v SET environment = CASE n.named WHEN 'prod' THEN 'sandbox' ELSE 'prod' END
FROM unnest(%s::uuid[], %s::uuid[], %s::text[]) AS n (user_id, id, named)
WHERE v.user_id = n.user_id AND v.id = n.id AND v.environment = n.named
RETURNING v.user_id, v.id
"""
_FOLLOW = """
UPDATE delivery d SET other_environment = FALSE
FROM unnest(%s::uuid[], %s::uuid[]) AS n (user_id, target)
WHERE d.user_id = n.user_id AND d.target = n.target AND d.other_environment
"""


def prune(dead: Sequence[tuple[UUID, UUID, str]], now: datetime) -> None:
    """Devices whose address is dead get nothing any more, unless they gave it anew since."""
    if dead:
        with connection.cursor() as cursor:
            cursor.execute(_PRUNE, [*_columns(dead), now])


def note_refusals(refused: Sequence[tuple[UUID, UUID]], now: datetime) -> None:
    """Devices whose service refuses us again and again are suspended.

    It may be a clock of ours, so they are not dead: a test that arrives wakes them, or their app
    when it registers.
    """
    if refused:
        with connection.cursor() as cursor:
            cursor.execute(_REFUSED, [SUSPENDED_AFTER, *_columns(refused), now])


def note_well(reached: Sequence[tuple[UUID, UUID]]) -> None:
    """Devices that were refused before took a message."""
    if reached:
        with connection.cursor() as cursor:
            cursor.execute(_WELL, _columns(reached))


def learn_environments(found: Sequence[tuple[UUID, UUID, str]]) -> None:
    """Devices that were found in Apple's other environment than the one that they had named."""
    if not found:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MOVE, _columns(found))
        if moved := cursor.fetchall():
            cursor.execute(_FOLLOW, _columns(moved))


def _columns(rows: Sequence[tuple]) -> list[list]:
    return [list(column) for column in zip(*rows, strict=True)]
