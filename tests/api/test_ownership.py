"""Every operation, asked by everybody whom it is not for: no answer, no change, no byte.

The rows come from the OpenAPI document, so an operation that nobody thought of here fails.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from diary.models import (
    Client,
    Delivery,
    Device,
    DeviceAddress,
    Diary,
    Export,
    Feedback,
    Occurrence,
    Record,
    Reminder,
)
from tests.api.conftest import keep, look, phone_of
from tests.api.contract import CheckedPhone, operations
from tests.api.syncing import body, entry, gone, walk
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
    **{f"list_{name}": 200 for name in ("activities", "moments", "trackers")},
    **{f"add_{one}": 201 for one in ("activity", "moment", "tracker")},
    **{f"read_{one}": 404 for one in ("activity", "moment", "tracker")},
    **{f"replace_{one}": 201 for one in ("activity", "moment", "tracker")},  # one of their own
    **{f"change_{one}": 404 for one in ("activity", "moment", "tracker")},
    **{f"delete_{one}": 404 for one in ("activity", "moment", "tracker")},
    "pull_changes": 200,
    "push_changes": 200,
    "list_questionnaires": 200,
    "list_questionnaire_answers": 200,
    "list_answers": 200,
    "add_answer": 201,
    "read_answer": 404,
    "change_answer": 404,
    "delete_answer": 404,
    "read_me": 200,
    "change_me": 200,
    "delete_me": 403,  # and with a fresh sign-in it is their own: test_erasure.py
    "read_measures": 200,
    "read_trends": 200,
    "read_insights": 200,
    "list_patterns": 200,
    "read_pattern": 404,
    "read_feedback": 404,
    "replace_feedback": 404,
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
    "list_exports": 200,
    "ask_for_export": 202,
    "read_export": 404,
    "download_export": 404,
    "list_accesses": 200,
}
OPERATIONS = {described["operationId"]: (method, path) for method, path, described in operations()}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def pattern_id(ana, phone) -> str:
    """Ana's diary holds a note, both patterns and a country; the id of one pattern."""
    keep(ana, both())
    phone.patch(f"/api/v1/entries/{TODAY}", {"note": CANARY, "self_harm_thoughts": 1})
    phone.patch("/api/v1/me", {"country": "CH", "time_zone": "Asia/Kathmandu"})
    look()
    [first, _] = phone.get("/api/v1/patterns").json()["items"]
    said = {"verdict": "not_right", "note": CANARY}
    assert phone.put(f"/api/v1/patterns/{first['id']}/feedback", said).status_code == 200
    for name in ("activity", "moment", "tracker"):  # all under the one id that is asked for
        path = OPERATIONS[f"replace_{name}"][1].format(id=first["id"])
        own = {"name": CANARY} if name == "tracker" else {"note": CANARY}
        assert phone.put(path, example(f"replace_{name}") | own).status_code == 201
    assert ask(phone, "add_answer", first["id"]).status_code == 201
    device = carry(ana, NOW, CANARY)
    reminder = remind(ana, NOW, label=CANARY)
    phone.post(f"/api/v1/devices/{device.id}/test")
    [occurrence] = phone.get("/api/v1/occurrences").json()["items"]
    export = phone.post("/api/v1/exports", example("ask_for_export")).json()["id"]
    THEIRS.update(reminders=reminder.id, devices=device.id, occurrences=occurrence["id"])
    THEIRS.update(exports=export)
    return first["id"]


THEIRS: dict[str, object] = {}  # Ana's ids, by what they are of


def example(operation_id: str) -> dict:
    """A body that the document says is taken."""
    [said] = [said for *_, said in operations() if said["operationId"] == operation_id]
    content = said.get("requestBody", {"content": {}})["content"].values()
    return next((next(iter(kind["examples"].values()))["value"] for kind in content), {})


def ask(phone: CheckedPhone, operation_id: str, pattern_id: str):
    method, path = OPERATIONS[operation_id]
    sent = example(operation_id)
    if operation_id == "push_changes":
        sent = body(entry(pain=1), walk(key=pattern_id), gone(0, "moments", pattern_id))
    elif operation_id == "send_receipts":
        shown = {"occurrence": str(THEIRS["occurrences"]), "device": str(THEIRS["devices"])}
        sent = {"receipts": [shown | {"shown_at": NOW.isoformat()}]}
    elif operation_id.startswith("add_"):
        sent["id"] = pattern_id
    theirs = THEIRS.get(path.removeprefix("/api/v1/").partition("/")[0], pattern_id)
    address = path.format(date=TODAY, id=theirs, code="phq-9", token="x")
    return getattr(phone, method.lower())(address, sent if method != "GET" else None)


def ana_holds(ana) -> tuple:
    """All that is Ana's, to see that it stays."""
    rows = Record.objects.filter(user=ana).order_by("key").values_list("key", "rev", "sealed")
    said = Feedback.objects.filter(user=ana).values_list("sealed", flat=True)
    kept = [
        [tuple(map(str, row)) for row in model.objects.filter(user=ana).values_list()]
        for model in (Diary, Reminder, Device, DeviceAddress, Occurrence, Delivery, Export)
    ]
    held = [(key, rev, bytes(sealed)) for key, rev, sealed in rows]
    return held, kept, [bytes(sealed) for sealed in said]


def test_every_operation_has_its_row():
    assert OPERATIONS.keys() == OTHERS.keys()


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_somebody_else_gets_nothing_of_it(ana, bens_phone, pattern_id, operation_id):
    before = ana_holds(ana)
    answer = ask(bens_phone, operation_id, pattern_id)
    assert answer.status_code == OTHERS[operation_id]
    for canary in (CANARY, ana.email, str(ana.pk), pattern_id, "Kathmandu", *THEIRS.values()):
        canary = str(canary)
        # Ben's own record has that id too.
        own = canary == pattern_id and operation_id.startswith(("add_", "push_"))
        echoed = own or canary in answer.wsgi_request.path
        assert echoed or canary.encode() not in answer.content
    assert ana_holds(ana) == before


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_what_somebody_else_sees_is_what_a_new_person_sees(ana, ben, pattern_id, operation_id):
    """Not even a hint: the same answer as with Ana's diary gone."""
    with_ana = ask(phone_of(ben), operation_id, pattern_id)
    if with_ana.status_code in {201, 202} or operation_id == "push_changes":
        for model in (Record, Client, Reminder, Device, DeviceAddress, Export):
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
