"""Put back what `backup` has written."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from diary.archive import Refused
from diary.restore import restore


class Command(BaseCommand):
    help = (
        "Restore the newest diary in DIR under the keys that the database holds; where it holds"
        " none, under the newest keys in DIR. Stop everything that uses the database first."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("dir", type=Path)
        parser.add_argument("--of", default="", help="the folder in DIR/diary; else the newest")
        parser.add_argument(
            "--over",
            action="store_true",
            help="over the people who are there, cutting off whoever uses the database",
        )

    def handle(self, dir: Path, of: str, over: bool, **options) -> None:
        try:
            done = restore(dir.absolute(), timezone.now(), over=over, name=of)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        self.stdout.write(f"Restored the diaries of {done.diaries_of:%Y-%m-%d %H:%M} UTC.")
        if done.keys_of:
            self.stdout.write(f"Restored the keys of {done.keys_of:%Y-%m-%d %H:%M} UTC.")
        else:
            self.stdout.write("Kept the keys that were there.")
        self.stdout.write(f"Removed {done.gone} without a key: they have deleted their account.")
        self.stdout.write(f"Let {done.passed} reminders pass that may have been sent.")
        self.stdout.write("Every session has ended; every device begins its next sync anew.")
