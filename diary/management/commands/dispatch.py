"""The jobs without Celery and without Redis: reviews, reminders, exports, in one process."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from functools import partial
from types import TracebackType

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.utils import timezone

from diary import due
from diary.channels import CHANNELS
from diary.exports import due as exports_due
from diary.exports.make import make
from diary.reminders import rounds
from diary.review import review

MOST_AT_ONCE = 200  # diaries reviewed in one round

_log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Do once what the jobs do; with --loop again and again. Celery may run beside it."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--loop", action="store_true", help="until it is stopped")

    def run_from_argv(self, argv: list[str]) -> None:
        # What ends the process is a line of the log like any other: its text may quote a value.
        sys.excepthook = say_uncaught
        super().run_from_argv(argv)

    def handle(self, *, loop: bool, **options) -> None:
        self.last: dict[str, float] = {}
        if not loop:
            self.round(lambda name, job: job())
            return
        # A thread for each channel and one for exports: what hangs or takes long stops neither
        # planning nor reviews.
        with ThreadPoolExecutor(len(CHANNELS) + 1, thread_name_prefix="apart") as threads:
            apart = Apart(threads)
            while True:
                self.round(apart.wake)
                apart.look_after()
                close_old_connections()
                rest(settings.LOOK_OVER_EVERY)

    def round(self, wake: Callable[[str, Callable[[], None]], None]) -> None:
        """What is due by its own interval; at first everything. `wake` gets what runs apart."""
        every = {
            "look_over": (look_over, settings.LOOK_OVER_EVERY),
            "plan": (rounds.plan_all, settings.PLAN_EVERY),
            "fan": (partial(fan, wake), settings.DELIVER_EVERY),
            "sweep": (rounds.sweep_all, settings.SWEEP_EVERY),
            "purge": (rounds.purge_all, settings.PURGE_EVERY),
            "export": (partial(hand_out, wake), settings.EXPORT_EVERY),
        }
        for name, (step, seconds) in every.items():
            began = time.monotonic()
            if began - self.last.get(name, -seconds) < seconds:
                continue
            self.last[name] = began
            step(timezone.now())


class Apart:
    """Jobs in threads of their own, each one at most once at a time."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self.threads = threads
        self.busy: dict[str, Future] = {}

    def wake(self, name: str, job: Callable[[], None]) -> None:
        if name not in self.busy:
            self.busy[name] = self.threads.submit(in_thread, job)

    def look_after(self) -> None:
        """What is done may be woken again; what broke one breaks the command."""
        for name, running in list(self.busy.items()):
            if running.done():
                del self.busy[name]
                running.result()


def in_thread(job: Callable[[], None]) -> None:
    try:
        job()
    finally:
        connection.close()  # this thread's own


def rest(seconds: float) -> None:
    """Until the next round."""
    time.sleep(seconds)


def look_over(now: datetime) -> None:
    for claim in due.claim(now, MOST_AT_ONCE):
        review(claim.token, claim.user_ids, timezone.now())
    rounds.beat("look_over", now)


def fan(wake: Callable[[str, Callable[[], None]], None], now: datetime) -> None:
    for channel in rounds.fan_all(now):
        wake(channel, partial(send, channel))


def send(channel: str) -> None:
    rounds.send_all(channel, timezone.now())


def hand_out(wake: Callable[[str, Callable[[], None]], None], now: datetime) -> None:
    exports_due.take_away(now)
    wake("export", export)
    rounds.beat("export", now)


def export() -> None:
    for claim in exports_due.claim(timezone.now()):
        make(claim, timezone.now())


def say_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _log.critical("ended by an error", exc_info=(kind, error, trace))
