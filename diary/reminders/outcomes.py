"""What to do after a provider's answer: the whole retry table, without a clock or a database.

FCM     https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
APNs    https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
Browsers  RFC 8030, 5 to 7;  mail  RFC 5321, 4.2 and RFC 3463
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from diary.channels.post import Answer

FIRST_WAIT = 10.0  # seconds, doubled by each further attempt
LONGEST_WAIT = 900.0  # seconds
CROWDED_WAIT = 60.0  # seconds, after a 429 that names none
LATE = 0.2  # a wait that was asked for is drawn out by up to so much, so that not all come at once

SENT, RETRY, DEAD, DROPPED = "sent", "retry", "dead", "dropped"
UNCONFIRMED, EXPIRED = "unconfirmed", "expired"
# Which alarm: one message of ours was wrong, or what we are known by is, and none will pass.
MESSAGE, CHANNEL = "message", "channel"

Verdict = tuple[str, str]  # state, alarm

# Our own words, the same in every channel; see `channels.post.Answer`.
OURS: dict[str, Verdict] = {
    "expired": (EXPIRED, ""),
    "off": (DROPPED, ""),
    "withdraw": (DROPPED, ""),
    "too_large": (DROPPED, MESSAGE),
    "letter": (DROPPED, MESSAGE),
    "address": (DEAD, ""),
    "app": (DROPPED, MESSAGE),  # not dead: it may be our settings that forgot an app
    "connect": (RETRY, ""),
    "timeout": (RETRY, ""),
    "refused": (RETRY, ""),
    "untried": (RETRY, ""),
}
# What a provider's word means, where it says more than its status.
WORDS: dict[str, dict[str, Verdict]] = {
    "fcm": {
        "UNREGISTERED": (DEAD, ""),
        "BAD_TOKEN": (DEAD, ""),
        "SENDER_ID_MISMATCH": (DEAD, ""),
        "INVALID_ARGUMENT": (DROPPED, MESSAGE),
        # Of one app that Firebase reaches through Apple or a browser, not of the others.
        "THIRD_PARTY_AUTH_ERROR": (RETRY, MESSAGE),
    },
    "apns": {
        "DeviceTokenNotForTopic": (DEAD, ""),
        "MissingDeviceToken": (DEAD, ""),
        "IdleTimeout": (RETRY, ""),
        "TopicDisallowed": (RETRY, MESSAGE),  # of one app
        "TooManyProviderTokenUpdates": (RETRY, CHANNEL),
    },
}
# What a status means by itself. A missing project (404 without a word) is ours to mend.
STATUSES: dict[str, dict[int, Verdict]] = {
    "fcm": {401: (RETRY, CHANNEL), 403: (RETRY, CHANNEL), 404: (RETRY, CHANNEL)},
    "apns": {403: (RETRY, CHANNEL), 404: (RETRY, CHANNEL)},
    "webpush": {404: (DEAD, ""), 410: (DEAD, "")},
}
# A browser's subscription may belong to another key of ours: nobody else's trouble, and perhaps
# only a wrong clock's. Again and again it suspends the device.
REFUSALS = {"webpush": (401, 403)}
NO_MAILBOX = (550, 551, 553)  # RFC 5321, where no code of RFC 3463 says more


def was_tried(answer: Answer) -> bool:
    """Whether this answer tells anything of the provider; some messages end before they leave."""
    return answer.reason not in OURS or OURS[answer.reason][0] == RETRY


@dataclass(frozen=True, slots=True)
class Outcome:
    """``state``: sent, retry, dead, dropped, unconfirmed or expired.

    ``alarm``: ``message`` when a message of ours is refused as wrong, ``channel`` when our keys
    or rights are, so that no other message would fare better. ``other_environment``: the next
    attempt goes to apns's other environment. ``refused``: this address does not take us.
    """

    state: str
    next_attempt_at: datetime | None = None
    alarm: str = ""
    other_environment: bool = False
    refused: bool = False

    @property
    def answered(self) -> bool:
        """Whether the provider was well enough to decide."""
        return self.state in (SENT, DEAD, DROPPED) or self.alarm == MESSAGE


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
    """What becomes of a delivery after the answer to its ``attempts``-th attempt.

    ``share`` in [0, 1) is the drawn part of the wait (full jitter). ``registered_at`` is when the
    device last gave its address; None for a mailbox. ``tried_other``: this delivery goes to the
    environment that the device did not name. ``may_repeat``: it does no harm if it comes twice.
    """
    if answer.sent:
        return Outcome(SENT)
    if answer.unsure and not (may_repeat and attempts == 1):
        return Outcome(UNCONFIRMED)
    if channel == "apns" and answer.reason == "BadDeviceToken":
        if tried_other:
            return Outcome(DEAD)
        return _again(Outcome(RETRY, now, other_environment=True), expires_at)
    state, alarm = verdict(channel, answer, attempts, registered_at)
    if state != RETRY:
        refused = answer.status in REFUSALS.get(channel, ())
        return Outcome(state, alarm=alarm, refused=refused)
    wait = timedelta(seconds=_wait(answer, attempts, share))
    return _again(Outcome(RETRY, now + wait, alarm), expires_at)


def _again(outcome: Outcome, expires_at: datetime) -> Outcome:
    """Only while somebody still wants it."""
    if outcome.next_attempt_at < expires_at:
        return outcome
    return Outcome(EXPIRED, alarm=outcome.alarm)


def _wait(answer: Answer, attempts: int, share: float) -> float:
    """Seconds until the next attempt: what the provider asks for, else a drawn part of ours."""
    asked = answer.retry_after
    if asked is None and answer.status == 429:
        asked = CROWDED_WAIT
    if asked is not None:
        return min(asked, 1e9) * (1 + LATE * share)
    doubled = FIRST_WAIT * 2 ** min(attempts - 1, 30)
    return max(1.0, share * min(doubled, LONGEST_WAIT))


# ---- What an answer means ---------------------------------------------------------------------


def verdict(channel: str, answer: Answer, attempts: int, registered_at: datetime | None) -> Verdict:
    """The state and the alarm that an answer leads to, before any time is looked at."""
    if answer.reason in OURS:
        return OURS[answer.reason]
    if answer.reason == "credentials":
        return RETRY, _alarm_of_credentials(channel, answer.status)
    if channel == "email":
        return _of_mail(answer)
    if channel == "apns" and answer.status == 410:
        return (DEAD if _was_gone_before(answer, registered_at) else DROPPED), ""
    known = _known(WORDS, channel, answer.reason) or _known(STATUSES, channel, answer.status)
    if known:
        stale = answer.reason in ("ExpiredProviderToken", "UNAUTHENTICATED")
        # The next attempt signs anew; only if that does not help, something is wrong with us.
        return (RETRY, "") if stale and attempts == 1 else known
    if _may_pass(answer.status):
        return RETRY, ""
    return DROPPED, MESSAGE


def _known(table: Mapping, channel: str, said: object) -> Verdict | None:
    return table.get(channel, {}).get(said)


def _was_gone_before(answer: Answer, registered_at: datetime | None) -> bool:
    """Whether Apple saw the app gone after the device gave its address, and not before."""
    if answer.gone_since is None or registered_at is None:
        return True
    return answer.gone_since > registered_at


def _alarm_of_credentials(channel: str, status: int | None) -> str:
    """Signing in failed: were we turned away, or did nobody have the time?"""
    if channel == "email":
        return CHANNEL if (status or 0) >= 500 else ""
    return "" if _may_pass(status) else CHANNEL


def _may_pass(status: int | None) -> bool:
    """Whether the same message may fare better later. No status: nobody answered."""
    return status is None or status in (408, 429) or 500 <= status < 600


def _of_mail(answer: Answer) -> Verdict:
    """4xx passes, 5xx does not: the fault of the mailbox, of the mail, or of us who send it."""
    status = answer.status or 0
    if 400 <= status < 500:
        return RETRY, ""
    stage, _, code = answer.reason.partition(" ")
    if stage == "from":
        return RETRY, CHANNEL
    # 5.7.x at a recipient is said of us (a block list): no reason to give up a mailbox.
    no_such = code.startswith("5.1.") or code == "5.2.1" or (not code and status in NO_MAILBOX)
    if stage == "rcpt" and no_such:
        return DEAD, ""
    return DROPPED, "" if code == "5.2.2" else MESSAGE  # 5.2.2: it is full
