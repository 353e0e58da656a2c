"""Firebase Cloud Messaging, and Google's tokens for it."""

from __future__ import annotations

import json
import re
import secrets
from pathlib import Path
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from tests.providers.answers import Said, as_json, common, delay, wish
from tests.providers.received import Received

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


class FCM:
    def __init__(self, folder: Path, received: Received) -> None:
        self.account = json.loads((folder / "fcm-account.json").read_text())
        key = load_pem_private_key(self.account["private_key"].encode(), None)
        self.public_key = key.public_key()
        self.received = received
        self.given: set[str] = set()

    # --- /token --------------------------------------------------------------------------------

    def token(self, address: str, behaviour: str, body: bytes) -> Said:
        """An access token for an assertion that holds (RFC 7523)."""
        refusal = common(behaviour)
        self.received.add(service="token", device="", status=refusal.status if refusal else 200)
        if refusal:
            return refusal
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        try:
            claims = jwt.decode(
                form.get("assertion", ""),
                self.public_key,
                ["RS256"],
                audience=address,
                issuer=self.account["client_email"],
                options={"require": ["exp", "iat", "iss", "aud"]},
            )
        except jwt.InvalidTokenError as error:
            return as_json(400, {"error": "invalid_grant", "error_description": str(error)})
        fits = form.get("grant_type") == GRANT and claims.get("scope") == SCOPE
        if not fits or claims["exp"] - claims["iat"] > 3600 or behaviour == "denied":
            return as_json(400, {"error": "invalid_grant"})
        given = f"ya29.{secrets.token_urlsafe(24)}"
        self.given.add(given)
        return as_json(200, {"access_token": given, "expires_in": 3599, "token_type": "Bearer"})

    # --- messages:send -------------------------------------------------------------------------

    def send(self, project: str, authorization: str, body: bytes) -> Said:
        message = json.loads(body).get("message", {})
        token = message.get("token", "")
        said = self.judged(project, authorization, message)
        android, words = message.get("android", {}), message.get("data", {})
        notification = message.get("notification", {})
        self.received.add(
            service="fcm",
            device=token,
            status=said.status,
            collapse=android.get("collapse_key"),
            occurrence=words.get("occurrence"),
            title=notification.get("title"),
            body=notification.get("body"),
            withdraw="withdraw" in words,
            ttl=android.get("ttl"),
        )
        return said

    def judged(self, project: str, authorization: str, message: dict) -> Said:
        if authorization.removeprefix("Bearer ") not in self.given:
            return error(401, "UNAUTHENTICATED", None, "Request had invalid credentials.")
        if project != self.account["project_id"]:
            return error(404, "NOT_FOUND", None, "Requested entity was not found.")
        fault = fault_of(message)
        if fault:
            field = {"@type": BAD_REQUEST, "fieldViolations": [{"field": fault}]}
            return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", f"Invalid {fault}", field)
        return self.wished(message["token"])

    def wished(self, token: str) -> Said:
        match wish(token)[0]:
            case "dead" | "gone":
                return error(404, "NOT_FOUND", "UNREGISTERED", "Requested entity was not found.")
            case "bad":
                sentence = "The registration token is not a valid FCM registration token"
                return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", sentence)
            case "invalid":
                sentence = "Request contains an invalid argument."
                return error(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", sentence)
            case "foreign":
                return error(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", "SenderId mismatch")
            case "auth":
                sentence = "Auth error from APNS or Web Push Service"
                return error(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR", sentence)
            case "noid":
                return as_json(200, {})
        refusal = common(token)
        if refusal:
            return refusal
        name = f"projects/{self.account['project_id']}/messages/{secrets.token_hex(8)}"
        taken = as_json(200, {"name": name})
        return Said(taken.status, taken.headers, taken.body, delay(token))


def fault_of(message: dict) -> str | None:
    """The field that is not as the reference has it, if any."""
    android, words = message.get("android", {}), message.get("data", {})
    if not isinstance(message.get("token"), str) or not message["token"]:
        return "message.token"
    if not all(isinstance(value, str) for value in words.values()):
        return "message.data"
    if not re.fullmatch(r"[0-9]+(\.[0-9]{1,9})?s", android.get("ttl", "")):
        return "message.android.ttl"
    if android.get("priority") not in ("normal", "high"):
        return "message.android.priority"
    if not set(message) <= {"token", "data", "notification", "android", "apns"}:
        return "message"
    return None


def error(status: int, word: str, code: str | None, sentence: str, *details: dict) -> Said:
    """As https://cloud.google.com/apis/design/errors has it."""
    told = [{"@type": ERROR, "errorCode": code}] if code else []
    body = {"code": status, "message": sentence, "status": word, "details": [*told, *details]}
    return as_json(status, {"error": body})
