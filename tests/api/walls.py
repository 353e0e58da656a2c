"""The two walls between people, each of which can be taken away: what a query asks for, and the
vault that opens for the signed-in person alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import models, transaction

from diary.models import DataKey, Diary, Person
from diary.vault import Vault

# Who somebody is, and what their key is: with these mixed up there would be no person left to ask.
OF_THE_PERSON = {Person, DataKey, Diary}
OF_PEOPLE = {
    model
    for model in apps.get_models()
    if any(field.name == "user" for field in model._meta.fields)
    and model.__module__.startswith("diary.")
} - OF_THE_PERSON


def take_filters_away(monkeypatch) -> None:
    """Queries of what people keep no longer ask whose it is."""
    filtered = models.QuerySet._filter_or_exclude

    def unfiltered(self, negate, args, kwargs):
        if self.model in OF_PEOPLE:
            kwargs = {name: value for name, value in kwargs.items() if not of_a_person(name)}
            args = tuple(map(without_people, args))
        return filtered(self, negate, args, kwargs)

    monkeypatch.setattr(models.QuerySet, "_filter_or_exclude", unfiltered)


def of_a_person(name: str) -> bool:
    return name.split("__")[0] in {"user", "user_id", "person", "person_id"}


def without_people(asked: Any) -> Any:
    """A Q without what it says of people."""
    if not isinstance(asked, models.Q):
        return asked
    left = models.Q(_connector=asked.connector, _negated=asked.negated)
    for child in asked.children:
        if isinstance(child, models.Q):
            left.children.append(without_people(child))
        elif not (isinstance(child, tuple) and of_a_person(child[0])):
            left.children.append(child)
    return left


def take_the_vault_away(monkeypatch) -> None:
    """Whatever is sealed lies there to be read, by whoever gets at the row."""
    monkeypatch.setattr(Vault, "seal", lambda self, label, plain: bytes(plain))
    monkeypatch.setattr(Vault, "unseal", lambda self, label, sealed: bytes(sealed))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done within is as if it had not been."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
