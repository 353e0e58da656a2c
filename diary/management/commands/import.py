"""Read a file into a person's diary; what they entered themselves stays."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from diary.access import OPERATOR, Seen, note_access, operator
from diary.exchange import Unreadable
from diary.exchange.bring_in import FORMATS, FORTNIGHT, bring_in
from diary.models import Person


class Command(BaseCommand):
    help = "Read a file into a person's diary."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=sorted(FORMATS), required=True)
        parser.add_argument("--for", dest="email", required=True)

    def handle(self, file: Path, format: str, email: str, **options) -> None:
        person = Person.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"There is no person with the address {email}.")
        now, vault = timezone.now(), person.datakey.open()
        try:
            with transaction.atomic():
                brought = bring_in(vault, file.read_bytes(), format, now)
                done = Seen(OPERATOR, operator(), "import", brought.first, brought.last)
                note_access(vault, done, now)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from None
        except Unreadable as error:
            raise CommandError(f"{file}: {error}. Nothing was imported.") from None
        what = "documents" if format == FORTNIGHT else "days"
        self.stdout.write(f"Imported {brought.documents} {what} for {person.email}.")
