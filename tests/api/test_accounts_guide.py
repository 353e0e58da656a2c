"""The guide on accounts: every call in it, in its order, answered as it says.

Once within the process, and once as an app does it: over HTTP, with mails that lie in files.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import requests
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from config.environment import CHECKOUT
from diary.models import Person
from tests.api.accounts import CODE, mailed_code
from tests.api.contract import CheckedPhone
from tests.api.passkey import HOST, Authenticator

pytestmark = pytest.mark.usefixtures("quick_guesses")

GUIDE = CHECKOUT / "docs" / "accounts.md"
CALL = re.compile(r"^(curl .+?)\s+# (\d{3})(?: (\w+))?$", re.MULTILINE)
SERVER = "http://127.0.0.1:8000"

# Method, address, body, headers → status and content; None where there is none.
Send = Callable[[str, str, str, dict[str, str]], tuple[int, dict | None]]


class App:
    """An app that does what the guide says; what it has learnt stands for the `$names`."""

    def __init__(self, send: Send, code: Callable[[], str], host: str) -> None:
        self.send = send
        self.code = code
        origin = f"http://{host}" if host == "localhost" else ""
        self.passkey = Authenticator(origin, host=host)
        self.known = {"api": f"{SERVER}/_allauth/app/v1", "token": ""}

    def learn(self, content: dict) -> None:
        meta, told = content.get("meta", {}), content.get("data") or {}
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

    def call(self, line: str) -> tuple[int, dict | None]:
        """Send what curl would send."""
        if "$code" in line:
            self.known["code"] = self.code()
        if "$other" in line:
            self.known["other"] = self.another_session()
        filled_in = re.sub(r"\$(\w+)", lambda name: self.known[name[1]], unquoted(line))
        words = iter(shlex.split(filled_in))
        assert next(words) == "curl"
        method, address, body, headers = "", "", "", {}
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
                    address = word.removeprefix(SERVER)
        status, content = self.send(method or ("POST" if body else "GET"), address, body, headers)
        self.learn(content or {})
        return status, content

    def another_session(self) -> str:
        """The id of one more session, that of a tablet."""
        body = {"email": "cleo@diary.example", "password": "an even quieter evening"}
        auth = "/_allauth/app/v1/auth"
        _, content = self.send("POST", f"{auth}/login", json.dumps(body), {})
        token = {"X-Session-Token": content["meta"]["session_token"]}
        _, listed = self.send("GET", f"{auth}/sessions", "", token)
        return next(str(one["id"]) for one in listed["data"] if one["is_current"])


def unquoted(line: str) -> str:
    """JSON of a `$name` need not leave the quotes of the body here, as it must in a shell."""
    return line.replace("""'"$created"'""", "$created").replace("""'"$signed"'""", "$signed")


def walk_through(app: App) -> None:
    cache.clear()
    calls = CALL.findall(GUIDE.read_text())
    assert len(calls) > 25
    for line, expected, pending in calls:
        status, content = app.call(line)
        assert status == int(expected), (line, content)
        if pending:
            flows = [flow["id"] for flow in content["data"]["flows"] if flow.get("is_pending")]
            assert pending in flows, line
    assert Person.objects.count() == 0


@pytest.mark.django_db
def test_every_call_is_answered_as_the_guide_says():
    phone = CheckedPhone()

    def send(method: str, address: str, body: str, headers: dict[str, str]):
        answer = phone.send(method, address, body.encode(), headers=headers)
        return answer.status_code, answer.json() if answer.content else None

    walk_through(App(send, mailed_code, HOST))


@pytest.mark.django_db(transaction=True)
def test_so_it_is_over_http_with_mails_in_files(live_server, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path

    def send(method: str, address: str, body: str, headers: dict[str, str]):
        kind = {"Content-Type": "application/json"} if body else {}
        answer = requests.request(
            method, f"{live_server.url}{address}", data=body, headers=headers | kind, timeout=30
        )
        return answer.status_code, answer.json() if answer.content else None

    def code() -> str:
        newest = max(tmp_path.glob("*.log"), key=lambda file: file.stat().st_mtime_ns)
        return CODE.findall(newest.read_text())[-1]

    walk_through(App(send, code, "localhost"))
    told = "".join(file.read_text() for file in tmp_path.glob("*.log"))
    for subject in ("The password of your account", "The address of your", "How you sign in"):
        assert f"Subject: {subject}" in told


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
