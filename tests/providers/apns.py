"""Apple's push service, production under `/3/` and the sandbox under `/sandbox/3/`."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.providers.answers import Said, as_json, common, delay, wish
from tests.providers.keys import APPS, KEY_ID, TEAM_ID
from tests.providers.received import Received

LONGEST_COLLAPSE = 64  # bytes
LONG_AGO = 946_684_800_000  # milliseconds: the first instant of 2000


class APNS:
    def __init__(self, folder: Path, received: Received) -> None:
        key = load_pem_private_key((folder / "apns-key.p8").read_bytes(), None)
        self.public_key = key.public_key()
        self.received = received

    def send(self, environment: str, token: str, headers: Mapping[str, str], body: bytes) -> Said:
        said = self.judged(environment, token, headers, body)
        if wish(token)[0] != "noid":
            given = headers.get("apns-id") or str(uuid.uuid4()).upper()
            said = Said(said.status, said.headers | {"apns-id": given}, said.body, said.after)
        try:
            payload = json.loads(body)
        except ValueError:
            payload = {}
        alert = payload.get("aps", {}).get("alert", {})
        self.received.add(
            service="apns",
            device=token,
            status=said.status,
            collapse=headers.get("apns-collapse-id"),
            occurrence=payload.get("occurrence"),
            title=alert.get("title"),
            body=alert.get("body"),
            withdraw="withdraw" in payload,
            environment=environment,
            app=headers.get("apns-topic"),
            until=headers.get("apns-expiration"),
            signature=headers.get("authorization", "")[-16:],
        )
        return said

    def judged(self, environment: str, token: str, headers: Mapping[str, str], body: bytes) -> Said:
        reason = self.fault_of_signature(headers) or fault_of(headers, body)
        if reason:
            return refuse(403 if "Provider" in reason else 400, reason)
        return wished(environment, token)

    def fault_of_signature(self, headers: Mapping[str, str]) -> str | None:
        kind, _, token = headers.get("authorization", "").partition(" ")
        if kind != "bearer":
            return "MissingProviderToken"
        try:
            claims = jwt.decode(token, self.public_key, ["ES256"], issuer=TEAM_ID)
            if jwt.get_unverified_header(token).get("kid") != KEY_ID:
                return "InvalidProviderToken"
        except jwt.InvalidTokenError:
            return "InvalidProviderToken"
        young = abs(time.time() - claims["iat"]) <= 3600
        return None if young else "ExpiredProviderToken"


def fault_of(headers: Mapping[str, str], body: bytes) -> str | None:
    """Apple's word for what is wrong with a request, if anything is."""
    collapse = headers.get("apns-collapse-id", "")
    try:
        aps = json.loads(body)["aps"]
    except (ValueError, KeyError):
        return "PayloadEmpty"
    silent = "content-available" in aps
    checks = {
        "TopicDisallowed": headers.get("apns-topic") in APPS,
        "BadCollapseId": len(collapse.encode()) <= LONGEST_COLLAPSE,
        "BadExpirationDate": re.fullmatch("[0-9]+", headers.get("apns-expiration", "0")),
        "InvalidPushType": headers.get("apns-push-type") == ("background" if silent else "alert"),
        "BadPriority": headers.get("apns-priority") == ("5" if silent else "10"),
        "BadMessageId": re.fullmatch("[0-9a-fA-F-]{36}", headers.get("apns-id", "-" * 36)),
        "PayloadTooLarge": len(body) <= 4096,
    }
    return next((reason for reason, holds in checks.items() if not holds), None)


def wished(environment: str, token: str) -> Said:
    now = int(time.time() * 1000)
    match wish(token)[0]:
        case "dead":
            return refuse(410, "Unregistered", timestamp=now)
        case "gone":
            since = LONG_AGO if "-old" in token else now + 60_000
            return refuse(410, "Unregistered", timestamp=since)
        case "bad":
            return refuse(400, "BadDeviceToken")
        case "sandbox" if environment != "sandbox":
            return refuse(400, "BadDeviceToken")
        case "foreign":
            return refuse(400, "DeviceTokenNotForTopic")
        case "invalid":
            return refuse(400, "BadExpirationDate")
        case "auth":
            return refuse(403, "InvalidProviderToken")
        case "stale":
            return refuse(403, "ExpiredProviderToken")
        case "quota":
            said = common(token)
            return as_json(429, {"reason": "TooManyRequests"}, **said.headers)
    refusal = common(token)
    return refusal or Said(200, after=delay(token))


def refuse(status: int, reason: str, **more: int) -> Said:
    return as_json(status, {"reason": reason} | more)
