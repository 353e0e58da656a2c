"""Who keeps a diary: an address and a password, and nothing else about them."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from uuid_utils.compat import uuid7

from .diary import Diary
from .keys import DataKey


class People(BaseUserManager["Person"]):
    @transaction.atomic
    def begin(self, email: str, password: str | None, *, time_zone: str = "UTC") -> Person:
        """A new person with an empty diary and a data key of their own."""
        person = self.model(email=self.normalize_email(email).lower())
        person.set_password(password)
        person.begin(time_zone=time_zone)
        return person


class Person(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)
    last_login = None  # sessions know it; the person's row need not
    began_at = models.DateTimeField(auto_now_add=True)

    objects = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ()

    class Meta:
        db_table = "person"

    def __str__(self) -> str:
        return str(self.pk)

    def save(self, *args, **kwargs) -> None:
        # Django would insert a row that it cannot update: an account deleted in mid-request
        # would come back, without a diary.
        if not (self._state.adding or kwargs.get("force_insert")):
            kwargs["force_update"] = True
        super().save(*args, **kwargs)

    @transaction.atomic
    def begin(self, *, time_zone: str = "UTC") -> None:
        """Save a new person together with their diary and data key: none is ever without."""
        self.save(force_insert=True)
        Diary.objects.create(user=self, time_zone=time_zone)
        DataKey.objects.make(self.pk)
