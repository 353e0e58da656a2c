"""All of it at once, over HTTP: a phone posts days, Celery finds the pattern, nothing leaks.

The stack is the one that `up` starts, with durable servers. Afterwards every file that it wrote
is searched for what was recorded: tables, write-ahead log, Valkey's files, mail, output.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.environment import CHECKOUT
from tests.config.conftest import account, bare_environment, place  # noqa: F401  fixtures
from tests.config.test_stack import Up

REVIEWED_WITHIN = 60.0  # seconds, on a busy machine; `up --once` says how long it really takes
EMAIL, PASSWORD = "ines@diary.example", "a long and quiet walk"
CANARY = "kanarienvogel in the north window"
LOW = {
    "pain": 8.3,
    "mood": 1.7,
    "sleep_hours": 13.75,
    "low_mood": 3,
    "loss_of_interest": 3,
    "low_energy": 3,
    "appetite_change": -3,
    "sleep_change": -3,
    "movement_change": 0,
    "guilt": 3,
    "poor_focus": 3,
    "self_harm_thoughts": 1,
    "note": CANARY,
}
# None of these may stand in any file: the note, numbers as JSON has them, names of fields.
SECRETS = (
    CANARY,
    "13.75",
    '"pain":',
    '"mood":',
    "self_harm_thoughts",
    "symptom_pattern",
    "low_mood",
)


class Phone:
    """A client of the live server, signed in."""

    def __init__(self, address: str) -> None:
        self.address, self.token = address, None
        self.token = self.ask(
            "POST", "/_allauth/app/v1/auth/login", {"email": EMAIL, "password": PASSWORD}
        )[1]["meta"]["session_token"]

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, dict]:
        request = urllib.request.Request(
            self.address + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"}
            | ({"X-Session-Token": self.token} if self.token else {}),
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, json.loads(refusal.read() or b"null")

    def reviewed(self) -> dict:
        """The patterns once everything that was written has been looked over."""
        until = time.monotonic() + REVIEWED_WITHIN
        while True:
            status, patterns = self.ask("GET", "/api/v1/patterns")
            assert status == 200
            if patterns["reviewed_seq"] == patterns["as_of_seq"]:
                return patterns
            assert time.monotonic() < until, "no review came"
            time.sleep(0.1)


@pytest.fixture(scope="module")
def up(place, account, bare_environment):  # noqa: F811
    running = Up(place / "var", bare_environment)
    running.hear("Fortnight is up")
    yield running
    running.process.terminate()
    running.process.wait(60)


@pytest.fixture(scope="module")
def phone(up) -> Phone:
    words = ["add_person", EMAIL, "--password", PASSWORD, "--time-zone", "Asia/Kathmandu"]
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=CHECKOUT,
        env=up.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return Phone(up.address())


def dates(phone: Phone) -> list[str]:
    today = date.fromisoformat(phone.ask("GET", "/api/v1/me")[1]["today"])
    return [(today - timedelta(days=back)).isoformat() for back in reversed(range(24))]


def files_holding(folder: Path, words: str) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and words.encode() in path.read_bytes()
    ]


def test_celery_finds_the_pattern_that_a_phone_posted_and_takes_it_back(phone):
    days = dates(phone)
    for day in days:
        status, written = phone.ask("PUT", f"/api/v1/entries/{day}", LOW)
        assert status == 201
        assert written["support"]["lines"]
    patterns = phone.reviewed()
    [found] = patterns["items"]
    assert (found["kind"], found["status"]) == ("symptom_pattern", "open")
    assert patterns["state"]["symptom_pattern"]["status"] == "open"

    for day in days[8:]:
        assert phone.ask("DELETE", f"/api/v1/entries/{day}")[0] == 204
    [gone] = phone.reviewed()["items"]
    assert (gone["id"], gone["status"]) == (found["id"], "withdrawn")
    assert gone["withdrawn_reason"] == "entries_changed"

    phone.ask("PUT", f"/api/v1/entries/{days[-1]}", LOW)
    phone.reviewed()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"pain": 11}', 422),
        (b'{"pain": NaN}', 400),
        (b"[" * 100_000, 400),
        (b'{"pain": 1, "pain": 2}', 400),
        (b'{"note": "' + b"x" * 2_000_000 + b'"}', 413),
    ],
    ids=["too high", "not a number", "brackets", "said twice", "a note of 2 MB"],
)
def test_wrong_input_is_a_problem_and_stores_nothing(phone, body, status):
    before = phone.ask("GET", "/api/v1/patterns")[1]["as_of_seq"]
    request = urllib.request.Request(
        f"{phone.address}/api/v1/entries/{dates(phone)[0]}",
        method="PATCH",
        data=body,
        headers={"Content-Type": "application/json", "X-Session-Token": phone.token},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=20)
    with refused.value as problem:
        assert problem.code == status
        assert problem.headers["Content-Type"] == "application/problem+json"
    assert phone.ask("GET", "/api/v1/patterns")[1]["as_of_seq"] == before


def test_nothing_that_was_recorded_can_be_read_in_any_file(phone, up):
    """Runs last: it stops the stack, so that everything in memory has reached its file."""
    held = {words: files_holding(up.state, words) for words in SECRETS}
    up.process.terminate()
    assert up.process.wait(60) == 0
    after = {words: files_holding(up.state, words) for words in SECRETS}

    assert files_holding(up.state, EMAIL), "the search itself finds what is not sealed"
    assert any("pg_wal" in path for path in files_holding(up.state, EMAIL)), "… in the log too"
    assert not any(held.values()), held
    assert not any(after.values()), after
    assert CANARY not in up.text()
    assert "13.75" not in up.text()
