"""What a person may not set: sent along with a good body it is refused, or without effect."""

from __future__ import annotations

from uuid import uuid4

import pytest

from diary.models import DataKey, Diary, Person, Record
from tests.api.contract import operations

pytestmark = pytest.mark.django_db

WRITES = [(method, path) for method, path, said in operations() if "requestBody" in said]
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


# What else has to be sent, so that nothing is refused for being missing.
GOOD = {
    "POST /api/v1/reminders": {"kind": "entry", "times": ["20:30"]},
    "POST /api/v1/devices": {"platform": "fcm", "address": "anas-phone"},
    "POST /api/v1/devices/{id}/mute": {"until": None},
    "POST /api/v1/occurrences/{id}/snooze": {"minutes": 10},
    "POST /api/v1/deliveries/receipts": {"receipts": []},
}


def everything(person: Person) -> list:
    """What the database holds of a person but for the values of their diary."""
    return [
        list(Person.objects.values_list().order_by("pk")),
        [tuple(map(str, row)) for row in DataKey.objects.filter(user=person).values_list()],
        Record.objects.filter(user=person).count(),
        list(Diary.objects.filter(user=person).values_list()),
    ]


@pytest.mark.parametrize(("method", "path"), WRITES, ids=map(" ".join, WRITES))
@pytest.mark.parametrize("name", OURS)
def test_what_is_the_servers_is_not_the_clients(phone, ana, method, path, name):
    before = everything(ana)
    address = path.format(date="2026-03-20", id=STRANGE)
    body = GOOD.get(f"{method} {path}", {}) | {name: OURS[name]}
    answer = getattr(phone, method.lower())(address, body)
    if answer.status_code == 422:
        assert answer.json()["errors"][0]["code"] == "unknown_field"
        assert everything(ana) == before
        return
    assert answer.json().get(name) != OURS[name] or OURS[name] is None
    [person, key, *_] = everything(ana)
    assert [person, key] == before[:2]
    diary = Diary.objects.get(user=ana)
    assert diary.seq <= 1
    assert diary.reviewed_seq == 0
