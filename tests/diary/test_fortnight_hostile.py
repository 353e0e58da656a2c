"""Files that are not what they say: refused with the place, and nothing of them is kept."""

from __future__ import annotations

import json
import tracemalloc
import zlib
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from django.core.management import CommandError, call_command

from diary import record
from diary.exchange import Unreadable, bring_in, fortnight_in
from diary.models import Access, Record, Reminder
from tests.conftest import NOW, TODAY
from tests.diary.keeping import diary_of, keep, vault_of

pytestmark = pytest.mark.django_db

KEY = "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21"
LISTS = ("entries", "activities", "moments", "trackers", "answers", "reminders", "patterns",
         "feedback")  # fmt: skip
GOOD = {"date": "2026-03-01", "pain": 4}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def whole(**lists):
    """A file of ours with these lists, as an object."""
    return {"fortnight": 1, "me": {}, **{name: [] for name in LISTS}, **lists}


def zipped(content, name="fortnight.json", how=ZIP_DEFLATED):
    file = BytesIO()
    with ZipFile(file, "w", how) as packed:
        packed.writestr(name, content)
    return file.getvalue()


def twice(content):
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("fortnight.json", content)
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("fortnight.json", content)
    return file.getvalue()


def told(person, content, tmp_path):
    """What the command says of a file that it refuses; nothing of it is kept."""
    file = tmp_path / "export"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    before = diary_of(person).seq
    with pytest.raises(CommandError) as refusal:
        call_command("import", str(file), format="fortnight", email=person.email)
    assert diary_of(person).seq == before
    assert not Record.objects.filter(user=person).exists()
    assert not Reminder.objects.filter(user=person).exists()
    assert not Access.objects.exists()
    said = str(refusal.value)
    assert said.endswith(". Nothing was imported.")
    assert said.isprintable()
    return said.removeprefix(f"{file}: ").removesuffix(". Nothing was imported.")


OTHER_WHOLES = {
    "another version": (whole() | {"fortnight": 2}, "fortnight: version 2 is not read here, 1 is"),
    "a version in words": (whole() | {"fortnight": "x"}, "fortnight: version not a number"),
    "no version": ({"me": {}} | {name: [] for name in LISTS}, "fortnight: this is missing"),
    "a list is missing": ({"fortnight": 1, "me": {}, "entries": []}, "activities: this is missing"),
    "an unknown list": (whole(secrets=[]), "fortnight.json: there is a name in it"),
    "a list that is none": (whole() | {"entries": {}}, "entries: [ is expected at character"),
    "a person who is none": (whole() | {"me": 4}, "me: an object is expected here"),
    "a list": ([1], "fortnight.json: { is expected at character 0"),
    "nothing": (b"", "fortnight.json: { is expected at character 0"),
    "half of one": (json.dumps(whole()).encode()[:-9], "no JSON, at character 139"),
    "more behind its end": (json.dumps(whole()).encode() + b"{}", "goes on behind its end"),
    "Latin-1": (b'{"fortnight":1,"me":{"x":"\xe4"}}', "no UTF-8, from byte 26 on"),
    "the same list twice": (b'{"fortnight":1,"entries":[],"entries":[]}', "entries: this stands"),
}  # fmt: skip
OTHER_DOCUMENTS = {
    "out of range": ({"entries": [GOOD, {"date": "2026-03-02", "pain": 11}]}, "/pain max_value", 1),
    "in the future": ({"entries": [{"date": "2026-03-22"}]}, "/date future_date", 0),
    "before 2000": ({"entries": [{"date": "1999-12-31"}]}, "/date too_early", 0),
    "without a date": ({"entries": [{"pain": 4}]}, "/date type", 0),
    "no object": ({"entries": [GOOD, GOOD | {"date": "2026-03-02"}, 7]}, "type", 2),
    "no document": ({"entries": [[]]}, "type", 0),
    "an unknown field": ({"entries": [GOOD | {"cure": 1}]}, "/cure unknown_field", 0),
    "a field that is no word": ({"entries": [GOOD | {"\x1b[2J\n": 1}]}, "�[2J� unknown_field", 0),
    "half a letter": ({"entries": [GOOD | {"note": "\ud83d"}]}, "/note characters", 0),
    "a long note": ({"entries": [GOOD | {"note": "x" * 4_001}]}, "/note max_length", 0),
    "a deep value": ({"entries": [GOOD | {"pain": [[[[{}]]]]}]}, "/pain type", 0),
    "a strange id": ({"moments": [{"id": "../../etc", "date": "2026-03-01"}]}, "/id type", 0),
    "no kind": ({"activities": [{"id": KEY, "date": "2026-03-01"}]}, "/kind required", 0),
    "an upside-down scale": (
        {"trackers": [{"id": KEY, "name": "x", "kind": "scale", "low": 9, "high": 1}]},
        "/high range", 0,
    ),
    "another's item": (
        {"answers": [{"id": KEY, "date": "2026-03-01", "questionnaire": "peg",
                      "items": {"44250-9": 1}}]},
        "/items/44250-9 unknown_field", 0,
    ),
    "a reminder at noon o'clock": (
        {"entries": [GOOD], "reminders": [{"id": KEY, "kind": "entry", "times": ["noon"]}]},
        "/times/0 range", 0,
    ),
    "a reminder without an id": ({"reminders": [{"kind": "entry", "times": []}]}, "/id type", 0),
}  # fmt: skip


@pytest.mark.parametrize(("content", "says"), OTHER_WHOLES.values(), ids=OTHER_WHOLES)
def test_what_is_no_export_of_ours_says_where(ana, tmp_path, content, says):
    assert says in told(ana, content, tmp_path)


@pytest.mark.parametrize(("lists", "says", "at"), OTHER_DOCUMENTS.values(), ids=OTHER_DOCUMENTS)
def test_a_document_that_is_none_is_named_by_its_place(ana, tmp_path, lists, says, at):
    said = told(ana, whole(**lists), tmp_path)
    assert said.startswith(f"{list(lists)[-1]}[{at}]: ")
    assert says in said
    assert "11" not in said
    assert "etc" not in said  # no value is told


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"date":"2026-03-01","pain":NaN}', "entries[0]: NaN is no number in JSON"),
        (b'{"date":"2026-03-01","pain":1e999}', "entries[0]: a number is too large"),
        (b'{"date":"2026-03-01","pain":' + b"9" * 5_000 + b"}", "a number that is too long"),
        (b'{"date":"2026-03-01","date":"2026-03-02"}', "a name stands twice in one object"),
        (b'{"date":"2026-03-01","note":' + b"[" * 100_000 + b"}", "entries[0] is nested too deep"),
        (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, "entries[0] is nested too deep"),
        (b'{"date":"2026-03-01",', "entries[0] is no JSON, at character"),
        (b"true", "entries[0]: / type"),
    ],
    ids=["NaN", "infinite", "long", "twice", "brackets", "braces", "half", "true"],
)
def test_json_that_is_absurd_is_named_by_its_place(ana, tmp_path, body, says):
    text = json.dumps(whole()).encode().replace(b'"entries": []', b'"entries": [' + body + b"]")
    assert says.replace("/ ", "") in told(ana, text, tmp_path)


def test_a_day_that_stands_there_twice_is_refused(ana, tmp_path):
    said = told(ana, whole(entries=[GOOD, GOOD | {"pain": 2}]), tmp_path)
    assert "entries[1]: 2026-03-01 stands there twice" in said


def test_what_comes_before_the_fault_is_taken_back(ana, monkeypatch):
    monkeypatch.setattr(bring_in, "_AT_ONCE", 1)
    content = json.dumps(whole(entries=[GOOD, {"date": "2026-03-02", "pain": 11}])).encode()
    with pytest.raises(Unreadable):
        bring_in.bring_in(vault_of(ana), content, "fortnight", NOW)
    assert not Record.objects.exists()


class TestZips:
    def test_that_would_fill_the_memory_are_given_up(self, ana, tmp_path, monkeypatch):
        monkeypatch.setattr(fortnight_in, "LARGEST", 1 << 20)
        bomb = zipped(b" " * (20 << 20))
        assert len(bomb) < 30_000
        tracemalloc.start()
        said = told(ana, bomb, tmp_path)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert said == "fortnight.json is larger than 1 MiB"
        assert most < 6 << 20  # bytes

    def test_that_lie_about_their_size_are_no_better(self, ana, tmp_path):
        honest = zipped(json.dumps(whole(entries=[GOOD])))
        size = len(json.dumps(whole(entries=[GOOD])))
        lie = honest.replace(size.to_bytes(4, "little"), (7).to_bytes(4, "little"))
        assert lie != honest
        assert told(ana, lie, tmp_path)

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (zipped(b"{}", "../../fortnight.json"), "the zip holds 0 files named fortnight.json"),
            (zipped(b"{}", "/etc/passwd"), "the zip holds 0 files named fortnight.json, not one"),
            (zipped(b"{}", how=ZIP_BZIP2), "packed in a way that is not read here"),
            (zipped(b"{}")[:-30], "the zip is damaged: BadZipFile"),
            (b"PK\x03\x04" + bytes(100), "the zip is damaged: BadZipFile"),
            (zipped(zlib.compress(b"x")), "no UTF-8"),
        ],
        ids=["a path", "another path", "bzip2", "cut off", "not really one", "packed twice"],
    )
    def test_that_are_not_ours_say_why(self, ana, tmp_path, content, says):
        assert says in told(ana, content, tmp_path)

    def test_with_two_of_them_are_refused(self, ana, tmp_path):
        assert "holds 2 files" in told(ana, twice(json.dumps(whole())), tmp_path)

    def test_with_a_flipped_bit_are_refused_wherever_it_is(self, ana, tmp_path):
        content = bytearray(zipped(json.dumps(whole(entries=[GOOD]))))
        body = content.index(b"fortnight.json") + len("fortnight.json")
        for at in range(body, body + 40, 3):
            broken = bytearray(content)
            broken[at] ^= 0x55
            assert told(ana, bytes(broken), tmp_path)

    def test_that_are_locked_are_refused(self, ana, tmp_path):
        content = bytearray(zipped(json.dumps(whole())))
        content[6] |= 1
        directory = content.index(b"PK\x01\x02")
        content[directory + 8] |= 1
        assert "packed in a way" in told(ana, bytes(content), tmp_path)


def test_what_the_person_has_written_stays(ana, tmp_path):
    keep(ana, {TODAY: {"pain": 9, "note": "mine"}})
    file = tmp_path / "export"
    yesterday = {"date": "2026-03-19", "pain": 3}
    theirs = {"date": TODAY.isoformat(), "pain": 1, "note": "theirs", "mood": 5}
    file.write_text(json.dumps(whole(entries=[theirs, yesterday])))
    call_command("import", str(file), format="fortnight", email=ana.email)
    kept = record.read(vault_of(ana), "entries", TODAY.isoformat())
    assert kept.fields == {"pain": 9, "note": "mine", "mood": 5}
    keep(ana, {TODAY: None})  # what they have deleted stays deleted
    call_command("import", str(file), format="fortnight", email=ana.email)
    assert record.read(vault_of(ana), "entries", TODAY.isoformat()).deleted


def test_the_order_of_the_lists_says_nothing(ana, tmp_path):
    file = tmp_path / "export"
    file.write_text(json.dumps(whole(entries=[GOOD]), sort_keys=True, indent=2))
    call_command("import", str(file), format="fortnight", email=ana.email)
    assert Record.objects.count() == 1
