"""What is late, or would come at night: it waits for the morning, or gives way to what is newer.

The planner decides so of what it finds late itself. Here it is decided of what was planned in
time and then waited for a sender: when it is fanned out, and again just before it leaves.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import NamedTuple

from diary.reminders.decide import LATE
from diary.reminders.quiet import after_quiet
from diary.zones import ZONES

UNASKED = ("nudge", "weekly_summary", "notice")  # nobody chose that minute of that day

# What the person of a late occurrence `o` has that is newer: it came, or is about to.
_NEWER = """
    SELECT FROM occurrence l WHERE o.due_at < %(late)s AND o.kind <> 'test'
      AND l.user_id = o.user_id AND l.local_date >= o.local_date - 1
      AND (l.due_at, l.id) > (o.due_at, o.id) AND l.due_at <= %(now)s AND l.kind <> 'test'
      AND ((
        (l.state = 'fanned' OR l.send_at <= %(now)s) AND l.expires_at > %(now)s
        AND NOT (l.unless_entered AND EXISTS (
            SELECT FROM record e WHERE e.user_id = l.user_id AND e.date = l.entry_date
              AND e.collection IN ('entries', 'moments') AND NOT e.deleted))
      ) OR EXISTS (
        SELECT FROM delivery f WHERE f.user_id = l.user_id AND f.occurrence = l.id
          AND NOT f.withdraw AND f.state IN ('on_wire', 'sent', 'unconfirmed')))
"""
GIVES_WAY = f"EXISTS ({_NEWER})"


class Night(NamedTuple):
    """A person's quiet hours, where they are now."""

    zone: str
    start: time
    end: time

    def ends_at(self, at: datetime) -> datetime:
        """`at`, or the end of the quiet hours in which it lies."""
        zone = self.zone if self.zone in ZONES else "UTC"
        return after_quiet(at, zone, self.start, self.end)


def waits_until(
    kind: str, seq: int, due_at: datetime, night: Night, now: datetime
) -> datetime | None:
    """The end of the quiet hours that it has to wait for; None where it may be shown now.

    In time, what a person set for a minute of their own night comes then: a reminder, and what
    they put off. A test always comes.
    """
    over = night.ends_at(now)
    if kind == "test" or over == now:
        return None
    unasked = kind in UNASKED and seq == 0 and night.ends_at(due_at) == due_at
    return over if unasked or now - due_at > LATE else None
