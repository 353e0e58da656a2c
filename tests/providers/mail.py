"""A mail server for tests, which answers by the beginning of a mailbox's name.

dead-…   550 5.1.1 at RCPT      full-…   552 5.2.2 at RCPT     grey-…  450 4.7.1 at RCPT
block-…  550 5.7.1 at RCPT      spam-…   554 5.7.1 after DATA  busy-…  451 4.3.0 after DATA
late-…   taken, and no answer   cut-…    taken, and the connection is gone
shut-…   421 4.3.2 at RCPT, and the connection is gone
"""

from __future__ import annotations

import asyncio
import logging
from email.message import Message
from email.parser import BytesParser
from email.policy import default

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from config.embedded import free_port

RECIPIENTS = {
    "dead": "550 5.1.1 no such mailbox",
    "full": "552 5.2.2 the mailbox is full",
    "grey": "450 4.7.1 come back later",
    "block": "550 5.7.1 we do not talk to you",
    "shut": "421 4.3.2 going down",
    "old": "550 nobody of that name",
}
TEXTS = {"spam": "554 5.7.1 looks like spam", "busy": "451 4.3.0 try again"}

logging.getLogger("mail.log").setLevel(logging.WARNING)  # it repeats every command


class Post:
    """What came: `letters` that were taken, and how many connections there were."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.connections = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return lines

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list
    ) -> str:
        word = address.partition("-")[0]
        refusal = RECIPIENTS.get(word)
        if word == "gone":
            server.transport.abort()
        if refusal and refusal.startswith("421"):
            await server.push(refusal)
            server.transport.close()
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        word = envelope.rcpt_tos[0].partition("-")[0]
        if word in TEXTS:
            return TEXTS[word]
        letter = BytesParser(policy=default).parsebytes(envelope.content)
        self.letters.append(letter)
        if word == "late":
            await asyncio.sleep(3600)
        if word == "cut":
            server.transport.abort()
        return "250 2.0.0 taken"


def opened() -> tuple[Controller, Post]:
    """A started server on a free port, and what comes to it."""
    post = Post()
    controller = Controller(post, hostname="127.0.0.1", port=free_port())
    controller.start()
    return controller, post
