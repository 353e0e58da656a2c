"""The one server: which address belongs to which provider."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from tests.providers.answers import Said
from tests.providers.apns import APNS
from tests.providers.fcm import FCM
from tests.providers.push import Push
from tests.providers.received import Received

TOKEN = re.compile(r"/token(?:/([a-z0-9-]+))?")
SEND = re.compile(r"/v1/projects/([^/]+)/messages:send")
DEVICE = re.compile(r"(?:/(sandbox))?/3/device/([^/]+)")
PUSH = re.compile(r"/push/([^/]+)")


class Providers:
    """An ASGI application."""

    def __init__(self, folder: Path) -> None:
        self.received = Received(folder)
        self.fcm = FCM(folder, self.received)
        self.apns = APNS(folder, self.received)
        self.push = Push(self.received)

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "lifespan":
            return await live(receive, send)
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        body = await whole(receive)
        said = self.said(scope["method"], scope["path"], headers, body)
        await asyncio.sleep(said.after)
        raw = [(name.encode(), value.encode()) for name, value in said.headers.items()]
        await send({"type": "http.response.start", "status": said.status, "headers": raw})
        await send({"type": "http.response.body", "body": said.body})

    def said(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Said:
        origin = f"https://{headers.get('host', '')}"
        if method != "POST":
            return Said(405)
        if found := TOKEN.fullmatch(path):
            return self.fcm.token(origin + path, found[1] or "", body)
        if found := SEND.fullmatch(path):
            return self.fcm.send(found[1], headers.get("authorization", ""), body)
        if found := DEVICE.fullmatch(path):
            return self.apns.send(found[1] or "prod", found[2], headers, body)
        if found := PUSH.fullmatch(path):
            return self.push.send(found[1], origin, headers, body)
        self.received.add(service="none", device=path, status=404)
        return Said(404)


async def whole(receive: Callable[[], Awaitable[dict]]) -> bytes:
    parts, more = [], True
    while more:
        event = await receive()
        parts.append(event.get("body", b""))
        more = event.get("more_body", False)
    return b"".join(parts)


async def live(receive: Callable, send: Callable) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return
