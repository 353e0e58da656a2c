"""Thousands of journeys the whole way: planned, moved, fanned out, fenced and sent, as rows.

Everybody lives through the same days, by the functions of the jobs, over instants that only this
bench passes. Jobs are down now and then, people write entries and change their reminders. What
arrives at the provider is counted there.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from bench import people
from bench.itineraries import FAR, Stay
from bench.reminders import Row
from diary.channels.post import Answer
from diary.models import DataKey, Diary, NotificationSettings, Occurrence, Reminder
from diary.reminders.decide import LATE
from diary.reminders.deliver import send
from diary.reminders.fan import fan
from diary.reminders.keep import keep_reminder, schedule_of
from diary.reminders.late import Night
from diary.reminders.plan import plan
from diary.reminders.schedule import Slot
from diary.reminders.take_back import take_back
from diary.reminders.travel import move

BEGINS = datetime(2026, 3, 28, tzinfo=UTC)  # Berlin, Nuuk and Troll change their clocks
DAYS = 4
STEP = timedelta(minutes=15)
STEPS_A_DAY = timedelta(days=1) // STEP
AFTERWARDS = timedelta(hours=4) // STEP  # nobody does anything, so that all comes to its end
MOST_MOVES, MOST_ENTRIES, MOST_EDITS = 5, 6, 3
OUTAGE_IN = 40  # one step in so many begins an outage of one of the jobs
LONGEST_OUTAGE = timedelta(hours=10) // STEP
QUIET = Night("UTC", *(NotificationSettings._meta.get_field(f"quiet_{end}").default
                       for end in ("start", "end")))  # fmt: skip

_ENTER = """
INSERT INTO record (user_id, collection, key, date, rev, deleted, sealed)
SELECT user_id, 'entries', day, day, 1, FALSE, ''
FROM unnest(%s::uuid[], %s::date[]) AS n (user_id, day) ON CONFLICT DO NOTHING
"""


class Sent(NamedTuple):
    """A message that arrived, and where its person was."""

    user_id: UUID
    occurrence: UUID
    at: datetime
    zone: str


class Seen(NamedTuple):
    """What came of it all; each but `sent` should be 0."""

    sent: int
    twice: int
    answered: int  # sent although the day was written already
    at_night: int  # late ones, in quiet hours
    crowded: int  # more than one late one for one person at once
    silent: int  # lived, and neither sent nor with a reason


class Company:
    """All who travel: where each is, where each was, what each has written."""

    def __init__(self, count: int, seed: int, days: int) -> None:
        self.drawn = random.Random(f"{seed}/company")
        self.steps = days * STEPS_A_DAY
        self.now = BEGINS
        self.users = _make(count)
        self.zones = {user: self.drawn.choice(FAR) for user in self.users}
        self.since = dict.fromkeys(self.users, BEGINS)
        self.stays: dict[UUID, list[Stay]] = defaultdict(list)
        self.entered: dict[tuple[UUID, date], datetime] = {}
        self.sent: list[Sent] = []
        self.down = {"plan": 0, "fan": 0, "send": 0}  # until which step
        self._settle_down()

    def _settle_down(self) -> None:
        for user, zone in self.zones.items():
            Diary.objects.filter(user_id=user).update(time_zone=zone)
        vaults = {key.user_id: key.open() for key in DataKey.objects.all()}
        for user in self.users:
            for _ in range(self.drawn.randint(1, 3)):
                minutes = sorted(self.drawn.sample(range(0, 1440, 15), self.drawn.randint(1, 3)))
                asks = self.drawn.random() < 0.7
                fields = {"kind": "entry" if asks else "custom", "minutes": minutes,
                          "skip_if_entered": asks}  # fmt: skip
                keep_reminder(vaults[user], uuid7(), fields, {}, BEGINS)
        self.vaults = vaults
        # Each reminder's first slot, before which nothing is asked of it.
        self.reminders = list(Reminder.objects.order_by("user_id", "id"))
        self.happens = self._drawn_events()

    def _drawn_events(self) -> dict[int, list[tuple[str, UUID]]]:
        events = defaultdict(list)
        for user in self.users:
            most = {"moves": MOST_MOVES, "enters": MOST_ENTRIES, "edits": MOST_EDITS}
            for what, times in most.items():
                for _ in range(self.drawn.randint(0, times)):
                    events[self.drawn.randrange(self.steps)].append((what, user))
        return events

    def travel(self) -> Seen:
        for step in range(self.steps + AFTERWARDS):
            self.now = BEGINS + step * STEP
            for what, user in self.happens.get(step, ()):
                getattr(self, what)(user)
            self.work(step)
        for user in self.users:
            self.stays[user].append(Stay(self.zones[user], self.since[user], self.now))
        return self.judged()

    # --- What people do --------------------------------------------------------------------------

    def moves(self, user: UUID) -> None:
        self.stays[user].append(Stay(self.zones[user], self.since[user], self.now))
        self.zones[user], self.since[user] = self.drawn.choice(FAR), self.now
        with transaction.atomic():
            diary = Diary.objects.select_for_update().get(user_id=user)
            move(diary, self.zones[user], self.now)

    def enters(self, user: UUID) -> None:
        [*_, day] = Stay(self.zones[user], self.now, self.now).dates()
        self.entered.setdefault((user, day), self.now)
        with connection.cursor() as cursor:
            cursor.execute(_ENTER, [[user], [day]])
        if self.drawn.random() < 0.5:  # its review comes at once, or never
            take_back([user], self.now)

    def edits(self, user: UUID) -> None:
        mine = [reminder for reminder in self.reminders if reminder.user_id == user]
        changed = self.drawn.choice(mine)
        keep_reminder(self.vaults[user], changed.id, {"by_push": True}, {}, self.now)

    # --- What the jobs do ------------------------------------------------------------------------

    def work(self, step: int) -> None:
        if step < self.steps and self.drawn.randrange(OUTAGE_IN) == 0:
            job = self.drawn.choice(list(self.down))
            self.down[job] = step + self.drawn.randint(1, LONGEST_OUTAGE)
        calm = step >= self.steps
        jobs = {"plan": plan, "fan": fan, "send": lambda now: send("fcm", now, {"fcm": self.take})}
        for name, job in jobs.items():
            while (calm or step >= self.down[name]) and job(self.now):
                pass

    def take(self, messages: Sequence, now: datetime) -> list[Answer]:
        """The provider."""
        for message in messages:
            if not message.withdraw:
                user = UUID(message.address)
                self.sent.append(Sent(user, message.occurrence, self.now, self.zones[user]))
        return [Answer(True, 200)] * len(messages)

    # --- What came of it -------------------------------------------------------------------------

    def judged(self) -> Seen:
        rows = {one.id: one for one in Occurrence.objects.iterator()}
        slots: Counter = Counter()
        late: Counter = Counter()
        answered = at_night = 0
        for message in self.sent:
            one = rows[message.occurrence]
            slots[one.reminder, one.local_date, one.minute] += 1
            entered = self.entered.get((message.user_id, one.entry_date))
            answered += one.unless_entered and entered is not None and entered <= message.at
            if message.at - one.due_at > LATE:
                late[message.user_id, message.at] += 1
                at_night += QUIET._replace(zone=message.zone).ends_at(message.at) != message.at
        twice = sum(slots.values()) - len(slots)
        crowded = sum(times - 1 for times in late.values())
        return Seen(len(slots), twice, answered, at_night, crowded, self._silent(rows.values()))

    def _silent(self, rows) -> int:
        told = {
            (one.reminder, one.local_date, one.minute)
            for one in rows
            if one.state == "done" or one.skip_reason
        }
        ahead = {reminder.id: reminder for reminder in Reminder.objects.all()}
        silent = 0
        for reminder in self.reminders:
            first = Slot(reminder.next_date, reminder.next_minute)
            still = Slot(ahead[reminder.id].next_date, ahead[reminder.id].next_minute)
            schedule = schedule_of(reminder)
            lived = {s for stay in self.stays[reminder.user_id] for s in stay.slots(schedule)}
            silent += sum(
                (reminder.id, *slot) not in told for slot in lived if first <= slot < still
            )
        return silent


def _make(count: int) -> list[UUID]:
    people.make_people(0, count - 1)
    people.give_keys_and_devices(BEGINS)
    return list(Diary.objects.order_by("user_id").values_list("user_id", flat=True))


def whole_way(count: int, seed: int, days: int = DAYS) -> Seen:
    """So many people travel so many days, in an empty database."""
    settings.REMINDER_SPREAD = 0
    settings.CHANNEL_RATES = settings.CHANNEL_RATES | {"fcm": 1_000_000}
    return Company(count, seed, days).travel()


def try_out(size, seed: int, folder, say) -> list[Row]:
    say(f"Travel: {size.journeys:,} people for {DAYS} days, the whole way to the provider.")
    seen = whole_way(size.journeys, seed)
    people.forget_all()
    goals = {
        "Arrived twice for one reminder, date and time": seen.twice,
        "Arrived although the day was written": seen.answered,
        "Arrived late and at night": seen.at_night,
        "Arrived late beside another late one": seen.crowded,
        "Lived, and neither sent nor with a reason": seen.silent,
    }
    return [Row(of, f"{count} of {seen.sent:,}", "0", count > 0) for of, count in goals.items()]
