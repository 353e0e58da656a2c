"""Changing the ring key: every data key and every second factor under the newest one.

A diary is not sealed anew: only its data key is wrapped anew, which changes one small row. People
write on meanwhile, and a rotation that was stopped goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import models, transaction

from diary import factors
from diary.models import DataKey
from diary.models.keys import KEY_RING
from diary.vault import Unsealable

BATCH = 200  # rows locked at once: what a deletion may have to wait for
# Where a second factor holds what is sealed.
_SEALED = {"totp": "secret", "recovery_codes": "seed"}


@dataclass(frozen=True, slots=True)
class Turned:
    """What came of one batch: now under the newest key, and not to be opened by any of the ring."""

    done: int
    closed: int


def rewrap_data_keys(batch: int = BATCH) -> Iterator[Turned]:
    """Wrap by the newest ring key whatever is not yet."""
    old = DataKey.objects.exclude(ring_key=KEY_RING.newest)
    yield from _turn(old, _rewrap, ["wrapped", "ring_key"], batch)


def reseal_factors(batch: int = BATCH) -> Iterator[Turned]:
    """The same for authenticator apps and recovery codes."""
    kept = Authenticator.objects.filter(type__in=_SEALED)
    yield from _turn(kept, _reseal, ["data"], batch)


def _turn(
    rows: models.QuerySet, turn: Callable[[Any], bool], columns: list[str], batch: int
) -> Iterator[Turned]:
    """Each row in the order of its key, batch by batch, each batch a transaction of its own."""
    after = None
    while True:
        with transaction.atomic():
            ahead = rows if after is None else rows.filter(pk__gt=after)
            found = list(ahead.select_for_update().order_by("pk")[:batch])
            changed, closed = [], 0
            for row in found:
                try:
                    changed += [row] if turn(row) else []
                except Unsealable:
                    closed += 1
            rows.model.objects.bulk_update(changed, columns)
        if not found:
            return
        after = found[-1].pk
        yield Turned(len(changed), closed)


def _rewrap(row: DataKey) -> bool:
    row.wrapped = KEY_RING.rewrap(row.user_id, row.key_id, row.ring_key, row.wrapped)
    row.ring_key = KEY_RING.newest
    return True


def _reseal(row: Authenticator) -> bool:
    name = _SEALED[row.type]
    if factors.is_of_the_newest_key(row.data[name]):
        return False
    row.data[name] = factors.sealed(factors.opened(row.data[name]))
    return True
