"""Writing down that somebody else has opened a diary, in the words that its person will see."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from diary.models import Access
from diary.models.access import access_label
from diary.vault import Vault

OPERATOR, SHARE = "operator", "share"


@dataclass(frozen=True, slots=True)
class Seen:
    """Who (`operator` or `share`), called what, did what, to which dates; None is "not dated"."""

    who: str
    label: str
    action: str
    first: date | None = None
    last: date | None = None


def note_access(vault: Vault, seen: Seen, now: datetime) -> None:
    """Write it down; call it in the transaction of what was done, so that both are or neither."""
    access_id = uuid7()
    sealed = vault.seal(access_label(vault.user, access_id), orjson.dumps(asdict(seen)))
    Access.objects.create(user_id=vault.user, id=access_id, at=now, sealed=sealed)


def read_accesses(
    vault: Vault, *, after: UUID | None, most: int
) -> Iterator[tuple[UUID, datetime, Seen]]:
    """What was written down, newest first, at most `most` of them, those behind `after`."""
    rows = Access.objects.filter(user_id=vault.user).order_by("-id")
    if after is not None:
        rows = rows.filter(id__lt=after)
    for access_id, at, sealed in rows[:most].values_list("id", "at", "sealed"):
        content = orjson.loads(vault.unseal(access_label(vault.user, access_id), sealed))
        for name in ("first", "last"):
            content[name] = content[name] and date.fromisoformat(content[name])
        yield access_id, at, Seen(**content)


def operator() -> str:
    """What the account is called that runs a command; in a container it may have no name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
