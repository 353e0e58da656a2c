"""How much a channel may send now: a rate below its provider's, and a breaker after failures.

Both live in one row for all senders, taken from once a claim: a wiped Redis changes neither.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from diary.models import Channel

FAILURES = 3  # claims in a row of which nothing came through
FIRST_PAUSE = timedelta(seconds=5)  # doubled with each further failure …
LONGEST_PAUSE = timedelta(minutes=5)  # … up to this
ALARM_PAUSE = timedelta(minutes=10)  # our keys or rights are wrong; somebody has to look
PROBE = 5  # deliveries that try whether a channel is well again

_log = logging.getLogger(__name__)


def take(name: str, now: datetime, most: int) -> int:
    """How many deliveries the channel may try now, at most `most`; 0 while its breaker is open."""
    with transaction.atomic():
        row, _ = Channel.objects.select_for_update().get_or_create(
            name=name, defaults={"tokens": settings.CHANNEL_RATES[name], "filled_at": now}
        )
        if row.open_until and row.open_until > now:
            return 0
        rate = settings.CHANNEL_RATES[name]
        since = max(0.0, (now - row.filled_at).total_seconds())
        tokens = min(float(rate), row.tokens + rate * since)
        allowed = min(most, int(tokens), PROBE if row.failures >= FAILURES else most)
        row.tokens, row.filled_at = tokens - allowed, max(now, row.filled_at)
        row.save(update_fields=["tokens", "filled_at"])
    return allowed


def report(name: str, *, came_through: bool, alarm: bool, now: datetime) -> None:
    """Note how a claim fared; open the breaker after several of which nothing came through."""
    if alarm:
        _log.error("channel %s is set aside: its keys or rights are refused", name)
        Channel.objects.filter(name=name).update(open_until=now + ALARM_PAUSE, failures=FAILURES)
    elif came_through:
        Channel.objects.filter(name=name).exclude(failures=0, open_until=None).update(
            failures=0, open_until=None
        )
    else:
        with transaction.atomic():
            row = Channel.objects.select_for_update().get(name=name)
            row.failures += 1
            if row.failures >= FAILURES:
                wait = FIRST_PAUSE * 2 ** min(row.failures - FAILURES, 10)
                row.open_until = now + min(wait, LONGEST_PAUSE)
            row.save(update_fields=["failures", "open_until"])
