"""The jobs without Celery and without Redis: reviews, reminders, deliveries, in one process."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from diary import due
from diary.channels import CHANNELS
from diary.reminders import rounds
from diary.review import review

MOST_AT_ONCE = 200  # diaries reviewed in one round


class Command(BaseCommand):
    help = "Do once what the jobs do; with --loop again and again. Celery may run beside it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--loop", action="store_true", help="until it is stopped")

    def handle(self, *, loop: bool, **options) -> None:
        self.last: dict[str, float] = {}
        if not loop:
            self.round(send)
            return
        # A thread for each channel: one that hangs stops neither planning nor reviews.
        with ThreadPoolExecutor(len(CHANNELS), thread_name_prefix="send") as threads:
            senders = Senders(threads)
            while True:
                self.round(senders.wake)
                senders.look_after()
                close_old_connections()
                rest(settings.LOOK_OVER_EVERY)

    def round(self, wake: Callable[[str], None]) -> None:
        """What is due by its own interval; at first everything. `wake` gets a channel's name."""
        every = {
            "look_over": (look_over, settings.LOOK_OVER_EVERY),
            "plan": (rounds.plan_all, settings.PLAN_EVERY),
            "fan": (rounds.fan_all, settings.DELIVER_EVERY),
            "sweep": (rounds.sweep_all, settings.SWEEP_EVERY),
            "purge": (rounds.purge_all, settings.PURGE_EVERY),
        }
        for name, (step, seconds) in every.items():
            began = time.monotonic()
            if began - self.last.get(name, -seconds) < seconds:
                continue
            self.last[name] = began
            found = step(timezone.now())
            if step == rounds.fan_all:
                for channel in found:
                    wake(channel)


class Senders:
    """One thread for each channel, woken when there is something to send."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads = threads
        self.busy: dict[str, Future] = {}

    def wake(self, channel: str) -> None:
        if channel not in self.busy:
            self.busy[channel] = self.threads.submit(send_in_thread, channel)

    def look_after(self) -> None:
        """Whoever is done may be woken again; what broke one breaks the command."""
        for channel, sending in list(self.busy.items()):
            if sending.done():
                del self.busy[channel]
                sending.result()


def rest(seconds: float) -> None:
    """Until the next round."""
    time.sleep(seconds)


def look_over(now: datetime) -> None:
    for claim in due.claim(now, MOST_AT_ONCE):
        review(claim.token, claim.user_ids, timezone.now())
    rounds.beat("look_over", now)


def send(channel: str) -> None:
    rounds.send_all(channel, timezone.now())


def send_in_thread(channel: str) -> None:
    close_old_connections()  # this thread's own
    send(channel)
