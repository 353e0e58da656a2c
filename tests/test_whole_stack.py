"""All of it at once, over HTTP: a phone posts days, Celery finds the pattern, nothing leaks.

The stack is the one that `up` starts, with durable servers. A canary is written wherever words may
be written, exported, and met by errors in API and jobs. Afterwards every file that the stack wrote
is searched for it: tables, write-ahead log, Valkey's files, mail, pushes, output; and all that went
through Valkey meanwhile, the bodies of tasks opened.
"""

from __future__ import annotations

import contextlib
import io
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from datetime import date, timedelta
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from config.environment import CHECKOUT
from tests import canaries
from tests.canaries import files_holding, opened
from tests.config.conftest import account, bare_environment, place  # noqa: F401  fixtures
from tests.config.test_stack import Up

REVIEWED_WITHIN = 60.0  # seconds, on a busy machine; `up --once` says how long it really takes
EMAIL, PASSWORD = "ines@diary.example", "a long and quiet walk"
CANARY = canaries.NOTE
TOKEN = "a-phone-by-the-north-window"  # a provider is told it, and no more
PLANTED = "zaunkoenig on the roof, in clear"  # what the search has to find
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
    *canaries.SECRETS,
    f'"sleep_hours":{canaries.HOURS}',
    f"'sleep_hours': {canaries.HOURS}",
    "fortnight.json",  # how a zip begins that is not sealed
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
def servers(up) -> dict[str, str]:
    """The addresses of the stack's own PostgreSQL and Valkey."""
    return json.loads((up.state / "env.json").read_text())


@pytest.fixture(scope="module")
def overheard(servers):
    """Everything that goes through Valkey, piece by piece, as it is asked of it."""
    valkey, heard = urlsplit(servers["REDIS_URL"]), []
    listening = socket.create_connection((valkey.hostname, valkey.port))
    listening.sendall(f"AUTH {valkey.password}\r\nMONITOR\r\n".encode())

    def listen():
        with contextlib.suppress(OSError):  # it has ended
            while piece := listening.recv(65_536):
                heard.append(piece)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield lambda: b"".join(heard).decode("latin-1")
    with contextlib.suppress(OSError):
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    listening.close()


@pytest.fixture(scope="module")
def phone(up, overheard) -> Phone:
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


def behind_its_back(servers, sql):
    """Change a row, or a table, without the house."""
    with psycopg.connect(servers["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql)


def until(holds):
    deadline = time.monotonic() + REVIEWED_WITHIN
    while not (held := holds()):
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.2)
    return held


@pytest.fixture(scope="module")
def exported(phone, up) -> str:
    """What an export holds once a canary was written wherever words may be written."""
    today = date.fromisoformat(phone.ask("GET", "/api/v1/me")[1]["today"])
    canaries.write_everywhere(phone.ask, today, TOKEN)
    [device] = phone.ask("GET", "/api/v1/devices")[1]["items"]
    assert phone.ask("POST", f"/api/v1/devices/{device['id']}/test")[0] == 202
    assert phone.ask("POST", "/_allauth/app/v1/auth/password/request", {"email": EMAIL})[0] == 200
    status, export = phone.ask("POST", "/api/v1/exports", {"formats": ["json", "csv"]})
    assert status == 202
    address = f"/api/v1/exports/{export['id']}"
    ready = until(lambda: phone.ask("GET", address)[1]["download"])
    request = urllib.request.Request(
        phone.address + ready, headers={"X-Session-Token": phone.token}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        whole = zipfile.ZipFile(io.BytesIO(answer.read())).read("fortnight.json").decode()
    until(lambda: TOKEN in (up.state / "providers" / "received.jsonl").read_text())
    return whole


def test_a_canary_is_written_wherever_words_may_be_written_and_exported(exported):
    assert all(secret in exported for secret in canaries.SECRETS)


@pytest.fixture(scope="module")
def erred(exported, phone, servers, up) -> str:
    """What was said of a row that does not open, and of one that the database refuses."""
    today = date.fromisoformat(phone.ask("GET", "/api/v1/me")[1]["today"])
    row = f"WHERE collection = 'entries' AND key = '{today - timedelta(days=30)}'"
    old = f"/api/v1/entries/{today - timedelta(days=30)}"
    assert phone.ask("PUT", old, LOW)[0] == 201
    phone.reviewed()
    behind_its_back(servers, f"UPDATE record SET sealed = sealed || '\\x00'::bytea {row}")
    assert phone.ask("GET", old)[0] == 503
    assert phone.ask("PUT", f"/api/v1/entries/{today}", LOW)[0] == 200
    phone.ask("POST", "/api/v1/exports", {"formats": ["json"]})
    until(lambda: up.text().count('"error":"Unsealable"') >= 2)  # a review, and the export
    check = "ALTER TABLE record ADD CONSTRAINT no_more CHECK (rev < 0) NOT VALID"
    behind_its_back(servers, check)
    assert phone.ask("PATCH", f"/api/v1/entries/{today}", {"note": CANARY + "!"})[0] == 500
    behind_its_back(servers, "ALTER TABLE record DROP CONSTRAINT no_more")
    until(lambda: '"error":"IntegrityError"' in up.text())
    return up.text()


def test_errors_meet_the_canary_in_the_api_and_in_the_jobs(erred):
    assert not [words for words in canaries.SECRETS if words in erred]


@pytest.fixture(scope="module")
def planted(erred, servers, overheard) -> None:
    """What is not sealed, beside all that is: the search has to find it."""
    redis.Redis.from_url(servers["REDIS_URL"]).set("planted", PLANTED)
    behind_its_back(servers, f"INSERT INTO mark (name, value) VALUES ('planted', '{PLANTED}')")
    until(lambda: PLANTED in overheard())


def test_nothing_that_was_recorded_has_gone_through_valkey(planted, phone, overheard):
    through = opened(overheard())
    assert '"task": "diary.tasks.write_export"' in through.replace('\\"', '"')
    assert f'"{phone.ask("GET", "/api/v1/exports")[1]["items"][-1]["id"]}"' in through
    for words in SECRETS:
        assert words not in through, words


def test_nothing_that_was_recorded_can_be_read_in_any_file(planted, up):
    """Runs last: it stops the stack, so that everything in memory has reached its file."""
    held = {words: files_holding(up.state, words) for words in SECRETS}
    up.process.terminate()
    assert up.process.wait(60) == 0
    after = {words: files_holding(up.state, words) for words in SECRETS}

    found = " ".join(files_holding(up.state, PLANTED))
    for folder in ("/base/", "pg_wal", "appendonly"):
        assert folder in found, "the search itself finds what is not sealed"
    assert any("mail" in path for path in files_holding(up.state, EMAIL))
    assert any("received" in path for path in files_holding(up.state, TOKEN))
    assert not any(held.values()), held
    assert not any(after.values()), after
    for words in canaries.SECRETS:
        assert words not in up.text()
