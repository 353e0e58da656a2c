"""Take a person out: their diary, their sessions, their key."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from diary.models import Diary, Person


class Command(BaseCommand):
    help = "Delete an account with all that belongs to it. There is no way back."

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")

    @transaction.atomic
    def handle(self, email: str, **options) -> None:
        person = Person.objects.filter(email=email.lower()).first()
        if person is None:
            raise CommandError(f"There is no person with the address {email}.")
        # Like every change of a diary: nothing is written to it between here and its end.
        Diary.objects.select_for_update().get(user=person)
        keys = UserSession.objects.filter(user=person).values_list("session_key", flat=True)
        Session.objects.filter(session_key__in=list(keys)).delete()
        person.delete()
        self.stdout.write(f"Removed {email}.")
