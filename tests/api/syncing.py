"""An installed app as sync sees it: its client id, its batches, what it pushes and pulls."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

from tests.conftest import TODAY

PATH = "/api/v1/sync"
WALK, TRACKER, MOMENT = (str(UUID(int=number)) for number in (1, 2, 3))


def entry(base: int = 0, day=TODAY, **fields: Any) -> dict[str, Any]:
    """A change of one day."""
    return {"collection": "entries", "id": str(day), "base": base, "set": fields}


def of(collection: str, key: str, base: int = 0, **fields: Any) -> dict[str, Any]:
    return {"collection": collection, "id": key, "base": base, "set": fields}


def walk(base: int = 0, key: str = WALK, **fields: Any) -> dict[str, Any]:
    return of("activities", key, base, date=str(TODAY), kind="walk", **fields)


def gone(base: int, collection: str = "entries", key: str = str(TODAY)) -> dict[str, Any]:
    return {"collection": collection, "id": key, "base": base, "delete": True}


def body(*changes: Any, client: str | None = None, batch: int = 1, **more: Any) -> dict[str, Any]:
    client = client or str(UUID(int=77))
    return {"client": client, "batch": batch, "schema": 1, "changes": list(changes)} | more


class App:
    """One install on a signed-in phone."""

    def __init__(self, phone) -> None:
        self.phone = phone
        self.client = str(uuid4())
        self.batch = 0

    def send(self, *changes: Any, batch: int | None = None):
        """The whole answer to a batch; without a number it is the next one."""
        self.batch = self.batch + 1 if batch is None else batch
        sent = json.dumps(body(*changes, client=self.client, batch=self.batch))
        return self.phone.send("POST", PATH, sent.encode())

    def push(self, *changes: Any) -> list[dict[str, Any]]:
        """How each change went."""
        answer = self.send(*changes)
        assert answer.status_code == 200, answer.content
        return answer.json()["results"]

    def status(self, *changes: Any) -> list[str]:
        return [result["status"] for result in self.push(*changes)]

    def pull(self, since: int = 0, **query: Any) -> dict[str, Any]:
        answer = self.phone.get(PATH, {"since": since, **query})
        assert answer.status_code == 200, answer.content
        return answer.json()

    def all(self, limit: int = 200) -> dict[tuple[str, str], dict[str, Any]]:
        """Everything, page by page, by collection and id."""
        documents, since, more = {}, 0, True
        while more:
            page = self.pull(since, limit=limit)
            documents |= {(each["collection"], each["id"]): each for each in page["documents"]}
            since, more = page["checkpoint"]["seq"], page["has_more"]
        return documents


def recorded(document: dict[str, Any]) -> dict[str, Any]:
    """The fields of a document that hold something."""
    left_out = {"collection", "id", "rev", "deleted"}
    return {
        name: value
        for name, value in document.items()
        if value is not None and name not in left_out
    }
