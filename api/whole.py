"""A whole diary: every document as the API shows it, and as the API would take it.

The diary's jobs and commands know this module by name (`settings.WHOLE_DIARY`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework.exceptions import ValidationError

from api.collections import COLLECTIONS
from api.documents import Id, recorded
from api.entries import check_count
from api.fields import refuse, shown
from api.me import me_json
from api.patterns import Pattern, pattern_json
from api.problems import faults
from api.reminder_fields import KINDS, ReminderFields, reminder_columns
from api.reminders import BY_CHANNEL, Showing
from diary import record
from diary.feedback import read_feedback
from diary.patterns import patterns_of
from diary.reminders.keep import TooMany, keep_reminder
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


class Refused(ValueError):
    """A document that the API would not take; the message is the field and the code, no value."""

    def __init__(self, detail: Any) -> None:
        first = next(faults(detail))
        super().__init__(f"{shown(first['pointer'])} {first['code']}".strip())


class Asked:
    """What documents ask for that were shown once. Writes over nothing that somebody else wrote."""

    def __init__(self, person, vault: Vault, now: datetime) -> None:
        self.person, self.vault, self.now = person, vault, now

    def change(self, name: str, document: Any) -> record.Change:
        """The change of one record that would bring the document back. Raises Refused."""
        about, keyed_by = COLLECTIONS[name], COLLECTIONS[name].keyed_by
        try:
            said = _object(document)
            with _at(keyed_by):
                key = about.key_to_write(said.get(keyed_by), self.now)
            # Base 0: the file has seen nothing of this diary.
            asked = about.change(key, recorded(said), whole=False, now=self.now, base=0)
        except ValidationError as error:
            raise Refused(error.detail) from None
        if name == "entries":
            # A tracker may be gone, or have another scale by now: its values are still theirs.
            asked = replace(asked, check=check_count, speaks_of=())
        return asked

    def reminder(self, document: Any) -> bool:
        """Bring a reminder back, if there is none with its id; whether it was. Raises Refused."""
        try:
            said = {name: value for name, value in _object(document).items() if name != "rrule"}
            with _at("id"):
                reminder_id = Id().to_internal_value(said.get("id"))
            silent = said.get("channels") == []
            if silent:  # an unsubscribed mailbox has left none; nobody could ask for that
                del said["channels"]
            columns, own = reminder_columns(said, self.person.diary, self.now)
            if silent:
                columns |= dict.fromkeys(BY_CHANNEL, False)
            if self.person.reminder_set.filter(id=reminder_id).exists():
                return False
            keep_reminder(self.vault, UUID(reminder_id), columns, own, self.now)
        except ValidationError as error:
            raise Refused(error.detail) from None
        except TooMany:
            raise Refused({"kind": refuse("There are too many.", "range").detail}) from None
        return True


def _object(document: Any) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise refuse("A JSON object is expected here.", "type")
    return document


@contextmanager
def _at(name: str) -> Iterator[None]:
    """What is refused within is told of this field."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from None
