"""Passkeys: signing in without a password, and everything that only looks like one."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from allauth.mfa.models import Authenticator as Kept
from django.core.cache import cache
from fido2.utils import websafe_decode, websafe_encode

from tests.api.accounts import ACCOUNT, AUTH, ask, reauthenticate, sign_in, sign_up
from tests.api.contract import CheckedPhone
from tests.api.passkey import Authenticator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_guesses", "signed_up")]

ME = "/api/v1/me"
CLEO = "cleo@diary.example"
PASSKEYS = "authenticators/webauthn"


@pytest.fixture
def passkey(stranger, signed_up) -> Authenticator:
    """Cleo's phone holds a passkey; `stranger` is her phone, signed in."""
    reauthenticate(stranger)
    return add(stranger, Authenticator())


def add(phone: CheckedPhone, authenticator: Authenticator) -> Authenticator:
    offered = ask(phone, f"{PASSKEYS}?passwordless", method="GET", under=ACCOUNT)
    options = offered.json()["data"]["creation_options"]
    made = {"name": "Cleo's phone", "credential": authenticator.make(options)}
    answer = ask(phone, PASSKEYS, made, under=ACCOUNT)
    assert answer.status_code == 200, answer.content
    return authenticator


def later(time_machine) -> None:
    """Longer after signing in than it counts for dangerous acts."""
    time_machine.move_to(datetime.now(UTC) + timedelta(seconds=301))


def asked(phone: CheckedPhone, path: str = "webauthn/login") -> dict:
    return ask(phone, path, method="GET").json()["data"]["request_options"]


def status(phone: CheckedPhone) -> int:
    return phone.get(ME).status_code


def test_a_passkey_alone_signs_in(passkey):
    phone = CheckedPhone()
    credential = passkey.sign(asked(phone))
    assert ask(phone, "webauthn/login", {"credential": credential}).status_code == 200
    assert phone.get(ME).json()["email"] == CLEO


def test_it_is_the_second_step_after_a_password(passkey):
    phone = CheckedPhone()
    assert sign_in(phone, CLEO).status_code == 401
    assert status(phone) == 401
    credential = passkey.sign(asked(phone, "webauthn/authenticate"))
    assert ask(phone, "webauthn/authenticate", {"credential": credential}).status_code == 200
    assert status(phone) == 200


def test_it_shows_again_who_somebody_is(passkey, stranger, time_machine):
    later(time_machine)
    assert stranger.delete(ME).status_code == 403
    credential = passkey.sign(asked(stranger, "webauthn/reauthenticate"))
    assert ask(stranger, "webauthn/reauthenticate", {"credential": credential}).status_code == 200
    assert stranger.delete(ME).status_code == 204


def test_an_answer_is_taken_once(passkey):
    phone, thief = CheckedPhone(), CheckedPhone()
    credential = {"credential": passkey.sign(asked(phone))}
    asked(thief)
    assert ask(thief, "webauthn/login", credential).status_code == 400
    assert ask(phone, "webauthn/login", credential).status_code == 200
    again = CheckedPhone()
    asked(again)
    assert ask(again, "webauthn/login", credential).status_code == 400
    assert (status(thief), status(again)) == (401, 401)


def flipped(text: str) -> str:
    """The same base64 with its middle changed."""
    middle = len(text) // 2
    return text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]


FORGED = {
    "of another site": lambda key, options: _of("evil.example", key, options),
    "asked by another site": lambda key, options: _from("https://evil.example", key, options),
    "over plain http": lambda key, options: _from("http://testserver", key, options),
    "without a finger or PIN": lambda key, options: _unverified(key, options),
    "with another key": lambda key, options: _with_another_key(key, options),
    "a signature that was changed": lambda key, options: _changed(key, options, "signature"),
    "for another challenge": lambda key, options: key.sign(
        {"publicKey": {"challenge": "AAAAAAAAAAAAAAAAAAAAAA"}}
    ),
    "for another account": lambda key, options: _changed(key, options, "userHandle"),
}


def _from(origin: str, key: Authenticator, options: dict) -> dict:
    other = copy.copy(key)
    other.origin = origin
    return other.sign(options)


def _of(host: str, key: Authenticator, options: dict) -> dict:
    other = copy.copy(key)
    other.host = host
    return other.sign(options)


def _unverified(key: Authenticator, options: dict) -> dict:
    other = copy.copy(key)
    other.flags = Authenticator(verifies=False).flags
    return other.sign(options)


def _with_another_key(key: Authenticator, options: dict) -> dict:
    other = Authenticator()
    other.id, other.user_handle = key.id, key.user_handle
    return other.sign(options)


def _changed(key: Authenticator, options: dict, name: str) -> dict:
    signed = key.sign(options)
    signed["response"][name] = flipped(signed["response"][name])
    return signed


def test_what_only_looks_like_the_passkey_opens_nothing(passkey):
    for kind, forge in FORGED.items():
        phone = CheckedPhone()
        credential = forge(passkey, asked(phone))
        answer = ask(phone, "webauthn/login", {"credential": credential})
        assert (answer.status_code, status(phone)) == (400, 401), kind


ANDROID = "android:apk-key-hash:dGhlIGNlcnRpZmljYXRlIG9mIG91ciBvd24gYXBwIQ"


def test_an_app_for_android_uses_passkeys_where_it_is_named(stranger, settings):
    reauthenticate(stranger)
    offered = ask(stranger, f"{PASSKEYS}?passwordless", method="GET", under=ACCOUNT)
    unknown = Authenticator(ANDROID).make(offered.json()["data"]["creation_options"])
    body = {"name": "x", "credential": unknown}
    assert ask(stranger, PASSKEYS, body, under=ACCOUNT).status_code == 400
    settings.PASSKEY_APPS = [ANDROID]
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    key = add(stranger, Authenticator(ANDROID))
    phone = CheckedPhone()
    assert ask(phone, "webauthn/login", {"credential": key.sign(asked(phone))}).status_code == 200
    assert status(phone) == 200


def test_with_apps_named_another_site_and_another_app_still_open_nothing(passkey, settings):
    settings.PASSKEY_APPS = [ANDROID]
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    for origin in ("https://evil.example", f"{ANDROID}x", "http://testserver", "", "android:"):
        phone = CheckedPhone()
        credential = _from(origin, passkey, asked(phone))
        answer = ask(phone, "webauthn/login", {"credential": credential})
        assert (answer.status_code, status(phone)) == (400, 401), origin
    own = CheckedPhone()
    assert ask(own, "webauthn/login", {"credential": passkey.sign(asked(own))}).status_code == 200


def test_a_key_that_asks_for_no_finger_is_not_made_a_passkey(stranger):
    reauthenticate(stranger)
    offered = ask(stranger, f"{PASSKEYS}?passwordless", method="GET", under=ACCOUNT)
    credential = Authenticator(verifies=False).make(offered.json()["data"]["creation_options"])
    answer = ask(stranger, PASSKEYS, {"name": "x", "credential": credential}, under=ACCOUNT)
    assert (answer.status_code, Kept.objects.count()) == (400, 0)


def test_making_one_takes_a_password_first(stranger, time_machine):
    later(time_machine)
    assert ask(stranger, PASSKEYS, method="GET", under=ACCOUNT).status_code == 401
    credential = Authenticator().make({"publicKey": {"user": {"id": "AA"}, "challenge": "AAAA"}})
    body = {"name": "x", "credential": credential}
    assert ask(stranger, PASSKEYS, body, under=ACCOUNT).status_code in {400, 401}
    assert not Kept.objects.exists()


def test_passkeys_are_listed_renamed_and_removed(passkey, stranger):
    def listed() -> list[dict]:
        told = ask(stranger, "authenticators", method="GET", under=ACCOUNT).json()["data"]
        return [one for one in told if one["type"] == "webauthn"]

    [one] = listed()
    assert (one["name"], one["is_passwordless"]) == ("Cleo's phone", True)
    ask(stranger, PASSKEYS, {"id": one["id"], "name": "Old phone"}, "PUT", under=ACCOUNT)
    assert listed()[0]["name"] == "Old phone"
    ask(stranger, PASSKEYS, {"authenticators": [one["id"]]}, "DELETE", under=ACCOUNT)
    assert listed() == []
    phone = CheckedPhone()
    credential = passkey.sign(asked(phone))
    assert ask(phone, "webauthn/login", {"credential": credential}).status_code == 400


def test_nobody_elses_passkey_can_be_renamed_or_removed(passkey):
    other = CheckedPhone()
    sign_up(other, "dora@diary.example")
    reauthenticate(other)
    own = Kept.objects.get(type="webauthn").pk
    renamed = ask(other, PASSKEYS, {"id": own, "name": "mine"}, "PUT", under=ACCOUNT)
    removed = ask(other, PASSKEYS, {"authenticators": [own]}, "DELETE", under=ACCOUNT)
    assert (renamed.status_code, removed.status_code) == (400, 400)
    assert Kept.objects.get(pk=own).wrap().name == "Cleo's phone"


ID = "A" * 43
NONSENSE = [
    None, "", "x", 7, [], {}, {"id": 1}, {"type": "public-key"},
    {"type": "public-key", "id": ID, "rawId": ID, "response": {}},
    {"type": "public-key", "id": ID, "rawId": ID, "response": None},
    {"type": "public-key", "id": ID, "rawId": ID, "response": {"userHandle": "AAAA"}},
    {"type": "public-key", "id": ID, "rawId": ID, "response": {"userHandle": None}},
    {"type": "public-key", "id": ID, "rawId": ID, "clientExtensionResults": {}, "response": {
        "clientDataJSON": "AAAA", "attestationObject": "AAAA", "authenticatorData": "AAAA",
        "signature": "AAAA", "userHandle": "AAAA"}},
    {"type": "public-key", "id": ID, "rawId": ID, "clientExtensionResults": {}, "response": {
        "clientDataJSON": "e30", "attestationObject": "oA", "authenticatorData": "_w",
        "signature": "", "userHandle": "w6Q"}},
    {"type": "public-key", "id": "ä", "rawId": "ä", "response": {"userHandle": "ä"}},
    {"type": 1, "id": [], "rawId": {}, "response": {"clientDataJSON": 1, "userHandle": {}}},
    {"type": "public-key", "id": ID, "rawId": ID, "response": [1]},
]  # fmt: skip


@pytest.mark.parametrize("path", ["login", "authenticate", "reauthenticate", "register"])
def test_what_is_no_passkey_is_refused_and_breaks_nothing(passkey, stranger, path):
    for credential in NONSENSE:
        cache.clear()
        phone, under = CheckedPhone(raise_request_exception=False), AUTH
        if path == "authenticate":
            sign_in(phone, CLEO)
        elif path in {"reauthenticate", "register"}:
            phone = stranger
            phone.raise_request_exception = False
        address = f"webauthn/{path}"
        if path == "register":
            address, under = PASSKEYS, ACCOUNT
        ask(phone, address, method="GET", under=under)
        answer = ask(phone, address, {"name": "x", "credential": credential}, under=under)
        assert answer.status_code == 400, credential


def mutated(rng: Random, text: str) -> str:
    """The same bytes with some changed, cut out or put in."""
    raw = bytearray(websafe_decode(text))
    for _ in range(rng.choice([1, 1, 2, 5])):
        place = rng.randrange(len(raw))
        change = rng.choice([bytes([rng.randrange(256)]), b"", rng.randbytes(4)])
        raw[place : place + 1] = change
    return websafe_encode(bytes(raw))


def test_a_passkey_with_bytes_changed_breaks_nothing_now_or_later(stranger):
    rng = Random(20)
    stranger.raise_request_exception = False
    reauthenticate(stranger)
    for _ in range(25):
        cache.clear()
        Kept.objects.all().delete()
        key, phone = Authenticator(), CheckedPhone(raise_request_exception=False)
        offered = ask(stranger, f"{PASSKEYS}?passwordless", method="GET", under=ACCOUNT)
        made = key.make(offered.json()["data"]["creation_options"])
        made["response"]["attestationObject"] = mutated(rng, made["response"]["attestationObject"])
        body = {"name": "x", "credential": made}
        assert ask(stranger, PASSKEYS, body, under=ACCOUNT).status_code in {200, 400}
        assert ask(stranger, "authenticators", method="GET", under=ACCOUNT).status_code == 200
        signed = {"credential": key.sign(asked(phone))}
        assert ask(phone, "webauthn/login", signed).status_code in {200, 400}


def test_a_key_that_could_never_be_asked_is_no_passkey(stranger):
    reauthenticate(stranger)
    offered = ask(stranger, f"{PASSKEYS}?passwordless", method="GET", under=ACCOUNT)
    made = Authenticator().make(offered.json()["data"]["creation_options"])
    raw = websafe_decode(made["response"]["attestationObject"])
    curve = bytes.fromhex("2001")  # COSE: -1, the curve, is 1, P-256
    assert raw.count(curve) == 1
    made["response"]["attestationObject"] = websafe_encode(raw.replace(curve, b"\x20\x09"))
    answer = ask(stranger, PASSKEYS, {"name": "x", "credential": made}, under=ACCOUNT)
    assert (answer.status_code, Kept.objects.count()) == (400, 0)
