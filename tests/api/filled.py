"""A diary that holds something of everything, twice: whom generated requests ask about.

Who adds a resource with ids of its own adds a line to `MAKERS`; tests fail until it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import uuid4

from diary.access import SHARE, Seen, note_access
from diary.models import Occurrence, Person
from tests.api.conftest import keep, look
from tests.api.contract import CheckedPhone, operations
from tests.api.test_patterns import both
from tests.conftest import NOW, TODAY

CANARY = "the heron stood in the reeds until noon"
ON = {"date": TODAY.isoformat()}
ADDED = {
    "activities": {**ON, "kind": "walk", "minutes": 20, "note": CANARY},
    "moments": {**ON, "at": "2026-03-20T09:30:00+01:00", "pain": 6.5, "note": CANARY},
    "trackers": {"name": CANARY, "kind": "scale"},
}


def added(phone: CheckedPhone, person: Person, name: str, number: int) -> str:
    return phone.post(f"/api/v1/{name}", ADDED[name]).json()["id"]


def answered(phone: CheckedPhone, person: Person, name: str, number: int) -> str:
    sent = {**ON, "items": {"44250-9": number, "44260-8": 1}}
    return phone.post("/api/v1/questionnaires/phq-9/answers", sent).json()["id"]


def reminded(phone: CheckedPhone, person: Person, name: str, number: int) -> str:
    sent = {"kind": "entry", "times": ["20:30"], "label": CANARY}
    return phone.post("/api/v1/reminders", sent).json()["id"]


def carried(phone: CheckedPhone, person: Person, name: str, number: int) -> str:
    sent = {"platform": "fcm", "address": f"phone-{number}-{person.pk}", "app": "example.app"}
    return phone.post("/api/v1/devices", sent | {"label": CANARY}).json()["id"]


def came_due(phone: CheckedPhone, person: Person, name: str, number: int) -> str:
    reminder = phone.get("/api/v1/reminders").json()["items"][0]["id"]
    occurrence = Occurrence.objects.create(
        user=person, id=uuid4(), reminder=reminder, kind="entry", local_date=TODAY, seq=number,
        minute=720, entry_date=TODAY, due_at=NOW, send_at=NOW, expires_at=NOW, time_zone="UTC",
    )  # fmt: skip
    return str(occurrence.id)


def opened(phone: CheckedPhone, person: Person, name: str, number: int) -> str:
    pattern = phone.get("/api/v1/patterns").json()["items"][number - 1]["id"]
    said = {"verdict": "not_right", "note": CANARY}
    assert phone.put(f"/api/v1/patterns/{pattern}/feedback", said).status_code == 200
    return pattern


def exported(phone: CheckedPhone, person: Person, name: str, number: int) -> str:
    return phone.post("/api/v1/exports", {"formats": ["json"]}).json()["id"]


MAKERS: dict[str, Callable[[CheckedPhone, Person, str, int], str]] = {
    "activities": added,
    "moments": added,
    "trackers": added,
    "answers": answered,
    "reminders": reminded,
    "devices": carried,
    "occurrences": came_due,
    "patterns": opened,
    "exports": exported,
}
WITH_IDS = {path.split("/")[3] for _, path, _ in operations() if "{id}" in path}


def fill(phone: CheckedPhone, person: Person) -> dict[str, list[str]]:
    """Fill the diary; two ids of each resource. The clock stands at noon of TODAY."""
    assert MAKERS.keys() == WITH_IDS, "say in MAKERS how one of each resource is made"
    keep(person, both())
    look()
    phone.patch(f"/api/v1/entries/{TODAY}", {"note": CANARY, "self_harm_thoughts": 1})
    phone.patch("/api/v1/me", {"country": "CH", "time_zone": "Asia/Kathmandu"})
    made = {
        name: [make(phone, person, name, number) for number in (1, 2)]
        for name, make in MAKERS.items()
    }
    for day in (TODAY - timedelta(days=1), TODAY):
        note_access(person.datakey.open(), Seen(SHARE, CANARY, "read", day, day), NOW)
    look()  # what was just written is seen, and changes no more afterwards
    return made


def address(path: str, ids: Mapping[str, list[str]], which: int = 0) -> str:
    """The address of what is there, by its template."""
    place = path.removeprefix("/api/v1/").partition("/")[0]
    one = ids[place][which] if "{id}" in path else ""
    return path.format(date=TODAY, id=one, code="phq-9", token="x")


def example(said: Mapping) -> dict | None:
    """A body that the document says is taken; None where it says of none."""
    for content in said.get("requestBody", {"content": {}})["content"].values():
        return dict(next(iter(content["examples"].values()))["value"])
    return None
