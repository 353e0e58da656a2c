"""The tests' own servers: throw-away, swept up, and never the real ones."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from config import suite, testing
from config.embedded import Server
from config.environment import CHECKOUT
from tests.config.test_children import gone

REAL = {
    "DATABASE_URL": "postgresql://real",
    "REDIS_URL": "redis://real",
    "PGHOST": "real",
    "DIARY_KEY_RING_FILE": "/real/ring",
    "DIARY_STATE_DIR": "/real/state",
}


@pytest.fixture(autouse=True)
def own_environment():
    """Whatever becomes of it here: the other tests go on in theirs."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def real(monkeypatch):
    """A shell in which a real stack is set."""
    for name, text in REAL.items():
        monkeypatch.setenv(name, text)


def test_a_real_database_is_forgotten_before_anything_else(real, monkeypatch):
    monkeypatch.setenv("DIARY_VENV", "/kept")
    testing.forget_the_real_ones()
    assert not set(REAL) & set(os.environ)
    assert os.environ["DIARY_VENV"] == "/kept"


class Started:
    """What would be started, written down instead."""

    def __init__(self, monkeypatch) -> None:
        self.names: list[str] = []
        monkeypatch.setattr(testing, "start_postgres", self.start("postgresql"))
        monkeypatch.setattr(testing, "start_valkey", self.start("redis"))

    def start(self, name: str):
        def start(folder: Path, account: object, *, durable: bool) -> Server:
            assert not durable
            self.names.append(name)
            return Server(name, "0", subprocess.Popen(["true"]), f"{name}://own", folder, 15)

        return start


@pytest.mark.parametrize(
    ("given", "started"),
    [
        ({}, ["postgresql", "redis"]),
        ({"TEST_DATABASE_URL": "postgresql://given"}, ["redis"]),
        ({"TEST_REDIS_URL": "redis://given"}, ["postgresql"]),
        ({"TEST_DATABASE_URL": "postgresql://given", "TEST_REDIS_URL": "redis://given"}, []),
    ],
    ids=["none", "a database", "a Redis", "both"],
)
def test_servers_that_are_given_for_tests_replace_ours_one_by_one(
    real, monkeypatch, tmp_path, given, started
):
    monkeypatch.setattr(testing.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(testing, "can", lambda account, command, folder: True)
    for name, url in given.items():
        monkeypatch.setenv(name, url)
    servers = Started(monkeypatch)
    with ExitStack() as cleanup:
        testing.start_servers(cleanup)
        assert servers.names == started
        for name, kind in {"DATABASE_URL": "postgresql", "REDIS_URL": "redis"}.items():
            assert os.environ[name] == given.get(f"TEST_{name}", f"{kind}://own")
        assert os.environ["DIARY_STATE_DIR"].startswith(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_each_run_has_secrets_of_its_own(tmp_path):
    runs = [testing.throw_away_settings(tmp_path, None) for _ in range(2)]
    for name in ("DIARY_SECRET_KEY", "DIARY_TOKEN_SECRET", "DIARY_KEY_RING"):
        assert runs[0][name] != runs[1][name]


@pytest.mark.parametrize(("worker", "number"), [("gw0", 2), ("gw1", 4), ("gw7", 16)])
def test_parallel_workers_share_neither_redis_database_nor_state(
    monkeypatch, tmp_path, worker, number
):
    monkeypatch.setenv("REDIS_URL", "redis://:word@127.0.0.1:7000/0")
    monkeypatch.setenv("DIARY_STATE_DIR", str(tmp_path))
    testing.use_own_share(worker)
    assert os.environ["REDIS_URL"] == f"redis://:word@127.0.0.1:7000/{number}"
    assert os.environ["DIARY_STATE_DIR"] == str(tmp_path / worker)
    assert (tmp_path / worker).is_dir()


def dead_pid() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def test_what_killed_runs_left_is_swept_up_and_nothing_else(tmp_path):
    uid = os.geteuid()
    dead = tmp_path / f"{testing.PREFIX}-{uid}-{dead_pid()}"
    kept = [
        tmp_path / f"{testing.PREFIX}-{uid}-{os.getpid()}",
        tmp_path / f"{testing.PREFIX}-{uid}-1",
        tmp_path / f"{testing.PREFIX}-{uid + 1}-{dead_pid()}",
        tmp_path / f"{testing.PREFIX}-{uid}-notes",
        tmp_path / "other",
    ]
    for folder in [dead, *kept]:
        (folder / "pgdata").mkdir(parents=True)
    testing.sweep(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted(kept)


def test_a_process_of_somebody_else_is_alive(monkeypatch):
    def refuse(pid: int, number: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", refuse)
    assert testing.is_alive(1)


@pytest.mark.parametrize(
    ("words", "arguments"),
    [([], suite.DEFAULT_ARGUMENTS), (["-k", "pain"], ["-k", "pain"])],
    ids=["everything, in parallel", "what was asked for"],
)
def test_the_arguments_go_to_pytest(monkeypatch, words, arguments):
    asked = []
    monkeypatch.chdir("/")
    monkeypatch.setattr(suite.pytest, "main", lambda given: asked.append(given) or 5)
    assert suite.test(["manage.py", "test", *words]) == 5
    assert asked == [arguments]
    assert Path.cwd() == CHECKOUT


SLEEPER = """
import os, time
from pathlib import Path
def test_sleeping():
    Path(os.environ["REPORT"]).write_text(os.environ["DIARY_STATE_DIR"])
    time.sleep(60)
"""


def test_a_killed_run_leaves_no_server_and_the_next_one_sweeps_its_folder(
    tmp_path, bare_environment
):
    (tmp_path / "test_sleeper.py").write_text(SLEEPER)
    report = tmp_path / "report"
    command = [sys.executable, "manage.py", "test", "-p", "no:cacheprovider", "--rootdir", "."]
    command += ["-c", "pyproject.toml", str(tmp_path / "test_sleeper.py")]
    with subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=bare_environment | {"REPORT": str(report), "DIARY_NO_VENV": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as run:
        try:
            folder = Path(told_in(report, run)).parent
            server = int((folder / "pgdata" / "postmaster.pid").read_text().split()[0])
        finally:
            run.kill()
    assert gone(server)
    assert folder.exists()
    testing.sweep(folder.parent)
    assert not folder.exists()


def told_in(report: Path, run: subprocess.Popen[bytes]) -> str:
    """What the run wrote into its report, as soon as it has."""
    until = time.monotonic() + 60
    while not (report.exists() and report.read_text()):
        assert run.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    return report.read_text()
