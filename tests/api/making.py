"""What has to be there before an address can be asked."""

from __future__ import annotations

from uuid import uuid4

from diary.models import Occurrence, Person
from tests.api.conftest import keep, look
from tests.api.contract import CheckedPhone
from tests.api.test_patterns import both
from tests.conftest import NOW, TODAY


def made_first(phone: CheckedPhone, person: Person, path: str) -> str | None:
    """The id of what an address needs to be there and that no phone can give an id of its own."""
    match path.removeprefix("/api/v1/").partition("/")[0] if "{id}" in path else None:
        case "patterns":
            keep(person, both())
            look()
            return phone.get("/api/v1/patterns").json()["items"][0]["id"]
        case "reminders":
            sent = {"kind": "entry", "times": ["20:30"]}
            return phone.post("/api/v1/reminders", sent).json()["id"]
        case "devices":
            sent = {"platform": "fcm", "address": "anas-phone"}
            return phone.post("/api/v1/devices", sent).json()["id"]
        case "exports":
            return phone.post("/api/v1/exports", {"formats": ["json"]}).json()["id"]
        case "occurrences":
            reminder = made_first(phone, person, "/api/v1/reminders/{id}")
            occurrence = Occurrence.objects.create(
                user=person, id=uuid4(), reminder=reminder, kind="entry", local_date=TODAY,
                minute=720, entry_date=TODAY, due_at=NOW, send_at=NOW, expires_at=NOW,
                time_zone="UTC",
            )  # fmt: skip
            return str(occurrence.id)
    return None
