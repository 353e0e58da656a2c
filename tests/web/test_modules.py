"""What the modules may not do, read from their text."""

from __future__ import annotations

import re

import pytest

from web import shell

MODULES = sorted(shell.STATIC.rglob("*.js"))
STYLES = sorted(shell.STATIC.rglob("*.css"))
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
def test_nothing_is_asked_of_anybody_else(path):
    assert set(re.findall(r"https?://[^\s\"'`]+", path.read_text())) <= {
        "http://www.w3.org/2000/svg"
    }
