"""Mailboxes: a short mail by SMTP, which one click turns off (RFC 8058)."""

from __future__ import annotations

import contextlib
import os
import re
import smtplib
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core import mail
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.html import format_html, linebreaks
from django.utils.safestring import mark_safe

from diary.channels.post import Answer, Message
from diary.wording.reminders import turn_mails_off

BATCH_LIMIT = 5.0  # seconds; what has not begun by then waits for another batch
DJANGOS_SMTP = "django.core.mail.backends.smtp.EmailBackend"


def send(messages: Sequence[Message], now: datetime) -> list[Answer]:
    """Send each message once, one after the other on one connection, which stays open."""
    until = time.monotonic() + BATCH_LIMIT
    answers: list[Answer] = []
    broken = False
    _lines.leave_if_gone()
    for message in messages:
        answer = _not_worth_sending(message, now)
        if answer is None and (broken or time.monotonic() > until):
            answer = Answer(False, reason="untried")
        if answer is None:
            answer = _sent(message, now)
            # A server that is gone would cost each message its time limit.
            broken = answer.unsure or answer.reason in ("connect", "credentials")
        answers.append(answer)
    if broken or not isinstance(_lines.kept, Courier):
        _lines.close()  # in development a file, which others want to read
    return answers


def _not_worth_sending(message: Message, now: datetime) -> Answer | None:
    if message.withdraw:
        return Answer(False, reason="withdraw")  # a mail cannot be taken back
    if message.seconds_left(now) <= 0:
        return Answer(False, reason="expired")
    return None if _is_mailbox(message.address) else Answer(False, reason="address")


def _is_mailbox(address: object) -> bool:
    if not isinstance(address, str) or "@" not in address:
        return False
    try:
        smtp.sanitize_address(address, settings.DEFAULT_CHARSET)
    except ValueError:
        return False
    return True


def hang_up() -> None:
    """Close the connection that this thread has open."""
    _lines.close()


# ---- The mail ---------------------------------------------------------------------------------


def written(message: Message, now: datetime) -> mail.EmailMultiAlternatives:
    """The mail. Its Message-ID is the occurrence's, the same one at every attempt."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {
        "Message-ID": f"<{message.occurrence}@{domain}>",
        "Date": format_datetime(now),
        "Auto-Submitted": "auto-generated",
    }
    text, page = message.body, linebreaks(message.body, autoescape=True)
    if message.unsubscribe:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        stop = turn_mails_off(message.locale)
        text += f"\n\n--\n{stop}: {message.unsubscribe}"
        page += format_html('<p><a href="{}">{}</a></p>', message.unsubscribe, stop)
    letter = mail.EmailMultiAlternatives(
        " ".join(message.title.split()), text, to=[message.address], headers=headers
    )
    letter.attach_alternative(format_html("<!doctype html>\n{}", mark_safe(page)), "text/html")
    return letter


# ---- The server -------------------------------------------------------------------------------


class Staged:
    """Knows how far a message has come: mixed into smtplib's connections."""

    stage = ""

    def sendmail(self, *args, **options):
        self.stage = ""
        return super().sendmail(*args, **options)

    def data(self, text):
        self.stage = "data"
        return super().data(text)


class Connection(Staged, smtplib.SMTP):
    pass


class TLSConnection(Staged, smtplib.SMTP_SSL):
    pass


class Courier(smtp.EmailBackend):
    """Django's backend, over connections that know their stage."""

    @property
    def connection_class(self):
        return TLSConnection if self.use_ssl else Connection


def _sent(message: Message, now: datetime) -> Answer:
    backend = _lines.backend
    try:
        backend.open()
        backend.send_messages([written(message, now)])
    except ValueError:
        return Answer(False, reason="letter")  # no header can be made of what we put into one
    except smtplib.SMTPRecipientsRefused as refusal:
        [(status, said)] = refusal.recipients.values()
        return Answer(False, status, f"rcpt{_enhanced(said)}")
    except smtplib.SMTPAuthenticationError as refusal:
        return Answer(False, refusal.smtp_code, "credentials")
    except smtplib.SMTPSenderRefused as refusal:
        return Answer(False, refusal.smtp_code, f"from{_enhanced(refusal.smtp_error)}")
    except smtplib.SMTPDataError as refusal:
        return Answer(False, refusal.smtp_code, f"data{_enhanced(refusal.smtp_error)}")
    except OSError:  # every fault of smtplib is one, and so is a socket's
        in_doubt = getattr(getattr(backend, "connection", None), "stage", "") == "data"
        return Answer(False, reason="connect", unsure=in_doubt)
    return Answer(True)


def _enhanced(said: bytes | str) -> str:
    """The code of RFC 3463 that a server puts before its sentence.

    >>> _enhanced(b"5.1.1 no such mailbox"), _enhanced(b"no")
    (' 5.1.1', '')
    """
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    code = re.match(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b", text)
    return f" {code[0]}" if code else ""


class _Lines(threading.local):
    """One connection for each thread; a child of a fork makes its own."""

    kept: BaseEmailBackend | None = None
    key: tuple = ()

    @property
    def backend(self) -> BaseEmailBackend:
        key = (os.getpid(), settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT)
        if self.kept is None or self.key != key:
            smtp_is_used = settings.EMAIL_BACKEND == DJANGOS_SMTP
            self.kept = Courier() if smtp_is_used else mail.get_connection()
            self.key = key
        return self.kept

    def leave_if_gone(self) -> None:
        """Servers hang up on idle connections; the next message opens another one."""
        connection = getattr(self.backend, "connection", None)
        if connection is None:
            return
        try:
            alive = connection.noop()[0] == 250
        except OSError:
            alive = False
        if not alive:
            self.close()

    def close(self) -> None:
        if self.kept is not None and self.key[0] == os.getpid():
            with contextlib.suppress(OSError):
                self.kept.close()
        self.kept = None


_lines = _Lines()
