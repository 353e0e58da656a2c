"""What a person may not set: sent along with a good body it is refused, or without effect."""

from __future__ import annotations

from uuid import uuid4

import pytest

from diary.models import DataKey, Diary, Person, Record
from tests.api.conftest import make
from tests.api.contract import operations
from tests.api.making import made_first
from tests.api.walls import undone
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

WRITES = {
    f"{method} {path}": (method, path, next(iter(content["examples"].values()))["value"])
    for method, path, said in operations()
    for content in said.get("requestBody", {"content": {}})["content"].values()
}
STRANGE = str(uuid4())
OURS = {
    "id": STRANGE, "pk": STRANGE, "user": STRANGE, "user_id": STRANGE, "person": STRANGE,
    "owner": STRANGE, "email": "evil@diary.example", "password": "evil", "is_staff": True,
    "is_superuser": True, "is_active": False, "rev": 999, "seq": 999, "reviewed_seq": 999,
    "epoch": STRANGE, "deleted": True, "sealed": "AA==", "collection": "trackers", "key": "x",
    "key_id": STRANGE, "wrapped": "AA==", "lease_until": "2030-01-01T00:00:00Z", "attempts": 4,
    "quarantined_at": "2020-01-01T00:00:00Z", "changed_from": "2000-01-01", "support": None,
    "began_at": "2000-01-01T00:00:00Z", "created_at": "2000-01-01T00:00:00Z", "today": "2000-01-01",
    "__class__": "x", "__proto__": {"is_staff": True}, "constructor": {"x": 1}, "$set": {"rev": 1},
}  # fmt: skip


def everything(person: Person) -> list:
    """What the database holds of a person but for the values of their diary."""
    return [
        list(Person.objects.values_list().order_by("pk")),
        [tuple(map(str, row)) for row in DataKey.objects.filter(user=person).values_list()],
        Record.objects.filter(user=person).count(),
        list(Diary.objects.filter(user=person).values_list()),
    ]


@pytest.mark.parametrize(("method", "path", "good"), WRITES.values(), ids=WRITES)
def test_what_is_the_servers_is_not_the_clients(phone, ana, time_machine, method, path, good):
    time_machine.move_to(NOW)
    # A pattern would take a diary that was looked over; here nobody has one.
    first = None if "/patterns/" in path else made_first(phone, ana, path)
    address = path.format(date="2026-03-20", id=first or STRANGE, code="phq-9")
    made = method == "PATCH" and "{id}" in path and not first  # only what is there can be changed
    if made:
        assert make(phone, address, good).status_code == 201
    before = everything(ana)
    for name, value in OURS.items():
        with undone():
            answer = getattr(phone, method.lower())(address, good | {name: value})
            judge(answer, name, before, ana, 1 + made)


def judge(answer, name: str, before: list, ana: Person, most: int) -> None:
    if answer.status_code == 422:
        assert answer.json()["errors"][0]["code"] == "unknown_field", name
        assert everything(ana) == before, name
        return
    assert answer.json().get(name) != OURS[name] or OURS[name] is None or name == "id"
    [person, key, *_] = everything(ana)
    assert [person, key] == before[:2], name
    diary = Diary.objects.get(user=ana)
    assert diary.seq <= most, name
    assert diary.reviewed_seq == 0, name
