"""One API process, started for real on a socket that it is given."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from config import serve
from config.environment import CHECKOUT


def test_no_body_and_no_answer_is_spilled_to_a_file():
    assert serve.OPTIONS["inbuf_overflow"] > serve.OPTIONS["max_request_body_size"]
    assert serve.OPTIONS["outbuf_overflow"] > serve.OPTIONS["max_request_body_size"]


@pytest.mark.parametrize(
    ("soft", "hard", "raised"),
    [
        (1024, 4096, (2500, 4096)),
        (1024, resource.RLIM_INFINITY, (2500, resource.RLIM_INFINITY)),
        (1024, 2000, (2000, 2000)),
        (4096, 4096, None),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None),
    ],
    ids=["room above", "no ceiling", "a low ceiling", "enough already", "no limit"],
)
def test_two_thousand_connections_find_open_files(monkeypatch, soft, hard, raised):
    limits = []
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, wanted: limits.append(wanted))
    serve.allow_connections()
    assert limits == ([raised] if raised else [])


def test_it_answers_on_an_inherited_socket_and_leaves_when_asked():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port, descriptor = listening.getsockname()[1], listening.fileno()
        process = subprocess.Popen(
            [sys.executable, "-m", "config.serve", "--fd", str(descriptor)],
            cwd=CHECKOUT,
            env=dict(os.environ),
            pass_fds=[descriptor],
        )
        with process:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=60) as live:
                assert live.status == 200
                assert "waitress" not in str(live.headers)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0


def test_it_must_be_told_where_to_listen():
    command = [sys.executable, "-m", "config.serve"]
    refused = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert refused.returncode == 2
    assert "--fd --listen" in refused.stderr
