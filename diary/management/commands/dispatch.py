"""The jobs without Celery and without Redis: reviews, reminders, deliveries, in one process."""

from __future__ import annotations

import logging
import sys
import time
from types import TracebackType

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from diary import due
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
        last: dict[str, float] = {}
        while True:
            self.round(last)
            if not loop:
                return
            close_old_connections()
            time.sleep(settings.LOOK_OVER_EVERY)

    def round(self, last: dict[str, float]) -> None:
        """What is due by its own interval; at first everything."""
        every = {
            self.look_over: settings.LOOK_OVER_EVERY,
            self.plan: settings.PLAN_EVERY,
            self.deliver: settings.DELIVER_EVERY,
            self.sweep: settings.SWEEP_EVERY,
            self.export: settings.EXPORT_EVERY,
        }
        for step, seconds in every.items():
            began = time.monotonic()
            if began - last.get(step.__name__, -seconds) >= seconds:
                last[step.__name__] = began
                step()

    def look_over(self) -> None:
        now = timezone.now()
        for claim in due.claim(now, MOST_AT_ONCE):
            review(claim.token, claim.user_ids, timezone.now())
        rounds.beat("look_over", now)

    def plan(self) -> None:
        rounds.plan_all(timezone.now())

    def deliver(self) -> None:
        for channel in rounds.fan_all(timezone.now()):
            rounds.send_all(channel, timezone.now())

    def sweep(self) -> None:
        rounds.sweep_all(timezone.now())

    def export(self) -> None:
        now = timezone.now()
        exports_due.take_away(now)
        for claim in exports_due.claim(now):
            make(claim, timezone.now())
        rounds.beat("export", now)


def say_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    _log.critical("ended by an error", exc_info=(kind, error, trace))
