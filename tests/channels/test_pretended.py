"""The pretended providers are strict: what the real ones refuse, they refuse as well."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from config.environment import CHECKOUT
from diary.channels import webpush
from tests.channels.messages import message
from tests.providers import keys, received, serve
from tests.providers.apns import APNS
from tests.providers.fcm import FCM, GRANT, SCOPE
from tests.providers.push import Push
from tests.providers.received import Received
from tests.providers.running import Running
from tests.providers.sealed import base64url, browser

ADDRESS = "https://here.example/token"


@pytest.fixture
def notes(folder) -> Received:
    kept = Received(folder)
    yield kept
    kept.close()


# --- FCM -----------------------------------------------------------------------------------------


@pytest.fixture
def google(folder, notes) -> FCM:
    return FCM(folder, notes)


def assertion(google: FCM, key: object = None, **changes: object) -> str:
    now = datetime.now(UTC)
    claims = {
        "iss": google.account["client_email"],
        "scope": SCOPE,
        "aud": ADDRESS,
        "iat": now,
        "exp": now + timedelta(hours=1),
    }
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    return jwt.encode(claims, key or google.account["private_key"], "RS256")


def asked(google: FCM, text: str, grant: str = GRANT) -> int:
    body = urlencode({"grant_type": grant, "assertion": text}).encode()
    return google.token(ADDRESS, "", body).status


def test_google_takes_an_assertion_that_holds(google):
    assert asked(google, assertion(google)) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "eve@x.example"},
        {"aud": "https://elsewhere.example/token"},
        {"scope": "https://www.googleapis.com/auth/cloud-platform"},
        {"exp": datetime.now(UTC) - timedelta(seconds=1)},
        {"exp": datetime.now(UTC) + timedelta(hours=2)},
        {"iat": datetime.now(UTC) + timedelta(hours=1)},
        {"exp": None},
        {"key": rsa.generate_private_key(65537, 2048)},
    ],
    ids=["of another", "for another", "for more", "over", "too long", "from tomorrow", "for ever",
         "signed by another"],
)  # fmt: skip
def test_and_no_other(google, changes):
    assert asked(google, assertion(google, **changes)) == 400


def test_google_asks_for_the_right_grant(google):
    assert asked(google, assertion(google), "password") == 400
    assert asked(google, "nonsense") == 400


def given(google: FCM) -> str:
    body = urlencode({"grant_type": GRANT, "assertion": assertion(google)}).encode()
    return "Bearer " + json.loads(google.token(ADDRESS, "", body).body)["access_token"]


FINE = {"token": "x", "data": {}, "android": {"ttl": "60s", "priority": "high"}}


@pytest.mark.parametrize(
    ("project", "access", "changes", "status"),
    [
        (keys.PROJECT, True, {}, 200),
        ("another", True, {}, 404),
        (keys.PROJECT, False, {}, 401),
        (keys.PROJECT, True, {"token": ""}, 400),
        (keys.PROJECT, True, {"data": {"number": 1}}, 400),
        (keys.PROJECT, True, {"android": {"ttl": "60", "priority": "high"}}, 400),
        (keys.PROJECT, True, {"android": {"ttl": "60s", "priority": "urgent"}}, 400),
        (keys.PROJECT, True, {"mood": 3}, 400),
    ],
)
def test_google_reads_every_field(google, project, access, changes, status):
    authorization = given(google) if access else "Bearer ya29.made-up"
    body = json.dumps({"message": FINE | changes}).encode()
    assert google.send(project, authorization, body).status == status


# --- APNs ----------------------------------------------------------------------------------------


@pytest.fixture
def apple(folder, notes) -> APNS:
    return APNS(folder, notes)


def signed(folder: Path, key_id: str = keys.KEY_ID, **changes: object) -> str:
    claims = {"iss": keys.TEAM_ID, "iat": datetime.now(UTC)} | changes
    key = changes.pop("key", None) or (folder / "apns-key.p8").read_text()
    claims.pop("key", None)
    return "bearer " + jwt.encode(claims, key, "ES256", {"kid": key_id})


def headers(folder: Path, **changes: str) -> dict[str, str]:
    fine = {
        "authorization": signed(folder),
        "apns-topic": keys.APPS[0],
        "apns-collapse-id": "x" * 64,
        "apns-expiration": "1774015200",
        "apns-push-type": "alert",
        "apns-priority": "10",
    }
    return fine | {name.replace("_", "-"): value for name, value in changes.items()}


PAYLOAD = b'{"aps":{"alert":{"title":"x"}}}'


def reason(said: object) -> str:
    return json.loads(said.body)["reason"] if said.body else ""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ""),
        ({"apns_topic": "org.evil.app"}, "TopicDisallowed"),
        ({"apns_collapse_id": "x" * 65}, "BadCollapseId"),
        ({"apns_expiration": "tomorrow"}, "BadExpirationDate"),
        ({"apns_push_type": "background"}, "InvalidPushType"),
        ({"apns_priority": "5"}, "BadPriority"),
        ({"apns_id": "x"}, "BadMessageId"),
        ({"authorization": ""}, "MissingProviderToken"),
        ({"authorization": "bearer nonsense"}, "InvalidProviderToken"),
    ],
)
def test_apple_reads_every_header(apple, folder, changes, expected):
    said = apple.send("prod", "phone", headers(folder, **changes), PAYLOAD)
    assert reason(said) == expected


def test_apple_checks_who_signed_and_when(apple, folder):
    old = datetime.now(UTC) - timedelta(minutes=61)
    other = ec.generate_private_key(ec.SECP256R1())
    for authorization, expected in [
        (signed(folder, iss="SOMEBODY12"), "InvalidProviderToken"),
        (signed(folder, key_id="OTHER12345"), "InvalidProviderToken"),
        (signed(folder, key=other), "InvalidProviderToken"),
        (signed(folder, iat=old), "ExpiredProviderToken"),
    ]:
        said = apple.send("prod", "phone", headers(folder, authorization=authorization), PAYLOAD)
        assert (said.status, reason(said)) == (403, expected)


@pytest.mark.parametrize("body", [b"", b"{}", b"no", b'{"aps":{}, "x":"' + b"x" * 4096 + b'"}'])
def test_apple_reads_the_payload(apple, folder, body):
    assert apple.send("prod", "phone", headers(folder), body).status == 400


# --- Web Push ------------------------------------------------------------------------------------


ORIGIN = "https://127.0.0.1:8443"


def vapid(key: ec.EllipticCurvePrivateKey, signer: object = None, **changes: object) -> str:
    claims = {"aud": ORIGIN, "exp": int(time.time()) + 3600, "sub": "mailto:a@b.example"}
    claims = {name: value for name, value in (claims | changes).items() if value is not None}
    token = jwt.encode(claims, signer or key, "ES256")
    point = base64url(browser_point(key))
    return f"vapid t={token},k={point}"


def browser_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    numbers = key.public_key().public_numbers()
    return b"\4" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


OURS = ec.generate_private_key(ec.SECP256R1())


def pushed(notes: Received, number: str = "ana", sealed_for: str = "ana", **changes: str) -> int:
    one = browser(sealed_for)
    body = webpush.sealed(b"{}", one.point, one.secret, OURS, b"s" * 16)
    fine = {
        "authorization": vapid(OURS),
        "ttl": "60",
        "topic": "x" * 32,
        "urgency": "high",
        "content-encoding": "aes128gcm",
    }
    changed = fine | {name.replace("_", "-"): value for name, value in changes.items()}
    changed = {name: value for name, value in changed.items() if value is not None}
    return Push(notes).send(number, ORIGIN, changed, body).status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, 201),
        ({"ttl": None}, 400),
        ({"ttl": "soon"}, 400),
        ({"topic": "x" * 33}, 400),
        ({"topic": "a b"}, 400),
        ({"urgency": "now"}, 400),
        ({"content_encoding": "aesgcm"}, 415),
        ({"authorization": ""}, 401),
        ({"authorization": vapid(OURS, aud="https://elsewhere.example")}, 403),
        ({"authorization": vapid(OURS, exp=int(time.time()) - 1)}, 403),
        ({"authorization": vapid(OURS, exp=int(time.time()) + 90_000)}, 403),
        ({"authorization": vapid(OURS, sub=None)}, 403),
        ({"authorization": vapid(OURS, sub="ana")}, 403),
        ({"authorization": vapid(OURS, ec.generate_private_key(ec.SECP256R1()))}, 403),
        ({"sealed_for": "ben"}, 400),
    ],
)
def test_a_push_service_reads_every_header_and_the_browser_the_text(notes, changes, status):
    assert pushed(notes, **changes) == status


# --- The server and its files --------------------------------------------------------------------


def test_its_authority_may_vouch_for_this_machine_only(folder):
    root = x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())
    allowed = root.extensions.get_extension_for_class(x509.NameConstraints).value
    assert {str(name.value) for name in allowed.permitted_subtrees} == {
        "127.0.0.1/32", "localhost",
    }  # fmt: skip


def test_nobody_else_can_read_its_keys(folder):
    for name in ("server.key", "apns-key.p8", "fcm-account.json", received.RECEIVED):
        assert (folder / name).stat().st_mode & 0o077 == 0


def test_keys_are_made_once_and_named_anew_where_the_folder_was_moved(tmp_path):
    first = keys.prepare(tmp_path / "one")
    account = Path(first["DIARY_FCM_ACCOUNT_FILE"]).read_text()
    (tmp_path / "one").rename(tmp_path / "two")
    second = keys.prepare(tmp_path / "two")
    assert second["DIARY_FCM_ACCOUNT_FILE"] == str(tmp_path / "two" / "fcm-account.json")
    assert Path(second["DIARY_FCM_ACCOUNT_FILE"]).read_text() == account


def test_what_was_received_outlives_a_kill(tmp_path, settings):
    with Running(tmp_path / "p") as running:
        for name, value in running.settings().items():
            setattr(settings, name, value)
        sent = 0
        for number in range(3):
            running.wait()
            phones = [f"phone-{number}-{n}" for n in range(40)]
            messages = [message("webpush", running.subscription(phone)) for phone in phones]
            answers = webpush.send(messages, datetime.now(UTC))
            sent += sum(answer.sent for answer in answers)
            running.kill()
            running.start()
            webpush.wire.hang_up()
        assert sent == 120
        assert len({line["device"] for line in running.accepted()}) == 120


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_as_a_command_it_says_where_it_is_and_ends_when_it_is_told(tmp_path, how):
    command = [sys.executable, "manage.py", "fake_providers", "--folder", str(tmp_path / "p")]
    process = subprocess.Popen(
        [*command, "--port", "0"], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    try:
        port = int(re.search(r"https://127.0.0.1:([0-9]+)", process.stdout.readline())[1])
        context = ssl.create_default_context(cafile=tmp_path / "p" / "authority.pem")
        assert ("IP Address", "127.0.0.1") in ssl_name(port, context)
        process.send_signal(how)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_port_that_is_taken_is_named(tmp_path, providers, capsys):
    taken = ["--folder", str(tmp_path / "p"), "--port", str(providers.port)]
    assert serve.main(["manage.py", "fake_providers", *taken]) == 1
    assert f"Port {providers.port} is taken" in capsys.readouterr().out


def ssl_name(port: int, context: ssl.SSLContext) -> object:
    with (
        socket.create_connection(("127.0.0.1", port), 20) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        return line.getpeercert()["subjectAltName"]
