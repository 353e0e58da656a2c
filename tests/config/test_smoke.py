"""The smoke test fails when it should, and says at what."""

from __future__ import annotations

import json
import threading
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from config import smoke
from config.smoke import NotAsPromised, Phone

ANA = "ana@diary.example"


class Answers(BaseHTTPRequestHandler):
    """An API that gives the answers laid out for it, and remembers what it was asked."""

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = (self.command, self.path, self.headers.get("X-Session-Token"))
        self.server.asked.append((*asked, self.rfile.read(length)))
        status, body = self.server.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode() if body is not None else b"")

    do_GET = do_PATCH = do_POST

    def log_message(self, *words: object) -> None:
        return


@pytest.fixture
def api():
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        server.answers, server.asked = [], []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def phone(api) -> Phone:
    return Phone(f"http://127.0.0.1:{api.server_port}")


def write_mail(mail: Path, name: str, to: str, text: str, encoding: str = "7bit") -> None:
    message = EmailMessage()
    message["To"] = to
    message.set_content(text, cte=encoding)
    (mail / name).write_bytes(message.as_bytes())


def test_a_status_that_was_not_promised_is_told_with_the_answer(api, phone):
    api.answers = [(500, {"title": "database away"})]
    with pytest.raises(NotAsPromised, match=r"GET /me answered 500.*database away"):
        phone.send("GET", "/me", None, 200)


def test_the_phone_shows_its_token_and_sends_json(api, phone):
    phone.token = "token-1"
    api.answers = [(201, {"pain": 6})]
    assert phone.send("PATCH", "/entry", {"pain": 6}, 201) == {"pain": 6}
    assert api.asked == [("PATCH", "/entry", "token-1", b'{"pain": 6}')]


def test_signing_up_takes_the_code_from_the_mail_and_keeps_the_last_token(api, phone, tmp_path):
    write_mail(tmp_path, "1.log", ANA, "Hello!\n\nABCD-EFGH\n\nBye.\n")
    api.answers = [
        (401, {"meta": {"session_token": "first"}}),
        (200, {"meta": {"session_token": "second"}}),
    ]
    smoke.sign_up(phone, tmp_path, ANA)
    assert phone.token == "second"
    assert api.asked[1][2:] == ("first", b'{"key": "ABCD-EFGH"}')


@pytest.mark.parametrize("encoding", ["7bit", "quoted-printable", "base64"])
def test_the_code_stands_on_a_line_of_its_own(tmp_path, encoding):
    text = "Your CODE is below.\n\n  K7QX-9PLM\n\nThank YOU\n"
    write_mail(tmp_path, "1.log", ANA, text, encoding)
    assert smoke.code_mailed_to(ANA, tmp_path) == "K7QX-9PLM"
    assert list(tmp_path.iterdir()) == [], "the mail is used up"


def test_a_mail_to_somebody_else_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(smoke, "MAIL_LIMIT", 0.2)
    write_mail(tmp_path, "1.log", "ben@diary.example", "\nABCD-EFGH\n")
    with pytest.raises(NotAsPromised, match=f"no mail with a code for {ANA}"):
        smoke.code_mailed_to(ANA, tmp_path)
    assert (tmp_path / "1.log").exists()


def test_an_entry_that_comes_back_changed_fails(api, phone):
    api.answers = [(201, {"pain": 5})]
    with pytest.raises(NotAsPromised, match="came back with pain 5, not 6"):
        smoke.record_day(phone, "2026-03-20")


def test_the_review_is_waited_for(api, phone, capsys):
    api.answers = [(200, {"as_of_seq": 4, "reviewed_seq": seen}) for seen in (None, 3, 4)]
    smoke.wait_for_review(phone)
    assert len(api.asked) == 3
    assert "reviewed by the worker after" in capsys.readouterr().out


def test_a_review_that_never_comes_fails(api, phone, monkeypatch):
    monkeypatch.setattr(smoke, "REVIEW_LIMIT", 0.2)
    api.answers = [(200, {"as_of_seq": 4, "reviewed_seq": 3})] * 50
    with pytest.raises(NotAsPromised, match="did not review the day"):
        smoke.wait_for_review(phone)


@pytest.mark.parametrize("drawn", [None, 5], ids=["the day is missing", "another value"])
def test_a_trend_without_the_day_fails(api, phone, drawn):
    trend = {"dates": ["2026-03-19", "2026-03-20"], "series": {"pain": {"value": [4, drawn]}}}
    api.answers = [(200, trend)]
    with pytest.raises(NotAsPromised, match=f"shows pain {drawn} today, not 6"):
        smoke.check_trend(phone, "2026-03-20")


def test_a_failure_is_one_clear_line_and_an_exit_code(api, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("DIARY_STATE_DIR", str(tmp_path))
    api.answers = [(503, {"title": "not yet"})]
    assert smoke.main(f"http://127.0.0.1:{api.server_port}") == 1
    assert capsys.readouterr().out.startswith("FAILED: NotAsPromised: POST ")
