"""That the jobs are alive: one row per tick, stamped each time it has done its work."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    name = models.TextField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "heartbeat"

    def __str__(self) -> str:
        return self.name
