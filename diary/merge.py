"""How a change meets what is stored: field by field, so that no device loses another's.

Every field carries the revision at which it was last written and the client that wrote it.
A change names the revision that its client last saw (``base``); a field applies where
nobody else has written it since. Without a base the last write wins, field by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

# These travel with a change and never make one.
CARRIED = ("edited_at", "time_zone")
# A person's own scales and a questionnaire's items merge one by one, as if each were a field.
KEYED = frozenset({"trackers", "items"})

Writer = tuple[int, str]  # the revision of the last write, and the client that made it


class Status(StrEnum):
    APPLIED = "applied"  # stored; nobody else wrote since base
    MERGED = "merged"  # stored beside another client's fields
    UNCHANGED = "unchanged"  # nothing to store
    CONFLICT = "conflict"  # what did not clash is stored
    REFUSED = "refused"  # the change's own condition does not hold


@dataclass(frozen=True, slots=True)
class Document:
    """The fields of a record (null ones left out), who wrote each, and whether it is deleted.

    ``deleted_by`` is the client that deleted it; a tombstone holds no fields.
    """

    rev: int = 0
    deleted: bool = True
    fields: Mapping[str, Any] = field(default_factory=dict)
    writers: Mapping[str, Writer] = field(default_factory=dict)
    deleted_by: str = ""

    def packed(self) -> bytes:
        """As sealed: the fields, and per write the fields that it wrote.

        The largest group of still recorded fields stands without their names.
        """
        groups: dict[Writer, list[str]] = {}
        for name, writer in self.writers.items():
            groups.setdefault(writer, []).append(name)
        written = [[rev, client, sorted(names)] for (rev, client), names in groups.items()]
        most = max(written, key=lambda group: len(group[2]), default=None)
        if most is not None and all(name in self.fields for name in most[2]):
            most[2] = None
        packed = {"f": self.fields, "w": written}
        if self.deleted:
            packed["d"] = self.deleted_by
        return orjson.dumps(packed)

    @classmethod
    def unpacked(cls, rev: int, packed: bytes) -> Document:
        content = orjson.loads(packed)
        named = {name for _, _, names in content["w"] for name in names or ()}
        writers = {
            name: (at, client)
            for at, client, names in content["w"]
            for name in (names if names is not None else content["f"].keys() - named)
        }
        return cls(rev, "d" in content, content["f"], writers, content.get("d", ""))


NOTHING = Document()  # a record that has never been: as if deleted before revision 1


def edit(
    stored: Document, fields: Mapping[str, Any], *, base: int | None, client: str, rev: int
) -> tuple[Status, Document, tuple[str, ...]]:
    """The document with the fields set (None clears), its status and the fields that clashed.

    `rev` is the revision that the document takes if anything of it changes.
    """
    wanted = {name: value for name, value in fields.items() if name not in CARRIED}
    reborn = stored.deleted
    if reborn and not _seen(base, client, (stored.rev, stored.deleted_by)):
        lost = tuple(name for name, value in wanted.items() if value is not None)
        return (Status.CONFLICT if lost else Status.UNCHANGED), stored, lost

    kept, writers, clashing = dict(stored.fields), dict(stored.writers), []
    changed = reborn
    for name, value in wanted.items():
        if kept.get(name) == value:
            continue
        if not _seen(base, client, writers.get(name, (0, ""))):
            clashing.append(name)
            continue
        changed = True
        writers[name] = (rev, client)
        if value is None:
            kept.pop(name, None)
        else:
            kept[name] = value

    if not changed:
        return (Status.CONFLICT if clashing else Status.UNCHANGED), stored, tuple(clashing)
    for name in CARRIED:
        if name in fields:
            kept.pop(name, None)
            if fields[name] is not None:
                kept[name] = fields[name]
            writers[name] = (rev, client)
    edited = Document(rev, False, kept, writers)
    if clashing:
        return Status.CONFLICT, edited, tuple(clashing)
    return (Status.MERGED if _others_wrote(stored, base, client) else Status.APPLIED), edited, ()


def delete(
    stored: Document, *, base: int | None, client: str, rev: int
) -> tuple[Status, Document, tuple[str, ...]]:
    """A tombstone in its place, unless another client changed a field since `base`."""
    if stored.deleted:
        return Status.UNCHANGED, stored, ()
    clashing = tuple(
        name for name, writer in stored.writers.items() if not _seen(base, client, writer)
    )
    if clashing:
        return Status.CONFLICT, stored, clashing
    return Status.APPLIED, Document(rev, True, deleted_by=client), ()


def flat(fields: Mapping[str, Any], stored: Document) -> dict[str, Any]:
    """The fields with every tracker and item a field of its own.

    ``"trackers": None`` clears them all.
    """
    flattened: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in KEYED:
            flattened[name] = value
            continue
        if value is None:
            value = dict.fromkeys(nested(stored.fields).get(name, {}))
        flattened |= {f"{name}/{key}": one for key, one in value.items()}
    return flattened


def nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The other way: trackers as one object again, and items as one."""
    whole: dict[str, Any] = {}
    for name, value in fields.items():
        first, _, key = name.partition("/")
        if key:
            whole.setdefault(first, {})[key] = value
        else:
            whole[name] = value
    return whole


def _seen(base: int | None, client: str, writer: Writer) -> bool:
    """May this client write over that write: it saw it, made it, or did not ask."""
    return base is None or writer[0] <= base or writer[1] == client


def _others_wrote(stored: Document, base: int | None, client: str) -> bool:
    return any(not _seen(base, client, writer) for writer in stored.writers.values())
