"""Answers as a device's batch brings them: field by field, and item by item."""

from __future__ import annotations

import pytest

from api.answers import ANSWERS, needs_help
from api.collections import COLLECTIONS
from diary import record
from diary.merge import Status
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

ID = "0195b1d0-8a00-7cc1-a6a1-0d3a3c6f8e21"
PHONE, TABLET = "phone", "tablet"
NEW = {"date": "2026-03-19", "questionnaire": "phq-2", "items": {"44250-9": 1}}


@pytest.fixture
def push(ana):
    """Write as a device does: only what it names, on the revision that it has seen."""

    def pushed(sent, *, base=0, client=PHONE):
        change = COLLECTIONS["answers"].change(ID, sent, whole=False, now=NOW, base=base)
        [outcome] = record.write(ana.datakey.open(), [change], client=client, now=NOW)
        return outcome

    return pushed


@pytest.fixture
def delete(ana):
    """Write a tombstone in its place."""

    def deleted(*, base, client=PHONE):
        change = record.Change("answers", ID, None, base=base)
        [outcome] = record.write(ana.datakey.open(), [change], client=client, now=NOW)
        return outcome

    return deleted


def test_a_new_one_needs_all_three_of_its_fields(push):
    for missing in NEW:
        outcome = push({name: value for name, value in NEW.items() if name != missing})
        assert outcome.status == Status.REFUSED
        assert list(outcome.faults) == [missing]
    assert push(NEW).status == Status.APPLIED


def test_items_from_two_devices_make_one_score(push):
    push(NEW)
    outcome = push({"items": {"44255-8": 2}}, client=TABLET)
    assert outcome.status == Status.MERGED
    assert ANSWERS.fields(outcome.document)["score"] == 3


def test_one_item_answered_differently_clashes_by_itself(push):
    push(NEW)
    outcome = push({"items": {"44250-9": 3, "44255-8": 2}}, client=TABLET)
    assert (outcome.status, outcome.clashing) == (Status.CONFLICT, ("items/44250-9",))
    assert ANSWERS.fields(outcome.document)["items"] == {"44250-9": 1, "44255-8": 2}


def test_an_item_of_another_questionnaire_is_refused_though_none_is_named(push):
    push(NEW)
    outcome = push({"items": {"44260-8": 1}}, base=1)
    assert outcome.faults["items"].keys() == {"44260-8"}
    assert not outcome.changed


def test_it_keeps_its_questionnaire_until_it_is_deleted(push, delete):
    push(NEW)
    other = {"date": "2026-03-19", "questionnaire": "peg", "items": {"peg_pain": 4}}
    assert list(push(other, base=1).faults) == ["questionnaire"]
    delete(base=1)
    assert ANSWERS.fields(push(other, base=2).document)["questionnaire"] == "peg"


def test_what_comes_after_a_deletion_by_another_clashes_and_is_no_fault(push, delete):
    push(NEW)
    delete(base=1, client=TABLET)
    late = push({"items": {"44255-8": 1}}, base=1)
    assert (late.status, late.faults) == (Status.CONFLICT, None)


def test_a_feed_holds_its_fields_and_score_and_of_a_deleted_one_nothing(push, delete):
    document = push(NEW).document
    place = {"collection": "answers", "id": ID}
    assert ANSWERS.synced(ID, document) == place | {"rev": 1, "deleted": False, "score": None} | NEW
    gone = delete(base=1).document
    assert ANSWERS.synced(ID, gone) == place | {"rev": 2, "deleted": True}


@pytest.mark.parametrize(
    ("fields", "needed"),
    [
        ({"items": {"44260-8": 1}}, True),  # as it was sent
        ({"items/44260-8": 3}, True),  # as it is stored
        ({"items": {"44260-8": 0, "44250-9": 3}}, False),
        ({"items": {"44260-8": None}}, False),
        ({"items": None}, False),
        ({}, False),
    ],
)
def test_help_is_needed_by_what_was_sent_as_by_what_is_stored(fields, needed):
    assert needs_help(fields) is needed
