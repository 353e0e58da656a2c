"""One attempt at an export: the whole diary as it stands at one instant, zipped and sealed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime

from django.db import connection, transaction
from django.utils import translation

from diary.exchange import fortnight
from diary.exchange.whole import whole_diary
from diary.exports.due import Claim, begin, release
from diary.exports.parts import Overtaken, Parts
from diary.models import DataKey


def make(claim: Claim, now: datetime) -> None:
    """Write the claimed export; nothing where the lease is lost.

    An error is raised, and the export tried again; whatever was written of it is of no use.
    """
    begun = begin(claim, now)
    if begun is None:
        return
    export, claim = begun
    done = False
    try:
        with snapshot():
            key = DataKey.objects.select_related("user__diary").get(user_id=claim.user_id)
            vault = key.open()
            with (
                translation.override(key.user.diary.locale),
                closing(Parts(claim, vault, now)) as parts,
            ):
                shown = whole_diary().Shown(key.user, vault, now)
                parts.total = shown.total() * len(export.formats)
                fortnight.write(parts, shown, export.formats, export.created_at, parts.count)
                parts.finish()
        done = True
    except (Overtaken, DataKey.DoesNotExist):
        done = True  # another attempt has it, or nobody wants it any more
    finally:
        if not done:
            release(claim, now)


@contextmanager
def snapshot() -> Iterator[None]:
    """Read as the database stands now, whatever is written meanwhile."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
