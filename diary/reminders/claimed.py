"""What a sender knows of the deliveries that it has leased: all that their letters need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from diary.reminders.cursors import quick_cursor
from diary.reminders.fence import Lease
from diary.reminders.late import Night
from diary.reminders.rows import as_array

# One question for a thousand of them, in the order in which they were leased.
_LOOK_UP = """
SELECT n.number, o.kind, o.seq, o.due_at, o.reminder, o.local_date, o.entry_date, o.sealed,
    k.key_id, k.ring_key, k.wrapped, h.email, y.locale, coalesce(s.detail_on_lock_screen, FALSE),
    coalesce(s.streak_wording, FALSE), y.time_zone, coalesce(s.quiet_start, '22:00'),
    coalesce(s.quiet_end, '07:00'), v.sealed, v.app, v.environment, v.locale, v.registered_at,
    coalesce(v.refusals, 0)
FROM unnest(%(users)s::uuid[], %(occurrences)s::uuid[], %(targets)s::uuid[]) WITH ORDINALITY
    AS n (user_id, occurrence, target, number)
JOIN occurrence o ON o.user_id = n.user_id AND o.id = n.occurrence
JOIN diary y ON y.user_id = n.user_id
JOIN person h ON h.id = n.user_id
LEFT JOIN "keys"."data_key" k ON k.user_id = n.user_id
LEFT JOIN device v ON v.user_id = n.user_id AND v.id = n.target
LEFT JOIN notification_settings s ON s.user_id = n.user_id
"""


class Claimed(NamedTuple):
    """A lease, and what its letter is written from."""

    lease: Lease
    kind: str
    seq: int
    due_at: datetime
    reminder: UUID | None
    local_date: date
    entry_date: date
    subject: bytes | None  # sealed
    key_id: UUID | None
    ring_key: str | None
    wrapped: bytes | None
    email: str
    locale: str
    shows_detail: bool
    counts_days: bool
    zone: str
    quiet_start: time
    quiet_end: time
    address: bytes | None  # of the device, sealed with its name; None where there is none
    app: str | None
    environment: str | None
    device_locale: str | None
    registered_at: datetime | None
    refusals: int

    @property
    def night(self) -> Night:
        return Night(self.zone, self.quiet_start, self.quiet_end)


def look_up(leases: Sequence[Lease]) -> list[Claimed]:
    """What is known of each; those of whoever was taken out meanwhile are not among them."""
    asked = {
        "users": as_array([lease.user_id for lease in leases]),
        "occurrences": as_array([lease.occurrence for lease in leases]),
        "targets": as_array([lease.target for lease in leases]),
    }
    with quick_cursor(prepares=True) as cursor:
        cursor.execute(_LOOK_UP, asked)
        known = {number: facts for number, *facts in cursor.fetchall()}
    return [
        Claimed(lease, *known[number])
        for number, lease in enumerate(leases, start=1)
        if number in known
    ]
