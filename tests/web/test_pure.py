"""The app's pure modules, run in Node: `pure.test.mjs` beside this file has the sentences."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.clients.node import node
from web import shell

TESTS = Path(__file__).with_name("pure.test.mjs")


def test_pure_modules_do_what_they_say(tmp_path):
    modules = tmp_path / "web"
    modules.symlink_to(shell.STATIC / "web")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    done = subprocess.run(
        [node(), "--preserve-symlinks", "--test", "--test-reporter=tap", TESTS],
        env={**os.environ, "MODULES": modules.as_uri() + "/"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    assert "# fail 0" in done.stdout
    assert "# pass 0" not in done.stdout
