"""One backup of one kind on disk: a folder with a dump and a manifest that vouches for it.

    DIR/diary/2026-11-26T09-00-00Z/   dump  manifest.json     everything but the keys
    DIR/keys/2026-11-26T09-00-00Z/    dump  manifest.json     the keys, for a few days

A folder is there whole or not at all, and nobody else can read it. Whoever is signed in stands in
none: nobody is signed in by a restore.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

FORMAT = 1
SESSIONS = ("django_session", "usersessions_usersession")
KINDS = {
    "diary": ["--exclude-schema=keys", *(f"--exclude-table-data=public.{s}" for s in SESSIONS)],
    "keys": ["--schema=keys"],
}
_NAME = "%Y-%m-%dT%H-%M-%SZ"
_UNFINISHED = ".new"
_CHUNK = 1 << 20


class Refused(Exception):
    """A backup that is not made or not used; the message says why, in a sentence."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A finished backup: which kind, when it was made, and which migrations it has seen."""

    folder: Path
    kind: str
    made_at: datetime
    migrations: frozenset[tuple[str, str]]
    sha256: str

    @property
    def dump(self) -> Path:
        return self.folder / "dump"

    def check(self) -> None:
        """Raise `Refused` where the dump is not the one that the manifest was written for."""
        try:
            whole = self.dump.is_file() and digest(self.dump) == self.sha256
        except OSError as error:
            raise Refused(f"{self.dump} cannot be read: {error.strerror}.") from None
        if not whole:
            raise Refused(f"{self.dump} is not what its manifest says: it was damaged or changed.")


def make(base: Path, kind: str, migrations: frozenset[tuple[str, str]], now: datetime) -> Archive:
    """Dump one kind under `base`. Raises `Refused`, and leaves nothing that looks finished."""
    place = base / kind / now.astimezone(UTC).strftime(_NAME)
    try:
        with _alone(base, kind):
            return _make(place, kind, migrations, now)
    except OSError as error:
        raise Refused(f"{place} cannot be written: {error.strerror}.") from None


@contextmanager
def _alone(base: Path, kind: str) -> Iterator[None]:
    """The folder of that kind, made if need be, and no other backup into it meanwhile."""
    for folder in (base, base / kind):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(base / kind, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused(f"Another backup into {base / kind} is under way.") from None
    finally:
        os.close(descriptor)


def _make(place: Path, kind: str, migrations: frozenset[tuple[str, str]], now: datetime) -> Archive:
    if place.exists():
        raise Refused(f"{place} is there already; nothing is written over.")
    for left in place.parent.glob(f"*{_UNFINISHED}"):  # by a backup that was killed
        shutil.rmtree(left)
    fresh = place.with_name(place.name + _UNFINISHED)
    fresh.mkdir(mode=0o700)
    try:
        with _private(fresh / "dump") as file:
            run("pg_dump", ["--format=custom", *KINDS[kind], "--no-owner", "--no-acl"], file)
        made = Archive(place, kind, now, migrations, digest(fresh / "dump"))
        with _private(fresh / "manifest.json") as file:
            file.write(_manifest(made))
        _flush(fresh)
        fresh.rename(place)
        _flush(place.parent)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return made


def newest(base: Path, kind: str, name: str = "") -> Archive | None:
    """The newest finished backup of this kind, or the one of that name.

    No other is read, nor one taken in the place of an unreadable one: that raises `Refused`.
    """
    named = [folder for folder in (base / kind).glob("*") if folder.name == name]
    found = named if name else list(folders(base, kind))
    return _read(found[-1], kind) if found else None


def folders(base: Path, kind: str) -> dict[Path, datetime]:
    """The folders of finished backups, oldest first, and when their names say they were made."""
    made = {}
    for folder in sorted((base / kind).glob("*")):
        with suppress(ValueError):  # whatever else lies there
            made[folder] = datetime.strptime(folder.name, _NAME).replace(tzinfo=UTC)
    return made


def run(program: str, arguments: Sequence[str], output=None) -> None:
    """Run one of PostgreSQL's programs on the diary's database. Raises `Refused` with its words."""
    try:
        found = import_string(settings.POSTGRES_TOOL)(program)
    except LookupError as missing:
        raise Refused(str(missing)) from None
    command = [str(found), *arguments]
    done = subprocess.run(command, env=_environment(), stdout=output, stderr=subprocess.PIPE)
    if done.returncode:
        words = done.stderr.decode(errors="replace").strip().splitlines()
        raise Refused(f"{program}: {words[0] if words else 'it failed'}")


def _environment() -> dict[str, str]:
    """How to reach the database: by the environment, as a command line is everybody's to read."""
    known = connection.settings_dict
    told = {
        "PGHOST": known["HOST"],
        "PGPORT": str(known["PORT"]),
        "PGUSER": known["USER"],
        "PGPASSWORD": known["PASSWORD"],
        "PGDATABASE": known["NAME"],
    }
    return {"PATH": os.defpath, "LC_ALL": "C", **{name: to for name, to in told.items() if to}}


def _private(path: Path):
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _flush(folder: Path) -> None:
    """To the disk: files, their names, and then the name of the folder."""
    for path in [*folder.glob("*.*"), *folder.glob("dump"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def digest(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            made.update(chunk)
    return made.hexdigest()


def _manifest(made: Archive) -> bytes:
    told = {
        "fortnight_backup": FORMAT,
        "kind": made.kind,
        "made_at": made.made_at.isoformat(),
        "sha256": made.sha256,
        "migrations": sorted(made.migrations),
    }
    return json.dumps(told, indent=1).encode()


def _read(folder: Path, kind: str) -> Archive:
    path = folder / "manifest.json"
    try:
        told = json.loads(path.read_text())
        if (told["fortnight_backup"], told["kind"]) != (FORMAT, kind):
            raise Refused(f"{path} is not of a backup that this version reads.")
        migrations = frozenset((f"{app}", f"{name}") for app, name in told["migrations"])
        made_at = datetime.fromisoformat(told["made_at"]).astimezone(UTC)
        return Archive(folder, kind, made_at, migrations, told["sha256"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise Refused(f"{path} cannot be read.") from None
