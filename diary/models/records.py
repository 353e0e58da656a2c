"""What a diary holds: one sealed row per document, and what reviews have found in it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import models

from diary.vault import Label


class Record(models.Model):
    """One document of a diary: an entry, an activity, a moment, a tracker, an answer.

    Only where it belongs can be read: person, collection, key, date, revision. A deleted
    one keeps its place as a tombstone, its values wiped.
    """

    pk = models.CompositePrimaryKey("user_id", "collection", "key")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    collection = models.TextField()
    key = models.TextField()
    date = models.DateField(null=True)
    rev = models.BigIntegerField()
    deleted = models.BooleanField(default=False)
    sealed = models.BinaryField()

    class Meta:
        db_table = "record"
        indexes = (
            models.Index(fields=["user", "rev"], name="record_feed"),
            models.Index(fields=["user", "collection", "date"], name="record_days"),
        )

    def __str__(self) -> str:
        return f"record of {self.user_id}"


class Review(models.Model):
    """What the next review of a diary needs, and what the state of today is, sealed."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True)
    seq = models.BigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "review"

    def __str__(self) -> str:
        return f"review of {self.user_id}"


class Pattern(models.Model):
    """An episode that a review has found. Even its kind and its dates are sealed."""

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    id = models.UUIDField()
    changed_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "pattern"

    def __str__(self) -> str:
        return f"pattern of {self.user_id}"


class Feedback(models.Model):
    """What a person thinks of a pattern. That there is an opinion can be read, not which."""

    pk = models.CompositePrimaryKey("user_id", "pattern_id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    # No foreign key: what was thought of a pattern is kept however the pattern fares.
    pattern_id = models.UUIDField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "feedback"

    def __str__(self) -> str:
        return f"feedback of {self.user_id}"


def record_label(
    user_id: UUID, collection: str, key: str, day: date | None, deleted: bool, rev: int
) -> Label:
    return Label("record", user_id, collection, key, day, deleted, rev)


def review_label(user_id: UUID, seq: int) -> Label:
    return Label("review", user_id, rev=seq)


def pattern_label(user_id: UUID, pattern_id: UUID) -> Label:
    return Label("pattern", user_id, key=str(pattern_id))


def feedback_label(user_id: UUID, pattern_id: UUID) -> Label:
    return Label("feedback", user_id, key=str(pattern_id))
