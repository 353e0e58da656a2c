"""iPhones, iPads and Macs: Apple's push service over HTTP/2, signed in by a token.

https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import jwt
import orjson
from django.conf import settings

from diary.channels import wire
from diary.channels.post import Answer, Message

# Apple refuses a token older than an hour, and a new one within 20 minutes of the last.
TOKEN_LIFE = timedelta(minutes=50)
SOONEST_RENEWAL = timedelta(minutes=20)
LARGEST_PAYLOAD = 4096  # bytes
TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")  # it becomes part of a path


def send(messages: Sequence[Message], now: datetime) -> list[Answer]:
    """Send each message once, all at the same time."""
    if not settings.APNS_KEY:
        return [Answer(False, reason="off")] * len(messages)
    payloads = [payload(message) for message in messages]
    answers = [
        _not_worth_sending(message, body, now)
        for message, body in zip(messages, payloads, strict=True)
    ]
    wanted = [n for n, answer in enumerate(answers) if answer is None]
    requests = [_request(messages[n], payloads[n], now) for n in wanted]
    for n, reply in zip(wanted, wire.post(requests), strict=True):
        answers[n] = _answer(reply, now)
        if answers[n].reason == "ExpiredProviderToken":
            _forget_old_tokens(now)
    return answers


def _not_worth_sending(message: Message, body: bytes, now: datetime) -> Answer | None:
    if message.seconds_left(now) <= 0:
        return Answer(False, reason="expired")
    token = message.address
    # The topic comes from the device too: of another app's it would be an error of ours.
    if not (isinstance(token, str) and TOKEN.fullmatch(token)):
        return Answer(False, reason="address")
    if message.app not in settings.APNS_APPS:
        return Answer(False, reason="app")
    if len(body) > LARGEST_PAYLOAD:
        return Answer(False, reason="too_large")
    return None


# ---- The message ------------------------------------------------------------------------------


def _request(message: Message, body: bytes, now: datetime) -> wire.Request:
    url = settings.APNS_URLS["sandbox" if message.environment == "sandbox" else "prod"]
    headers = {
        "authorization": f"bearer {_provider_token(now)}",
        "apns-topic": message.app,
        "apns-id": str(message.delivery),
        "apns-collapse-id": message.collapse,
        "apns-expiration": str(int(message.expires_at.timestamp())),
        "apns-push-type": "background" if message.withdraw else "alert",
        "apns-priority": "5" if message.withdraw else "10",
    }
    return wire.Request(f"{url}/3/device/{message.address}", headers, body)


def payload(message: Message) -> bytes:
    """What the phone gets. A withdrawal only wakes the app, which takes the notification away."""
    words = {"occurrence": str(message.occurrence), "collapse": message.collapse}
    if message.withdraw:
        return orjson.dumps({"aps": {"content-available": 1}, "withdraw": True} | words)
    alert = {"title": message.title, "body": message.body}
    return orjson.dumps({"aps": {"alert": alert, "sound": "default"}} | words)


_provider_tokens: dict[tuple[str, str, str], tuple[str, datetime]] = {}


def _provider_token(now: datetime) -> str:
    """Our signature, the same one for 50 minutes."""
    key = (settings.APNS_TEAM_ID, settings.APNS_KEY_ID, settings.APNS_KEY)
    token, signed_at = _provider_tokens.get(key, ("", None))
    if signed_at is None or not timedelta(0) <= now - signed_at < TOKEN_LIFE:
        claims = {"iss": settings.APNS_TEAM_ID, "iat": now}
        token = jwt.encode(claims, settings.APNS_KEY, "ES256", {"kid": settings.APNS_KEY_ID})
        _provider_tokens[key] = token, now
    return token


def _forget_old_tokens(now: datetime) -> None:
    """A young one that is called expired is the fault of a clock; a new one would not help."""
    for key, (_, signed_at) in list(_provider_tokens.items()):
        if now - signed_at >= SOONEST_RENEWAL:
            del _provider_tokens[key]


# ---- What came back ---------------------------------------------------------------------------


def _answer(reply: wire.Reply, now: datetime) -> Answer:
    if reply.status is None:
        return Answer(False, reason=reply.fault, unsure=reply.unsure)
    name = wire.word(reply.headers.get("apns-id"))
    if reply.status == 200:
        return Answer(True, 200, provider_id=name)
    said = wire.said(reply)
    return Answer(
        False,
        reply.status,
        wire.word(said.get("reason")),
        wire.retry_after(reply, now),
        name,
        _instant(said.get("timestamp")),
    )


def _instant(milliseconds: object) -> datetime | None:
    if type(milliseconds) is not int:
        return None
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
