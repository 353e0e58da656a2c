"""What no well-behaved client sends, byte by byte, to the server that is shipped: an answer or an
end, never a reset, never a 5xx, and the next request is served.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import waitress.server
from django.db import connections
from waitress.adjustments import Adjustments

from config.serve import OPTIONS
from config.wire import PatientChannel
from config.wsgi import application
from tests.api.contract import operations
from tests.conftest import TODAY, make_person, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

HERE = {"date": TODAY, "id": "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21", "code": "peg", "token": "x"}
ENOUGH = 60  # seconds
GONE_AT_ONCE = struct.pack("ii", 1, 0)  # a close is a reset
# What is said of a body after the request line and the usual headers, and the body itself.
LIES = {
    "less than there is": b"Content-Length: 3\r\n\r\n" + b'{"pain":4}',
    "more than there is": b"Content-Length: 50\r\n\r\n" + b'{"pain":4}',
    "less than nothing": b"Content-Length: -5\r\n\r\n" + b'{"pain":4}',
    "no number": b"Content-Length: ten\r\n\r\n" + b'{"pain":4}',
    "two lengths": b"Content-Length: 10\r\nContent-Length: 3\r\n\r\n" + b'{"pain":4}',
    "a length and chunks": b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunks that are none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunks of no end": b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "packed chunks": b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "a length beyond all": b"Content-Length: " + b"9" * 400 + b"\r\n\r\n{}",
    "ten megabytes": b"Content-Length: 10000000\r\n\r\n" + b" " * 10_000_000,
    "ten megabytes in chunks": b"Transfer-Encoding: chunked\r\n\r\n"
    + (b"10000\r\n" + b" " * 65_536 + b"\r\n") * 160,
    "a header without a colon": b"Heron\r\n\r\n",
    "a header without a name": b": heron\r\n\r\n",
    "a null byte in a header": b"X-App: a\x00b\r\n\r\n",
    "a folded header": b"X-App: a\r\n b\r\n\r\n",
    "a bare line feed": b"X-App: a\nX-Request-Id: b\r\n\r\n",
    "headers beyond all": b"X-App: " + b"a" * 300_000 + b"\r\n\r\n",
}
LINES = {
    "no version": b"GET /api/v1/me\r\n\r\n",
    "another version": b"GET /api/v1/me HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "words": b"the heron stood in the reeds\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n",
    "a whole address": b"GET http://evil.example/api/v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no UTF-8": b"GET /api/v1/\xff\xfe?\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a very long line": b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no host": b"GET /api/v1/me HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n",
}


@pytest.fixture
def port(monkeypatch) -> Iterator[int]:
    """waitress with the options of a server, in a thread of its own."""
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    listening = socket.create_server(("127.0.0.1", 0))
    server = waitress.server.create_server(
        application, sockets=[listening], **OPTIONS | {"channel_timeout": 2, "cleanup_interval": 1}
    )
    serving = threading.Thread(target=server.run, daemon=True)
    serving.start()
    yield listening.getsockname()[1]
    server.close()
    serving.join(ENOUGH)


def told(port: int, *parts: bytes) -> int | None:
    """The status that comes back for these bytes, None for an end without a word.

    A reset raises.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=ENOUGH) as connection:
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while more := connection.recv(65_536):
            answer += more
    return int(answer.split(b" ")[1]) if answer else None


def test_lies_about_a_body_break_no_operation(port):
    token, wrong = sign_in(make_person("ana@diary.example")), []
    kinds = list(LIES.items())
    for turn, (method, path, _) in enumerate(operations()):
        for step in range(3):  # three of them for each, the next three for the next
            kind, lie = kinds[(3 * turn + step) % len(kinds)]
            head = (
                f"{method} {path.format(**HERE)} HTTP/1.1\r\nHost: localhost\r\n"
                "Connection: close\r\nContent-Type: application/json\r\n"
                f"X-Session-Token: {token}\r\n"
            ).encode()
            status = told(port, head, lie)
            # 501 is what HTTP has for a coding that a server does not know.
            if (status or 0) >= 500 and (status, kind) != (501, "packed chunks"):
                wrong.append((status, method, path, kind))
    assert wrong == []


@pytest.mark.parametrize("kind", LINES)
def test_what_is_no_request_is_refused_and_the_next_one_served(port, kind):
    status = told(port, LINES[kind])
    assert status is None or 200 <= status < 500
    good = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert told(port, good) == 200


def test_a_body_that_comes_byte_by_byte_is_read_to_its_end(port):
    token = sign_in(make_person("ana@diary.example"))
    head = (
        f"PATCH /api/v1/entries/{TODAY} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nX-Session-Token: {token}\r\nContent-Length: 10\r\n\r\n"
    ).encode()
    with socket.create_connection(("127.0.0.1", port), timeout=ENOUGH) as connection:
        connection.sendall(head)
        for byte in b'{"pain":4}':
            connection.sendall(bytes([byte]))
            time.sleep(0.01)
        assert connection.recv(65_536).split(b" ")[1] == b"201"


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [("ten megabytes", 413), ("ten megabytes in chunks", 413), ("headers beyond all", 431)],
)
def test_who_sends_far_too_much_reads_why_it_was_refused(port, kind, refusal):
    head = f"PATCH /api/v1/entries/{TODAY} HTTP/1.1\r\nHost: localhost\r\n".encode()
    for _ in range(20):
        assert told(port, head, LIES[kind]) == refusal


def test_who_never_ends_is_not_heard_for_ever(port):
    def go_on(connection: socket.socket) -> None:
        for _ in range(20 * ENOUGH):
            connection.sendall(b"and on it stood, ")
            time.sleep(0.05)

    with socket.create_connection(("127.0.0.1", port), timeout=ENOUGH) as connection:
        connection.sendall(LINES["words"])
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            go_on(connection)


def test_who_leaves_just_before_the_answer_is_let_go():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        leaving = socket.create_connection(listening.getsockname())
        here, address = listening.accept()
    channel = PatientChannel(
        SimpleNamespace(active_channels={}), here, address, Adjustments(**OPTIONS), map={}
    )
    channel.outbufs[-1].append(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    channel.total_outbufs_len, channel.close_when_flushed = 28, True
    leaving.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, GONE_AT_ONCE)
    leaving.close()
    channel.handle_write()
    assert (channel.connected, channel.socket) == (False, None)
