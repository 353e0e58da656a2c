"""Make an account with a verified address: for operators and tests."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from diary.models import Person
from diary.zones import ZONES


class Command(BaseCommand):
    help = "Make an account with a verified e-mail address and an empty diary."

    def add_arguments(self, parser) -> None:
        parser.add_argument("email")
        parser.add_argument("--password", required=True)
        parser.add_argument("--time-zone", default="UTC")

    def handle(self, email: str, password: str, time_zone: str, **options) -> None:
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email} is no e-mail address.") from None
        if time_zone not in ZONES:
            raise CommandError(f"There is no time zone {time_zone}.")
        if Person.objects.filter(email=email.lower()).exists():
            raise CommandError(f"There is a person with the address {email} already.")
        with transaction.atomic():
            person = Person.objects.begin(email, password, time_zone=time_zone)
            EmailAddress.objects.create(
                user=person, email=person.email, verified=True, primary=True
            )
        self.stdout.write(f"Made {person.email}, in {time_zone}.")
