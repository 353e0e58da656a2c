"""Batches that nobody should send: whole ones refused, single changes rejected, never a 5xx."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diary.models import Client
from tests.api.conftest import phone_of, seq_of
from tests.api.syncing import PATH, TRACKER, WALK, App, body, entry, gone, of, walk
from tests.conftest import NOW, TODAY, make_person

pytestmark = pytest.mark.django_db

ONE_MIB = 1024 * 1024
DAY = str(TODAY)
NOON = "2026-03-20T12:00:00Z"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def app(phone):
    return App(phone)


# ---- The batch as a whole ------------------------------------------------------------------

WHOLE = [
    ({"client": None}, "/client", "null"),
    ({"client": "phone"}, "/client", "type"),
    ({"client": 7}, "/client", "type"),
    ({"client": "{" + str(UUID(int=1)) + "}"}, "/client", "type"),
    ({"client": UUID(int=1).hex}, "/client", "type"),
    ({"client": ""}, "/client", "type"),
    ({"batch": None}, "/batch", "null"),
    ({"batch": 0}, "/batch", "min_value"),
    ({"batch": -1}, "/batch", "min_value"),
    ({"batch": "1"}, "/batch", "type"),
    ({"batch": 1.0}, "/batch", "type"),
    ({"batch": True}, "/batch", "type"),
    ({"batch": 2**53}, "/batch", "max_value"),
    ({"batch": 10**30}, "/batch", "max_value"),
    ({"schema": None}, "/schema", "null"),
    ({"schema": "1"}, "/schema", "type"),
    ({"schema": 1.5}, "/schema", "type"),
    ({"schema": True}, "/schema", "type"),
    ({"changes": None}, "/changes", "null"),
    ({"changes": {}}, "/changes", "type"),
    ({"changes": "[]"}, "/changes", "type"),
    ({"changes": [{}] * 501}, "/changes", "max_length"),
    ({"epoch": "x"}, "/epoch", "unknown_field"),
    ({"Client": str(UUID(int=1))}, "/Client", "unknown_field"),
    ({"__proto__": 1}, "/__proto__", "unknown_field"),
]


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"), WHOLE, ids=[json.dumps(row[0])[:40] for row in WHOLE]
)
def test_a_batch_that_is_wrong_as_a_whole_is_refused_whole(phone, ana, wrong, pointer, code):
    answer = phone.post(PATH, body(entry(pain=6)) | wrong)
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        (pointer, code)
    ]
    assert (seq_of(ana), Client.objects.count()) == (0, 0)


@pytest.mark.parametrize("name", ["client", "batch", "schema", "changes"])
def test_each_part_of_a_batch_is_needed(phone, name):
    sent = body(entry(pain=6))
    del sent[name]
    answer = phone.post(PATH, sent)
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == (f"/{name}", "required")


@pytest.mark.parametrize("schema", [0, -1, -(10**20)])
def test_an_app_that_is_too_old_is_told_so_before_anything_else(phone, schema):
    answer = phone.post(PATH, {"schema": schema, "what": "ever"})
    assert answer.status_code == 426
    assert answer.json()["type"] == "/problems/schema-too-old"


def test_a_newer_app_is_understood_as_far_as_it_can_be(phone):
    sent = body(entry(pain=6), entry(aura=3), of("meals", WALK, kind="soup"), schema=9)
    answer = phone.post(PATH, sent)
    assert [result["status"] for result in answer.json()["results"]] == [
        "applied", "rejected", "rejected",
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["since=0", "x=1", "epoch=a"])
def test_a_push_has_no_parameters(phone, query):
    assert phone.post(f"{PATH}?{query}", body()).status_code == 422


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"client":1,"client":2}', 400),
        (b'{"changes":[{"set":{"pain":1,"pain":2}}]}', 400),
        (b'{"changes":[{"set":{"pain":NaN}}]}', 400),
        (b'{"changes":' + b"[" * 100_000, 400),
        (b'{"changes":' + b"[" * 25 + b"]" * 25 + b"}", 400),
        (b'{"changes":[{"set":{"\xff":1}}]}', 400),
    ],
)
def test_what_cannot_be_read_is_refused(phone, sent, status):
    assert phone.send("POST", PATH, sent).status_code == status


def test_a_batch_of_one_mib_is_read_and_a_byte_more_is_not(phone):
    sent = json.dumps(body(entry(note="x"))).encode()
    assert phone.send("POST", PATH, sent + b" " * (ONE_MIB - len(sent))).status_code == 200
    assert phone.send("POST", PATH, sent + b" " * (ONE_MIB + 1 - len(sent))).status_code == 413


@pytest.mark.parametrize("media_type", ["text/plain", "application/merge-patch+json", "x/y"])
def test_a_batch_is_json(phone, media_type):
    answer = phone.send("POST", PATH, json.dumps(body()).encode(), media_type)
    assert answer.status_code == 415


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_there_is_no_other_way(phone, method):
    assert phone.generic(method, PATH).status_code == 405


# ---- One change ----------------------------------------------------------------------------


def change(**more):
    """A change of today, with something else in place of what belongs there; ... takes it away."""
    made = entry(pain=6) | more
    return {name: value for name, value in made.items() if value is not ...}


ITEMS = [
    (None, "", "null"),
    (5, "", "type"),
    ("entries", "", "type"),
    ([], "", "type"),
    (change(collection=...), "/collection", "required"),
    (change(collection=None), "/collection", "null"),
    (change(collection=5), "/collection", "type"),
    (change(collection=["entries"]), "/collection", "type"),
    (change(collection="days"), "/collection", "unknown_collection"),
    (change(collection=""), "/collection", "unknown_collection"),
    (change(collection="Entries"), "/collection", "unknown_collection"),
    (change(collection="\x00"), "/collection", "unknown_collection"),
    (change(collection="\ud800"), "/collection", "unknown_collection"),
    (change(id=...), "/id", "required"),
    (change(id=None), "/id", "null"),
    (change(id=5), "/id", "type"),
    (change(id={"$ne": 1}), "/id", "type"),
    (change(id=""), "/id", "date"),
    (change(id=WALK), "/id", "date"),
    (change(id="2026-3-1"), "/id", "date"),
    (change(id="2026-02-30"), "/id", "date"),
    (change(id="2026-03-20T00:00:00Z"), "/id", "date"),
    (change(id="2026-03-20\n"), "/id", "date"),
    (change(id="٢٠٢٦-٠٣-٢٠"), "/id", "date"),
    (change(id="\ud800"), "/id", "date"),
    (change(id="x" * 100_000), "/id", "date"),
    (change(id="1999-12-31"), "/id", "too_early"),
    (change(id="2026-03-22"), "/id", "future_date"),
    (change(id="9999-12-31"), "/id", "future_date"),
    (of("activities", DAY, date=DAY, kind="walk"), "/id", "type"),
    (of("activities", "../me", date=DAY, kind="walk"), "/id", "type"),
    (of("activities", "0" * 36, date=DAY, kind="walk"), "/id", "type"),
    (change(base=...), "/base", "required"),
    (change(base=None), "/base", "null"),
    (change(base=-1), "/base", "min_value"),
    (change(base="0"), "/base", "type"),
    (change(base=1.0), "/base", "type"),
    (change(base=False), "/base", "type"),
    (change(base=2**63), "/base", "max_value"),
    (change(set=...), "/set", "required"),
    (change(delete=True), "/set", "required"),
    (change(set=..., delete=False), "/delete", "choice"),
    (change(set=..., delete=1), "/delete", "choice"),
    (change(set=..., delete="true"), "/delete", "choice"),
    (change(set=None), "/set", "null"),
    (change(set=[]), "/set", "type"),
    (change(set="pain"), "/set", "type"),
    (change(rev=3), "/rev", "unknown_field"),
    (change(user="x"), "/user", "unknown_field"),
    (change(deleted=True), "/deleted", "unknown_field"),
    (entry(pain=11), "/set/pain", "max_value"),
    (entry(pain=-0.1), "/set/pain", "min_value"),
    (entry(pain=6.55), "/set/pain", "step"),
    (entry(pain="6"), "/set/pain", "type"),
    (entry(pain=True), "/set/pain", "type"),
    (entry(pain=[6]), "/set/pain", "type"),
    (entry(pain=10**400), "/set/pain", "max_value"),
    (entry(aura=1), "/set/aura", "unknown_field"),
    (entry(collection="entries"), "/set/collection", "unknown_field"),
    (entry(deleted=True), "/set/deleted", "unknown_field"),
    (entry(id=DAY), "/set/id", "unknown_field"),
    (entry(date="2026-03-19"), "/set/date", "date"),
    (entry(date=5), "/set/date", "date"),
    (entry(note="a\x00b"), "/set/note", "characters"),
    (entry(note="\ud800"), "/set/note", "characters"),
    (entry(note="x" * 4_001), "/set/note", "max_length"),
    (entry(skipped="bored"), "/set/skipped", "choice"),
    (entry(time_zone="Mars/Base"), "/set/time_zone", "time_zone"),
    (entry(edited_at="yesterday"), "/set/edited_at", "instant"),
    (entry(pain_sites=[{"site": "soul"}]), "/set/pain_sites/0/site", "choice"),
    (entry(trackers={"a/b~c": 1}), "/set/trackers/a~1b~0c", "unknown_tracker"),
    (entry(trackers={TRACKER: 1}), f"/set/trackers/{TRACKER}", "unknown_tracker"),
    (entry(trackers={TRACKER: "1"}), f"/set/trackers/{TRACKER}", "type"),
    (of("activities", WALK, date=DAY), "/set/kind", "required"),
    (of("activities", WALK, kind="walk"), "/set/date", "required"),
    (of("activities", WALK, date=None, kind="walk"), "/set/date", "null"),
    (walk(id=str(uuid4())), "/set/id", "choice"),
    (walk(minutes=1_441), "/set/minutes", "max_value"),
    (walk(with_others="yes"), "/set/with_others", "type"),
    (of("moments", WALK, date=DAY, at="noon"), "/set/at", "instant"),
    (of("moments", WALK, date=DAY, at=NOON, guilt=1), "/set/guilt", "unknown_field"),
    (of("trackers", TRACKER, name="", kind="scale"), "/set/name", "required"),
    (of("trackers", TRACKER, name="Aura", kind="colour"), "/set/kind", "choice"),
    (gone(-1), "/base", "min_value"),
    (gone(0, "activities", "x"), "/id", "type"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    ITEMS,
    ids=[f"{number} {row[1]} {row[2]}" for number, row in enumerate(ITEMS)],
)
def test_a_change_that_is_wrong_is_rejected_alone(app, ana, wrong, pointer, code):
    before = app.push(walk(key=str(uuid4())))
    assert before[0]["status"] == "applied"
    rejected, good = app.push(wrong, entry(day="2026-01-01", mood=3))
    assert (good["status"], rejected["status"], rejected["document"]) == (
        "applied",
        "rejected",
        None,
    )
    problem = rejected["problem"]
    assert (problem["type"], problem["status"]) == ("/problems/validation", 422)
    assert problem["detail"]
    told = [(fault["pointer"], fault["code"]) for fault in problem["errors"]]
    assert (pointer, code) in told
    assert seq_of(ana) == 2
    assert len(json.dumps(rejected)) < 2_000


def test_all_that_is_wrong_with_a_change_is_told(app):
    [result] = app.push(entry(pain=11, mood="x", aura=1))
    pointers = {fault["pointer"] for fault in result["problem"]["errors"]}
    assert pointers == {"/set/pain", "/set/mood", "/set/aura"}


def test_five_hundred_bad_changes_do_not_make_an_answer_without_end(app):
    bad = entry(**{f"x{number}": 1 for number in range(100)})
    answer = app.send(*[bad] * 500)
    results = answer.json()["results"]
    faults = [len(result["problem"]["errors"]) for result in results]
    assert (faults[0], set(faults[1:])) == (100, {1})


def test_the_faults_are_sealed_with_the_answer_and_come_again(app):
    bad = [entry(pain=11), entry(day="2026-02-30"), 5]
    first = app.send(*bad, batch=1).json()["results"]
    assert app.send(*bad, batch=1).json()["results"] == first


def test_a_required_field_cannot_be_cleared(app):
    app.push(walk())
    [result] = app.push(of("activities", WALK, 1, kind=None))
    [fault] = result["problem"]["errors"]
    assert (fault["pointer"], fault["code"]) == ("/set/kind", "null")


def test_another_persons_id_is_nobodys(app, bens_phone):
    app.push(walk(note="mine"))
    other = App(bens_phone)
    [result] = other.push(walk(minutes=5))
    assert (result["status"], result["document"]["note"]) == ("applied", None)
    assert app.all()["activities", WALK]["note"] == "mine"


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8) | st.sampled_from(["entries", "activities", DAY, WALK, "pain"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["collection", "id", "base", "set", "delete", "pain", "trackers", "date"])
        | st.text(max_size=4),
        inner,
        max_size=5,
    ),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(_json, max_size=4), batch=st.integers(1, 2**53 - 1))
def test_no_batch_whatever_breaks_the_server(db, changes, batch):
    """Any JSON at all in place of the changes: each is answered, none with a 5xx."""
    phone = phone_of(make_person(f"{uuid4()}@diary.example"))
    sent = {"client": str(uuid4()), "batch": batch, "schema": 1, "changes": changes}
    answer = phone.post(PATH, sent)
    if answer.status_code == 400:  # names that no field has, or too deep
        return
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert len(results) == len(changes)
    again = phone.post(PATH, sent).json()["results"]
    assert again == results
