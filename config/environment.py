"""Where a running `up` leaves its addresses, so that commands in another terminal find it.

`var/lock` is held (flock) for as long as `up` lives and names its address; `var/env.json` holds
the settings of the running stack. A killed `up` leaves the file behind but not the lock, so the
file is believed only while the lock is held; `var/tables` says which migrations have run. Standard
library only: the settings call `load`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def state_dir() -> Path:
    """Everything that Fortnight writes on this machine: `var`, or DIARY_STATE_DIR."""
    return Path(os.environ.get("DIARY_STATE_DIR") or CHECKOUT / "var").absolute()


def load() -> bool:
    """Fill in what the environment does not set from the stack that runs here; False: none does."""
    state = state_dir()
    if not is_held(state / "lock"):
        return False
    try:
        settings = json.loads((state / "env.json").read_text())
    except FileNotFoundError:
        return False  # it is still starting
    for name, value in settings.items():
        os.environ.setdefault(name, value)
    return True


def is_held(lock: Path) -> bool:
    """Whether a living process holds this lock."""
    try:
        descriptor = os.open(lock, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        # Shared, so that two commands asking at once do not take each other for an `up`.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def write(state: Path, settings: dict[str, str]) -> Path:
    """Leave `settings` for other commands, readable by this account alone."""
    forget(state)
    path = state / "env.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as file:
        json.dump(settings, file, indent=1)
    return path


def forget(state: Path) -> None:
    (state / "env.json").unlink(missing_ok=True)


def note_tables(state: Path) -> None:
    """Remember that every migration of today has run here."""
    (state / "tables").write_text(_what_makes_tables())


def has_tables(state: Path) -> bool:
    """Whether no migration has come since."""
    try:
        return (state / "tables").read_text() == _what_makes_tables()
    except FileNotFoundError:
        return False


def _what_makes_tables() -> str:
    """Our migrations, and the libraries of which some bring their own."""
    ours = sorted(path.name for path in CHECKOUT.glob("*/migrations/*.py"))
    theirs = (CHECKOUT / "constraints.txt").read_text()
    return hashlib.sha256("\n".join([*ours, theirs]).encode()).hexdigest()


def without_postgres_variables(environ: dict[str, str]) -> dict[str, str]:
    """A copy without PGHOST, PGDATA and the like: a person's own would reach into our server."""
    return {name: value for name, value in environ.items() if not name.startswith("PG")}
