"""Verbs of the tests: set a reminder, carry a phone, let time pass, and see what was shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from uuid_utils.compat import uuid7

from diary.channels.post import Answer
from diary.models import Delivery, Diary, Occurrence, Reminder
from diary.reminders.deliver import send
from diary.reminders.devices import register
from diary.reminders.fan import fan
from diary.reminders.keep import keep_reminder
from diary.reminders.plan import plan
from diary.reminders.sweep import sweep

EVENING = 20 * 60 + 30
PROVIDERS = ("fcm", "apns", "webpush", "email")


def at(text: str) -> datetime:
    """The instant in UTC written like 2026-03-20 20:30."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def live_in(person, zone: str, **more) -> None:
    Diary.objects.filter(user=person).update(time_zone=zone, **more)


def remind(person, now: datetime, *minutes: int, label=None, questionnaire=None, **fields):
    """A daily reminder, at half past eight in the evening unless said otherwise."""
    columns = {"kind": "entry", "minutes": list(minutes or [EVENING])} | fields
    own = {"label": label, "questionnaire": questionnaire}
    return keep_reminder(person.datakey.open(), uuid7(), columns, own, now)


def carry(person, now: datetime, token: str = "anas-phone", platform: str = "fcm", **fields):
    device, _ = register(person.datakey.open(), platform, token, fields, None, now)
    return device


class Providers:
    """Providers that take every message, or answer as they are told; what was sent is kept."""

    def __init__(self, **answers: Answer) -> None:
        self.sent = []
        self.answers = answers

    def ways(self) -> dict:
        return dict.fromkeys(PROVIDERS, self.take)

    def take(self, messages, now) -> list[Answer]:
        self.sent += messages
        return [self.answers.get(message.platform, Answer(True, 200)) for message in messages]


def pass_time(now: datetime, providers: Providers | None = None) -> list:
    """All that the jobs do at this instant; the messages that went out."""
    providers = providers or Providers()
    before = len(providers.sent)
    while plan(now):
        pass
    while fan(now):
        pass
    for channel in PROVIDERS:
        while send(channel, now, providers.ways()):
            pass
    sweep(now)
    return providers.sent[before:]


def pass_days(first: datetime, last: datetime, step: timedelta = timedelta(minutes=1)) -> list:
    """Let the jobs run every minute; each message with the instant at which it went out."""
    shown, now = [], first
    while now <= last:
        shown += [(now, message) for message in pass_time(now)]
        now += step
    return shown


def occurrences(person) -> list[Occurrence]:
    return list(Occurrence.objects.filter(user=person).order_by("due_at", "minute", "seq"))


def told(person) -> list[tuple[str, str | None]]:
    """What became of each occurrence: its state and why."""
    return [(one.state, one.skip_reason) for one in occurrences(person)]


def deliveries(person, **which) -> list[Delivery]:
    """In the order in which their occurrences were due."""
    due = {one.id: one.due_at for one in occurrences(person)}
    found = Delivery.objects.filter(user=person, **which).order_by("id")
    return sorted(found, key=lambda delivery: due[delivery.occurrence])


def states(person, **which) -> list[str]:
    return [delivery.state for delivery in deliveries(person, **which)]


def reminder_of(person) -> Reminder:
    return Reminder.objects.get(user=person)


def days_of(first: date, count: int) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]
