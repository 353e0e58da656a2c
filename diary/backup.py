"""Backups of the diary and of its keys, apart, so that deleting an account reaches into them.

A diary opens with its key only. The keys are kept for a few days, the diaries for as long as
you like: a week after somebody has left, no backup opens what they wrote.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from diary.archive import Archive, folders, make

KEYS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What was written, and the keys that were too old to stay."""

    written: list[Archive]
    removed: list[Path]


def back_up(base: Path, now: datetime) -> BackedUp:
    """Make one backup of each kind. Raises `Refused`."""
    migrations = frozenset(MigrationRecorder(connection).applied_migrations())
    # The keys last: whoever is in the diary's dump has a key in theirs, or has left meanwhile.
    written = [make(base, kind, migrations, now) for kind in ("diary", "keys")]
    # By their names: keys that nobody can read any more go in time too.
    removed = [old for old, made in folders(base, "keys").items() if now - made > KEYS_KEPT]
    for old in removed:
        shutil.rmtree(old)
    return BackedUp(written, removed)
