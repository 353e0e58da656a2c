"""The parts of an export: sealed one by one as they are written, opened one by one as it is read.

They are written beside the snapshot that the diary is read from, on a connection of their own:
each part is stored, and the progress seen, while the reading goes on. A part is taken only from
whoever holds the lease.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS, connections

from diary.exports.due import LEASE, Claim
from diary.models import Export, ExportPart
from diary.models.exports import part_label
from diary.vault import Unsealable, Vault

PART = 2**20 - 64  # bytes of a part; sealed it is below 1 MiB
TOLD_EVERY = 0.5  # seconds between two steps of the progress

# Only whoever holds the lease writes.
_TELL = """
UPDATE export SET progress = %(progress)s, lease_until = %(until)s
WHERE user_id = %(user_id)s AND id = %(id)s AND lease_token = %(token)s
"""
_KEEP = f"""
WITH held AS ({_TELL} RETURNING user_id, id)
INSERT INTO export_part (user_id, export, number, last, sealed)
SELECT user_id, id, %(number)s, %(last)s, %(sealed)s FROM held
"""
_FINISH = """
UPDATE export SET state = 'ready', progress = 1, size = %(size)s,
    lease_token = NULL, lease_until = NULL
WHERE user_id = %(user_id)s AND id = %(id)s AND lease_token = %(token)s
"""


class Overtaken(Exception):
    """The lease is another's by now, or the export is gone with its account or its day."""


class Parts(io.RawIOBase):
    """A file to write an export to. Memory holds one part, however long it becomes.

    `total` is how many documents there are to `count`; closing it stores the last part. Raises
    Overtaken from whatever is written when the lease is lost.
    """

    def __init__(self, claim: Claim, vault: Vault, now: datetime) -> None:
        super().__init__()
        self._claim, self._vault = claim, vault
        self._now, self._began = now, time.monotonic()
        self._beside = connections.create_connection(DEFAULT_DB_ALIAS)
        self._rest = bytearray()
        self._number = self._size = self._counted = 0
        self._told_at = 0.0
        self.total = 1

    def writable(self) -> bool:
        return True

    def write(self, piece) -> int:
        self._rest += piece
        while len(self._rest) > PART:
            self._keep(self._rest[:PART], last=False)
            del self._rest[:PART]
        return len(piece)

    def count(self) -> None:
        """One more document is written."""
        self._counted += 1
        if time.monotonic() - self._told_at > TOLD_EVERY:
            self._told_at = time.monotonic()
            self._carry_out(_TELL)

    def finish(self) -> None:
        """Store the last part; the export is ready."""
        self._keep(self._rest, last=True)
        self._carry_out(_FINISH, size=self._size)

    def close(self) -> None:
        self._beside.close()
        super().close()

    def _keep(self, piece: bytearray, *, last: bool) -> None:
        label = part_label(self._vault.user, self._claim.export_id, self._number, last)
        sealed = self._vault.seal(label, bytes(piece))
        self._carry_out(_KEEP, number=self._number, last=last, sealed=sealed)
        self._number += 1
        self._size += len(piece)

    def _carry_out(self, sql: str, **values: object) -> None:
        elapsed = timedelta(seconds=time.monotonic() - self._began)
        held = {
            "user_id": self._claim.user_id,
            "id": self._claim.export_id,
            "token": self._claim.token,
            "progress": min(self._counted / max(self.total, 1), 0.99),
            "until": self._now + elapsed + LEASE,
        }
        with self._beside.cursor() as cursor:
            cursor.execute(sql, held | values)
            if not cursor.rowcount:
                raise Overtaken


def opened(vault: Vault, export: Export) -> Iterator[bytes]:
    """The export's parts in their order. Raises Unsealable where one is missing or is another's."""
    number, last = 0, False
    while not last:
        row = ExportPart.objects.filter(user_id=vault.user, export=export.id, number=number)
        found = row.values_list("last", "sealed").first()
        if found is None:
            raise Unsealable("a part of an export is missing")
        last, sealed = found
        yield vault.unseal(part_label(vault.user, export.id, number, last), sealed)
        number += 1
