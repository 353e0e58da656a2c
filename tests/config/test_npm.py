"""What charts are drawn with comes from npm at the first start, and a start without it goes on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from config import npm, settings


@pytest.fixture
def registry(tmp_path, monkeypatch) -> Path:
    """In place of npm a program that notes how it was called, and does as the file `does` says."""
    program = tmp_path / "bin" / "npm"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$PWD $*" >> {tmp_path}/calls\n. {tmp_path}/does\n')
    program.chmod(0o755)
    (tmp_path / "does").write_text("mkdir node_modules")
    monkeypatch.setattr(npm, "npm", lambda: [str(program)])
    monkeypatch.setenv("DIARY_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.delenv("DIARY_WEB_PACKAGES")
    return tmp_path


def calls(registry: Path) -> list[str]:
    return (registry / "calls").read_text().splitlines() if (registry / "calls").exists() else []


def test_they_are_fetched_once(registry):
    assert npm.fetch_charts() == "charts"
    assert npm.fetch_charts() == "charts"
    [call] = calls(registry)
    assert " ci --ignore-scripts " in call
    assert npm.web_packages().is_dir()
    assert npm.web_packages().is_relative_to(registry / "state" / "npm")


def test_a_start_that_cannot_fetch_them_says_so_and_the_next_one_tries_again(registry):
    (registry / "does").write_text("echo npm error network >&2; exit 1")
    said = npm.fetch_charts()
    assert "no charts, only tables" in said
    assert "npm error network" in said
    assert not npm.web_packages().exists()
    (registry / "does").write_text("mkdir node_modules")
    assert npm.fetch_charts() == "charts"
    assert len(calls(registry)) == 2


def test_an_image_brings_its_own(registry, monkeypatch):
    monkeypatch.setenv("DIARY_WEB_PACKAGES", str(registry))
    assert npm.fetch_charts() == "charts"
    assert calls(registry) == []


def test_another_lockfile_is_fetched_into_another_place(registry, tmp_path):
    places = set()
    for version in ("1", "2"):
        folder = tmp_path / version / "app"
        folder.mkdir(parents=True)
        for name in npm.LOCKED:
            (folder / name).write_text(version)
        places.add(npm.fetch(folder, tmp_path / "cache"))
    assert len(places) == len(calls(registry)) == 2


class TestWhichNpm:
    def test_the_wheels_is_taken_before_the_one_on_the_path(self):
        node, script = npm.npm()
        assert os.access(node, os.X_OK)
        assert Path(script).exists()

    def test_without_the_wheel_the_one_on_the_path(self, tmp_path, monkeypatch):
        monkeypatch.setattr(npm.importlib.util, "find_spec", lambda name: None)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(npm.NotFetched, match="there is no npm"):
            npm.npm()
        mine = tmp_path / "npm"
        mine.touch(0o755)
        assert npm.npm() == [str(mine)]


def test_the_address_of_the_charts_names_their_version():
    wanted = json.loads((npm.WEB / "package.json").read_text())["dependencies"]
    [(address, folder)] = settings.STATICFILES_DIRS
    assert address == f"packages/uplot-{wanted['uplot']}"
    assert folder == npm.web_packages() / "uplot" / "dist"


@pytest.mark.parametrize("folder", [npm.WEB, npm.CHECKOUT / "tests" / "browser"], ids=str)
def test_a_lockfile_names_no_place_of_one_machine(folder):
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    assert locked.pop("")["dependencies"] == wanted
    assert all(one["integrity"].startswith("sha512-") for one in locked.values())
    assert not any("resolved" in one for one in locked.values())
