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
from diary.reminders import addresses, fence, letters, rates
from diary.reminders.claimed import Claimed, look_up
from diary.reminders.fence import Ended
from diary.reminders.late import waits_until
from diary.reminders.letters import Letter
from diary.reminders.mailboxes import silence_mail
from diary.reminders.outcomes import Outcome, classify, was_tried

BATCH = 1_000  # claimed at once
FENCED = 50  # on the wire at once: what one death leaves in doubt
ENOUGH = 10.0  # seconds after which no further batch is begun
MAY_REPEAT = frozenset({"notice"})  # better twice than never

Send = Callable[[Sequence[Message], datetime], list[Answer]]
_log = logging.getLogger(__name__)


def send(
    channel: str, now: datetime, ways: Mapping[str, Send] = CHANNELS, most: int = BATCH
) -> int:
    """Send up to `most` due deliveries of a channel; how many were claimed.

    What a slow provider leaves no time for goes back at once.
    """
    began = time.monotonic()
    allowed = rates.take(channel, now, most)
    token, leases = fence.claim(channel, now, allowed) if allowed else (None, [])
    if not leases:
        return 0
    claims = look_up(leases)
    written = letters.write(channel, claims, now)
    came_through: bool | None = None  # nothing is known of a provider that nobody spoke to
    alarm = False
    for at in range(0, len(claims), FENCED):
        batch = claims[at : at + FENCED]
        elapsed = time.monotonic() - began
        if elapsed > ENOUGH:
            fence.give_back(token, [one.lease for one in claims[at:]])
            break
        instant = now + timedelta(seconds=elapsed)
        fared = _send_batch(channel, ways[channel], token, batch, written, instant)
        tried = [(answer, outcome) for answer, outcome in fared if was_tried(answer)]
        if tried:
            came_through = came_through or any(outcome.answered for _, outcome in tried)
        alarm |= any(outcome.alarm == "channel" for _, outcome in fared)
        if any(outcome.alarm == "message" for _, outcome in fared):
            _log.error("channel %s has a message of ours that is wrong", channel)
        if alarm or (tried and not any(answer.sent or answer.status for answer, _ in tried)):
            break  # the rest is still claimed, and goes back when its lease is over
    if alarm or came_through is not None:
        rates.report(channel, came_through=bool(came_through), alarm=alarm, now=now)
    return len(leases)


def _send_batch(
    channel: str,
    way: Send,
    token: UUID,
    batch: Sequence[Claimed],
    written: Mapping[UUID, Letter],
    now: datetime,
) -> list[tuple[Answer, Outcome]]:
    """What was said of each that went on the wire, and what follows from it."""
    kept = {
        one.lease.id: written[one.lease.id].reason
        for one in batch
        if not written[one.lease.id].message
    }
    leases = [one.lease for one in batch]
    attempts = fence.put_on_wire(token, leases, kept, _held(batch, now), now)
    going = [one for one in batch if one.lease.id in attempts]
    if not going:
        return []
    answers = way([written[one.lease.id].message for one in going], now)
    outcomes = [
        classify(
            channel,
            answer,
            attempts=attempts[one.lease.id],
            now=now,
            expires_at=one.lease.expires_at,
            registered_at=one.registered_at,
            share=random.random(),
            tried_other=one.lease.other_environment,
            may_repeat=one.kind in MAY_REPEAT,
        )
        for one, answer in zip(going, answers, strict=True)
    ]
    ended = list(zip(going, answers, outcomes, strict=True))
    fence.finish(token, [_ended(*each) for each in ended], now)
    _learn(channel, ended, now)
    return list(zip(answers, outcomes, strict=True))


def _held(batch: Sequence[Claimed], now: datetime) -> dict[UUID, datetime]:
    """Those that are late, or would come at night: until when they wait."""
    return {
        one.lease.id: until
        for one in batch
        if not one.lease.withdraw
        and (until := waits_until(one.kind, one.seq, one.due_at, one.night, now))
    }


def _ended(one: Claimed, answer: Answer, outcome: Outcome) -> Ended:
    return Ended(
        one.lease.user_id,
        one.lease.id,
        one.lease.occurrence,
        outcome.state,
        outcome.next_attempt_at,
        answer.status,
        answer.reason[:100],
        answer.provider_id[:200],
        outcome.other_environment or one.lease.other_environment,
    )


def _learn(channel: str, ended: Sequence[tuple[Claimed, Answer, Outcome]], now: datetime) -> None:
    """What these answers say of the addresses, for the next messages."""
    if channel == "email":
        silence_mail([one.lease.user_id for one, _, outcome in ended if outcome.state == "dead"])
        return
    dead, refused, well, elsewhere = [], [], [], []
    for one, answer, outcome in ended:
        device = one.lease.user_id, one.lease.target
        if outcome.state == "dead":
            dead.append((*device, answer.reason[:100]))
        elif outcome.refused:
            refused.append(device)
        elif answer.sent and one.refusals:
            well.append(device)
        if answer.sent and one.lease.other_environment:
            elsewhere.append((*device, one.environment))
    addresses.prune(dead, now)
    addresses.note_refusals(refused, now)
    addresses.note_well(well)
    addresses.learn_environments(elsewhere)
