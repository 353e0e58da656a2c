"""The servers of our own, started for real: closed to others, durable, and honest in trouble."""

from __future__ import annotations

import os
import signal
import socket
import stat
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import embedded
from config.embedded import ServerFailed, server_home, start_postgres, start_valkey

CANARY = "canary-7261"


@pytest.fixture(scope="module")
def postgres(place, account):
    server = start_postgres(place, account, durable=True)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def valkey(place, account):
    server = start_valkey(place, account, durable=True)
    yield server
    server.stop()


def client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, retry=Retry(NoBackoff(), 0))


# --- PostgreSQL ----------------------------------------------------------------------------------


def test_the_applications_role_owns_its_database_and_is_no_superuser(postgres):
    with psycopg.connect(postgres.url) as connection:
        role = connection.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolreplication, rolcreaterole FROM pg_roles"
            " WHERE rolname = current_user"
        ).fetchone()
        connection.execute("CREATE SCHEMA keys")
        connection.execute("CREATE TABLE public.diary (day date)")
        connection.rollback()
    assert role == ("fortnight", False, False, False, False)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("log_min_error_statement", "panic"),
        ("log_statement", "none"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", "127.0.0.1"),
    ],
)
def test_nothing_acknowledged_is_lost_and_no_value_is_logged(postgres, setting, value):
    with psycopg.connect(postgres.url) as connection:
        assert connection.execute(f"SHOW {setting}").fetchone() == (value,)


def test_a_failing_statement_leaves_its_values_out_of_the_log(postgres):
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE noted (note text UNIQUE)")
        connection.execute("INSERT INTO noted VALUES (%s)", [CANARY])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO noted VALUES (%s)", [CANARY])
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute(f"SELECT '{CANARY}'::int")
    assert CANARY not in postgres.log.read_text()


@pytest.mark.parametrize("user", ["fortnight", "postgres"])
def test_no_one_enters_postgres_without_the_password(postgres, user):
    port = psycopg.conninfo.conninfo_to_dict(postgres.url)["port"]
    for password in ("", "wrong"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(f"postgresql://{user}:{password}@127.0.0.1:{port}/fortnight")


def test_the_files_are_closed_to_others(postgres, place):
    for name in ("postgres-password", "database-password"):
        assert stat.S_IMODE((place / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((place / "pgdata").stat().st_mode) == 0o700


def test_the_log_file_knows_no_password(postgres, place):
    log = postgres.log.read_text() + (place / "initdb.log").read_text()
    for name in ("postgres-password", "database-password"):
        assert (place / name).read_text().strip() not in log


def test_what_was_committed_survives_a_killed_server(place, account, postgres):
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS pain")
    postgres.process.send_signal(signal.SIGKILL)
    postgres.process.wait()
    again = start_postgres(place, account, durable=True)
    # The module's server is this one from here on.
    postgres.process, postgres.url = again.process, again.url
    with psycopg.connect(again.url) as connection:
        assert connection.execute("SELECT pain FROM kept").fetchone() == (7,)


def test_data_of_another_major_version_is_refused_and_kept(tmp_path):
    cluster = tmp_path / "pgdata"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServerFailed, match=r"made by PostgreSQL 15, this is 18\.6: move .*pgdata"):
        embedded.refuse_other_major(cluster, "18.6")
    assert (cluster / "PG_VERSION").exists()


@pytest.mark.parametrize("version", ["15", "15.18"])
def test_data_of_the_same_major_version_is_taken(tmp_path, version):
    (tmp_path / "PG_VERSION").write_text("15\n")
    embedded.refuse_other_major(tmp_path, version)


def test_data_without_its_password_file_says_which_is_missing(tmp_path):
    cluster = tmp_path / "pgdata"
    cluster.mkdir()
    (cluster / "PG_VERSION").write_text("18\n")
    with pytest.raises(ServerFailed, match="postgres-password is missing"):
        start_postgres(tmp_path, None, durable=True)


def test_an_interrupted_first_start_leaves_nothing_that_looks_finished(tmp_path, monkeypatch):
    left = tmp_path / "pgdata.new"
    left.mkdir()
    (left / "half").touch()
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "initdb").write_text("#!/bin/sh\necho disk full; exit 1\n")
    (broken / "initdb").chmod(0o755)
    with pytest.raises(ServerFailed, match="disk full"):
        embedded.make_cluster(broken, tmp_path, None, durable=True)
    assert not (tmp_path / "pgdata").exists()
    assert not (left / "half").exists()


# --- Valkey --------------------------------------------------------------------------------------


def test_no_one_enters_valkey_without_the_password(valkey):
    assert client(valkey.url).ping()
    port = int(valkey.url.rpartition(":")[2].partition("/")[0])
    with pytest.raises(redis.exceptions.AuthenticationError):
        redis.Redis(port=port, retry=Retry(NoBackoff(), 0)).ping()


def test_valkeys_password_stands_on_no_command_line(valkey):
    password = valkey.url.partition(":")[2].partition("@")[0].lstrip("/:")
    command = Path(f"/proc/{valkey.process.pid}/cmdline").read_bytes().decode()
    assert len(password) > 20
    assert password not in command


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("maxmemory-policy", "noeviction"),
        ("appendonly", "yes"),
        ("save", ""),
        ("bind", "127.0.0.1"),
    ],
)
def test_valkey_forgets_nothing_and_listens_to_this_machine_alone(valkey, setting, value):
    assert client(valkey.url).config_get(setting) == {setting: value}


def test_valkey_keeps_its_files_where_it_was_told(valkey, place):
    client(valkey.url).set("key", "value")
    assert client(valkey.url).config_get("dir") == {"dir": str(place / "valkey")}
    assert any((place / "valkey").iterdir())


# --- Ports, places, failures ---------------------------------------------------------------------


def test_a_port_that_somebody_just_took_is_given_up_for_another(place, account, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = embedded.free_port()
        ports = [taken.getsockname()[1], free]
        monkeypatch.setattr(embedded, "free_port", lambda: ports.pop(0))
        server = start_valkey(place, account, durable=False)
    server.stop()
    assert f":{free}/" in server.url


def test_after_five_taken_ports_the_start_is_given_up(place, account, monkeypatch):
    asked = []
    with socket.create_server(("127.0.0.1", 0)) as taken:

        def same_port() -> int:
            asked.append(taken.getsockname()[1])
            return asked[-1]

        monkeypatch.setattr(embedded, "free_port", same_port)
        with pytest.raises(ServerFailed, match=r"(?i)address already in use"):
            start_valkey(place, account, durable=False)
    assert len(asked) == 5


def test_a_server_that_cannot_start_is_quoted_and_not_tried_again(place, account, monkeypatch):
    program = place.parent / "valkey-server"
    program.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Valkey server v=9.0 " || echo out of memory\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("DIARY_REDIS_BIN", str(program))
    asked = []
    monkeypatch.setattr(embedded, "free_port", lambda: asked.append(0) or 1)
    with pytest.raises(ServerFailed, match=r"Valkey 9\.0 did not start:\nout of memory"):
        start_valkey(place, account, durable=False)
    assert len(asked) == 1


class Asked(Exception):
    """Stands for a Ctrl-C during the wait."""


def test_a_start_that_is_broken_off_leaves_no_server(place, account, monkeypatch):
    program = place.parent / "slow-server"
    program.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Valkey server v=9.0 " && exit\n'
        f"echo $$ > {place}/pid; exec sleep 60\n"
    )
    program.chmod(0o755)
    monkeypatch.setenv("DIARY_REDIS_BIN", str(program))
    waited = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        if (place / "pid").exists() and (place / "pid").read_text():
            raise Asked
        os.sched_yield()

    with pytest.raises(Asked):
        start_valkey(place, account, durable=False, pause=pause)
    pid = int((place / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_data_stays_where_the_account_can_reach_it(place, account):
    assert server_home(place, account) == place


def test_data_moves_to_a_folder_of_its_own_where_the_account_cannot(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "can", lambda account, command, folder: False)
    home = server_home(tmp_path, None)
    try:
        assert home.parent == Path("/var/tmp")
        assert stat.S_IMODE(home.stat().st_mode) == 0o700
        assert server_home(tmp_path, None) == home
    finally:
        home.rmdir()


def test_a_link_that_somebody_laid_there_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "can", lambda account, command, folder: False)
    home = server_home(tmp_path, None)
    home.rmdir()
    home.symlink_to(tmp_path)
    try:
        with pytest.raises(ServerFailed, match="belongs to somebody else"):
            server_home(tmp_path, None)
    finally:
        home.unlink()


def test_a_secret_replaces_whatever_stood_in_its_place(tmp_path):
    (tmp_path / "secret").touch(mode=0o666)
    path = embedded.write_secret(tmp_path / "secret", "hidden", None)
    assert path.read_text() == "hidden\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_last_lines_of_a_log_are_what_is_quoted(tmp_path):
    log = tmp_path / "log"
    log.write_text("\n".join(f"line {number}" for number in range(20)))
    assert embedded.last_lines(log, 2) == "line 18\nline 19"
