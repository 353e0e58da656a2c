"""A push service (RFC 8030, RFC 8292), and the browser behind it that opens what came."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Mapping

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from tests.providers.answers import Said, common, delay, wish
from tests.providers.received import Received
from tests.providers.sealed import Unreadable, browser

LARGEST = 4096  # bytes
DAY = 24 * 60 * 60
AUTHORIZATION = re.compile(r"vapid t=([A-Za-z0-9_.-]+), ?k=([A-Za-z0-9_-]+)")


class Push:
    def __init__(self, received: Received) -> None:
        self.received = received

    def send(self, number: str, origin: str, headers: Mapping[str, str], body: bytes) -> Said:
        fault = fault_of(headers, body) or fault_of_signature(headers, origin)
        words: dict = {}
        if fault is None:
            try:
                words = json.loads(browser(number).open(body))
            except Unreadable as unreadable:
                fault = (400, str(unreadable))
        said = Said(fault[0], body=fault[1].encode()) if fault else wished(number)
        self.received.add(
            service="webpush",
            device=number,
            status=said.status,
            collapse=headers.get("topic"),
            occurrence=words.get("occurrence"),
            title=words.get("title"),
            body=words.get("body"),
            withdraw=words.get("withdraw", False),
            ttl=headers.get("ttl"),
            urgency=headers.get("urgency"),
            signature=headers.get("authorization", "")[-120:],
            fault=fault[1] if fault else None,
        )
        return said


def fault_of(headers: Mapping[str, str], body: bytes) -> tuple[int, str] | None:
    if not re.fullmatch("[0-9]+", headers.get("ttl", "")):
        return 400, "no TTL (RFC 8030, 5.2)"
    if not re.fullmatch("[A-Za-z0-9_-]{0,32}", headers.get("topic", "")):
        return 400, "a topic of more than 32 letters (RFC 8030, 5.4)"
    if headers.get("urgency", "normal") not in ("very-low", "low", "normal", "high"):
        return 400, "no such urgency (RFC 8030, 5.3)"
    if headers.get("content-encoding") != "aes128gcm":
        return 415, "not aes128gcm (RFC 8291, 4)"
    return (413, "more than 4,096 bytes (RFC 8030, 7.2)") if len(body) > LARGEST else None


def fault_of_signature(headers: Mapping[str, str], origin: str) -> tuple[int, str] | None:
    """What is wrong with who says to be sending, by RFC 8292."""
    parts = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if parts is None:
        return 401, "no vapid authorization"
    token, point = parts.groups()
    try:
        encoded = base64.urlsafe_b64decode(point + "=" * (-len(point) % 4))
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), encoded)
        require = {"require": ["aud", "exp", "sub"]}
        claims = jwt.decode(token, key, ["ES256"], audience=origin, options=require)
    except (jwt.InvalidTokenError, ValueError) as error:
        return 403, f"the signature does not hold: {error}"
    if claims["exp"] > time.time() + DAY:
        return 403, "signed for more than 24 hours"
    if not claims["sub"].startswith(("mailto:", "https:")):
        return 403, "nobody to write to"
    return None


def wished(number: str) -> Said:
    match wish(number)[0]:
        case "dead" | "gone":
            return Said(410)
        case "bad":
            return Said(404)
        case "foreign" | "auth":
            return Said(403)
        case "invalid":
            return Said(400)
        case "noid":
            return Said(201)
    taken = Said(201, {"location": f"/message/{number}"}, after=delay(number))
    return common(number) or taken
