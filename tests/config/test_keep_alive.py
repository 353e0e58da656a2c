"""Jobs in a container: left alone while they work, ended when they hang, to be started anew."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from api import health
from config import ask, keep_alive, stack
from config.embedded import free_port
from config.environment import CHECKOUT
from config.supervisor import STOPPING_SIGNALS

LONG = ["sleep", "60"]
SHORT = ["sh", "-c", "sleep 0.5; exit 7"]


class Api:
    """Answers every question about the jobs with `status` and `body`."""

    def __init__(self) -> None:
        self.status, self.body = 200, b"{}"
        api = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(api.status)
                self.end_headers()
                self.wfile.write(api.body)

            def log_message(self, *words: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}/health/jobs"

    def says(self, status: int, content: object) -> None:
        self.status, self.body = status, json.dumps(content).encode()

    def last_heard_of_the_jobs(self, seconds: float) -> None:
        self.says(200 if seconds < 60 else 503, {"heartbeats": {"look_over": seconds}})


@pytest.fixture
def api() -> Iterator[Api]:
    api = Api()
    thread = threading.Thread(target=api.server.serve_forever, args=[0.01])
    thread.start()
    yield api
    api.server.shutdown()
    thread.join()
    api.server.server_close()


@pytest.fixture
def _signals() -> Iterator[None]:
    """`keep_alive` takes the signals over, which are the test run's own."""
    before = {number: signal.getsignal(number) for number in STOPPING_SIGNALS}
    yield
    for number, taken in before.items():
        signal.signal(number, taken)


def watch(command: list[str], url: str, heartbeat_limit: float = 0.1) -> int:
    return keep_alive.keep_alive(command, url, look_every=0.05, heartbeat_limit=heartbeat_limit)


@pytest.mark.usefixtures("_signals")
class TestWatching:
    def test_jobs_that_have_stopped_are_ended(self, api, capfd):
        api.last_heard_of_the_jobs(75)
        assert watch(LONG, api.url) == 1
        assert "A job has not run for 75 s" in capfd.readouterr().out

    def test_jobs_that_do_not_even_end_when_asked_are_ended_all_the_same(
        self, api, tmp_path, monkeypatch
    ):
        monkeypatch.setattr(keep_alive, "STUCK_LIMIT", 0.1)
        api.last_heard_of_the_jobs(75)
        deaf = f"trap '' TERM; echo $$ > {tmp_path}/pid; while :; do sleep 0.05; done"
        assert watch(["sh", "-c", deaf], api.url, heartbeat_limit=0.5) == 1
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)

    @pytest.mark.parametrize(
        ("status", "content"),
        [
            (200, {"heartbeats": {"look_over": 0.05}}),
            (503, {"heartbeats": {}}),
            (503, {"status": "unready"}),
            (200, {"heartbeats": {"another": 75}}),
            (400, ["not", "an", "object"]),
        ],
        ids=["they work", "no tick yet", "database away", "another's tick", "another's answer"],
    )
    def test_jobs_are_left_alone_when(self, api, status, content):
        api.says(status, content)
        assert watch(SHORT, api.url) == 7

    def test_jobs_are_left_alone_when_the_api_is_away(self):
        assert watch(SHORT, f"http://127.0.0.1:{free_port()}/health/jobs") == 7

    def test_jobs_that_have_just_started_get_the_time_to_do_their_first_work(self, api):
        api.last_heard_of_the_jobs(75)
        assert watch(SHORT, api.url, heartbeat_limit=60) == 7


def test_jobs_end_what_they_are_at_when_the_container_stops(api):
    api.last_heard_of_the_jobs(1)
    job = "trap 'sleep 0.1; echo ended in order; exit 0' TERM; echo started; "
    job += "while :; do sleep 0.05; done"
    command = [sys.executable, "-m", "config.keep_alive", api.url, "--", "sh", "-c", job]
    with subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as keeper:
        try:
            assert keeper.stdout.readline() == "started\n"
            keeper.send_signal(signal.SIGTERM)
            last_words, _ = keeper.communicate(timeout=20)
        finally:
            keeper.kill()
    assert last_words == "ended in order\n"
    assert keeper.returncode == 0


def test_what_is_run_keeps_its_own_dashes(api):
    command = [sys.executable, "-m", "config.keep_alive", api.url, "--", "echo", "--quiet", "-c"]
    answer = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert answer.stdout == "--quiet -c\n"


def test_a_container_up_and_the_health_page_mean_the_same_by_late():
    assert keep_alive.HEARTBEAT_LIMIT == stack.HEARTBEAT_LIMIT == health.LATEST_TICK


# --- Asking --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "code"), [(200, 0), (204, 1), (400, 1), (503, 1)])
def test_a_health_check_ends_well_only_on_200(api, status, code, capsys):
    api.says(status, {"status": "so so"})
    assert ask.main([api.url]) == code
    assert str(status) in capsys.readouterr().out


def test_a_health_check_without_an_answer_does_not_end_well(capsys):
    assert ask.main([f"http://127.0.0.1:{free_port()}/"]) == 1
    assert "no answer" in capsys.readouterr().out


def test_an_answer_that_comes_too_late_is_none(api, monkeypatch):
    monkeypatch.setattr(ask, "LIMIT", 0.05)
    api.server.shutdown()  # it still accepts, and says nothing
    assert ask.ask(api.url) == (0, {})


def test_an_answer_that_is_not_http_is_none():
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=answer_once, args=[server, b"220 mail.example\r\n"])
        thread.start()
        assert ask.ask(f"http://127.0.0.1:{server.getsockname()[1]}/") == (0, {})
        thread.join()


def answer_once(server: socket.socket, words: bytes) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(words)


def test_what_is_not_json_is_no_content_but_still_a_status(api):
    api.body = b"<html>"
    assert ask.ask(api.url) == (200, {})


def test_a_proxy_of_the_environment_is_not_asked(api):
    environment = {**os.environ, "http_proxy": f"http://127.0.0.1:{free_port()}"}
    command = [sys.executable, "-m", "config.ask", api.url]
    answer = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True)
    assert answer.returncode == 0
