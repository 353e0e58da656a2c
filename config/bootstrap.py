"""The set-up that `manage.py` runs first: a virtual environment with what the command needs.

Standard library only, and readable by Python 3.7, so that an old interpreter gets a sentence and
not a traceback. When everything is in place it costs one file comparison.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

CHECKOUT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWER_PYTHONS = ["python3.14", "python3.13", "python3.12", "python3.11", "python3"]

# Each file includes the one before it, so a fuller environment serves every smaller need.
LEVELS = ["requirements.txt", "requirements-web.txt", "requirements-up.txt", "requirements-dev.txt"]
LEVEL_OF_COMMAND = {"up": 2, "fake_providers": 2, "test": 3, "bench": 3, "list_sentences": 3}
CONSTRAINTS = "constraints.txt"
STAMP = ".stamp"


class SetUpFailed(SystemExit):
    """The environment could not be made; the message says what to do."""


def prepare(argv: list) -> None:
    """Return inside an environment that serves `argv`, or re-execute there, or exit with a line."""
    if sys.version_info < OLDEST:
        use_newer_python(argv)
    pin_time_zones()
    if os.environ.get("DIARY_NO_VENV") == "1":
        return
    venv = Path(os.environ.get("DIARY_VENV") or CHECKOUT / ".venv").absolute()
    level = level_for(argv[1] if len(argv) > 1 else "")
    inside = Path(sys.prefix).resolve() == venv.resolve()
    if inside and serves(venv, level, own_version()):
        return
    version = own_version() if inside else version_of(venv)
    if not version or not serves(venv, level, version):
        with locked(venv.parent):
            set_up(venv, level)
    python = str(venv / "bin" / "python")
    os.execv(python, [python, str(CHECKOUT / "manage.py"), *argv[1:]])


def level_for(command: str) -> int:
    """Which requirement file the command needs."""
    servers_given = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    if command == "up" and servers_given:
        return 1  # so it runs where the embedded servers have no build, too
    return LEVEL_OF_COMMAND.get(command, 0)


def pin_time_zones() -> None:
    """One zone table everywhere, the pinned one: the machine's may be years older or newer."""
    os.environ["TZ"] = "UTC"
    os.environ["PYTHONTZPATH"] = ""
    time.tzset()


def use_newer_python(argv: list) -> None:
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found and is_new_enough(found):
            os.execv(found, [found, str(CHECKOUT / "manage.py"), *argv[1:]])
    wanted, found_version = ".".join(map(str, OLDEST)), ".".join(map(str, sys.version_info[:3]))
    raise SetUpFailed(f"Fortnight needs Python {wanted} or newer; this is {found_version}.")


def is_new_enough(python: str) -> bool:
    check = f"import sys; sys.exit(sys.version_info < {OLDEST!r})"
    return subprocess.run([python, "-c", check], stderr=subprocess.DEVNULL).returncode == 0


def own_version() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def version_of(venv: Path) -> str | None:
    """The version of the environment's own Python; None when it does not run (moved, upgraded)."""
    ask = (
        "import sys; print('.'.join(map(str, sys.version_info[:3])));"
        "sys.exit(sys.prefix == sys.base_prefix)"
    )
    try:
        answer = subprocess.run(
            [str(venv / "bin" / "python"), "-c", ask], capture_output=True, text=True
        )
    except OSError:
        return None
    return answer.stdout.strip() if answer.returncode == 0 else None


# --- The stamp: which level is installed, from which files, for which Python -------------------


def stamp_of(level: int, version: str) -> str:
    """One line for what `level` asks for: its number, and a digest of all that decides it."""
    digest = hashlib.sha256(version.encode())
    for name in [*LEVELS[: level + 1], CONSTRAINTS]:
        digest.update((CHECKOUT / name).read_bytes())
    return f"{level} {digest.hexdigest()}"


def stamped(venv: Path) -> str:
    try:
        return (venv / STAMP).read_text().strip()
    except FileNotFoundError:
        return ""


def serves(venv: Path, level: int, version: str) -> bool:
    """Whether what is installed is this level or a fuller one, and still what the files ask for."""
    stamp = stamped(venv)
    return any(stamp == stamp_of(fuller, version) for fuller in range(level, len(LEVELS)))


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Two first runs at once take turns. The folder itself is the lock: nothing to leave behind."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(str(folder), os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


# --- Making it -----------------------------------------------------------------------------------


def set_up(venv: Path, level: int) -> None:
    version = version_of(venv)
    if version and serves(venv, level, version):
        return  # another first run has just done it
    began = time.monotonic()
    # A fuller environment stays as full as it is when a requirement changes.
    level = max(level, int(stamped(venv).partition(" ")[0] or 0))
    if version is None:
        say(f"Setting up in {venv} (once; about half a minute)")
        shutil.rmtree(venv, ignore_errors=True)
        # Without pip: that works where Debian's python3-venv is missing, and takes 0.1 s.
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
        version = version_of(venv)
        if version is None:
            raise SetUpFailed(f"The environment just made in {venv} does not run.")
    else:
        say(f"Bringing {venv} up to date")
    install(venv, level)
    fresh = venv / (STAMP + ".new")
    fresh.write_text(stamp_of(level, version) + "\n")
    fresh.replace(venv / STAMP)
    say(f"Set up in {time.monotonic() - began:.0f} s")


def install(venv: Path, level: int) -> None:
    wanted = ["-r", str(CHECKOUT / LEVELS[level]), "-c", str(CHECKOUT / CONSTRAINTS)]
    python = str(venv / "bin" / "python")
    uv = shutil.which("uv")
    # uv knows nothing of pip's mirrors, so its refusal is no reason to give up. The bytecode is
    # for servers that run as an account which may not write into the environment.
    if uv and run_quietly(
        [uv, "pip", "install", "--compile-bytecode", "--python", python, *wanted]
    ):
        return
    if not run_quietly([*pip_for(python), "install", "--no-input", *wanted]):
        raise SetUpFailed("Installing failed; the lines above say why.")


def pip_for(python: str) -> list:
    """The pip to install with: the environment's, made if need be, else this Python's own."""
    own = [python, "-m", "pip"]
    if succeeds([*own, "--version"]) or succeeds([python, "-m", "ensurepip", "--default-pip"]):
        return own
    outside = [sys.executable, "-m", "pip", "--python", python]
    if succeeds([*outside, "--version"]):
        return outside
    raise SetUpFailed("This Python has no pip. On Debian or Ubuntu: apt install python3-venv")


def succeeds(command: list) -> bool:
    return subprocess.run(command, capture_output=True).returncode == 0


def run_quietly(command: list) -> bool:
    """Run an installer, showing what it is at; its own words only when it fails."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_PROGRESS_BAR": "off"}
    lines: list = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as installer:
        for line in installer.stdout or ():
            lines.append(line.rstrip())
            show_progress(line.split(), lines)
    if installer.returncode:
        say("\n".join(lines[-25:]))
    return installer.returncode == 0


def show_progress(words: list, lines: list) -> None:
    if words[:1] == ["Collecting"] and len(words) > 1:
        collected = sum(line.startswith("Collecting") for line in lines)
        if collected % 10 == 1:
            say(f"  fetching {words[1]} and more ({collected} so far)")
    elif words[:2] == ["Installing", "collected"]:
        say(f"  installing {len(words) - 3} packages")


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
