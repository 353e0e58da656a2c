"""Requests among strangers: what is believed, followed, read, kept, and how long is waited."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from diary.channels import apns, wire
from tests.channels.messages import message
from tests.providers.raw import Raw
from tests.providers.running import Running


def ask(address: str, body: bytes = b"{}") -> wire.Reply:
    [reply] = wire.post([wire.Request(address, {"content-type": "application/json"}, body)])
    return reply


def test_it_speaks_http_2(pointed):
    assert ask(f"{pointed.address}/token/empty").status == 503
    [connection] = wire._lines.line.transport._pool.connections
    assert "HTTP/2" in connection.info()


def test_only_the_certificates_that_are_set_are_believed(pointed, settings):
    settings.PUSH_CA = ""
    reply = ask(f"{pointed.address}/token")
    assert (reply.status, reply.fault, reply.unsure) == (None, "connect", False)


def test_a_certificate_for_another_name_is_not_believed(pointed):
    # It names 127.0.0.1 and localhost; 127.0.0.2 is this machine as well.
    with socket.create_server(("127.0.0.2", 0)) as other:
        port = other.getsockname()[1]
        threading.Thread(target=forward, args=(other, pointed.port), daemon=True).start()
        reply = ask(f"https://127.0.0.2:{port}/token")
    assert (reply.status, reply.fault, reply.unsure) == (None, "connect", False)


def forward(listening: socket.socket, port: int) -> None:
    """Pass one connection on to a port of this machine, in both directions."""
    near, _ = listening.accept()
    far = socket.create_connection(("127.0.0.1", port))

    def pass_on(one: socket.socket, other: socket.socket) -> None:
        # Whoever does not believe the certificate hangs up, at any moment.
        with contextlib.suppress(OSError), other:
            while part := one.recv(65536):
                other.sendall(part)

    threading.Thread(target=pass_on, args=(far, near), daemon=True).start()
    pass_on(near, far)


def test_where_nobody_listens_nothing_is_in_doubt(pointed):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        reply = ask(f"https://127.0.0.1:{free.getsockname()[1]}/x")
    assert (reply.status, reply.fault, reply.unsure) == (None, "connect", False)


def test_who_takes_the_call_and_says_nothing_is_waited_for_once(pointed, hasty):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        began = time.monotonic()
        reply = ask(f"https://127.0.0.1:{silent.getsockname()[1]}/x")
        assert time.monotonic() - began < 5
    assert (reply.status, reply.fault, reply.unsure) == (None, "timeout", False)


def test_a_proxy_of_the_environment_is_not_used(pointed, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        for name in ("HTTPS_PROXY", "ALL_PROXY", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        wire.hang_up()
        assert ask(f"{pointed.address}/token/empty").status == 503
        proxy.setblocking(False)
        with pytest.raises(BlockingIOError):
            proxy.accept()


def test_certificates_of_the_environment_are_not_believed(pointed, settings, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", settings.PUSH_CA)
    settings.PUSH_CA = ""
    assert ask(f"{pointed.address}/token/empty").fault == "connect"


def test_an_answer_is_read_up_to_its_limit_and_the_next_one_is_not_the_worse_for_it(pointed):
    for _ in range(4):  # together more than a connection's window
        reply = ask(f"{pointed.address}/token/huge")
        assert (reply.status, len(reply.body)) == (400, wire.LARGEST_ANSWER)
        assert ask(f"{pointed.address}/token/empty").status == 503


def test_no_redirect_is_followed(pointed):
    assert ask(f"{pointed.address}/token/redirect").status == 307
    assert pointed.came_for("/elsewhere") == []


def test_each_is_asked_once_whatever_it_says(pointed):
    asked = [wire.Request(f"{pointed.address}/none-{number}", {}, b"x") for number in range(120)]
    assert {reply.status for reply in wire.post(asked)} == {404}
    assert all(len(pointed.came_for(f"/none-{number}")) == 1 for number in range(120))


def test_many_that_get_no_answer_take_no_longer_than_one(pointed, hasty):
    asked = [wire.Request(f"{pointed.address}/token/hang", {}, b"x") for _ in range(150)]
    began = time.monotonic()
    replies = wire.post(asked)
    assert time.monotonic() - began < 5
    assert {reply.status for reply in replies} == {None}
    # Those that waited for their turn did not leave.
    assert sum(reply.unsure for reply in replies) <= wire.AT_ONCE


def test_a_fork_and_a_thread_have_connections_of_their_own(pointed):
    assert ask(f"{pointed.address}/token/empty").status == 503
    mine = wire._lines.line
    found: list[object] = []

    def elsewhere() -> None:
        found.append(ask(f"{pointed.address}/token/empty").status)
        found.append(wire._lines.line)
        wire.hang_up()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert found[0] == 503
    assert found[1] is not mine
    monkey = wire._lines.process
    wire._lines.process = os.getpid() + 1  # as in a child of a fork
    assert wire._lines.of_this_thread() is not mine
    wire._lines.process = monkey
    wire.hang_up()
    mine.close()


def test_a_server_that_came_back_is_found_again(tmp_path, settings):
    with Running(tmp_path / "p") as running:
        settings.PUSH_CA = running.settings()["PUSH_CA"]
        running.wait()
        assert ask(f"{running.address}/token/empty").status == 503
        running.kill()
        running.start()
        running.wait()
        # The old connection may fail once, the one after it does not.
        ask(f"{running.address}/token/empty")
        assert ask(f"{running.address}/token/empty").status == 503
        wire.hang_up()


# --- Streams and connections that end otherwise --------------------------------------------------


@pytest.fixture
def apple(pointed, settings):
    """Send to these tokens at a server that speaks frame by frame."""

    def apple(raw: Raw, *tokens: str) -> list[apns.Answer]:
        settings.APNS_URLS = {"prod": raw.address, "sandbox": raw.address}
        messages = [message("apns", token) for token in tokens]
        return apns.send(messages, datetime.now(UTC))

    return apple


def test_split_and_empty_frames_are_answers_like_others(apple, folder):
    with Raw(folder) as raw:
        answers = apple(raw, "split-1", "empty-1", "ok-1")
        assert [answer.status for answer in answers] == [400, 200, 200]
        assert answers[0].reason == "BadDeviceToken"
        assert sorted(raw.taken) == ["empty-1", "ok-1", "split-1"]
        assert raw.connections == 1


def test_an_answer_without_an_end_is_left_at_its_limit(apple, folder):
    with Raw(folder) as raw:
        began = time.monotonic()
        endless, fine = apple(raw, "endless-1", "ok-1")
        assert time.monotonic() - began < wire.TIME_LIMIT / 2
        assert (endless.status, fine.sent) == (400, True)
        assert apple(raw, "ok-2")[0].sent


def test_sixty_messages_through_empty_frames_are_sixty_requests(apple, folder):
    with Raw(folder) as raw:
        answers = apple(raw, *[f"empty-{number}" for number in range(60)])
        assert all(answer.sent for answer in answers)
        assert len(raw.taken) == 60


def test_a_refused_stream_was_not_looked_at_and_is_not_in_doubt(apple, folder):
    with Raw(folder) as raw:
        refused, fine = apple(raw, "refused-1", "ok-1")
        assert (refused.reason, refused.unsure) == ("refused", False)
        assert fine.sent
        assert raw.taken == ["ok-1"]


def test_a_stream_that_is_reset_after_it_was_taken_is_in_doubt(apple, folder):
    with Raw(folder) as raw:
        reset, fine = apple(raw, "reset-1", "ok-1")
        assert (reset.sent, reset.unsure, fine.sent) == (False, True, True)
        assert raw.taken.count("reset-1") == 1


def test_a_connection_that_is_cut_leaves_in_doubt_what_was_under_way(apple, folder):
    with Raw(folder) as raw:
        [cut] = apple(raw, "cut-1")
        assert (cut.sent, cut.unsure) == (False, True)
        assert apple(raw, "ok-1")[0].sent
        assert raw.taken == ["cut-1", "ok-1"]


@pytest.mark.parametrize("leaves_after", [1, 5, 17])
def test_goaway_ends_a_connection_and_no_message_goes_twice(apple, folder, leaves_after):
    tokens = [f"ok-{number}" for number in range(40)]
    with Raw(folder, leaves_after=leaves_after) as raw:
        answers = apple(raw, *tokens)
        assert len(raw.taken) == len(set(raw.taken))
        for token, answer in zip(tokens, answers, strict=True):
            # Taken, and perhaps we did not hear of it; or not taken, and then it is not in doubt.
            assert (token in raw.taken) == (answer.sent or answer.unsure), (token, answer)


def test_who_leaves_for_good_leaves_in_doubt_only_what_was_looked_at(apple, folder):
    tokens = [f"ok-{number}" for number in range(20)]
    with Raw(folder, leaves_after=2, for_good=True) as raw:
        for token, answer in zip(tokens, apple(raw, *tokens), strict=True):
            assert (token in raw.taken) == (answer.sent or answer.unsure), (token, answer)
        assert len(raw.taken) == 2


def test_goaway_at_once_leaves_nothing_in_doubt(apple, folder):
    with Raw(folder, leaves_after=0) as raw:
        answers = apple(raw, "ok-1", "ok-2")
        again = [f"ok-{n}" for n, answer in enumerate(answers, 1) if not answer.sent]
        assert not any(answer.unsure for answer in answers)
        assert all(answer.sent for answer in apple(raw, *again))
        assert sorted(raw.taken) == ["ok-1", "ok-2"]


def test_a_tiny_window_is_waited_for(apple, folder):
    with Raw(folder, window=16) as raw:
        assert all(answer.sent for answer in apple(raw, "ok-1", "ok-2", "ok-3"))
        assert len(raw.taken) == 3


# --- Words ---------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("37", 37.0),
        ("0", 0.0),
        (" 5 ", 5.0),
        ("Fri, 20 Mar 2026 12:00:30 GMT", 30.0),
        ("Fri, 20 Mar 2026 11:59:00 GMT", 0.0),
        ("Fri, 20 Mar 2026 12:00:30", 30.0),
        ("-5", None),
        ("1e9", None),
        ("9999999999", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("Fri, 99 Mar 2026 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    reply = wire.Reply(429, httpx.Headers({"retry-after": header}))
    assert wire.retry_after(reply, NOON) == seconds


def test_without_the_header_there_is_no_time():
    assert wire.retry_after(wire.Reply(429), NOON) is None


@pytest.mark.parametrize("text", [None, 7, [], {}, "", "a b", "a\n", "é", "x" * 65, "<b>"])
def test_a_word_that_could_do_harm_is_none(text):
    assert wire.word(text) == ""


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"7", b"{", b"\xff", b"[" * 50_000])
def test_what_is_no_object_says_nothing(body):
    assert wire.said(wire.Reply(400, body=body)) == {}


def test_the_folder_holds_an_authority_for_this_machine_only(folder: Path):
    assert (folder / "authority.pem").stat().st_mode & 0o077 == 0
