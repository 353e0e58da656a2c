"""Reminders, and what becomes of them: reminder → occurrence → delivery.

When a reminder fires is no health value and can be read; its words are sealed. An occurrence is
one slot of one reminder on one local date, and the database holds at most one of each. A
delivery is one occurrence on its way to one device or mailbox.
"""

from __future__ import annotations

from datetime import time
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from diary.vault import Label

OPEN = ("planned", "fanned")  # an occurrence that may still be shown
WAITING = ("pending", "retry")  # a delivery that a sender may claim
UNSENT = (*WAITING, "claimed")  # … or that has not left the house
UNDER_WAY = (*UNSENT, "on_wire")  # … or of which nobody knows yet what became of it
SETTLED = ("sent", "dead", "dropped", "expired", "unconfirmed")  # … and what did


class NotificationSettings(models.Model):
    """What holds for all of a person's reminders. No row: all as it is at first."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    quiet_start = models.TimeField(default=time(22))
    quiet_end = models.TimeField(default=time(7))
    paused_until = models.DateTimeField(null=True)
    streak_wording = models.BooleanField(default=False)
    detail_on_lock_screen = models.BooleanField(default=False)
    pattern_notice = models.BooleanField(default=False)

    class Meta:
        db_table = "notification_settings"

    def __str__(self) -> str:
        return f"notification settings of {self.user_id}"


class Reminder(models.Model):
    """`next_date` and `next_minute` name the first slot that is not planned yet.

    They stay when the person travels; only the instant `next_fire_at` is computed anew.
    """

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    id = models.UUIDField()
    kind = models.TextField()
    minutes = ArrayField(models.SmallIntegerField())
    weekdays = models.SmallIntegerField(default=0b1111111)
    every_n_weeks = models.SmallIntegerField(default=1)
    anchor_date = models.DateField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    skip_if_entered = models.BooleanField(default=True)
    nudge_after = models.SmallIntegerField(null=True)
    nudge_most = models.SmallIntegerField(null=True)
    by_push = models.BooleanField(default=True)
    by_email = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    version = models.IntegerField(default=1)
    next_date = models.DateField(null=True)
    next_minute = models.SmallIntegerField(null=True)
    next_fire_at = models.DateTimeField(null=True)
    sealed = models.BinaryField()

    class Meta:
        db_table = "reminder"
        indexes = (
            # The planner's claim: what is due, longest due first.
            models.Index(
                fields=["next_fire_at"],
                condition=Q(next_fire_at__isnull=False),
                name="reminder_due",
            ),
        )

    def __str__(self) -> str:
        return f"reminder of {self.user_id}"


class Occurrence(models.Model):
    """`seq` counts how often it was put off. `entry_date`: the diary's day that it asks about.

    `reminder` is null for a notice and for a test; a notice has its `notice_key` instead.
    """

    pk = models.CompositePrimaryKey("user_id", "id")
    # Not checked by the database, which would lock the person's row for each occurrence. All are
    # made under a lock of the person's diary or reminder; who takes a person out waits for it, as
    # reminders go before occurrences: in the order of this file.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, db_constraint=False
    )
    id = models.UUIDField()
    reminder = models.UUIDField(null=True)
    notice_key = models.UUIDField(null=True)
    kind = models.TextField()
    local_date = models.DateField()
    minute = models.SmallIntegerField()
    seq = models.SmallIntegerField(default=0)
    entry_date = models.DateField()
    due_at = models.DateTimeField()
    # Later than due_at where quiet hours were in the way; null once that is behind it.
    send_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    state = models.TextField(default="planned")
    skip_reason = models.TextField(null=True)  # noqa: DJ001  null is "not skipped"
    rule = models.TextField(default="exact")
    time_zone = models.TextField()
    unless_entered = models.BooleanField(default=False)
    by_push = models.BooleanField(default=True)
    by_email = models.BooleanField(default=False)
    sealed = models.BinaryField(null=True)

    class Meta:
        db_table = "occurrence"
        constraints = (
            # The date early, so that the index also finds what came of a day.
            models.UniqueConstraint(
                fields=["user", "local_date", "reminder", "minute", "seq"],
                name="occurrence_once",
            ),
            models.UniqueConstraint(
                fields=["user", "notice_key"],
                condition=Q(notice_key__isnull=False),
                name="occurrence_notice_once",
            ),
            models.CheckConstraint(
                condition=Q(state="planned", send_at__isnull=False)
                | (~Q(state="planned") & Q(send_at__isnull=True)),
                name="occurrence_planned_has_instant",
            ),
        )
        indexes = (
            # The fan's claim: what is to be sent now.
            models.Index(
                fields=["send_at"], condition=Q(send_at__isnull=False), name="occurrence_to_send"
            ),
        )

    def __str__(self) -> str:
        return f"occurrence of {self.user_id}"


class Delivery(models.Model):
    """pending → claimed (leased) → on_wire → sent, retry, dead, dropped, expired, unconfirmed.

    What is claimed has not left us and goes back when its lease is over. What was on the wire
    then is `unconfirmed`: nobody knows, and it is not sent twice. `target` is the device, or
    the person for their mailbox.

    No index knows of `state`, `lease_token` or `lease_until`, and half of each page is left free
    (migration 0008): a claim and the fence write the row anew in its own page, and no index.
    """

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    id = models.UUIDField()
    occurrence = models.UUIDField()
    target = models.UUIDField()
    channel = models.TextField()
    withdraw = models.BooleanField(default=False)
    state = models.TextField(default="pending")
    attempts = models.SmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True)  # null once it is over
    expires_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    other_environment = models.BooleanField(default=False)
    provider_id = models.TextField(default="")
    last_status = models.SmallIntegerField(null=True)
    last_reason = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "delivery"
        constraints = (
            models.UniqueConstraint(
                fields=["user", "occurrence", "target", "withdraw"], name="delivery_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDER_WAY, next_attempt_at__isnull=False)
                | (~Q(state__in=UNDER_WAY) & Q(next_attempt_at__isnull=True)),
                name="delivery_under_way_has_instant",
            ),
        )
        indexes = (
            # What is under way: a sender claims it one channel at a time, the sweep looks after it.
            models.Index(
                fields=["channel", "next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_under_way",
            ),
        )

    def __str__(self) -> str:
        return f"delivery of {self.user_id}"


def reminder_label(user_id: UUID, reminder_id: UUID, version: int) -> Label:
    return Label("reminder", user_id, key=str(reminder_id), rev=version)


def occurrence_label(user_id: UUID, occurrence_id: UUID) -> Label:
    return Label("occurrence", user_id, key=str(occurrence_id))
