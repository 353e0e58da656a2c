"""Requests to push services over HTTP/2: many at once, each of them once, within ten seconds.

The transport stands alone, without the client that httpx puts around it: that one would follow
settings of the environment, keep cookies from one person's answer for the next one's request, and
write every address to the log.
"""

from __future__ import annotations

import asyncio
import os
import re
import ssl
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import certifi
import h2.errors
import h2.events
import h2.exceptions
import httpx
import orjson
from django.conf import settings

TIME_LIMIT = 10.0  # seconds for a request with all of its answer
CONNECT_LIMIT = 5.0  # seconds of these
LARGEST_ANSWER = 64 * 1024  # bytes; what comes after them is not read
# Services close an idle connection after a minute or more; a request sent just then would be in
# doubt for ever. So ours is closed first.
IDLE_LIMIT = 20.0  # seconds
AT_ONCE = 100  # requests under way; the rest wait their turn within the same time


@dataclass(frozen=True, slots=True)
class Request:
    """A POST. Its address and headers identify a device, so its repr shows neither."""

    url: str = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or none: then ``fault`` says why, and ``unsure`` whether it may have arrived."""

    status: int | None = None
    headers: httpx.Headers = field(default_factory=httpx.Headers, repr=False)
    body: bytes = field(default=b"", repr=False)
    fault: str = ""
    unsure: bool = False


def post(requests: Sequence[Request]) -> list[Reply]:
    """Send them all at the same time, each once; the replies in the order of the requests."""
    if not requests:
        return []
    return _lines.of_this_thread().post(requests)


def hang_up() -> None:
    """Close what this thread has open."""
    _lines.close()


class Line:
    """An event loop and its connections. They live on between two calls, for the next one."""

    def __init__(self, extra_ca: str) -> None:
        context = ssl.create_default_context(cafile=certifi.where())
        if extra_ca:
            context.load_verify_locations(extra_ca)
        self.runner = asyncio.Runner()
        self.context = context
        self.transport = self.connected()
        self.left_open = False

    def connected(self) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(
            verify=self.context,
            http2=True,
            trust_env=False,
            retries=0,
            limits=httpx.Limits(max_connections=AT_ONCE, keepalive_expiry=IDLE_LIMIT),
        )

    def post(self, requests: Sequence[Request]) -> list[Reply]:
        replies = self.runner.run(self.post_all(requests))
        if self.left_open:
            # An answer that was not read to its end still fills the connection's window, and its
            # stream counts as open over there: the next messages get a connection of their own.
            self.runner.run(self.leave())
            self.transport, self.left_open = self.connected(), False
        return replies

    async def post_all(self, requests: Sequence[Request]) -> list[Reply]:
        room = asyncio.Semaphore(AT_ONCE)
        return await asyncio.gather(*(self.post_one(request, room) for request in requests))

    async def post_one(self, request: Request, room: asyncio.Semaphore) -> Reply:
        progress = Progress()
        try:
            async with asyncio.timeout(TIME_LIMIT), room:
                await self.exchange(request, progress)
        except (TimeoutError, httpx.HTTPError, h2.exceptions.H2Error) as error:
            self.left_open = True
            # What did not arrive whole is still an answer once its status is known.
            if progress.status is None:
                return progress.failed(error)
        return Reply(progress.status, progress.headers, bytes(progress.body))

    async def exchange(self, request: Request, progress: Progress) -> None:
        outgoing = httpx.Request(
            "POST",
            request.url,
            headers=request.headers,
            content=request.body,
            # No limit on a single read: in HTTP/2 it would end every other stream as well.
            extensions={"trace": progress.note, "timeout": {"connect": CONNECT_LIMIT}},
        )
        answer = await self.transport.handle_async_request(outgoing)
        try:
            progress.status, progress.headers = answer.status_code, answer.headers
            async for part in answer.aiter_raw():
                progress.body += part[: LARGEST_ANSWER - len(progress.body)]
                if len(progress.body) >= LARGEST_ANSWER:
                    self.left_open = True
                    return
        finally:
            await answer.aclose()

    def close(self) -> None:
        self.runner.run(self.leave())
        self.runner.close()

    async def leave(self) -> None:
        await self.transport.aclose()
        await asyncio.sleep(0)  # sockets are closed in the loop's next round


class Progress:
    """How far one request has come."""

    def __init__(self) -> None:
        self.body_begun = False
        self.stream = 0
        self.status: int | None = None
        self.headers = httpx.Headers()
        self.body = bytearray()

    async def note(self, event: str, info: Mapping) -> None:
        if event.endswith("send_request_body.started"):
            self.body_begun = True
        elif event == "http2.send_request_headers.started":
            self.stream = info["stream_id"]
        elif event == "connection.connect_tcp.started":
            # Perhaps anew, because the connection before had said that it did not look at it.
            self.body_begun = False

    def failed(self, error: Exception) -> Reply:
        if self.was_refused(error):
            return Reply(fault="refused")
        return Reply(fault="timeout" if is_timeout(error) else "connect", unsure=self.body_begun)

    def was_refused(self, error: Exception) -> bool:
        """Whether the service said that it had not looked at the request (RFC 9113, 8.7)."""
        match error.__cause__.args[:1] if error.__cause__ else ():
            case (h2.events.StreamReset(error_code=h2.errors.ErrorCodes.REFUSED_STREAM),):
                return True
            case (h2.events.ConnectionTerminated(last_stream_id=int() as last),):
                return self.stream > last
        return False


def is_timeout(error: Exception) -> bool:
    return isinstance(error, TimeoutError | httpx.TimeoutException)


class _Lines(threading.local):
    """Each thread has a loop of its own; a child of a fork begins with none."""

    line: Line | None = None
    extra_ca: str = ""
    process: int = 0

    def of_this_thread(self) -> Line:
        wanted = (settings.PUSH_CA, os.getpid())
        if self.line is None or (self.extra_ca, self.process) != wanted:
            self.close()
            self.line = Line(settings.PUSH_CA)
            self.extra_ca, self.process = wanted
        return self.line

    def close(self) -> None:
        if self.line is not None and self.process == os.getpid():
            self.line.close()
        self.line = None


_lines = _Lines()


# ---- What several services say in the same way ------------------------------------------------


def retry_after(reply: Reply, now: datetime) -> float | None:
    """The header's seconds or date (RFC 9110, 10.2.3) as seconds from now; None without one.

    >>> noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    >>> retry_after(Reply(429, httpx.Headers({"Retry-After": "37"})), noon)
    37.0
    """
    text = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def word(text: object) -> str:
    """A provider's word for its reason, cut down to what can do no harm in a row or a log.

    >>> word("UNREGISTERED"), word({"x": 1}), word("a\\nb c" * 20)
    ('UNREGISTERED', '', '')
    """
    return text if isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", text) else ""


def said(reply: Reply) -> Mapping:
    """The JSON object that came back; an empty one where it was something else."""
    try:
        return mapping(orjson.loads(reply.body))
    except orjson.JSONDecodeError:
        return {}


def mapping(value: object) -> Mapping:
    return value if isinstance(value, dict) else {}
