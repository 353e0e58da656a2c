"""Sending what is due on one channel: claim, fence, provider, outcome. No waiting anywhere.

A try that has to be made again is a row with a later instant. A sender that dies leaves at most
one batch in doubt, and those deliveries say so.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from diary.channels import CHANNELS
from diary.channels.post import Answer, Message
from diary.reminders import fence, letters, rates
from diary.reminders.fence import Claimed, Ended
from diary.reminders.letters import Letter
from diary.reminders.mailboxes import silence_mail
from diary.reminders.outcomes import ANSWERED, Outcome, classify, was_tried

BATCH = 1_000  # claimed at once
FENCED = 50  # on the wire at once: what one death leaves in doubt
MAY_REPEAT = frozenset({"notice"})  # better twice than never

Send = Callable[[Sequence[Message], datetime], list[Answer]]
_log = logging.getLogger(__name__)


def send(
    channel: str, now: datetime, ways: Mapping[str, Send] = CHANNELS, most: int = BATCH
) -> int:
    """Send up to `most` due deliveries of a channel; how many were claimed."""
    began = time.monotonic()
    allowed = rates.take(channel, now, most)
    token, claims = fence.claim(channel, now, allowed) if allowed else (None, [])
    if not claims:
        return 0
    written = letters.write(channel, claims, now)
    came_through: bool | None = None  # nothing is known of a provider that nobody spoke to
    alarm = False
    for at in range(0, len(claims), FENCED):
        batch = claims[at : at + FENCED]
        instant = now + timedelta(seconds=time.monotonic() - began)
        fared = _send_batch(channel, ways[channel], token, batch, written, instant)
        tried = [(answer, outcome) for answer, outcome in fared if was_tried(answer)]
        if tried:
            came_through = came_through or any(outcome.state in ANSWERED for _, outcome in tried)
        alarm |= any(outcome.alarm == "channel" for _, outcome in fared)
        if any(outcome.alarm == "message" for _, outcome in fared):
            _log.error("channel %s has a message of ours that is wrong", channel)
        if alarm or (tried and not any(answer.sent or answer.status for answer, _ in tried)):
            break  # the rest is still claimed, and goes back when its lease is over
    if alarm or came_through is not None:
        rates.report(channel, came_through=bool(came_through), alarm=alarm, now=now)
    return len(claims)


def _send_batch(
    channel: str,
    way: Send,
    token: UUID,
    batch: Sequence[Claimed],
    written: Mapping[UUID, Letter],
    now: datetime,
) -> list[tuple[Answer, Outcome]]:
    """What was said of each that went on the wire, and what follows from it."""
    kept = {one.id: written[one.id].reason for one in batch if not written[one.id].message}
    attempts = fence.put_on_wire(token, batch, kept, now)
    going = [one for one in batch if one.id in attempts]
    if not going:
        return []
    answers = way([written[one.id].message for one in going], now)
    fared, ended, dead = [], [], []
    for one, answer in zip(going, answers, strict=True):
        outcome = classify(
            channel,
            answer,
            attempts=attempts[one.id],
            now=now,
            expires_at=one.expires_at,
            registered_at=one.registered_at,
            share=random.random(),
            tried_other=one.other_environment,
            may_repeat=one.kind in MAY_REPEAT,
        )
        fared.append((answer, outcome))
        ended.append(
            Ended(
                one.user_id, one.id, one.occurrence, outcome.state, outcome.next_attempt_at,
                answer.status, answer.reason[:100], answer.provider_id[:200],
                outcome.other_environment or one.other_environment,
            )
        )  # fmt: skip
        if outcome.state == "dead":
            dead.append((one.user_id, one.target, answer.reason[:100]))
    fence.finish(token, ended, now)
    if channel == "email":
        silence_mail([user_id for user_id, _, _ in dead])
    else:
        fence.prune(dead, now)
    return fared
