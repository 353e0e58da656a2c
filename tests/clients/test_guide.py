"""The guide for those who write apps shows the very code that is tried out here."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from config.environment import CHECKOUT
from tests.clients.node import CLIENTS, OLDEST, node

GUIDE = CHECKOUT / "docs" / "sync-guide.md"
SHOWN = ("device.js", "rxdb/handlers.js", "watermelon/handlers.js")
BLOCK = re.compile(r"^`tests/clients/(\S+)`:\n\n```js\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_guide_shows_the_handlers_as_they_are():
    shown = dict(BLOCK.findall(GUIDE.read_text()))
    assert shown == {name: (CLIENTS / name).read_text() for name in SHOWN}


@pytest.mark.parametrize("client", ["rxdb", "watermelon"])
def test_the_guide_names_the_versions_that_are_tried(client):
    wanted = json.loads((CLIENTS / client / "package.json").read_text())["dependencies"]
    for name, version in wanted.items():
        if name != "rxjs":
            assert f"`{name}` {version}" in GUIDE.read_text()


@pytest.mark.parametrize("client", ["rxdb", "watermelon"])
def test_a_lockfile_names_no_place_of_one_machine(client):
    locked = json.loads((CLIENTS / client / "package-lock.json").read_text())
    wanted = json.loads((CLIENTS / client / "package.json").read_text())["dependencies"]
    assert locked["packages"][""]["dependencies"] == wanted
    for name, package in locked["packages"].items():
        if name:
            assert package["integrity"].startswith("sha512-")
            assert "resolved" not in package


class TestNode:
    def test_without_one_on_the_path_the_wheels_is_taken(self):
        found = node(path="/nonexistent")
        said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        assert int(said[1:].partition(".")[0]) >= OLDEST

    @pytest.mark.parametrize(("version", "taken"), [("v20.20.2", False), ("v22.1.0", True)])
    def test_the_one_on_the_path_has_to_be_new_enough(self, tmp_path: Path, version, taken):
        mine = tmp_path / "node"
        mine.write_text(f"#!/bin/sh\necho {version}\n")
        os.chmod(mine, 0o755)
        assert (node(path=str(tmp_path)) == mine) == taken
