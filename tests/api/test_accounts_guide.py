"""The guide on accounts: every call in it, in its order, answered as it says."""

from __future__ import annotations

import json
import re
import shlex
from datetime import UTC, datetime

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from config.environment import CHECKOUT
from diary.models import Person
from tests.api.accounts import AUTH, mailed_code, sign_in
from tests.api.contract import CheckedPhone
from tests.api.passkey import Authenticator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses")]

GUIDE = CHECKOUT / "docs" / "accounts.md"
CALL = re.compile(r"^(curl .+?)\s+# (\d{3})(?: (\w+))?$", re.MULTILINE)
API = "http://127.0.0.1:8000/_allauth/app/v1"


class App:
    """An app that does what the guide says; what it has learnt stands for the `$names`."""

    def __init__(self) -> None:
        self.phone = CheckedPhone()
        self.passkey = Authenticator()
        self.known = {"api": API, "token": ""}

    def learn(self, answer) -> None:
        content = answer.json() if answer.content else {}
        meta = content.get("meta", {})
        told = content.get("data") or {}
        self.known["token"] = meta.get("session_token", self.known["token"])
        if "secret" in meta:
            step = int(datetime.now(UTC).timestamp()) // 30
            self.known["totp"] = format_hotp_value(hotp_value(meta["secret"], step))
        if "unused_codes" in told:
            self.known["recovery"] = told["unused_codes"][0]
        if "creation_options" in told:
            self.known["created"] = json.dumps(self.passkey.make(told["creation_options"]))
        if "request_options" in told:
            self.known["signed"] = json.dumps(self.passkey.sign(told["request_options"]))

    def call(self, line: str):
        """Send what curl would send."""
        if "$code" in line:
            self.known["code"] = mailed_code()
        filled_in = re.sub(r"\$(\w+)", lambda name: self.known[name[1]], line)
        words = iter(shlex.split(filled_in))
        assert next(words) == "curl"
        method, address, body, headers = None, "", None, {}
        for word in words:
            match word:
                case "-X":
                    method = next(words)
                case "-H":
                    name, _, value = next(words).partition(": ")
                    headers[name] = value
                case "--json":
                    body = next(words)
                case _:
                    address = word.removeprefix("http://127.0.0.1:8000")
        method = method or ("POST" if body else "GET")
        return self.phone.send(method, address, (body or "").encode(), headers=headers)


def with_json_left_whole(line: str) -> str:
    """Bodies that hold JSON of a `$name` go out of the shell's quotes and come in again."""
    return line.replace("""'"$created"'""", "$created").replace("""'"$signed"'""", "$signed")


def test_every_call_is_answered_as_the_guide_says():
    cache.clear()
    app = App()
    calls = CALL.findall(GUIDE.read_text())
    assert len(calls) > 25
    for line, status, pending in calls:
        if "$other" in line:
            sign_in(tablet := CheckedPhone(), "cleo@diary.example", "an even quieter evening")
            listed = tablet.get(f"{AUTH}/sessions").json()["data"]
            app.known["other"] = next(str(one["id"]) for one in listed if one["is_current"])
        answer = app.call(with_json_left_whole(line))
        assert answer.status_code == int(status), (line, answer.content)
        if pending:
            flows = answer.json()["data"]["flows"]
            assert pending in [flow["id"] for flow in flows if flow.get("is_pending")], line
        if answer.status_code != 204:
            app.learn(answer)
    assert Person.objects.count() == 0


def test_the_guide_shows_a_call_for_every_flow():
    shown = GUIDE.read_text()
    for path in (
        "auth/signup", "auth/email/verify", "auth/email/verify/resend", "auth/login",
        "auth/code/request", "auth/code/confirm", "auth/password/request", "auth/password/reset",
        "auth/reauthenticate", "auth/session", "auth/sessions", "auth/2fa/authenticate",
        "auth/2fa/reauthenticate", "auth/webauthn/login", "auth/webauthn/authenticate",
        "auth/webauthn/reauthenticate", "account/email", "account/password/change",
        "account/authenticators", "account/authenticators/totp",
        "account/authenticators/recovery-codes", "account/authenticators/webauthn",
    ):  # fmt: skip
        assert re.search(rf"{path}\b", shown), path
