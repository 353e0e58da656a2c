"""Make the two demo people, and let the synthetic diary end today again."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from diary import record
from diary.demo import KNEE, synthetic_activities, synthetic_answers, synthetic_days
from diary.exchange.bring_in import bring_in
from diary.models import Person
from diary.reminders.devices import register, try_out
from diary.reminders.keep import keep_reminder

EVENING = 20 * 60 + 30  # minute of the day
DEMO, REAL = "demo@fortnight.example", "knee@fortnight.example"
PASSWORD = "fortnight-demo"


class Command(BaseCommand):
    help = "Make or refresh the demo people (development only)."

    def handle(self, **options) -> None:
        if not settings.DEVELOPMENT:
            raise CommandError("Demo people have a password that everybody knows; not on a server.")
        now = timezone.now()
        for email, fill in ((DEMO, keep_synthetic), (REAL, keep_real)):
            with transaction.atomic():
                person = _person(email)
                fill(person, now)
                if email == DEMO:
                    carry_phone(person, now)
            self.stdout.write(f"{email} is ready.")


def keep_synthetic(person: Person, now: datetime) -> None:
    """Write the 120 days anew where they do not reach today; edits of today's stay until then."""
    vault, today = person.datakey.open(), person.diary.today(now)
    if not record.read(vault, "entries", today.isoformat()).deleted:
        return
    days, done = synthetic_days(today), synthetic_activities(today)
    anew = {("entries", day.isoformat()): fields for day, fields in days.items()}
    anew |= {("activities", key): fields for key, fields in done.items()}
    anew |= {("answers", key): fields for key, fields in synthetic_answers(today).items()}
    before = [
        (collection, key)
        for collection in ("entries", "activities", "moments", "answers")
        for key in record.keys(vault, collection)
    ]
    changes = [record.Change(*place, None) for place in before if place not in anew]
    changes += [record.Change(*place, fields, whole=True) for place, fields in anew.items()]
    record.write(vault, changes, client="demo", now=now)


def keep_real(person: Person, now: datetime) -> None:
    vault = person.datakey.open()
    if record.first_date(vault, "entries") is None:
        bring_in(vault, KNEE.read_bytes(), "days-csv", now)


def carry_phone(person: Person, now: datetime) -> None:
    """A phone, an evening reminder, and a message that it gets at every start, to be seen."""
    vault, zone = person.datakey.open(), person.diary.time_zone
    device, _ = register(vault, "fcm", "demo-phone", {}, "Demo phone", now)
    if not person.reminder_set.exists():
        evening = {"kind": "entry", "minutes": [EVENING]}
        keep_reminder(vault, uuid7(), evening, {"label": "After supper"}, now)
    there = now.astimezone(ZoneInfo(zone))
    try_out(device, zone, there.date(), 60 * there.hour + there.minute, now)


def _person(email: str) -> Person:
    person = Person.objects.filter(email=email).first()
    if person is None:
        person = Person.objects.begin(email, PASSWORD, time_zone="Europe/Berlin")
        EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person
