"""What lies in a folder of backups."""

from __future__ import annotations

from pathlib import Path

from diary.archive import Archive, folders, newest


def archives(base: Path, kind: str) -> list[Archive]:
    """Every finished backup of this kind, oldest first."""
    return [newest(base, kind, folder.name) for folder in folders(base, kind)]
