"""A hundred thousand journeys: no slot comes twice, and none of a date that was not lived."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from bench.reminders import Row
from diary.reminders.decide import Due, Entries, decide, first_fire
from diary.reminders.schedule import Schedule, Slot
from diary.reminders.travel import carry_over
from diary.zones import ZONES

# Across the date line and back, half and quarter hours, and places whose clocks change.
FAR = (
    "Pacific/Kiritimati", "Pacific/Honolulu", "Pacific/Niue", "Pacific/Apia", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Chatham", "America/Nuuk", "America/New_York", "Europe/Berlin",
    "Asia/Tokyo", "America/Los_Angeles", "Pacific/Auckland", "Antarctica/Troll",
)  # fmt: skip
DAYS = 10
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=20)  # how often the jobs look, within what may be late
USER, REMINDER = UUID(int=1), UUID(int=2)
NO_ENTRIES = Entries({}, {})


class Journey:
    """One person with one reminder, who travels; all in memory, by the functions of the jobs."""

    def __init__(self, drawn: random.Random, zones: list[str]) -> None:
        self.drawn, self.zones = drawn, zones
        self.now = BEGINS + timedelta(minutes=drawn.randrange(365 * 24 * 60))
        self.zone = drawn.choice(zones)
        minutes = sorted(drawn.sample(range(1440), drawn.randint(1, 4)))
        self.schedule = Schedule(tuple(minutes))
        self.next = first_fire(self.schedule, self.zone, self.now)
        self.sent: Counter[tuple[date, int]] = Counter()
        self.planned: set[tuple[date, int]] = set()
        self.lived = {self.here()}
        self.never_lived = 0

    def here(self) -> date:
        return self.now.astimezone(ZoneInfo(self.zone)).date()

    def go(self) -> None:
        moves = {self.drawn.randrange(DAYS * 72) for _ in range(self.drawn.randint(0, 7))}
        for step in range(DAYS * 72):
            if step in moves:
                self.move()
            self.lived.add(self.here())
            if self.next and self.next[1] <= self.now:
                self.plan()
            self.now += STEP

    def move(self) -> None:
        self.zone = self.drawn.choice(self.zones)
        if self.next:
            _, slot, at = carry_over(self.schedule, self.next[0], self.zone, self.now)
            self.next = (slot, at) if slot else None

    def plan(self) -> None:
        slot, _ = self.next
        due = Due(
            USER, REMINDER, "entry", self.schedule.minutes, 127, 1, None, None, None, True, None,
            None, True, False, slot.day, slot.minute, self.zone, 0, time(0), time(0), None,
        )  # fmt: skip
        planned, [ahead] = decide([due], self.now, NO_ENTRIES)
        for one in (planned_one.occasion for planned_one in planned):
            key = (one.local_date, one.minute)
            if key in self.planned:
                continue  # the database holds one of each
            self.planned.add(key)
            if one.state == "planned" and one.send_at < one.expires_at:
                self.sent[key] += 1
                self.never_lived += one.local_date not in self.lived
        self.next = (Slot(ahead.day, ahead.minute), ahead.at) if ahead.at else None


def journeys(count: int, seed: int) -> tuple[int, int, int]:
    """Sent, sent twice, and sent of dates that were not lived."""
    zones = [*FAR, *random.Random(seed).sample(sorted(ZONES), 40)]
    sent = twice = never_lived = 0
    for number in range(count):
        journey = Journey(random.Random(f"{seed}/{number}"), zones)
        journey.go()
        sent += sum(journey.sent.values())
        twice += sum(times - 1 for times in journey.sent.values())
        never_lived += journey.never_lived
    return sent, twice, never_lived


def try_out(size, seed: int, folder, say) -> list[Row]:
    say(f"Travel: {size.itineraries:,} journeys of {DAYS} days.")
    sent, twice, never_lived = journeys(size.itineraries, seed)
    return [
        Row("Sent twice for one reminder, date and slot", f"{twice} of {sent:,}", "0", twice > 0),
        Row("Sent for a date that was not lived", str(never_lived), "0", never_lived > 0),
    ]
