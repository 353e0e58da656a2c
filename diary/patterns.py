"""Patterns as they are stored, and how a review's episodes meet them.

After a recompute an episode keeps the id of the stored one of its kind whose days overlap it;
a stored one without a match is withdrawn, with the reason, and comes back under its id if it
reappears.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from diary.analysis import RULES
from diary.findings import Found
from diary.looking import Looking
from diary.memory import KINDS
from diary.models import Pattern
from diary.models.records import pattern_label
from diary.vault import Vault


@dataclass(frozen=True, slots=True)
class Told:
    """One pattern: what was found, when it opened and closed, and whether it still stands."""

    id: UUID
    kind: str
    opened_on: date
    closed_on: date | None
    closed_reason: str | None
    withdrawn_reason: str | None
    evidence: dict[str, Any]
    rules: str

    @property
    def status(self) -> str:
        if self.withdrawn_reason:
            return "withdrawn"
        return "closed" if self.closed_on else "open"

    @property
    def last_day(self) -> date:
        return self.closed_on or date.max

    def packed(self) -> bytes:
        return orjson.dumps({name: getattr(self, name) for name in self.__slots__ if name != "id"})

    @classmethod
    def unpacked(cls, pattern_id: UUID, packed: bytes) -> Told:
        content = orjson.loads(packed)
        for name in ("opened_on", "closed_on"):
            content[name] = content[name] and date.fromisoformat(content[name])
        return cls(pattern_id, **content)


def read_patterns(vaults: Mapping[UUID, Vault]) -> dict[UUID, list[Told]]:
    """Every stored pattern of these people, each person's by the day it opened."""
    stored: dict[UUID, list[Told]] = {user_id: [] for user_id in vaults}
    rows = Pattern.objects.filter(user_id__in=list(vaults)).values_list("user_id", "id", "sealed")
    for user_id, pattern_id, sealed in rows:
        packed = vaults[user_id].unseal(pattern_label(user_id, pattern_id), sealed)
        stored[user_id].append(Told.unpacked(pattern_id, packed))
    for patterns in stored.values():
        patterns.sort(key=lambda pattern: (pattern.opened_on, pattern.kind, str(pattern.id)))
    return stored


def patterns_of(vault: Vault, today: date) -> list[Told]:
    """One person's patterns, but for those of a day that a move west has turned back."""
    return [
        told for told in read_patterns({vault.user: vault})[vault.user] if told.opened_on <= today
    ]


def keep_patterns(
    looked: Iterable[Looking],
    stored: Mapping[UUID, Sequence[Told]],
    vaults: Mapping[UUID, Vault],
    now: datetime,
) -> None:
    """Store what the reviews found; a pattern that has not changed is not written again."""
    rows = []
    for looking in looked:
        known = {pattern.id: pattern for pattern in stored[looking.user_id]}
        for pattern in meet(looking, stored[looking.user_id]):
            if known.get(pattern.id) == pattern:
                continue
            label = pattern_label(looking.user_id, pattern.id)
            sealed = vaults[looking.user_id].seal(label, pattern.packed())
            rows.append(
                Pattern(user_id=looking.user_id, id=pattern.id, changed_at=now, sealed=sealed)
            )
    Pattern.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["user", "id"],
        update_fields=["changed_at", "sealed"],
    )


def meet(looking: Looking, stored: Sequence[Told]) -> list[Told]:
    """Every pattern of the diary as it stands after this review."""
    return [
        pattern
        for kind in KINDS
        for pattern in _meet_kind(
            looking, kind, [pattern for pattern in stored if pattern.kind == kind]
        )
    ]


def _meet_kind(looking: Looking, kind: str, stored: Sequence[Told]) -> list[Told]:
    found = looking.found.get(kind, {})
    standing = {p.opened_on: p for p in stored if not p.withdrawn_reason}
    if looking.settled_on:
        # Beyond the walk everything is as it was, the end of what was open there included.
        carried = date.fromordinal(int(looking.stopped[kind]["opened_on"][0]) or 1)
        if carried in found and carried in standing:
            as_it_was = standing[carried]
            found[carried] = replace(
                found[carried], closed_on=as_it_was.closed_on, reason=as_it_was.closed_reason
            )
    untouched, met = [], []
    for day, pattern in standing.items():
        beyond = looking.settled_on and day >= looking.settled_on
        # A move west can turn a day back that was lived already: it is looked over when it comes.
        if beyond or day > looking.today:
            untouched.append(pattern)
        elif day < looking.first:
            untouched.append(_closed_as(pattern, found[day]) if day in found else pattern)
    taken = {pattern.id for pattern in untouched}
    open_to = [pattern for pattern in stored if pattern.id not in taken]
    open_to.sort(key=lambda pattern: (bool(pattern.withdrawn_reason), pattern.opened_on))
    for episode in sorted(found.values(), key=lambda episode: episode.opened_on):
        if episode.opened_on < looking.first:
            continue
        match = next((pattern for pattern in open_to if _overlap(pattern, episode)), None)
        if match:
            open_to.remove(match)
        met.append(_told(kind, match.id if match else uuid7(), episode))
    return [*untouched, *met, *map(_withdrawn, open_to)]


def _withdrawn(pattern: Told) -> Told:
    if pattern.withdrawn_reason:
        return pattern
    reason = "entries_changed" if pattern.rules == RULES else "rules_changed"
    return replace(pattern, withdrawn_reason=reason, evidence=emptied(pattern.evidence))


_STAYS = frozenset({"of", "date", "core"})
_COUNTS = frozenset({"present", "answered"})


def emptied(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The same shape without what was recorded: values that were deleted live on nowhere."""
    left: dict[str, Any] = {}
    for name, part in evidence.items():
        if name in _STAYS:
            left[name] = part
        elif isinstance(part, Mapping):
            left[name] = emptied(part)
        elif isinstance(part, list):
            left[name] = [emptied(day) for day in part]
        else:
            left[name] = 0 if name in _COUNTS else None
    return left


def _closed_as(pattern: Told, episode: Found) -> Told:
    return replace(pattern, closed_on=episode.closed_on, closed_reason=episode.reason)


def _told(kind: str, pattern_id: UUID, episode: Found) -> Told:
    return Told(
        pattern_id,
        kind,
        episode.opened_on,
        episode.closed_on,
        episode.reason,
        None,
        episode.evidence or {},
        RULES,
    )


def _overlap(pattern: Told, episode: Found) -> bool:
    return pattern.opened_on <= (episode.closed_on or date.max) and (
        episode.opened_on <= pattern.last_day
    )
