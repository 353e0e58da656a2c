"""What to do after a provider's answer: the whole retry table, without a clock or a database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diary.channels.post import Answer

FIRST_WAIT = 10.0  # seconds, doubled by each further attempt
LONGEST_WAIT = 900.0  # seconds
CROWDED_WAIT = 60.0  # seconds, after a 429 that names none


@dataclass(frozen=True, slots=True)
class Outcome:
    """``state``: sent, retry, dead, dropped, unconfirmed or expired.

    ``alarm``: ``message`` when a message of ours is refused as wrong, ``channel`` when our keys
    or rights are, so that no other message would fare better. ``other_environment``: try apns's
    other environment next.
    """

    state: str
    next_attempt_at: datetime | None = None
    alarm: str = ""
    other_environment: bool = False


def classify(
    channel: str,
    answer: Answer,
    *,
    attempts: int,
    now: datetime,
    expires_at: datetime,
    registered_at: datetime | None,
    share: float,
    tried_other: bool = False,
    may_repeat: bool = False,
) -> Outcome:
    """What becomes of a delivery after its ``attempts``-th answer.

    ``share`` in [0, 1) is the drawn part of the wait (full jitter). ``registered_at`` is when the
    device last gave its address; null for a mailbox. ``tried_other``: this delivery went to the
    environment that the device did not name. ``may_repeat``: one repetition does no harm.
    """
    if answer.sent:
        return Outcome("sent")
    if answer.unsure:
        return Outcome("unconfirmed")
    next_attempt_at = now + timedelta(seconds=max(1.0, share * FIRST_WAIT * 2 ** (attempts - 1)))
    if next_attempt_at >= expires_at:
        return Outcome("expired")
    return Outcome("retry", next_attempt_at)
