"""Exports over the API: asked for, watched, fetched once they are ready, and gone in a day."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest

from diary.models import Export, ExportPart
from tests.api.conftest import keep, look, phone_of
from tests.api.test_patterns import both
from tests.conftest import NOW, TODAY
from tests.diary.exporting import unpacked, write_all
from tests.diary.reminders.reminding import remind

pytestmark = pytest.mark.django_db(transaction=True)

EXPORTS = "/api/v1/exports"
BOTH = {"formats": ["json", "csv"]}
NOTE = '=the heron, "again"\nin the reeds'


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def asked(phone, body=BOTH, **headers):
    answer = phone.post(EXPORTS, body, headers=headers)
    assert answer.status_code == 202, answer.content
    return answer.json()


def fetched(phone, export) -> dict[str, bytes]:
    answer = phone.get(phone.get(f"{EXPORTS}/{export['id']}").json()["download"])
    content = answer.getvalue()
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == 'attachment; filename="fortnight-2026-03-20.zip"'
    assert int(answer["Content-Length"]) == len(content)
    return unpacked(content)


@pytest.fixture
def full(ana, phone):
    """A diary with something of everything in it."""
    keep(ana, both())
    tracker = phone.post("/api/v1/trackers", {"name": "Reeds", "kind": "scale"}).json()["id"]
    on = {"date": TODAY.isoformat(), "note": NOTE}
    phone.patch(f"/api/v1/entries/{TODAY}", {"note": NOTE, "trackers": {tracker: 4}})
    phone.post("/api/v1/activities", {**on, "kind": "birdwatching"})
    phone.post("/api/v1/moments", {**on, "at": "2026-03-20T09:00:00Z", "pain": 6.5})
    answers = {"date": str(TODAY), "items": {"peg_pain": 3}}
    phone.post("/api/v1/questionnaires/peg/answers", answers)
    remind(ana, NOW, label="After supper")
    look()
    [first, _] = phone.get("/api/v1/patterns").json()["items"]
    said = {"verdict": "not_right", "note": NOTE}
    assert phone.put(f"/api/v1/patterns/{first['id']}/feedback", said).status_code == 200


def test_what_is_asked_for_is_written_by_a_job_and_then_fetched(phone, full):
    export = asked(phone)
    assert (export["status"], export["progress"], export["download"]) == ("queued", 0, None)
    assert write_all() == 1
    export = phone.get(f"{EXPORTS}/{export['id']}").json()
    assert (export["status"], export["progress"]) == ("ready", 1)
    assert phone.get(EXPORTS).json() == {"items": [export], "next": None}
    assert export["expires_at"] == (NOW + timedelta(hours=24)).isoformat()
    assert "fortnight.json" in fetched(phone, export)


def test_every_document_is_as_the_api_shows_it(phone, full):
    export = asked(phone)
    write_all()
    whole = json.loads(fetched(phone, export)["fortnight.json"])
    assert list(whole) == [
        "fortnight", "me", "entries", "activities", "moments", "trackers", "answers",
        "reminders", "patterns", "feedback",
    ]  # fmt: skip
    assert whole["fortnight"] == 1
    assert whole["me"] == phone.get("/api/v1/me").json()
    for name in ("entries", "activities", "moments", "trackers", "answers", "reminders",
                 "patterns"):  # fmt: skip
        shown = phone.get(f"/api/v1/{name}").json()["items"]
        assert shown, name
        assert whole[name] == shown, name
    [said] = whole["feedback"]
    told = phone.get(f"/api/v1/patterns/{said['pattern']}/feedback").json()
    assert said == {"pattern": said["pattern"], **told}


def test_there_is_a_sheet_of_every_list(phone, full):
    export = asked(phone)
    write_all()
    files = fetched(phone, export)
    whole = json.loads(files.pop("fortnight.json"))
    assert set(files) == {f"{name}.csv" for name in whole if name not in {"fortnight", "me"}}
    for name, content in files.items():
        rows = list(csv.DictReader(StringIO(content.decode(), newline="")))
        documents = whole[name.removesuffix(".csv")]
        assert len(rows) == len(documents)
        for row, document in zip(rows, documents, strict=True):
            assert set(row) == set(document)
            for column, value in document.items():
                if value is None:
                    assert row[column] == ""
                elif isinstance(value, str):
                    assert row[column] in (value, f"'{value}")
                else:
                    assert json.loads(row[column]) == value
    assert b"\"'=the heron" in files["entries.csv"]  # no formula


@pytest.mark.parametrize(
    ("formats", "names"),
    [(["json"], {"fortnight.json"}), (["csv"], {"entries.csv", "feedback.csv"})],
)
def test_only_what_was_asked_for_is_in_it(phone, formats, names):
    export = asked(phone, {"formats": formats})
    write_all()
    files = fetched(phone, export)
    assert names <= set(files)
    assert len(files) == (1 if formats == ["json"] else 8)


class TestTheKeyOfARequest:
    def test_makes_of_the_same_request_the_same_export(self, phone):
        one, other = (asked(phone, **{"Idempotency-Key": "k" * 128}) for _ in range(2))
        assert one == other
        assert asked(phone)["id"] != one["id"]
        assert asked(phone, **{"Idempotency-Key": "another"})["id"] != one["id"]

    def test_is_refused_with_another_request(self, phone):
        asked(phone, **{"Idempotency-Key": "k"})
        answer = phone.post(EXPORTS, {"formats": ["csv"]}, headers={"Idempotency-Key": "k"})
        [fault] = answer.json()["errors"]
        assert (answer.status_code, fault["parameter"]) == (422, "Idempotency-Key")
        assert Export.objects.count() == 1

    def test_is_each_persons_own(self, phone, bens_phone):
        mine, bens = (asked(each, **{"Idempotency-Key": "k"}) for each in (phone, bens_phone))
        assert mine["id"] != bens["id"]

    def test_counts_for_a_day(self, phone, time_machine):
        before = asked(phone, **{"Idempotency-Key": "k"})
        time_machine.move_to(NOW + timedelta(hours=24))
        assert asked(phone, {"formats": ["csv"]}, **{"Idempotency-Key": "k"})["id"] != before["id"]

    def test_is_not_kept_in_clear(self, phone):
        asked(phone, **{"Idempotency-Key": "kanarienvogel"})
        assert b"kanarienvogel" not in bytes(Export.objects.get().mark)

    @pytest.mark.parametrize(("key", "code"), [("k" * 129, "max_length"), ("", "characters"),
                                               ("two words", "characters")])  # fmt: skip
    def test_is_short_and_visible(self, phone, key, code):
        answer = phone.post(EXPORTS, BOTH, headers={"Idempotency-Key": key})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["code"] == code


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({}, "/formats", "required"),
        ({"formats": []}, "/formats", "required"),
        ({"formats": None}, "/formats", "null"),
        ({"formats": "json"}, "/formats", "type"),
        ({"formats": ["xml"]}, "/formats/0", "choice"),
        ({"formats": ["json", "json"]}, "/formats", "choice"),
        ({"formats": ["json", "csv", "csv"]}, "/formats", "max_length"),
        ({"formats": ["json"], "since": 1}, "/since", "unknown_field"),
    ],
)
def test_what_is_no_request_names_its_field_and_leaves_no_row(phone, body, pointer, code):
    answer = phone.post(EXPORTS, body)
    assert answer.status_code == 422
    assert [(f["pointer"], f["code"]) for f in answer.json()["errors"]] == [(pointer, code)]
    assert not Export.objects.exists()


def test_before_it_is_ready_there_is_nothing_to_fetch(phone):
    export = asked(phone)
    answer = phone.get(f"{EXPORTS}/{export['id']}/download")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-ready")
    Export.objects.update(state="failed")
    answer = phone.get(f"{EXPORTS}/{export['id']}/download")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-ready")
    assert phone.get(f"{EXPORTS}/{export['id']}").json()["status"] == "failed"


def test_after_a_day_it_is_gone(phone, time_machine):
    export = asked(phone)
    write_all()
    time_machine.move_to(NOW + timedelta(hours=24) - timedelta(seconds=1))
    assert phone.get(f"{EXPORTS}/{export['id']}/download").status_code == 200
    time_machine.move_to(NOW + timedelta(hours=24))
    for address in (f"{EXPORTS}/{export['id']}", f"{EXPORTS}/{export['id']}/download"):
        assert phone.get(address).status_code == 404
    assert phone.get(EXPORTS).json()["items"] == []


def test_somebody_elses_is_not_there(phone, bens_phone):
    export = asked(phone)
    write_all()
    for address in (f"{EXPORTS}/{export['id']}", f"{EXPORTS}/{export['id']}/download"):
        assert bens_phone.get(address).status_code == 404
    assert bens_phone.get(EXPORTS).json()["items"] == []


@pytest.mark.parametrize(
    "address", [f"{EXPORTS}/01890000-0000-7000-8000-000000000000", f"{EXPORTS}/x", f"{EXPORTS}/%00"]
)
def test_what_is_no_export_is_not_there(phone, address):
    assert phone.get(address).status_code == 404
    assert phone.get(f"{address}/download").status_code == 404


def test_the_list_comes_in_pages_newest_first(phone):
    ids = [asked(phone)["id"] for _ in range(5)]
    first = phone.get(f"{EXPORTS}?limit=3").json()
    second = phone.get(first["next"]).json()
    assert [one["id"] for one in first["items"] + second["items"]] == ids[::-1]
    assert second["next"] is None


def test_a_sixth_takes_the_place_of_the_first(phone):
    ids = [asked(phone)["id"] for _ in range(5)]
    write_all()
    newest = asked(phone)["id"]
    kept = [one["id"] for one in phone.get(EXPORTS).json()["items"]]
    assert kept == [newest, *ids[:0:-1]]
    assert set(ExportPart.objects.values_list("export", flat=True).distinct()) < {
        one.id for one in Export.objects.all()
    }


def test_a_part_that_does_not_open_is_a_problem_and_not_half_a_file(phone, ana):
    export = asked(phone)
    write_all()
    ExportPart.objects.update(sealed=b"\x01" + bytes(60))
    answer = phone.get(f"{EXPORTS}/{export['id']}/download")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")


def test_it_speaks_the_persons_language(phone, ana, full, strange_language, settings):
    ana.diary.locale = strange_language
    ana.diary.save(update_fields=["locale"])
    export = asked(phone_of(ana))
    write_all()
    whole = json.loads(fetched(phone, export)["fortnight.json"])
    there = phone.get("/api/v1/patterns", headers={"Accept-Language": strange_language}).json()
    assert whole["patterns"] == there["items"]
