"""The state of a diary, one row per person: its counter, its clock, its place in the queue.

Every write locks this row first and raises ``seq``. A diary is due for a review when
``seq > reviewed_seq``, when the shipped rules are not those it was reviewed by, or when its
person's own day has changed.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q

# A diary with nothing in its last 90 days sleeps until it is written: its next review by
# the calendar is never. (PostgreSQL's infinity is no date in Python.)
ASLEEP = date.max

FIRST_DATE = date(2000, 1, 1)
_EARLIEST_ZONE = timedelta(hours=14)  # UTC+14, Kiritimati: where a day begins first


def last_date(now: datetime) -> date:
    """The latest date that it is anywhere on Earth: nothing later can have been lived."""
    return (now + _EARLIEST_ZONE).date()


def local_today(now: datetime, time_zone: str, day_starts_at: int) -> date:
    """The date on the person's own calendar; an hour before their day begins is yesterday's."""
    local = now.astimezone(ZoneInfo(time_zone))
    # Wall-clock hours, not elapsed ones: the day begins at an hour that the clock shows.
    return local.date() - timedelta(days=local.hour < day_starts_at)


class Diary(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    seq = models.BigIntegerField(default=0)
    epoch = models.UUIDField(default=uuid.uuid4)

    time_zone = models.TextField(default="UTC")
    time_zone_pinned = models.BooleanField(default=False)
    day_starts_at = models.SmallIntegerField(default=0)
    country = models.CharField(max_length=2, null=True)  # noqa: DJ001  null is "not said"
    locale = models.TextField(default="en")
    asks_self_harm = models.BooleanField(default=True)

    changed_from = models.DateField(null=True)
    changed_to = models.DateField(null=True)
    due_since = models.DateTimeField(null=True)
    reviewed_seq = models.BigIntegerField(default=0)
    reviewed_through = models.DateField(default=ASLEEP)
    reviewed_rules = models.TextField(default="")
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    attempts = models.SmallIntegerField(default=0)
    quarantined_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "diary"
        indexes = (
            # The review's claim: written diaries, oldest first.
            models.Index(
                fields=["due_since"], condition=Q(seq__gt=F("reviewed_seq")), name="diary_written"
            ),
            # The review's claim: diaries whose own midnight has passed.
            models.Index(
                fields=["time_zone", "day_starts_at", "reviewed_through"], name="diary_midnight"
            ),
            # The review's claim: diaries that other rules have looked over.
            models.Index(fields=["reviewed_rules"], name="diary_rules"),
        )

    def __str__(self) -> str:
        return f"diary of {self.user_id}"

    def today(self, now: datetime) -> date:
        return local_today(now, self.time_zone, self.day_starts_at)
