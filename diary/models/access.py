"""What anybody else has read of a diary or done to it, for its person to see."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models

from diary.vault import Label


class Access(models.Model):
    """One time that somebody else opened a diary. When can be read; who and what is sealed."""

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    id = models.UUIDField()
    at = models.DateTimeField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "access_log"

    def __str__(self) -> str:
        return f"access to the diary of {self.user_id}"


def access_label(user_id: UUID, access_id: UUID) -> Label:
    return Label("access_log", user_id, key=str(access_id))
