"""Three days without jobs, or without senders: then one push for everybody, and none at night."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from bench import people
from bench.reminders import Row
from diary.channels.post import Answer
from diary.models import Device, Occurrence
from diary.reminders.deliver import send
from diary.reminders.fan import fan
from diary.reminders.plan import plan

NOW = datetime(2026, 3, 20, 20, 30, tzinfo=UTC)
DAYS = 3
EACH = 4  # reminders of one person
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AFTERWARDS = 15  # minutes
REASONS = ("coalesced", "expired")

# An hour apart, the last one at 20:25: it has just been missed when all comes back at 20:30.
_AN_HOUR_APART = """
UPDATE reminder r SET next_minute = n.minute, minutes = ARRAY[n.minute] FROM (
    SELECT user_id, id, 1225 - 60 * (row_number() OVER (PARTITION BY user_id) - 1) AS minute
    FROM reminder
) n WHERE r.user_id = n.user_id AND r.id = n.id
"""


def try_out(size, seed: int, folder, say) -> list[Row]:
    settings.REMINDER_SPREAD = 0
    settings.CHANNEL_RATES = settings.CHANNEL_RATES | {"fcm": 10_000_000}
    say(f"Downtime: {size.waiting:,} people with {EACH} reminders each wait for {DAYS} days.")
    rows = _after("without any jobs", size.waiting, goes_on=())
    say("  … and for senders alone.")
    return rows + _after("without senders", size.waiting // 4, goes_on=(plan, fan))


def _after(case: str, count: int, goes_on: Sequence) -> list[Row]:
    """What comes of so many people's reminders when only these jobs went on meanwhile."""
    people.make_people(0, count - 1)
    people.give_keys_and_devices(NOW)
    people.give_reminders(EACH, NOW - DAYS * 24 * HOUR)
    with connection.cursor() as cursor:
        cursor.execute(_AN_HOUR_APART)
        cursor.execute("UPDATE diary SET time_zone = 'UTC'")
    people.settle()
    for hour in range(DAYS * 24):
        now = NOW + (hour - DAYS * 24) * HOUR - 4 * MINUTE  # in time for what is due at :25
        for job in goes_on:
            while job(now):
                pass
    pushed: Counter[str] = Counter()

    def take(messages, now) -> list[Answer]:
        pushed.update(message.address for message in messages)
        return [Answer(True, 200)] * len(messages)

    for minute in range(AFTERWARDS):
        now = NOW + minute * MINUTE
        while plan(now):
            pass
        while fan(now):
            pass
        while send("fcm", now, {"fcm": take}):
            pass
    most, reached = max(pushed.values(), default=0), len(pushed) / Device.objects.count()
    unsaid = Occurrence.objects.exclude(state="done").exclude(skip_reason__in=REASONS).count()
    counted = Occurrence.objects.filter(skip_reason__in=REASONS).count()
    people.forget_all()
    return [
        Row(
            f"Pushes to one person after {DAYS} days {case}",
            f"{most} at most, {reached:.2%} got one",
            "≤ 1, 100%",
            most > 1 or reached < 1,
        ),
        Row(
            "  the others counted as coalesced or expired",
            f"{counted:,}, {unsaid:,} without a word",
            "> 0, 0",
            counted == 0 or unsaid > 0,
        ),
    ]
