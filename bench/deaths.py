"""Three senders and a planner, killed again and again: nothing comes twice, and doubt says so.

A kill counts only while there is work: of a sender while something waits or is on the wire, of
the planner while something is due. So reminders become due in waves until enough were killed.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from bench import people
from bench.reminders import Row
from diary.models import Delivery, Occurrence, Reminder
from diary.reminders import fence
from diary.reminders.deliver import FENCED, send
from diary.reminders.fan import fan
from diary.reminders.plan import plan
from diary.reminders.sweep import sweep
from tests.providers.running import Running

SENDERS = 3
PUSHES = ("fcm", "apns", "webpush")
AT_ONCE = 150  # claimed or planned at once, so that a death does not lease all there is
LEASE = timedelta(seconds=12)  # instead of 60: a bench need not wait so long; above a timeout
LIVES = (0.1, 0.6)  # seconds from one kill to the next …
SHORT_LIVES = (0.02, 0.2)  # … and while there is something to plan, which is soon done
PATIENCE = 600.0  # seconds for all of it
UNDER_WAY = ("pending", "retry", "claimed", "on_wire")
PLANNERS_SHARE = 0.05  # of the kills, at least

# Another minute of today for everybody, so that it is another slot.
_NEXT_WAVE = """
UPDATE reminder r SET minutes = ARRAY[n.minute], next_date = n.day, next_minute = n.minute,
    next_fire_at = %(now)s
FROM (
    SELECT user_id, local::date AS day,
        60 * extract(hour FROM local)::int + extract(minute FROM local)::int AS minute
    FROM (SELECT user_id, %(now)s AT TIME ZONE time_zone AS local FROM diary) l
) n WHERE r.user_id = n.user_id
"""
_NO_NIGHT = """
INSERT INTO notification_settings (user_id, quiet_start, quiet_end, streak_wording,
    detail_on_lock_screen, pattern_notice)
SELECT user_id, '00:00', '00:00', FALSE, FALSE, FALSE FROM diary
"""


def try_out(size, seed: int, folder: Path, say) -> list[Row]:
    say(
        f"Deaths: {size.kills} kill -9 of {SENDERS} senders and a planner at work, over"
        f" {size.deliveries:,} deliveries or more."
    )
    fence.LEASE = LEASE
    settings.REMINDER_SPREAD = 0
    with Running(folder / "providers") as providers:
        for name, value in providers.settings().items():
            setattr(settings, name, value)
        people.make_people(0, size.deliveries - 1)
        people.give_keys_and_devices(timezone.now(), PUSHES, providers.subscription)
        people.give_reminders(1, timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(_NO_NIGHT)
        people.settle()
        massacre = Massacre(size.kills, random.Random(seed))
        massacre.run()
        accepted = Counter(
            (line["occurrence"], line["device"])
            for line in providers.accepted()
            if line["service"] in PUSHES
        )
    rows = _judged(accepted, massacre, size)
    people.forget_all()
    return rows


class Massacre:
    """Kill one of them again and again, and start another in its place."""

    def __init__(self, wanted: int, drawn: random.Random) -> None:
        self.wanted, self.drawn = wanted, drawn
        self.killed: Counter[str] = Counter()  # at work, by what they did
        self.idle = 0
        self.waves = 0
        self.minute = None
        self.began = time.monotonic()

    def run(self) -> None:
        self.make_due()
        jobs: list[Callable] = [*[_send_on] * SENDERS, _plan_on]
        running = [_start(job) for job in jobs]
        while self.killed.total() < self.wanted and self.in_time():
            time.sleep(self.drawn.uniform(*(SHORT_LIVES if _is_planning() else LIVES)))
            place = self.victim()
            self.kill(running[place], jobs[place])
            running[place] = _start(jobs[place])
            sweep(timezone.now())
            if not _is_planning() and not _is_sending():
                self.make_due()
        for process, job in zip(running, jobs, strict=True):
            self.kill(process, job)
        _until_nothing_waits(self.in_time)

    def in_time(self) -> bool:
        return time.monotonic() - self.began < PATIENCE

    def make_due(self) -> None:
        """A wave: everybody's reminder, each time at another minute."""
        while (now := timezone.now()).replace(second=0, microsecond=0) == self.minute:
            time.sleep(0.5)
        self.minute = now.replace(second=0, microsecond=0)
        self.waves += 1
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_WAVE, {"now": self.minute})

    def victim(self) -> int:
        """The planner, the last one, every other time while it has something to do."""
        if _is_planning() and self.drawn.random() < 0.5:
            return SENDERS
        return self.drawn.randrange(SENDERS)

    def kill(self, process: BaseProcess, job: Callable) -> None:
        at_work = _is_planning() if job == _plan_on else _is_sending()
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        if at_work:
            self.killed[job.__name__] += 1
        else:
            self.idle += 1


def _is_planning() -> bool:
    now = timezone.now()
    return (
        Reminder.objects.filter(next_fire_at__lte=now).exists()
        or Occurrence.objects.filter(state="planned", send_at__lte=now).exists()
    )


def _is_sending() -> bool:
    return Delivery.objects.filter(state__in=UNDER_WAY).exists()


def _start(job: Callable[[], None]) -> BaseProcess:
    # A fork of this process shares its connection: neither may use it.
    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=job, daemon=True)
    process.start()
    return process


def _send_on() -> None:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE and os.getppid() != 1:
        if not sum(send(channel, timezone.now(), most=AT_ONCE) for channel in PUSHES):
            time.sleep(0.05)


def _plan_on() -> None:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE and os.getppid() != 1:
        if not plan(timezone.now(), most=AT_ONCE) + fan(timezone.now(), most=AT_ONCE):
            time.sleep(0.05)


def _until_nothing_waits(in_time: Callable[[], bool]) -> None:
    """What is left is planned and sent in peace, until every lease is over."""
    while (_is_planning() or _is_sending()) and in_time():
        now = timezone.now()
        done = [plan(now), fan(now), sweep(now)]
        done += [send(channel, timezone.now(), most=AT_ONCE) for channel in PUSHES]
        if not any(done):
            time.sleep(0.2)


def _judged(accepted: Counter, massacre: Massacre, size) -> list[Row]:
    expected = Reminder.objects.count() * massacre.waves
    slots = set(Occurrence.objects.values_list("reminder", "local_date", "minute"))
    planned = Occurrence.objects.count()
    twice = sum(times - 1 for times in accepted.values())
    arrived = {occurrence for occurrence, _ in accepted}
    found, silent = Counter(), Counter()
    for delivery in Delivery.objects.only("user_id", "occurrence", "state").iterator():
        found[delivery.state] += 1
        silent[delivery.state] += str(delivery.occurrence) not in arrived
    hidden = silent.total() - silent["unconfirmed"]
    at_work, planners = massacre.killed.total(), massacre.killed[_plan_on.__name__]
    doubt = found["unconfirmed"]
    return [
        Row(
            "Killed at work, the planner among them",
            f"{at_work}, {planners} ({massacre.idle} idle)",
            f"≥ {size.kills}, {PLANNERS_SHARE:.0%}",
            at_work < size.kills or planners < PLANNERS_SHARE * size.kills,
        ),
        Row(
            "Planned, distinct, expected",
            f"{planned:,}, {len(slots):,}, {expected:,}",
            f"equal, ≥ {size.deliveries:,}",
            not planned == len(slots) == expected >= size.deliveries,
        ),
        Row("Delivered twice, after so many deaths", str(twice), "0", twice > 0),
        Row(
            "Not delivered, and not said to be unconfirmed",
            f"{hidden} of {silent.total()} not delivered",
            "0",
            hidden > 0,
        ),
        Row(
            "In doubt after a kill, at most a batch",
            f"{doubt} of {found.total():,}",
            f"≤ {FENCED * at_work:,}",
            doubt > FENCED * at_work,
        ),
        Row(
            "Each delivery with its end",
            f"{found['sent'] + doubt:,}",
            f"{expected:,}",
            found["sent"] + doubt != expected,
        ),
    ]
