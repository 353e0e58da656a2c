"""Clients made from docs/openapi.yaml by other people's generators: each lives one day.

They are made anew in every run, compiled, and speak to a live server.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.environment import CHECKOUT
from tests.clients.node import CLIENTS, node, packages
from tests.conftest import make_person

DOCUMENT = CHECKOUT / "docs" / "openapi.yaml"
PASSWORD = "a quiet winter evening"


@pytest.fixture
def ana(transactional_db):
    person = make_person("ana@diary.example")
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    return person


def run(folder: Path, *words: object) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
        env={"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder)},
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def lived(said: str) -> None:
    """That the day went as a day goes."""
    day = json.loads(said.splitlines()[-1])
    made, *listed = day.pop("reminders")
    assert listed == [made]
    assert day == {
        "pain": 6.5,
        "rev": [1, 1],
        "phone": "112",
        "refused": "max_value",
        "drawn": 6.5,
        "state": "learning",
        "deleted": 204,
        "gone": 404,
    }


def test_a_typescript_client_compiles_strictly_and_lives_a_day(live_server, ana, tmp_path):
    for source in (CLIENTS / "typescript").glob("*"):
        shutil.copy(source, tmp_path)
    (tmp_path / "node_modules").symlink_to(packages("typescript"))
    tools = tmp_path / "node_modules"
    run(tmp_path, node(), tools / "openapi-typescript/bin/cli.js", DOCUMENT, "-o", "schema.ts")
    run(tmp_path, node(), tools / "typescript/bin/tsc", "-p", ".")
    told = [live_server.url, ana.email, PASSWORD, ana.diary.today(ana.began_at)]
    lived(run(tmp_path, node(), "day.js", *told))


def test_a_python_client_compiles_and_lives_a_day(live_server, ana, tmp_path):
    made = tmp_path / "fortnight_client"
    run(
        tmp_path, sys.executable, "-m", "openapi_python_client", "generate", "--path", DOCUMENT,
        "--meta", "none", "--output-path", made, "--fail-on-warning",
    )  # fmt: skip
    run(tmp_path, sys.executable, "-m", "compileall", "-q", made)
    shutil.copy(CLIENTS / "python" / "day.py", tmp_path)
    told = [live_server.url, ana.email, PASSWORD, ana.diary.today(ana.began_at)]
    lived(run(tmp_path, sys.executable, "-W", "error", "day.py", *told))
