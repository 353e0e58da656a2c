"""The ways to reach a person: one file each, one function each.

A channel takes messages and the present instant and gives an answer for each, in their order. It
never raises for a provider's fault, never sleeps, never sends a message twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from diary.channels import apns, email, fcm, webpush
from diary.channels.post import Answer, Message

CHANNELS: dict[str, Callable[[Sequence[Message], datetime], list[Answer]]] = {
    "fcm": fcm.send,
    "apns": apns.send,
    "webpush": webpush.send,
    "email": email.send,
}
