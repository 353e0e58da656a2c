"""Android, and whatever else Firebase reaches: FCM's HTTP v1 API.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

import jwt
import orjson
from django.conf import settings

from diary.channels import wire
from diary.channels.post import Answer, Message

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"  # RFC 7523
ASSERTION_LIFE = timedelta(hours=1)  # the longest Google takes
SPARE = timedelta(minutes=5)  # an access token this near its end is not used any more
LONGEST_ACCESS = 3600  # seconds
BEARER = re.compile(r"[A-Za-z0-9._~+/-]{8,4096}=*")  # RFC 6750, 2.1
LONGEST_TOKEN = 4096  # characters


def send(messages: Sequence[Message], now: datetime) -> list[Answer]:
    """Send each message once, all at the same time."""
    if settings.FCM_ACCOUNT is None:
        return [Answer(False, reason="off")] * len(messages)
    answers = [_not_worth_sending(message, now) for message in messages]
    wanted = [n for n, answer in enumerate(answers) if answer is None]
    if wanted:
        access, refusal = _access_token(now)
        if refusal is not None:
            return [answer or refusal for answer in answers]
        requests = [_request(messages[n], access, now) for n in wanted]
        for n, reply in zip(wanted, wire.post(requests), strict=True):
            answers[n] = _answer(reply, now)
            if reply.status == 401 and answers[n].reason != "THIRD_PARTY_AUTH_ERROR":
                _access_tokens.clear()  # revoked before its time: the next batch asks for another
    return answers


def _not_worth_sending(message: Message, now: datetime) -> Answer | None:
    if message.seconds_left(now) <= 0:
        return Answer(False, reason="expired")
    token = message.address
    if not (isinstance(token, str) and 0 < len(token) <= LONGEST_TOKEN and token.isprintable()):
        return Answer(False, reason="address")
    return None


# ---- The message ------------------------------------------------------------------------------


def _request(message: Message, access: str, now: datetime) -> wire.Request:
    project = settings.FCM_ACCOUNT["project_id"]
    return wire.Request(
        f"{settings.FCM_URL}/v1/projects/{project}/messages:send",
        {"Authorization": f"Bearer {access}", "Content-Type": "application/json"},
        orjson.dumps({"message": encoded(message, now)}),
    )


def encoded(message: Message, now: datetime) -> dict:
    """The message as FCM's JSON.

    What is shown replaces what was shown under the same tag; what waits for a phone that is off
    is replaced under the same collapse key. A withdrawal shows nothing: the app takes the
    notification away when it gets the words.
    """
    seconds = message.seconds_left(now)
    words = {"occurrence": str(message.occurrence), "collapse": message.collapse}
    android: dict = {"collapse_key": message.collapse, "ttl": f"{seconds}s"}
    apple: dict = {
        "apns-collapse-id": message.collapse,
        "apns-expiration": str(int(message.expires_at.timestamp())),
    }
    if message.withdraw:
        return {
            "token": message.address,
            "data": words | {"withdraw": "1"},
            "android": android | {"priority": "normal"},
            "apns": {
                "headers": apple | {"apns-priority": "5", "apns-push-type": "background"},
                "payload": {"aps": {"content-available": 1}},
            },
        }
    return {
        "token": message.address,
        "data": words,
        "notification": {"title": message.title, "body": message.body},
        "android": android | {"priority": "high", "notification": {"tag": message.collapse}},
        "apns": {
            "headers": apple | {"apns-priority": "10", "apns-push-type": "alert"},
            "payload": {"aps": {"sound": "default"}},
        },
    }


# ---- What came back ---------------------------------------------------------------------------


def _answer(reply: wire.Reply, now: datetime) -> Answer:
    if reply.status is None:
        return Answer(False, reason=reply.fault, unsure=reply.unsure)
    said = wire.said(reply)
    if reply.status == 200:
        return Answer(True, 200, provider_id=_name(said.get("name")))
    reason = _reason(wire.mapping(said.get("error")))
    return Answer(False, reply.status, reason, wire.retry_after(reply, now))


def _reason(error: Mapping) -> str:
    """FCM's own word, else Google's; ``BAD_TOKEN`` where what it finds invalid is the token.

    https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
    """
    details = [wire.mapping(detail) for detail in _list(error.get("details"))]
    codes = [detail["errorCode"] for detail in details if "errorCode" in detail]
    fields = [
        wire.mapping(violation).get("field")
        for detail in details
        for violation in _list(detail.get("fieldViolations"))
    ]
    code = wire.word(codes[0] if codes else error.get("status"))
    # Of a token that it cannot read FCM says so in its sentence, not always in a field.
    names_the_token = "registration token" in str(error.get("message"))
    if code == "INVALID_ARGUMENT" and ("message.token" in fields or names_the_token):
        return "BAD_TOKEN"
    return code


def _list(value: object) -> Iterable:
    return value if isinstance(value, list) else ()


def _name(value: object) -> str:
    return value[:200] if isinstance(value, str) and value.isprintable() else ""


# ---- The access token -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Access:
    token: str
    good_until: datetime


_access_tokens: dict[tuple[str, str], _Access] = {}  # (token address, account) → its token


def _access_token(now: datetime) -> tuple[str, Answer | None]:
    """An access token for the account, or the answer that all messages get without one."""
    account = settings.FCM_ACCOUNT
    key = (settings.FCM_TOKEN_URL, account["client_email"])
    kept = _access_tokens.get(key)
    if kept and kept.good_until > now:
        return kept.token, None
    claims = {
        "iss": account["client_email"],
        "scope": SCOPE,
        "aud": settings.FCM_TOKEN_URL,
        "iat": now,
        "exp": now + ASSERTION_LIFE,
    }
    headers = {"kid": account["private_key_id"]} if account.get("private_key_id") else None
    assertion = jwt.encode(claims, account["private_key"], "RS256", headers)
    body = urlencode({"grant_type": GRANT, "assertion": assertion}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    [reply] = wire.post([wire.Request(settings.FCM_TOKEN_URL, form, body)])
    said = wire.said(reply)
    token, seconds = str(said.get("access_token")), said.get("expires_in")
    if reply.status != 200 or not BEARER.fullmatch(token) or not isinstance(seconds, int):
        return "", Answer(False, reply.status, "credentials", wire.retry_after(reply, now))
    life = timedelta(seconds=min(max(seconds, 0), LONGEST_ACCESS))
    _access_tokens[key] = _Access(token, now + life - SPARE)
    return token, None
