"""A whole diary: every document as the API shows it, and as the API would take it.

The diary's jobs and commands know this module by name (`settings.WHOLE_DIARY`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from api.collections import COLLECTIONS
from api.me import me_json
from api.patterns import Pattern, pattern_json
from api.reminder_fields import KINDS, ReminderFields
from api.reminders import Showing
from diary import record
from diary.feedback import read_feedback
from diary.patterns import patterns_of
from diary.vault import Vault

FEEDBACK = ("pattern", "verdict", "note")


class Shown:
    """A person's diary, list by list, each in the order in which the API lists it."""

    def __init__(self, person, vault: Vault, now: datetime) -> None:
        self.person, self.vault, self.now = person, vault, now

    def total(self) -> int:
        """How many documents there are, but for a few."""
        return self.person.record_set.filter(deleted=False).count()

    def me(self) -> dict[str, Any]:
        return me_json(self.person, self.now)

    def columns(self, name: str) -> Sequence[str]:
        if name in COLLECTIONS:
            return list(COLLECTIONS[name].shape().fields)
        shapes = {"reminders": ReminderFields, "patterns": Pattern}
        return list(shapes[name]().fields) if name in shapes else FEEDBACK

    def documents(self, name: str) -> Iterator[dict[str, Any]]:
        if name in COLLECTIONS:
            shown = COLLECTIONS[name].shown
            return (shown(key, document) for key, _, document in record.each(self.vault, name))
        return getattr(self, f"_{name}")()

    def _reminders(self) -> Iterator[dict[str, Any]]:
        showing = Showing(self.person, self.now, self.vault)
        mine = self.person.reminder_set.filter(kind__in=KINDS).order_by("-id")
        return map(showing.of, mine)

    def _patterns(self) -> Iterator[dict[str, Any]]:
        patterns = patterns_of(self.vault, self.person.diary.today(self.now))
        return map(pattern_json, reversed(patterns))

    def _feedback(self) -> Iterator[dict[str, Any]]:
        patterns = self.person.feedback_set.order_by("pattern_id")
        for pattern_id in patterns.values_list("pattern_id", flat=True):
            opinion = read_feedback(self.vault, pattern_id)
            yield {"pattern": str(pattern_id), **asdict(opinion)}
