"""How a token makes a provider answer: by the word before its first hyphen, in all three alike.

dead-…      the app is gone                    gone-old-…, gone-new-…   APNs: since when
bad-…       no such token                      sandbox-…  APNs: a token of the sandbox only
foreign-…   a token of another sender's        invalid-…  the message is wrong
auth-…      our keys are refused               stale-…    APNs: our signature is too old
quota-37-…  429 with Retry-After, quota-… without        down-…, down-5-…  503
noid-…      taken, without a name              empty-…    503 without a body
hang-…      no answer                          late-…     taken, and no answer
slow-2-…    taken after 2 seconds              redirect-… 307 to somewhere else
huge-…      400 with 10 MiB                    garbage-…  400 with what is no JSON
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

HUGE = b"x" * (10 * 1024 * 1024)


@dataclass(frozen=True)
class Said:
    """An answer: status, headers, body; how long it takes; whether the message was taken."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    after: float = 0.0


FOREVER = 3600.0  # seconds


def wish(token: str) -> tuple[str, int | None]:
    """What the token asks for, and with which number: `quota-37-x` → ("quota", 37)."""
    word, _, rest = token.partition("-")
    number = re.match(r"[0-9]+(?=-|$)", rest)
    return word, int(number[0]) if number else None


def common(token: str) -> Said | None:
    """The answers that no provider has a form of its own for."""
    word, number = wish(token)
    match word:
        case "hang":
            return Said(503, after=FOREVER)
        case "empty":
            return Said(503)
        case "redirect":
            return Said(307, {"location": "/elsewhere"})
        case "huge":
            return Said(400, body=HUGE)
        case "garbage":
            return Said(400, body=b'{"error": [[[')
        case "quota":
            return Said(429, {"retry-after": str(number)} if number is not None else {})
        case "down":
            return Said(503, {"retry-after": str(number)} if number is not None else {})
    return None


def delay(token: str) -> float:
    """How long the answer to a message that was taken is held back."""
    word, number = wish(token)
    return {"late": FOREVER, "slow": float(number or 1)}.get(word, 0.0)


def as_json(status: int, body: object, **headers: str) -> Said:
    return Said(status, {"content-type": "application/json"} | headers, json.dumps(body).encode())
