"""Write the diaries and, apart from them, the keys that open them."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from diary.archive import Refused
from diary.backup import KEYS_KEPT, back_up


class Command(BaseCommand):
    help = (
        "Back up the database into DIR/diary and DIR/keys. Keys older than seven days are removed"
        " from there; the diaries stay until you remove them."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("dir", type=Path)

    def handle(self, dir: Path, **options) -> None:
        try:
            done = back_up(dir.absolute(), timezone.now())
        except Refused as refused:
            raise CommandError(str(refused)) from None
        for made in done.written:
            self.stdout.write(f"Wrote {made.dump} ({made.dump.stat().st_size:,} bytes).")
        for old in done.removed:
            self.stdout.write(f"Removed {old}: keys are kept for {KEYS_KEPT.days} days.")
