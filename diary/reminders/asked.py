"""A questionnaire that was answered lately is not asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from diary import record
from diary.models import Reminder
from diary.questionnaires import EVERY_DAYS
from diary.vault import Vault

ANSWERS = "answers"


def is_due(day: date, reminder: Reminder | None, subject: Mapping[str, Any], vault: Vault) -> bool:
    """Whether the questionnaire was not answered in the fortnight that ends with this date."""
    if reminder is None or not reminder.skip_if_entered:
        return True
    return last_answered(subject.get("questionnaire"), day, vault) is None


def last_answered(code: str | None, day: date, vault: Vault) -> date | None:
    """The last date of an answer to it in the fortnight that ends with this date."""
    answers = record.between(vault, ANSWERS, day - timedelta(days=EVERY_DAYS - 1), day)
    days = (on for on, answer in answers if answer.fields.get("questionnaire") == code)
    return max(days, default=None)
