"""A hundred thousand journeys through the planner's pure functions, without a database.

Nothing here remembers for the planner what it has planned: a slot that it would send twice is
sent twice. What was lived is worked out apart, from where the person was when.
"""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connections

from bench.reminders import Row
from diary.reminders.clock import resolve
from diary.reminders.decide import Terms, decide, first_fire
from diary.reminders.schedule import EVERY_DAY, Schedule, Slot
from diary.reminders.travel import carry_over
from diary.zones import ZONES

# Across the date line and back, half and quarter hours, and places whose clocks change.
FAR = (
    "Pacific/Kiritimati", "Pacific/Honolulu", "Pacific/Niue", "Pacific/Apia", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Chatham", "America/Nuuk", "America/New_York", "Europe/Berlin",
    "Asia/Tokyo", "America/Los_Angeles", "Pacific/Auckland", "Antarctica/Troll",
)  # fmt: skip
DAYS = 7
MOST_MOVES = 5
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
IN_TIME, AFTER_A_PAUSE = 15, 30 * 3600  # seconds until the planner looks; one look in ten is late
ONE_IN = 10
A_DAY = timedelta(days=1)


class Stay(NamedTuple):
    """Somebody is in one zone, from one instant to another."""

    zone: str
    since: datetime
    until: datetime

    def dates(self) -> Iterator[date]:
        """The local dates that are lived there, in part or whole."""
        there = ZoneInfo(self.zone)
        day, last = (at.astimezone(there).date() for at in (self.since, self.until))
        while day <= last:
            yield day
            day += A_DAY

    def slots(self, schedule: Schedule) -> Iterator[Slot]:
        """The slots whose instant lies in this stay."""
        for day in self.dates():
            if schedule.falls_on(day):
                for minute in schedule.minutes:
                    at = resolve(self.zone, day, minute).at
                    if at is not None and self.since < at <= self.until:
                        yield Slot(day, minute)


class Tally(NamedTuple):
    sent: int  # slots
    twice: int  # … that would be sent again
    never_lived: int  # … of dates that the person was not in by then
    silent: int  # slots that were lived, and neither sent nor with a reason


class Journey:
    """One person with one reminder, who travels; by the functions of the jobs."""

    def __init__(self, drawn: random.Random, zones: list[str]) -> None:
        self.drawn, self.zones = drawn, zones
        self.now = BEGINS + timedelta(minutes=drawn.randrange(365 * 24 * 60))
        self.ends = self.now + DAYS * A_DAY
        self.zone = drawn.choice(zones)
        minutes = tuple(sorted(drawn.sample(range(1440), drawn.randint(1, 4))))
        weekdays = EVERY_DAY if drawn.random() < 0.7 else drawn.randint(1, EVERY_DAY)
        self.schedule = Schedule(minutes, weekdays)
        self.quiet = drawn.choice([(time(0), time(0)), (time(22), time(7)), (time(13), time(14))])
        self.next = first_fire(self.schedule, self.zone, self.now)
        self.first = self.next[0]
        self.attempts: Counter[Slot] = Counter()
        self.reasons: set[Slot] = set()
        self.stays: list[Stay] = []
        self.dates: set[date] = set()
        self.never_lived = 0

    def go(self) -> Tally:
        length = int((self.ends - self.now).total_seconds())
        moves = [self.drawn.randrange(length) for _ in range(self.drawn.randint(0, MOST_MOVES))]
        ahead = [self.now + timedelta(seconds=second) for second in sorted(moves)]
        while True:
            wake = min(self.wakes(), self.ends)
            if ahead and ahead[0] <= wake:
                self.live_until(ahead.pop(0))
                self.move()
            else:
                self.live_until(wake)
                if self.next and self.next[1] <= self.now:
                    self.plan()
                if wake == self.ends:
                    return self.tally()

    def wakes(self) -> datetime:
        """When the planner looks next: soon after the slot, or after a pause."""
        if self.next is None:
            return self.ends
        late = AFTER_A_PAUSE if self.drawn.randrange(ONE_IN) == 0 else IN_TIME
        return max(self.next[1], self.now) + timedelta(seconds=self.drawn.randrange(1, late))

    def live_until(self, at: datetime) -> None:
        stay = Stay(self.zone, self.now, at)
        self.stays.append(stay)
        self.dates.update(stay.dates())
        self.now = at

    def move(self) -> None:
        self.zone = self.drawn.choice(self.zones)
        if self.next:
            passed, slot, at = carry_over(self.schedule, self.next[0], self.zone, self.now)
            self.reasons.update(passed)
            self.next = (slot, at) if slot else None

    def plan(self) -> None:
        slot, _ = self.next
        due = Terms(
            "entry", self.schedule.minutes, self.schedule.weekdays, 1, None, None,
            None, True, None, None, True, False, slot.day, slot.minute, self.zone, 0, *self.quiet,
            None, None, 0,
        )  # fmt: skip
        occasions, ahead = decide(due, self.now)
        for one in occasions:
            key = Slot(one.local_date, one.minute)
            if one.state == "planned" and one.send_at < one.expires_at:
                self.attempts[key] += 1
                self.never_lived += one.local_date not in self.dates
            elif one.skip_reason:
                self.reasons.add(key)
        self.next = (Slot(ahead.day, ahead.minute), ahead.at) if ahead.at else None

    def tally(self) -> Tally:
        lived = {slot for stay in self.stays for slot in stay.slots(self.schedule)}
        # What the clock of a later stay will show once more is still to come.
        over = {s for s in lived if s >= self.first and (not self.next or s < self.next[0])}
        silent = over - self.attempts.keys() - self.reasons
        twice = sum(self.attempts.values()) - len(self.attempts)
        return Tally(len(self.attempts), twice, self.never_lived, len(silent))


def journeys(numbers: range, seed: int) -> Tally:
    zones = [*FAR, *random.Random(seed).sample(sorted(ZONES), 40)]
    found = [Journey(random.Random(f"{seed}/{number}"), zones).go() for number in numbers]
    return Tally(*map(sum, zip(*found, strict=True)))


def try_out(size, seed: int, folder, say) -> list[Row]:
    say(f"Travel: {size.itineraries:,} journeys of {DAYS} days, planned.")
    connections.close_all()  # a fork shares them
    processes = os.cpu_count() or 1
    parts = [range(n, size.itineraries, 8 * processes) for n in range(8 * processes)]
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        found = pool.starmap(journeys, [(part, seed) for part in parts])
    sent, twice, never_lived, silent = map(sum, zip(*found, strict=True))
    return [
        Row(
            "Planned twice for one reminder, date and time", f"{twice} of {sent:,}", "0", twice > 0
        ),
        Row("Planned for a date that was not lived", str(never_lived), "0", never_lived > 0),
        Row("Lived, and neither planned nor with a reason", str(silent), "0", silent > 0),
    ]
