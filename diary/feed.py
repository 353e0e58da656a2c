"""What changed since a checkpoint: the diary as its devices read it.

The diary's own counter is the cursor. It rises under the diary's lock, so revisions become
visible in their order: whoever has read up to one has seen everything before it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from diary.merge import Document
from diary.models import DataKey, Record
from diary.record import COLUMNS, Place, opened
from diary.vault import Vault


@dataclass(frozen=True, slots=True)
class Feed:
    """A diary to be read from a checkpoint on, as it stands now."""

    vault: Vault
    epoch: UUID
    seq: int

    @classmethod
    def of(cls, user_id: UUID) -> Feed:
        vault, diary = DataKey.objects.open_with_diary(user_id)
        return cls(vault, diary.epoch, diary.seq)

    def since(self, seq: int, collections: Collection[str], most: int) -> Page:
        """What was last written after `seq`, oldest first, at most `most` documents.

        What is written while this is read has a later revision, and comes with a later page.
        """
        rows = Record.objects.filter(
            user_id=self.vault.user, rev__gt=seq, rev__lte=self.seq, collection__in=collections
        ).order_by("rev")
        found = list(rows[: most + 1].values_list(*COLUMNS))
        documents = opened(self.vault, found[:most])
        shown = [(place, document) for place, (document, _) in documents.items()]
        more = len(found) > most
        return Page(shown, shown[-1][1].rev if more else self.seq, more)


@dataclass(frozen=True, slots=True)
class Page:
    """Documents in the order of their revisions, and up to which revision one has seen all."""

    documents: list[tuple[Place, Document]]
    seq: int
    more: bool
