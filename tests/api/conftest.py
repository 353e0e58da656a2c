"""Phones whose every answer is held against the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pytest
from django.core.cache import cache

from api import counter
from diary import due, record
from diary.models import Diary, Person
from diary.review import review
from tests.api.accounts import sign_up
from tests.api.contract import CheckedPhone
from tests.conftest import NOW, sign_in


def phone_of(person: Person) -> CheckedPhone:
    phone = CheckedPhone()
    phone.credentials(HTTP_X_SESSION_TOKEN=sign_in(person))
    return phone


def seq_of(person: Person) -> int:
    """The diary's counter: it stands still exactly where nothing was stored."""
    return Diary.objects.get(user=person).seq


def keep(person: Person, days: Mapping[date, Mapping[str, Any] | None]) -> None:
    """Write many days at once; None deletes one."""
    changes = [
        record.Change("entries", day.isoformat(), fields, whole=True)
        for day, fields in days.items()
    ]
    record.write(person.datakey.open(), changes, now=NOW)


def make(phone: CheckedPhone, address: str, whole: Mapping[str, Any]):
    """Write what will be changed: by PUT, or an answer to a questionnaire by POST."""
    if "/answers/" not in address:
        return phone.put(address, whole)
    answer = {"id": address.rpartition("/")[2], "date": "2026-03-20", "items": {"peg_pain": 3}}
    return phone.post("/api/v1/questionnaires/peg/answers", answer)


def look(now: datetime = NOW) -> None:
    """Review all that is due, as worker and beat would."""
    for claim in due.claim(now, 1_000):
        review(claim.token, claim.user_ids, now)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """On a busy machine what is heavy waits longer for its turn."""
    monkeypatch.setattr(counter, "PATIENCE", 20.0)


@pytest.fixture
def quick_guesses(settings):
    """Passwords cost nothing to check, and nobody has guessed one yet."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def signed_up(stranger) -> CheckedPhone:
    """The phone of Cleo, who has just signed up."""
    sign_up(stranger, "cleo@diary.example")
    return stranger


@pytest.fixture
def phone(ana) -> CheckedPhone:
    return phone_of(ana)


@pytest.fixture
def bens_phone(ben) -> CheckedPhone:
    return phone_of(ben)


@pytest.fixture
def stranger(db) -> CheckedPhone:
    """Somebody who has not signed in."""
    return CheckedPhone()
