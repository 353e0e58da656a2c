"""Backups of the diary and of its keys, apart, so that deleting an account reaches into them.

A diary opens with its key only. The keys are kept for a few days, the diaries for as long as
you like: a week after somebody has left, no backup opens what they wrote.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from diary.archive import archives, make

KEYS_KEPT = timedelta(days=7)


def back_up(base: Path, now: datetime) -> Iterator[str]:
    """Make one backup of each kind; what was done, sentence by sentence. Raises `Refused`."""
    migrations = frozenset(MigrationRecorder(connection).applied_migrations())
    # The keys last: whoever is in the diary's dump has a key in theirs, or has left meanwhile.
    for kind in ("diary", "keys"):
        made = make(base, kind, migrations, now)
        yield f"Wrote {made.dump} ({made.dump.stat().st_size:,} bytes)."
    for old in archives(base, "keys"):
        if now - old.made_at > KEYS_KEPT:
            shutil.rmtree(old.folder)
            yield f"Removed {old.folder}: keys are kept for {KEYS_KEPT.days} days."
