"""A person who writes a canary wherever words may be written, and where to look for it after."""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

WORD = "kanarienvogel"
NOTE = f"{WORD} in the north window"
HOURS = 13.75  # as short as a part of an instant: looked for with its name
COUNT = 271828.375  # a number that nothing else comes by
SECRETS = (WORD, str(COUNT))
# Fields for words of one's own; what else takes a text is a name of something (`NAMES`).
WORDS = {"note", "kind", "name", "unit", "label"}
NAMES = {
    "time_zone", "locale", "id", "occurrence", "rrule", "app",  # readable, and no health values
    "address", "auth", "p256dh",  # a device's; sealed, and on its way to providers
}  # fmt: skip

Ask = Callable[[str, str, Any], tuple[int, dict]]
_BODY = re.compile(r'"body": ?"([A-Za-z0-9+/=]+)"')  # of a task on its way: base64


def write_everywhere(ask: Ask, today: date, token: str) -> None:
    """Write it as a note, as names, as labels, as numbers; `token` is what the phone goes by."""

    def made(path: str, body: dict) -> dict:
        status, answer = ask("POST", f"/api/v1/{path}", body)
        assert status == 201, answer
        return answer

    on = {"date": today.isoformat(), "note": NOTE}
    scale = {"name": WORD, "kind": "number", "unit": WORD}
    tracker = made("trackers", scale)["id"]
    made("activities", {**on, "kind": WORD, "minutes": 35})
    made("moments", {**on, "at": f"{today}T09:00:00Z", "sleep_hours": HOURS})
    made("reminders", {"kind": "custom", "times": ["20:30"], "label": NOTE})
    device = {"platform": "fcm", "address": token, "label": NOTE}
    assert ask("POST", "/api/v1/devices", device)[0] in {200, 201}
    made("questionnaires/phq-9/answers", {"date": today.isoformat(), "items": {"44260-8": 2}})
    entry = {"note": NOTE, "sleep_hours": HOURS, "trackers": {tracker: COUNT}}
    status, answer = ask("PATCH", f"/api/v1/entries/{today}", entry)
    assert status in {200, 201}, answer
    change = {"collection": "entries", "id": str(today), "base": 0, "set": {"note": NOTE}}
    batch = {"client": tracker, "batch": 1, "schema": 1, "changes": [change]}
    assert ask("POST", "/api/v1/sync", batch)[0] == 200
    for pattern in ask("GET", "/api/v1/patterns", None)[1]["items"]:
        said = {"verdict": "not_right", "note": NOTE}
        assert ask("PUT", f"/api/v1/patterns/{pattern['id']}/feedback", said)[0] == 200


def files_holding(folder: Path, words: str) -> list[str]:
    found = []
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a server that runs removes its own
            if path.is_file() and words.encode() in path.read_bytes():
                found.append(str(path.relative_to(folder)))
    return found


def opened(text: str) -> str:
    """The text, and beside it every body of a task that lies in it in base64."""
    bodies = [base64.b64decode(body).decode() for body in _BODY.findall(text.replace('\\"', '"'))]
    return "\n".join([text, *bodies])


def texts_of(document: dict) -> set[str]:
    """The names of all fields of an OpenAPI document's bodies that take any text."""
    schemas = document["components"]["schemas"]
    found: set[str] = set()

    def look(schema: dict, name: str, inside: tuple[str, ...]) -> None:
        reference = schema.get("$ref")
        if reference in inside:
            return
        if reference:
            look(schemas[reference.rpartition("/")[2]], name, (*inside, reference))
        for several in ("allOf", "oneOf", "anyOf"):
            for one in schema.get(several, ()):
                look(one, name, inside)
        bound = {"enum", "format", "pattern", "const"} & schema.keys()
        if "string" in json.dumps(schema.get("type")) and not bound:
            found.add(name)
        for inner, described in schema.get("properties", {}).items():
            if not described.get("readOnly"):
                look(described, inner, inside)
        for inner in ("items", "additionalProperties"):
            if isinstance(schema.get(inner), dict):
                look(schema[inner], name, inside)

    for methods in document["paths"].values():
        for described in methods.values():
            for content in described.get("requestBody", {"content": {}})["content"].values():
                look(content["schema"], "", ())
    return found
