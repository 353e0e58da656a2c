"""Messages as reminders write them, and the instants at which they are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from diary.channels.post import Message

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
TITLE, BODY = "Fortnight", "Time for your check-in"


def message(platform: str, address: str | Mapping[str, str], **changes: object) -> Message:
    """One that is wanted for two more hours; signatures need the real present."""
    plain = Message(
        delivery=uuid4(),
        occurrence=uuid4(),
        collapse=uuid4().hex[:22],
        title=TITLE,
        body=BODY,
        expires_at=datetime.now(UTC) + timedelta(hours=2),
        platform=platform,
        address=address,
        app="org.fortnight.diary",
    )
    return replace(plain, **changes)


def still(platform: str, address: str | Mapping[str, str], **changes: object) -> Message:
    """One in which nothing is left to chance, sent at noon."""
    fixed = {
        "delivery": UUID(int=1),
        "occurrence": UUID(int=2),
        "collapse": "c" * 22,
        "expires_at": NOON + timedelta(hours=2),
    }
    return message(platform, address, **fixed | changes)
