"""What one tick does: each step again and again, until nothing is due or its time is over.

Celery and `manage.py dispatch --loop` call these alike. Each stamps its heartbeat, so that a
round which is not made any more is noticed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.db import connection

from diary.channels import CHANNELS
from diary.models import Delivery, Heartbeat
from diary.models.reminders import WAITING
from diary.reminders.deliver import send
from diary.reminders.fan import fan
from diary.reminders.plan import BATCH, plan
from diary.reminders.purge import purge
from diary.reminders.sweep import sweep
from diary.reminders.zone_table import follow_zones
from diary.sessions import forget_ended

LONGEST = 10.0  # seconds, below the hard limit of a task; the next tick goes on
FOLLOWING = 0.3  # … of which a new zone table may take this part


def plan_all(now: datetime) -> int:
    _again(follow_zones, now, FOLLOWING)
    planned = plan_due(now)
    beat("plan_reminders", now)
    return planned


def plan_due(now: datetime) -> int:
    """Plan all that is due; a crowd on two connections, for PostgreSQL has a core for each."""
    first = plan(now)
    if first < BATCH:
        return first + (_again(plan, now) if first else 0)
    with ThreadPoolExecutor(1) as other:
        beside = other.submit(_on_its_own, plan, now)
        return first + _again(plan, now) + beside.result()


def fan_all(now: datetime) -> list[str]:
    """Fan out what is planned; the channels that have something to send."""
    _again(fan, now)
    waiting = [
        channel
        for channel in CHANNELS
        if Delivery.objects.filter(
            channel=channel, state__in=WAITING, next_attempt_at__lte=now
        ).exists()
    ]
    beat("deliver", now)
    return waiting


def send_all(channel: str, now: datetime) -> int:
    return _again(lambda instant: send(channel, instant), now)


def sweep_all(now: datetime) -> int:
    swept = _again(sweep, now)
    _again(forget_ended, now)
    beat("sweep", now)
    return swept


def purge_all(now: datetime) -> int:
    """Once through all people, or as far as the time allows; no heartbeat, it is not urgent."""
    return _again(purge, now)


def beat(name: str, now: datetime) -> None:
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now})


def _on_its_own(step: Callable[[datetime], int], now: datetime) -> int:
    try:
        return _again(step, now)
    finally:
        connection.close()


def _again(step: Callable[[datetime], int], now: datetime, part: float = 1) -> int:
    """The step until it finds nothing, each time at the instant that it is by then."""
    began, total = time.monotonic(), 0
    while (elapsed := time.monotonic() - began) < part * LONGEST:
        done = step(now + timedelta(seconds=elapsed))
        total += done
        if not done:
            break
    return total
