"""What the modules may not do, read from their text."""

from __future__ import annotations

import re

import pytest

from api.occurrences import REASONS
from diary.reminders.close import _OURS
from web import shell

MODULES = sorted(shell.STATIC.rglob("*.js"))
STYLES = sorted(shell.STATIC.rglob("*.css"))
IMPORTED = re.compile(r'import \{([^}]*)\} from "(\.[^"]+)"')
EXPORTED = re.compile(r"export (?:async )?(?:const|let|function|class) (\w+)")
NAMED = re.compile(r'(?:from|import)\s*\(?\s*"(\.[^"]+)"')


def name_of(path) -> str:
    return path.relative_to(shell.STATIC).as_posix()


@pytest.mark.parametrize("path", [*MODULES, *STYLES], ids=name_of)
def test_a_file_has_one_idea(path):
    assert path.read_text().count("\n") < 400


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_text_never_becomes_markup_or_a_program(path):
    text = path.read_text()
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc"
    )
    assert not re.search(forbidden, text)
    assert not re.search(r"setAttribute\(.style|document\.cookie", text)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_import_names_a_file_that_is_there(path):
    for named in NAMED.findall(path.read_text()):
        assert (path.parent / named).resolve().is_file(), named


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_imported_name_is_exported_there_and_used_here(path):
    text = path.read_text()
    for names, source in IMPORTED.findall(text):
        exported = set(EXPORTED.findall((path.parent / source).read_text()))
        for name, *other in (each.split(" as ") for each in names.split(",") if each.strip()):
            assert name.strip() in exported
            mine = (other or [name])[0].strip()
            assert len(re.findall(rf"\b{mine}\b", text)) > 1, f"{mine} is imported for nothing"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_is_asked_of_anybody_else(path):
    assert set(re.findall(r"https?://[^\s\"'`]+", path.read_text())) <= {
        "http://www.w3.org/2000/svg"
    }


def test_page_and_worker_say_the_same_edition_of_the_app():
    said = {
        each
        for name in ("api.js", "pushes.js")
        for each in re.findall(r'"(web/[\d.]+)"', (shell.STATIC / "web" / name).read_text())
    }
    assert len(said) == 1


def test_whatever_kept_a_reminder_back_is_said_in_words():
    words = (shell.STATIC / "web" / "reminders.js").read_text()
    named = set(re.findall(r"^  (\w+): \"", words, re.MULTILINE))
    assert {*_OURS, "undeliverable", "restored", "reminder_off", "answered", "expired"} <= named
    assert {*_OURS, "undeliverable"} <= {*REASONS}
