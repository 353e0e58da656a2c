"""Every operation, asked by everybody whom it is not for: no answer, no change, no byte.

The rows come from the OpenAPI document, so an operation that nobody thought of here fails. It is
asked in three ways: as it is, with queries that no longer ask whose something is, and with a
vault that hides nothing. Each wall holds alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from rest_framework.test import APIClient

from diary.models import Diary
from tests.api.conftest import phone_of
from tests.api.contract import CheckedPhone, operations
from tests.api.filled import CANARY, address, example, fill
from tests.api.syncing import body, entry, gone, walk
from tests.api.walls import OF_PEOPLE, take_filters_away, take_the_vault_away, undone
from tests.conftest import NOW, make_person, sign_in

pytestmark = pytest.mark.django_db

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
    "read_reminder_calendar": 200,
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
OPERATIONS = {said["operationId"]: (method, path, said) for method, path, said in operations()}
Ids = dict[str, list[str]]


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def asked(phone: APIClient, name: str, ids: Ids):
    """Ask for what is Ana's, with a body that is taken where it is one's own."""
    method, path, said = OPERATIONS[name]
    sent = example(said)
    if name == "push_changes":
        own = walk(key=ids["activities"][0]), gone(0, "moments", ids["moments"][0])
        sent = body(entry(pain=1), *own)
    elif name == "send_receipts":
        shown = {"occurrence": ids["occurrences"][0], "device": ids["devices"][0]}
        sent = {"receipts": [shown | {"shown_at": NOW.isoformat()}]}
    elif name.startswith("add_"):
        collection = "answers" if name == "add_answer" else path.rpartition("/")[2]
        sent["id"] = ids[collection][0]
    return getattr(phone, method.lower())(address(path, ids), sent, format="json")


def every_answer(phone: APIClient, ids: Ids) -> Iterator[tuple[str, Any]]:
    """What each operation answers to this phone, each as if it were the first."""
    for name in OPERATIONS:
        with undone():
            yield name, asked(phone, name, ids)


def content_of(answer) -> bytes:
    return answer.getvalue() if answer.streaming else answer.content


def held_by(person) -> list:
    """All that there is of a person, to see that it stays."""
    return [
        [
            tuple(bytes(value) if isinstance(value, memoryview) else str(value) for value in row)
            for row in model.objects.filter(user=person).order_by("pk").values_list()
        ]
        for model in sorted({*OF_PEOPLE, Diary}, key=lambda model: model.__name__)
    ]


def violations(ana, phone: CheckedPhone, ids: Ids) -> list[str]:
    """What somebody else who is signed in gets that they should not."""
    before, found = held_by(ana), []
    secrets = {
        CANARY,
        ana.email,
        str(ana.pk),
        "Kathmandu",
        *(i for two in ids.values() for i in two),
    }
    for name, answer in every_answer(phone, ids):
        if answer.status_code != OTHERS[name]:
            found.append(f"{name}: {answer.status_code} instead of {OTHERS[name]}")
        # Ben's own record may have that id too.
        own = {i for i in ids["activities"] + ids["moments"] + ids["trackers"] + ids["answers"]
               if answer.status_code == 201 or name == "push_changes"}  # fmt: skip
        for secret in secrets - own:
            echoed = secret in answer.wsgi_request.path
            if not echoed and secret.encode() in content_of(answer):
                found.append(f"{name}: tells {secret}")
        if held_by(ana) != before:
            found.append(f"{name}: changes what is not theirs")
    return found


def test_every_operation_has_its_row():
    assert OPERATIONS.keys() == OTHERS.keys()


def test_every_table_of_people_is_watched():
    assert len(OF_PEOPLE) >= 12


def test_somebody_else_gets_nothing_and_changes_nothing(ana, phone, bens_phone):
    assert violations(ana, bens_phone, fill(phone, ana)) == []


def test_queries_alone_keep_people_apart(ana, phone, bens_phone, monkeypatch):
    """Nothing is sealed: whoever gets at a row can read it."""
    take_the_vault_away(monkeypatch)
    assert violations(ana, bens_phone, fill(phone, ana)) == []


def leaks(phone: APIClient, ids: Ids) -> set[str]:
    """Operations that tell what Ana wrote; how else they fail does not matter here."""
    return {
        name for name, answer in every_answer(phone, ids) if CANARY.encode() in content_of(answer)
    }


def careless(person) -> APIClient:
    """A phone that is told 500 where something breaks."""
    phone = APIClient(raise_request_exception=False)
    phone.credentials(HTTP_X_SESSION_TOKEN=sign_in(person))
    return phone


def test_the_vault_alone_keeps_people_apart(ana, phone, ben, monkeypatch):
    """Queries find everybody's rows: what they find does not open."""
    ids = fill(phone, ana)
    take_filters_away(monkeypatch)
    assert leaks(careless(ben), ids) == set()


def test_without_both_walls_this_would_be_seen(ana, phone, ben, monkeypatch):
    """Otherwise the tests above prove nothing."""
    take_the_vault_away(monkeypatch)
    ids = fill(phone, ana)
    take_filters_away(monkeypatch)
    seen = leaks(careless(ben), ids)
    assert {"list_entries", "read_entry", "read_activity", "read_moment", "list_trackers",
            "list_reminders", "list_devices"} <= seen  # fmt: skip


def test_what_somebody_else_sees_is_what_a_new_person_sees(ana, phone, ben):
    """Not even a hint: the same answers as with Ana gone."""
    ids = fill(phone, ana)
    with_ana = {name: told(answer) for name, answer in every_answer(phone_of(ben), ids)}
    ana.delete()
    without = {name: told(answer) for name, answer in every_answer(phone_of(ben), ids)}
    assert with_ana == without


def told(answer) -> tuple:
    """An answer without what is drawn anew each time."""
    if not answer.headers.get("Content-Type", "").endswith("json"):
        return answer.status_code, content_of(answer)
    fresh = {"request_id", "id", "last_seen_at", "created_at", "expires_at"}
    said = {name: value for name, value in answer.json().items() if name not in fresh}
    return answer.status_code, said


def wrong_tokens(person) -> dict[str, str]:
    """Tokens that were Ana's, or never anybody's."""
    revoked, expired = sign_in(person), sign_in(person)
    Session.objects.filter(pk=revoked.split(".")[0]).delete()
    Session.objects.filter(pk=expired.split(".")[0]).update(
        expire_date=timezone.now() - timedelta(seconds=1)
    )
    others = sign_in(make_person("cleo@diary.example")).split(".")[1]
    half = f"{sign_in(person).split('.')[0]}.{others}"
    return {"garbage": "garbage", "revoked": revoked, "expired": expired, "none": "", "half": half}


def test_without_a_living_token_there_is_nothing(ana, phone):
    ids, tokens = fill(phone, ana), wrong_tokens(ana)
    before, wrong = held_by(ana), []
    for kind, token in tokens.items():
        nobody = CheckedPhone()
        nobody.credentials(HTTP_X_SESSION_TOKEN=token)
        for name, answer in every_answer(nobody, ids):
            expected = ASKED_BY_NOBODY.get(name, 200) if name in PUBLIC else 401
            if answer.status_code != expected or CANARY.encode() in content_of(answer):
                wrong.append(f"{name}, {kind}: {answer.status_code}")
    assert wrong == []
    assert held_by(ana) == before


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_document_says_what_is_public(name):
    expected = [] if name in PUBLIC else [{"sessionToken": []}]
    assert OPERATIONS[name][2]["security"] == expected
