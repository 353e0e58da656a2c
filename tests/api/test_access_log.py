"""The access log: whatever anybody else did with a diary is there for its person to see."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from diary import access
from diary.access import SHARE, Seen, note_access
from diary.models import Access
from diary.models.access import access_label
from diary.vault import Unsealable
from tests.conftest import NOW
from tests.diary.keeping import vault_of

pytestmark = pytest.mark.django_db

LOG = "/api/v1/access-log"
COMMANDS = sorted((Path(access.__file__).parent / "management" / "commands").glob("[!_]*.py"))
# How a vault is opened; whoever does it writes it down.
OPENS = re.compile(r"datakey\.open\(|DataKey\.objects\.open|KEY_RING\.open\(|open_(all|with)")
OF_NOBODY = {"demo.py"}  # the demo people are nobody, and theirs is written anew all the time


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "days.csv"
    file.write_text("date,pain\n2026-03-01,4\n2026-03-09,5\n")
    return file


def test_before_anybody_else_was_there_it_is_empty(phone):
    assert phone.get(LOG).json() == {"items": [], "next": None}


def test_an_operators_import_stands_there_with_its_dates(phone, ana, file, monkeypatch):
    monkeypatch.setenv("LOGNAME", "greta")
    call_command("import", str(file), format="days-csv", email=ana.email)
    answer = phone.get(LOG)
    assert answer["Cache-Control"] == "no-store"
    assert answer.json()["items"] == [
        {
            "at": NOW.isoformat(), "who": "operator", "label": "greta", "action": "import",
            "from": "2026-03-01", "to": "2026-03-09",
        }
    ]  # fmt: skip


def test_an_import_that_changed_nothing_has_opened_the_diary_all_the_same(phone, ana, file):
    for _ in range(2):
        call_command("import", str(file), format="days-csv", email=ana.email)
    [again, _] = phone.get(LOG).json()["items"]
    assert (again["action"], again["from"], again["to"]) == ("import", None, None)


def test_what_was_not_done_is_not_told(phone, ana, file):
    file.write_text("date,pain\n2026-03-01,11\n")
    with pytest.raises(CommandError):
        call_command("import", str(file), format="days-csv", email=ana.email)
    assert phone.get(LOG).json()["items"] == []


def test_an_account_without_a_name_is_told_by_its_number(monkeypatch):
    def nameless():
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(access.getpass, "getuser", nameless)
    assert re.fullmatch(r"uid \d+", access.operator())


def test_each_sees_their_own_alone(bens_phone, ana, file):
    call_command("import", str(file), format="days-csv", email=ana.email)
    assert bens_phone.get(LOG).json()["items"] == []


def test_it_comes_in_pages_newest_first(phone, ana):
    for number in range(5):
        seen = Seen(SHARE, f"Share {number}", "read", date(2026, 3, 1 + number), None)
        note_access(vault_of(ana), seen, NOW + timedelta(minutes=number))
    first = phone.get(f"{LOG}?limit=3").json()
    second = phone.get(first["next"]).json()
    labels = [item["label"] for item in first["items"] + second["items"]]
    assert labels == [f"Share {number}" for number in reversed(range(5))]
    assert second["next"] is None


def test_a_place_that_is_none_is_refused(phone):
    [fault] = phone.get(f"{LOG}?after=eA==").json()["errors"]
    assert (fault["parameter"], fault["code"]) == ("after", "type")


def test_it_lies_there_sealed_and_only_in_its_own_place(ana, ben):
    note_access(vault_of(ana), Seen(SHARE, "Doctor Reed", "read"), NOW)
    row = Access.objects.get()
    assert b"Reed" not in bytes(row.sealed)
    with pytest.raises(Unsealable):
        vault_of(ana).unseal(access_label(ana.pk, ana.pk), row.sealed)
    with pytest.raises(Unsealable):
        vault_of(ben).unseal(access_label(ben.pk, row.id), row.sealed)


def test_it_goes_with_the_account(ana):
    note_access(vault_of(ana), Seen(SHARE, "Doctor Reed", "read"), NOW)
    ana.delete()
    assert not Access.objects.exists()


@pytest.mark.parametrize("path", COMMANDS, ids=lambda path: path.name)
def test_every_command_that_opens_a_diary_writes_it_down(path):
    assert path.name in OF_NOBODY or tells(path.read_text())


def test_a_command_that_did_not_would_be_found():
    command = "vault = person.datakey.open()\nself.stdout.write(...)\n"
    assert not tells(command)
    assert tells(f"{command}note_access(vault, seen, now)\n")
    assert sum(bool(OPENS.search(path.read_text())) for path in COMMANDS) >= 2


def tells(source: str) -> bool:
    return not OPENS.search(source) or "note_access(" in source
