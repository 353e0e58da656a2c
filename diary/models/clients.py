"""The phones and tablets that write a diary: how far each has got, and what it was told."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models

from diary.vault import Label


class Client(models.Model):
    """One installed app. Its last batch can be answered again; anything older is stale.

    ``sealed`` holds how each change of that batch went, and no document.
    """

    pk = models.CompositePrimaryKey("user_id", "id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False)
    id = models.UUIDField()
    batch = models.BigIntegerField()
    sealed = models.BinaryField()

    class Meta:
        db_table = "client"

    # Written beside other statements, hence in SQL.
    KEEP = """
    INSERT INTO client (user_id, id, batch, sealed)
    VALUES (%(user_id)s, %(client)s, %(batch)s, %(sealed)s)
    ON CONFLICT (user_id, id) DO UPDATE SET batch = excluded.batch, sealed = excluded.sealed
    """

    def __str__(self) -> str:
        return f"client of {self.user_id}"


def client_label(user_id: UUID, client_id: UUID, batch: int) -> Label:
    return Label("client", user_id, key=str(client_id), rev=batch)
