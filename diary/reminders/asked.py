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
    answers = record.between(vault, ANSWERS, day - timedelta(days=EVERY_DAYS - 1), day)
    return all(
        answer.fields.get("questionnaire") != subject.get("questionnaire") for _, answer in answers
    )
