"""Asking for an export: one row, nothing more on the request's path."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from diary.models import Diary, Export, ExportPart
from diary.vault import Vault

KEPT = timedelta(hours=24)
MOST = 5  # exports of one person; a newer one takes the place of the oldest


class OtherRequest(Exception):
    """The Idempotency-Key came with another request before."""


def ask_for(vault: Vault, formats: Sequence[str], key: str | None, now: datetime) -> Export:
    """A new export to be written; with a key that came before, the one of that time.

    Raises OtherRequest where the key came with other formats.
    """
    mark = None if key is None else vault.mark("export", key)
    with transaction.atomic():
        # As every write: nothing is taken for a diary that is being deleted just now.
        Diary.objects.select_for_update().get(user_id=vault.user)
        mine = Export.objects.filter(user_id=vault.user)
        asked = mark and mine.filter(mark=mark, expires_at__gt=now).first()
        if asked:
            if sorted(asked.formats) != sorted(formats):
                raise OtherRequest
            return asked
        if mark:
            forget(vault.user, list(mine.filter(mark=mark).values_list("id", flat=True)))
        newest = mine.order_by("-created_at", "-id").values_list("id", flat=True)
        forget(vault.user, list(newest[MOST - 1 :]))
        return Export.objects.create(
            user_id=vault.user,
            id=uuid7(),
            formats=list(formats),
            mark=mark,
            created_at=now,
            expires_at=now + KEPT,
        )


def forget(user_id: UUID, exports: Sequence[UUID]) -> None:
    """Take these exports away with what was written of them; a running one stops by itself."""
    # In this order: a writer that keeps a part just now is waited for, and its part seen.
    Export.objects.filter(user_id=user_id, id__in=exports).delete()
    ExportPart.objects.filter(user_id=user_id, export__in=exports).delete()
