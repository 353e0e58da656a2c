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
            for sentence in restore(dir.absolute(), timezone.now(), over=over, name=of):
                self.stdout.write(sentence)
        except Refused as refused:
            raise CommandError(str(refused)) from None
