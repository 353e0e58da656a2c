"""The smoke test of `up --once`: one person's first day, over HTTP, as a phone would send it."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from config.ask import DIRECT
from config.environment import CHECKOUT

REVIEW_LIMIT = 30.0  # seconds
MAIL_LIMIT = 5.0  # seconds
CODE = re.compile(r"^\s*([A-Z0-9]{3,6}(?:-[A-Z0-9]{3,6})*)\s*$", re.MULTILINE)
PAIN = 6


class NotAsPromised(Exception):
    """An answer that is not the one the API promises; the message names both."""


class Phone:
    """A client of the API that remembers its session token."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.token = ""

    def send(self, method: str, path: str, body: dict | None, *expected: int) -> dict:
        """Send a request and return its JSON; any other status than the expected ones raises."""
        request = urllib.request.Request(self.address + path, method=method)
        request.add_header("Accept", "application/json")
        if self.token:
            request.add_header("X-Session-Token", self.token)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with DIRECT.open(request, timeout=10) as answer:
                status, text = answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            with refusal:
                status, text = refusal.code, refusal.read()
        if status not in expected:
            shown = text[:500].decode(errors="replace")
            raise NotAsPromised(f"{method} {path} answered {status}, not {expected}: {shown}")
        return json.loads(text) if text else {}


def live_one_day(address: str, mail: Path) -> None:
    """Sign up, record today, see it reviewed and charted, and leave no trace."""
    phone = Phone(address)
    # Known to no one: it is removed a moment later.
    person = f"smoke-{secrets.token_hex(6)}@fortnight.example"
    sign_up(phone, mail, person)
    try:
        today = phone.send("GET", "/api/v1/me", None, 200)["today"]
        record_day(phone, today)
        wait_for_review(phone)
        check_trend(phone, today)
    finally:
        command = [sys.executable, "manage.py", "remove_person", person]
        subprocess.run(command, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL)
    print("removed the person again")


def sign_up(phone: Phone, mail: Path, person: str) -> None:
    accounts = "/_allauth/app/v1/auth"
    password = secrets.token_urlsafe(18)
    body = {"email": person, "password": password}
    phone.token = phone.send("POST", f"{accounts}/signup", body, 401)["meta"]["session_token"]
    code = code_mailed_to(person, mail)
    verified = phone.send("POST", f"{accounts}/email/verify", {"key": code}, 200)
    phone.token = verified["meta"].get("session_token") or phone.token
    print(f"signed up {person} with the code from its mail")


def code_mailed_to(person: str, mail: Path) -> str:
    """The code in the newest mail to the person: it stands on a line of its own."""
    until = time.monotonic() + MAIL_LIMIT
    while time.monotonic() < until:
        for path in sorted(mail.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body(("plain",))
            code = CODE.search(body.get_content()) if body else None
            if message["To"] == person and code:
                path.unlink()
                return code.group(1)
        time.sleep(0.1)
    raise NotAsPromised(f"no mail with a code for {person} in {mail}")


def record_day(phone: Phone, today: str) -> None:
    answer = phone.send("PATCH", f"/api/v1/entries/{today}", {"pain": PAIN, "mood": 3}, 201)
    if answer["pain"] != PAIN:
        raise NotAsPromised(f"the entry came back with pain {answer['pain']}, not {PAIN}")
    print(f"recorded {today}: pain {PAIN}, mood 3")


def wait_for_review(phone: Phone) -> None:
    began = time.monotonic()
    while time.monotonic() - began < REVIEW_LIMIT:
        answer = phone.send("GET", "/api/v1/patterns", None, 200)
        if answer["as_of_seq"] and answer["reviewed_seq"] == answer["as_of_seq"]:
            print(f"reviewed by the worker after {time.monotonic() - began:.1f} s")
            return
        time.sleep(0.1)
    raise NotAsPromised(f"the worker did not review the day within {REVIEW_LIMIT:.0f} s")


def check_trend(phone: Phone, today: str) -> None:
    trend = phone.send("GET", "/api/v1/trends?measures=pain", None, 200)
    drawn = dict(zip(trend["dates"], trend["series"]["pain"]["value"], strict=True))
    if drawn.get(today) != PAIN:
        raise NotAsPromised(f"the trend shows pain {drawn.get(today)} today, not {PAIN}")
    print(f"the trend shows it: pain {PAIN} on {today}, {len(drawn)} days drawn")


def main(address: str) -> int:
    try:
        live_one_day(address, Path(os.environ["DIARY_STATE_DIR"]) / "mail")
    except (NotAsPromised, OSError, KeyError, ValueError, subprocess.CalledProcessError) as failure:
        print(f"FAILED: {type(failure).__name__}: {failure}")
        return 1
    print("everything works")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
