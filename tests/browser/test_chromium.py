"""The Chromium of these tests: whichever is there, and a sentence where none can be had."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser import chromium as module
from tests.browser.chromium import PLACE, NoChromium, chromium, fetch


def program(folder: Path, name: str, does: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return path


def test_the_one_on_the_path_is_taken_when_it_runs(tmp_path):
    mine = program(tmp_path, "google-chrome", "echo Chrome 200")
    program(tmp_path, "chromium", "exit 1")  # a stub that asks for a store
    found = chromium(path=str(tmp_path), place=tmp_path / "none")
    assert (found.program, found.environment) == (mine, {})


def test_without_one_debians_is_unpacked_and_runs():
    found = chromium(path="/nonexistent")
    assert found.program.is_relative_to(PLACE)
    assert found.version().startswith("Chromium ")


def test_what_was_unpacked_is_not_fetched_again(monkeypatch):
    chromium(path="/nonexistent")
    monkeypatch.setattr(module, "fetch", lambda apt: pytest.fail("fetched again"))
    assert chromium(path="/nonexistent").version()


@pytest.mark.parametrize(
    ("does", "says"),
    [
        (None, "no apt-get to fetch one"),
        ("echo E: no network >&2; exit 100", "E: no network"),
    ],
    ids=["no apt", "no network"],
)
def test_where_none_can_be_had_a_line_says_what_to_install(tmp_path, monkeypatch, does, says):
    if does:
        program(tmp_path, "apt-get", does)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    with pytest.raises(NoChromium, match=says) as refusal:
        chromium(path=str(tmp_path), place=tmp_path / "place")
    assert "apt-get install chromium" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_lists_that_the_machine_has_are_left_alone(tmp_path, monkeypatch):
    """apt writes into a folder of our own, whoever runs the tests."""
    program(tmp_path, "apt-get", f'echo "$@" >> {tmp_path}/calls')
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert fetch(tmp_path / "apt") == []
    for call in (tmp_path / "calls").read_text().splitlines():
        assert f"-oDir::State::lists={tmp_path}/apt/lists" in call
        assert f"-oDir::Cache={tmp_path}/apt/cache" in call
