"""What goes out and what comes back, the same for every channel.

Neither shows an address or a text when it is printed: a repr may end in a log.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Message:
    """One text on its way to one device or one mailbox.

    ``collapse`` is what a later message of the same reminder replaces: at most 32 letters of
    base64url, the shortest that any provider takes. ``address`` is a token (fcm, apns), a mailbox
    (email), or ``endpoint``, ``p256dh`` and ``auth`` (webpush). ``app`` is the apns topic.
    ``unsubscribe`` is the whole URL of RFC 8058. ``withdraw`` takes back what was shown under
    ``collapse``, silently; by e-mail there is nothing to take back. ``locale`` is the language of
    its title and body, for what a channel says itself.
    """

    delivery: UUID
    occurrence: UUID
    collapse: str
    title: str = field(repr=False)
    body: str = field(repr=False)
    expires_at: datetime
    platform: str
    address: str | Mapping[str, str] = field(repr=False)
    app: str = ""
    environment: str = "prod"
    unsubscribe: str | None = field(default=None, repr=False)
    withdraw: bool = False
    locale: str = "en"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", self.collapse):
            raise ValueError("collapse: 1 to 32 letters of base64url")

    def seconds_left(self, now: datetime) -> int:
        """Whole seconds until nobody wants it any more; at most 0 when that is now."""
        return int((self.expires_at - now).total_seconds())


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message, as its provider said it; what to do is `reminders.outcomes`'.

    ``reason`` is a word of the provider's, or one of ours: ``off`` (the channel has no keys),
    ``connect`` and ``timeout`` (no answer), ``refused`` (not looked at), ``untried``,
    ``credentials`` (we were not let in), ``expired``, ``address``, ``app`` (not one of ours),
    ``too_large``, ``letter`` (it could not be written), ``withdraw`` (nothing to take back).
    ``unsure``: it was sent, and whether it arrived cannot be known. ``retry_after`` in seconds.
    """

    sent: bool
    status: int | None = None
    reason: str = ""
    retry_after: float | None = None
    provider_id: str = ""
    gone_since: datetime | None = None
    unsure: bool = False
