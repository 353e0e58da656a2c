"""Browsers: Web Push (RFC 8030), sealed for the browser alone (RFC 8291)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime

import http_ece
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from diary.channels import wire
from diary.channels.endpoints import keys_of, origin_of
from diary.channels.post import Answer, Message
from diary.channels.vapid import authorization

RECORD_SIZE = 4096  # bytes; every service takes a body of that size
SALT_BYTES = 16  # RFC 8188, 2.1
LARGEST_TEXT = 3993  # bytes that fit in such a body (RFC 8291, 4)


def send(messages: Sequence[Message], now: datetime) -> list[Answer]:
    """Send each message once, all at the same time."""
    if not settings.WEB_PUSH_KEY:
        return [Answer(False, reason="off")] * len(messages)
    ready = [_request(message, now) for message in messages]
    replies = iter(wire.post([each for each in ready if isinstance(each, wire.Request)]))
    return [each if isinstance(each, Answer) else _answer(next(replies), now) for each in ready]


def _request(message: Message, now: datetime) -> wire.Request | Answer:
    """The request, or the answer to a message that is not worth one."""
    seconds = message.seconds_left(now)
    if seconds <= 0:
        return Answer(False, reason="expired")
    address = message.address if isinstance(message.address, Mapping) else {}
    origin = origin_of(address.get("endpoint"), settings.WEB_PUSH_HOSTS)
    keys = keys_of(address)
    if origin is None or keys is None:
        return Answer(False, reason="address")
    text = payload(message)
    if len(text) > LARGEST_TEXT:
        return Answer(False, reason="too_large")
    headers = {
        "Authorization": authorization(origin, now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(seconds),
        "Topic": message.collapse,
        "Urgency": "normal" if message.withdraw else "high",
    }
    ours = ec.generate_private_key(ec.SECP256R1())  # for this message alone
    body = sealed(text, *keys, ours, os.urandom(SALT_BYTES))
    return wire.Request(address["endpoint"], headers, body)


def payload(message: Message) -> bytes:
    """What the page's service worker gets; a withdrawal names what to close."""
    words = {"occurrence": str(message.occurrence), "tag": message.collapse}
    if message.withdraw:
        return orjson.dumps(words | {"withdraw": True})
    return orjson.dumps(words | {"title": message.title, "body": message.body})


def sealed(
    text: bytes, key: bytes, secret: bytes, ours: ec.EllipticCurvePrivateKey, salt: bytes
) -> bytes:
    """The text for the one browser that has this key and secret."""
    return http_ece.encrypt(
        text,
        salt=salt,
        private_key=ours,
        dh=key,
        auth_secret=secret,
        version="aes128gcm",
        rs=RECORD_SIZE,
    )


def _answer(reply: wire.Reply, now: datetime) -> Answer:
    if reply.status is None:
        return Answer(False, reason=reply.fault, unsure=reply.unsure)
    if 200 <= reply.status < 300:
        return Answer(True, reply.status)
    # Apple and Mozilla say a word too; what is to be done lies in the status.
    reason = wire.word(wire.said(reply).get("reason"))
    return Answer(False, reply.status, reason, wire.retry_after(reply, now))
