"""Where reminders can reach a person, and what is known of the ways there."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models

from diary.vault import Label


class Device(models.Model):
    """One app on one phone or one browser; its address and its name are sealed.

    `state`: active; dead where the address is gone for good; suspended where its service has
    refused us again and again. The last two get nothing until the app registers anew.
    """

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    id = models.UUIDField()
    platform = models.TextField()
    app = models.TextField(default="")
    environment = models.TextField(default="prod")
    locale = models.TextField(null=True)  # noqa: DJ001  null is "as in `me`"
    state = models.TextField(default="active")
    dead_reason = models.TextField(default="")
    refusals = models.SmallIntegerField(default=0)  # in a row
    muted_until = models.DateTimeField(null=True)
    registered_at = models.DateTimeField()  # when it last gave its address
    last_seen_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "device"

    def __str__(self) -> str:
        return f"device of {self.user_id}"


class DeviceAddress(models.Model):
    """Whose an address is now. Only a keyed hash of it is kept here."""

    pk = models.CompositePrimaryKey("platform", "hash")
    platform = models.TextField()
    hash = models.BinaryField(max_length=32)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    device = models.UUIDField()

    class Meta:
        db_table = "device_address"

    def __str__(self) -> str:
        return f"address of a device of {self.user_id}"


class ReportedZone(models.Model):
    """A time zone that a phone has told of and that does not count yet.

    `steady_since`: since when nothing else was told; null after something else was.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    time_zone = models.TextField()
    first_at = models.DateTimeField()
    steady_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "reported_zone"

    def __str__(self) -> str:
        return f"reported zone of {self.user_id}"


class Channel(models.Model):
    """How a channel fares: its breaker and what is left of its rate, one row for all senders."""

    name = models.TextField(primary_key=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()
    failures = models.IntegerField(default=0)  # batches in a row that nothing came through of
    open_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "channel"

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """How far a job has come that goes through everybody once."""

    name = models.TextField(primary_key=True)
    value = models.TextField()

    class Meta:
        db_table = "mark"

    def __str__(self) -> str:
        return self.name


def device_label(user_id: UUID, device_id: UUID) -> Label:
    return Label("device", user_id, key=str(device_id))
