"""Take a person out: their diary, their sessions, their key."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from diary.erasure import erase
from diary.models import Person


class Command(BaseCommand):
    help = "Delete an account with all that belongs to it. There is no way back."

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")

    def handle(self, email: str, **options) -> None:
        person = Person.objects.filter(email=email.lower()).first()
        if person is None or not erase(person.pk, timezone.now()):
            raise CommandError(f"There is no person with the address {email}.")
        self.stdout.write(f"Removed {email}.")
