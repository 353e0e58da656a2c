"""A diary written out for its person to take away: asked for, made by a job, gone in a day."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from diary.vault import Label

UNMADE = ("queued", "running")


class Export(models.Model):
    """queued → running → ready or failed; back to queued where an attempt broke.

    `attempts` is counted before each; whoever holds `lease_token` may write parts. `mark` stands
    for the Idempotency-Key that came with the request.
    """

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    id = models.UUIDField()
    formats = ArrayField(models.TextField())
    mark = models.BinaryField(max_length=32, null=True)
    state = models.TextField(default="queued")
    progress = models.FloatField(default=0)
    attempts = models.SmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    size = models.BigIntegerField(null=True)  # bytes of the whole, when it is ready

    class Meta:
        db_table = "export"
        constraints = (
            models.UniqueConstraint(
                fields=["user", "mark"], condition=Q(mark__isnull=False), name="export_once"
            ),
        )
        indexes = (
            # The claim: what has not been made yet, oldest first.
            models.Index(
                fields=["created_at"], condition=Q(state__in=UNMADE), name="export_unmade"
            ),
            # What is over.
            models.Index(fields=["expires_at"], name="export_over"),
        )

    def __str__(self) -> str:
        return f"export of {self.user_id}"


class ExportPart(models.Model):
    """A piece of an export, sealed with its number and whether it is the last one."""

    pk = models.CompositePrimaryKey("user_id", "export", "number")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    export = models.UUIDField()
    number = models.IntegerField()
    last = models.BooleanField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "export_part"

    def __str__(self) -> str:
        return f"part of an export of {self.user_id}"


def part_label(user_id: UUID, export_id: UUID, number: int, last: bool) -> Label:
    return Label("export_part", user_id, "last" if last else "more", str(export_id), rev=number)
