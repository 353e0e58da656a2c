"""`up`, for real: it starts, refuses a second one, mends itself, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from config import pretended, stack
from config.children import make_folder
from config.embedded import free_port, start_postgres
from config.environment import CHECKOUT
from config.keys import SECRETS, make_secrets
from config.stack import Stack, open_socket
from config.supervisor import Failed
from tests.config.test_children import gone

START_LIMIT = 90.0  # seconds, on a busy machine


class Up:
    """A running `up` and what it has said so far."""

    def __init__(self, state: Path, environment: dict[str, str], *words: str) -> None:
        self.said = state.parent / f"said-{time.monotonic_ns()}"
        self.state = state
        self.environment = environment | {"DIARY_STATE_DIR": str(state), "DIARY_NO_VENV": "1"}
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(free_port()), *words],
                cwd=CHECKOUT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.said.read_text()

    def hear(self, words: str) -> re.Match[str]:
        """Wait until it says these words (a pattern)."""
        until = time.monotonic() + START_LIMIT
        while not (found := re.search(words, self.text())):
            assert self.process.poll() is None, self.text()
            assert time.monotonic() < until, self.text()
            time.sleep(0.05)
        return found

    def address(self) -> str:
        return self.hear(r"Fortnight is up: (\S+)").group(1)

    def family(self) -> list[int]:
        """The process and everything that it started, however deep."""
        parents = {}
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                parents[int(status.parent.name)] = int(
                    status.read_text().rpartition(")")[2].split()[1]
                )
            except (FileNotFoundError, ProcessLookupError):
                continue
        family = [self.process.pid]
        for pid in family:
            family += [child for child, parent in parents.items() if parent == pid]
        return family

    def child(self, words: str) -> int:
        """The pid of the first child whose command line has these words."""
        for pid in self.family()[1:]:
            if words in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
                return pid
        raise AssertionError(f"no child runs {words}")

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command as from another terminal."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=CHECKOUT,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def end(self, number: int = signal.SIGINT) -> tuple[int, list[int]]:
        """Send a signal; the exit code, and the pids of what is still there afterwards."""
        family = self.family()
        self.process.send_signal(number)
        code = self.process.wait(60)
        return code, [pid for pid in family[1:] if not gone(pid)]

    def __enter__(self) -> Up:
        return self

    def __exit__(self, *how: object) -> None:
        """Whatever a test did or did not: nothing of it stays."""
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def running(place, account, bare_environment):
    """One stack for the tests that only look at it, or that it survives."""
    with Up(make_folder(place / "running", account), bare_environment) as up:
        up.address()
        yield up


@pytest.fixture(scope="module")
def killed(place, account, bare_environment) -> SimpleNamespace:
    """What is left of a stack whose supervisor was killed: who ran, where, and what it left."""
    state = make_folder(place / "killed", account)
    with Up(state, bare_environment) as up:
        up.address()
        family = up.family()
        up.process.kill()
    return SimpleNamespace(up=up, state=state, family=family, left=os.listdir(state))


def answer(address: str) -> dict:
    with urllib.request.urlopen(address, timeout=30) as got:
        return json.load(got)


def test_it_says_where_it_is_and_who_can_sign_in(running):
    assert answer(running.address() + "/health/ready")["status"] == "ok"
    for words in ("demo@fortnight.example", "knee@fortnight.example", "fortnight-demo"):
        assert words in running.text()


def test_the_demo_persons_message_comes_through_the_real_jobs(running):
    """Beat, planner, sender, HTTP/2 and TLS: what a phone would have shown can be read."""
    running.address()
    received = running.state / "providers" / pretended.RECEIVED
    until = time.monotonic() + START_LIMIT
    while not (received.exists() and "demo-phone" in received.read_text()):
        assert time.monotonic() < until, running.text()
        time.sleep(0.1)
    lines = [json.loads(line) for line in received.read_text().splitlines()]
    [shown] = [line for line in lines if line["device"] == "demo-phone"]
    assert (shown["service"], shown["status"], shown["withdraw"]) == ("fcm", 200, False)
    assert shown["title"]


def test_the_start_is_short_to_read(running):
    running.address()
    start = running.text().partition("Ctrl-C stops everything.")[0]
    assert len(start.splitlines()) < 14
    assert "celery@" not in start


def test_a_second_one_is_refused_with_the_address(running):
    second = running.manage("up")
    assert second.returncode == 1
    assert f"Already running for this checkout: {running.address()}" in second.stdout


def test_trying_it_out_meanwhile_is_refused_too(running):
    assert running.manage("up", "--once").returncode == 1


def test_a_command_in_another_terminal_uses_the_same_database(running):
    code = "from django.db import connection; connection.ensure_connection();"
    code += "print(connection.settings_dict['PORT'])"
    found = running.manage("shell", "--verbosity", "0", "-c", code)
    kept = json.loads((running.state / "env.json").read_text())
    assert found.stdout.strip() in kept["DATABASE_URL"], found.stderr


@pytest.mark.parametrize(
    "name", ["key-ring", "secret-key", "token-secret", "web-push-key", "env.json"]
)
def test_its_secrets_are_closed_to_others(running, name):
    assert (running.state / name).stat().st_mode & 0o777 == 0o600


SEND = """
from datetime import timedelta
from uuid import uuid4
from django.utils import timezone
from diary.channels import CHANNELS
from diary.channels.post import Message
from tests.providers.sealed import browser
now, port = timezone.now(), int("PORT")
addresses = {
    "fcm": "phone-of-up",
    "apns": "phone-of-up",
    "webpush": browser("of-up").address(f"https://127.0.0.1:{port}/push/of-up"),
}
for channel, address in addresses.items():
    sent = Message(uuid4(), uuid4(), "c" * 22, "Fortnight", "Time for your check-in",
                   now + timedelta(hours=1), channel, address, app="org.fortnight.diary")
    print(channel, CHANNELS[channel]([sent], now)[0].sent)
"""


def test_what_is_pushed_arrives_on_this_machine_and_can_be_read(running):
    received = running.hear(r"What is sent lies in (\S+)").group(1)
    port = json.loads((running.state / "env.json").read_text())["DIARY_FCM_URL"].rpartition(":")[2]
    sent = running.manage("shell", "--verbosity", "0", "-c", SEND.replace("PORT", port))
    assert sent.stdout.split() == ["fcm", "True", "apns", "True", "webpush", "True"], sent.stderr
    came = [json.loads(line) for line in Path(received).read_text().splitlines()]
    services = [one["service"] for one in came if one.get("body") == "Time for your check-in"]
    assert services == ["fcm", "apns", "webpush"]


def test_the_application_is_no_superuser(running):
    url = json.loads((running.state / "env.json").read_text())["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        query = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(query).fetchone() == (False,)


def test_only_this_machine_reaches_the_api(running):
    port = int(running.address().rpartition(":")[2])
    listening = Path("/proc/net/tcp").read_text().splitlines()
    local = [line.split()[1] for line in listening if line.split()[3] == "0A"]
    assert [place for place in local if place.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("config.serve", "api-1"),
        ("celery --quiet --app config.celery beat", "beat"),
        ("tests.providers.serve", "providers"),
    ],
)
def test_what_dies_is_started_again(running, words, name):
    os.kill(running.child(words), signal.SIGKILL)
    running.hear(rf"{name} ended \(signal SIGKILL\); starting it again")
    assert answer(running.address() + "/health/live")["status"] == "ok"


def test_without_its_database_everything_stops_and_says_so(running):
    """The last that looks at this one: nothing of it is left."""
    family = running.family()
    os.kill(running.child("pgdata"), signal.SIGKILL)
    assert running.process.wait(60) == 1
    assert "PostgreSQL ended by itself (signal SIGKILL)" in running.text()
    assert [pid for pid in family if not gone(pid)] == []


def test_a_killed_one_takes_everything_with_it(killed):
    assert len(killed.family) > 7
    assert [pid for pid in killed.family if not gone(pid)] == []


def test_what_a_killed_one_left_is_not_believed(killed):
    assert "env.json" in killed.left
    assert "DIARY_SECRET_KEY is not set" in killed.up.manage("check").stderr


def test_trying_it_out_posts_a_day_and_reads_back_its_review(killed, bare_environment):
    with Up(killed.state, bare_environment, "--once") as tried:
        assert tried.process.wait(120) == 0, tried.text()
    for words in (
        "signed up smoke-",
        r"recorded \d{4}-\d\d-\d\d: pain 6, mood 3",
        r"reviewed by the worker after \d+\.\d s",
        "the trend shows it: pain 6",
        "removed the person again",
        "everything works",
    ):
        assert re.search(words, tried.text())
    assert not (killed.state / "env.json").exists()
    assert (killed.state / "lock").read_text() == ""


@pytest.fixture
def somebodys_database(place, account):
    """A PostgreSQL that `up` has not started, with nothing in it."""
    server = start_postgres(make_folder(place / "theirs", account), account, durable=False)
    yield server
    server.stop()


def test_somebodys_own_database_is_used_and_gets_no_demo_people(
    place, account, bare_environment, somebodys_database
):
    own = {"DATABASE_URL": somebodys_database.url}
    state = make_folder(place / "beside", account)
    with Up(state, bare_environment | own) as up:
        up.address()
        assert not (state / "pgdata").exists()
        assert "Sign in as" not in up.text()
        with psycopg.connect(somebodys_database.url) as connection:
            people = connection.execute("SELECT count(*) FROM account_emailaddress").fetchone()
        assert people == (0,)
        assert up.end(signal.SIGINT) == (0, [])


# --- Parts ---------------------------------------------------------------------------------------


def test_the_next_free_port_is_taken(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = free_port()
        monkeypatch.setattr(stack, "PORTS", [taken.getsockname()[1], free])
        with open_socket(None) as listening:
            assert listening.getsockname() == ("127.0.0.1", free)


def test_a_port_that_was_asked_for_and_is_taken_is_an_error():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Failed, match=f"Port {port} is taken; choose one with --port"):
            open_socket(port)


def test_when_all_ports_are_taken_it_says_which(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(stack, "PORTS", [port, port])
        with pytest.raises(Failed, match=f"Port {port} to {port} is taken"):
            open_socket(None)


@pytest.mark.parametrize(
    ("heartbeat", "running_for", "restarted"),
    [
        (61.0, 100.0, ["beat", "ticker", "worker", "planner", "sender"]),
        (59.0, 100.0, []),
        (86_400.0, 30.0, []),
        (float("inf"), 100.0, []),
    ],
    ids=["a minute of silence", "less than that", "they have just started", "the API is silent"],
)
def test_beat_and_worker_are_started_again_after_a_minute_of_silence(
    heartbeat, running_for, restarted, capsys
):
    done = []
    started_at = time.monotonic() - running_for
    silent = SimpleNamespace(
        oldest_heartbeat=lambda: heartbeat,
        beat=SimpleNamespace(name="beat", started_at=started_at),
        ticker=SimpleNamespace(name="ticker", started_at=started_at),
        worker=SimpleNamespace(name="worker", started_at=started_at),
        planner=SimpleNamespace(name="planner", started_at=started_at),
        sender=SimpleNamespace(name="sender", started_at=started_at),
        supervisor=SimpleNamespace(restart=lambda child: done.append(child.name)),
    )
    Stack.revive_jobs(silent)
    assert done == restarted
    assert ("A job has not run for 61 s" in capsys.readouterr().out) == bool(restarted)


def test_an_api_that_says_nothing_is_not_ready_and_tells_no_heartbeat():
    silent = Stack.__new__(Stack)
    silent.address = f"http://127.0.0.1:{free_port()}"
    assert not silent.api_is_ready()
    assert silent.heartbeat() == silent.oldest_heartbeat() == float("inf")


def test_the_job_that_is_longest_ago_speaks_for_all(monkeypatch):
    told = {"heartbeats": {"look_over": 1.0, "deliver": -75.0, "sweep": 3.0}}
    monkeypatch.setattr(stack, "ask", lambda url: (200, told))
    running = Stack.__new__(Stack)
    running.address = ""
    assert (running.heartbeat(), running.oldest_heartbeat()) == (1.0, 75.0)


@pytest.fixture
def nothing_given(monkeypatch):
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)


def test_secrets_are_made_once(tmp_path, nothing_given):
    first = make_secrets(tmp_path, None, has_diaries=False)
    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert make_secrets(tmp_path, None, has_diaries=True) == first
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == kept
    assert set(kept) == {"key-ring", "secret-key", "token-secret", "web-push-key"}
    assert len(set(kept.values())) == 4


def test_a_key_ring_of_ones_own_is_left_to_oneself(tmp_path, nothing_given, monkeypatch):
    monkeypatch.setenv("DIARY_KEY_RING_FILE", "/somewhere/else")
    assert "DIARY_KEY_RING_FILE" not in make_secrets(tmp_path, None, has_diaries=True)
    assert not (tmp_path / "key-ring").exists()


def test_no_new_ring_is_made_for_diaries_that_another_one_seals(tmp_path, nothing_given):
    with pytest.raises(stack.ServerFailed, match=r"key-ring is missing.*put it back"):
        make_secrets(tmp_path, None, has_diaries=True)
    assert not (tmp_path / "key-ring").exists()
