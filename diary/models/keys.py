"""Each person's data key, wrapped, in a schema of its own.

The schema ``keys`` is left out of the diary's backup and kept apart for a few days only:
deleting a row here makes every older copy of that person's diary unreadable. There is no
foreign key in the database, so that either side can be restored without the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from diary.vault import KeyRing, Vault

from .diary import Diary

KEY_RING = KeyRing(settings.KEY_RING)


class DataKeys(models.Manager["DataKey"]):
    def make(self, user_id: UUID) -> DataKey:
        key_id = uuid7()
        wrapped = KEY_RING.make_data_key(user_id, key_id)
        return self.create(
            user_id=user_id, key_id=key_id, ring_key=KEY_RING.newest, wrapped=wrapped
        )

    def open(self, user_id: UUID) -> Vault:
        """The vault of the signed-in person."""
        return self.get(user_id=user_id).open()

    def open_with_diary(self, user_id: UUID) -> tuple[Vault, Diary]:
        """The same vault, and the diary's row, in one read."""
        row = self.select_related("user__diary").get(user_id=user_id)
        return row.open(), row.user.diary

    def open_all(self, user_ids: Iterable[UUID]) -> dict[UUID, Vault]:
        """The vaults of the people whose work a job has claimed."""
        return {row.user_id: row.open() for row in self.filter(user_id__in=list(user_ids))}


class DataKey(models.Model):
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, db_constraint=False
    )
    key_id = models.UUIDField()
    ring_key = models.TextField()
    wrapped = models.BinaryField()

    objects = DataKeys()

    class Meta:
        db_table = '"keys"."data_key"'

    def __str__(self) -> str:
        return f"data key of {self.user_id}"

    def open(self) -> Vault:
        return KEY_RING.open(self.user_id, self.key_id, self.ring_key, self.wrapped)
