"""Every operation, asked by everybody whom it is not for: no answer, no change, no byte.

The rows come from the OpenAPI document, so an operation that nobody thought of here fails.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from diary.models import (
    Delivery,
    Device,
    DeviceAddress,
    Diary,
    Occurrence,
    Record,
    Reminder,
)
from tests.api.conftest import keep, look, phone_of
from tests.api.contract import CheckedPhone, operations
from tests.api.test_patterns import both
from tests.conftest import NOW, TODAY, sign_in
from tests.diary.reminders.reminding import carry, remind

pytestmark = pytest.mark.django_db

CANARY = "the heron stood in the reeds until noon"
# A link to unsubscribe is its own key; what it is made of, `who_unsubscribes` judges.
PUBLIC = {"read_support", "show_unsubscribe", "unsubscribe"}
ASKED_BY_NOBODY = {"show_unsubscribe": 404, "unsubscribe": 404}
# What somebody else who is signed in gets when they ask for what is Ana's.
OTHERS = {
    "list_entries": 200,  # their own, of which there are none
    "read_entry": 404,
    "replace_entry": 201,  # a day of their own
    "change_entry": 201,
    "delete_entry": 404,
    "read_me": 200,
    "change_me": 200,
    "read_measures": 200,
    "read_trends": 200,
    "list_patterns": 200,
    "read_pattern": 404,
    "read_support": 200,
    "list_reminders": 200,
    "make_reminder": 201,
    "read_reminder": 404,
    "change_reminder": 404,
    "delete_reminder": 404,
    "preview_reminder": 404,
    "read_local_plan": 200,
    "list_devices": 200,
    "register_device": 201,
    "delete_device": 404,
    "mute_device": 404,
    "test_device": 404,
    "list_occurrences": 200,
    "snooze_occurrence": 404,
    "dismiss_occurrence": 404,
    "open_occurrence": 404,
    "send_receipts": 204,  # of what is not theirs it takes no note
    "read_notification_settings": 200,
    "change_notification_settings": 200,
    "show_unsubscribe": 404,
    "unsubscribe": 404,
}
BODIES = {
    "change_me": {"country": "DE"},
    "make_reminder": {"kind": "entry", "times": ["08:00"]},
    "change_reminder": {"times": ["08:00"]},
    "register_device": {"platform": "fcm", "address": "bens-phone"},
    "mute_device": {"until": None},
    "test_device": None,
    "snooze_occurrence": {"minutes": 10},
    "dismiss_occurrence": None,
    "open_occurrence": None,
    "change_notification_settings": {"streak_wording": True},
    "unsubscribe": None,
}
OPERATIONS = {described["operationId"]: (method, path) for method, path, described in operations()}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def pattern_id(ana, phone) -> str:
    """Ana's diary holds a note, both patterns and a country; the id of one pattern."""
    keep(ana, both())
    phone.patch(f"/api/v1/entries/{TODAY}", {"note": CANARY, "self_harm_thoughts": 1})
    phone.patch("/api/v1/me", {"country": "CH", "time_zone": "Asia/Kathmandu"})
    look()
    [first, _] = phone.get("/api/v1/patterns").json()["items"]
    device = carry(ana, NOW, CANARY)
    reminder = remind(ana, NOW, label=CANARY)
    phone.post(f"/api/v1/devices/{device.id}/test")
    [occurrence] = phone.get("/api/v1/occurrences").json()["items"]
    THEIRS.update(reminders=reminder.id, devices=device.id, occurrences=occurrence["id"])
    return first["id"]


THEIRS: dict[str, object] = {}  # Ana's ids, by what they are of


def ask(phone: CheckedPhone, operation_id: str, pattern_id: str):
    method, path = OPERATIONS[operation_id]
    body = BODIES.get(operation_id, {"pain": 1})
    if operation_id == "send_receipts":
        shown = {"occurrence": str(THEIRS["occurrences"]), "device": str(THEIRS["devices"])}
        body = {"receipts": [shown | {"shown_at": NOW.isoformat()}]}
    sent = body if method in {"PUT", "PATCH", "POST"} else None
    collection = path.removeprefix("/api/v1/").partition("/")[0]
    theirs = THEIRS.get(collection, pattern_id)
    address = path.format(date=TODAY, id=theirs, token="x")
    return getattr(phone, method.lower())(address, sent)


def ana_holds(ana) -> tuple:
    """All that is Ana's, to see that it stays."""
    rows = Record.objects.filter(user=ana).order_by("key").values_list("key", "rev", "sealed")
    kept = [
        [tuple(map(str, row)) for row in model.objects.filter(user=ana).values_list()]
        for model in (Diary, Reminder, Device, DeviceAddress, Occurrence, Delivery)
    ]
    return [(key, rev, bytes(sealed)) for key, rev, sealed in rows], kept


def test_every_operation_has_its_row():
    assert OPERATIONS.keys() == OTHERS.keys()


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_somebody_else_gets_nothing_of_it(ana, bens_phone, pattern_id, operation_id):
    before = ana_holds(ana)
    answer = ask(bens_phone, operation_id, pattern_id)
    assert answer.status_code == OTHERS[operation_id]
    for canary in (CANARY, ana.email, str(ana.pk), pattern_id, "Kathmandu", *THEIRS.values()):
        canary = str(canary)
        echoed = canary in answer.wsgi_request.path
        assert echoed or canary.encode() not in answer.content
    assert ana_holds(ana) == before


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_what_somebody_else_sees_is_what_a_new_person_sees(ana, ben, pattern_id, operation_id):
    """Not even a hint: the same answer as with Ana's diary gone."""
    with_ana = ask(phone_of(ben), operation_id, pattern_id)
    if with_ana.status_code == 201:
        for model in (Record, Reminder, Device, DeviceAddress):
            model.objects.filter(user=ben).delete()
    Diary.objects.filter(user=ben).update(seq=0, country=None, due_since=None)
    ana.delete()
    without = ask(phone_of(ben), operation_id, pattern_id)
    assert with_ana.status_code == without.status_code
    assert stripped(with_ana) == stripped(without)


def stripped(answer) -> dict:
    if not answer.headers.get("Content-Type", "").endswith("json"):
        return {"page": answer.content}
    own = {"request_id", "id", "last_seen_at"}
    return {name: value for name, value in answer.json().items() if name not in own}


def wrong_tokens(ana) -> dict[str, str]:
    """Tokens that were Ana's, or never anybody's."""
    revoked, expired = sign_in(ana), sign_in(ana)
    Session.objects.filter(pk=revoked.split(".")[0]).delete()
    Session.objects.filter(pk=expired.split(".")[0]).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    return {"garbage": "garbage", "revoked": revoked, "expired": expired, "none": ""}


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_without_a_living_token_there_is_nothing(ana, pattern_id, operation_id):
    before = ana_holds(ana)
    for kind, token in wrong_tokens(ana).items():
        phone = CheckedPhone()
        phone.credentials(HTTP_X_SESSION_TOKEN=token)
        answer = ask(phone, operation_id, pattern_id)
        expected = ASKED_BY_NOBODY.get(operation_id, 200) if operation_id in PUBLIC else 401
        assert answer.status_code == expected, kind
        assert CANARY.encode() not in answer.content
    assert ana_holds(ana) == before


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_the_document_says_what_is_public(operation_id):
    method, path = OPERATIONS[operation_id]
    [described] = [said for m, p, said in operations() if (m, p) == (method, path)]
    expected = [] if operation_id in PUBLIC else [{"sessionToken": []}]
    assert described["security"] == expected
