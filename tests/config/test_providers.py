"""Settings of push services: what cannot work stops the start, and nothing is told of a key."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ImproperlyConfigured

from config import providers
from config.environment import CHECKOUT
from config.keys import new_web_push_key
from tests.providers.keys import pem

RSA_KEY = pem(rsa.generate_private_key(65537, 2048))
EC_KEY = pem(ec.generate_private_key(ec.SECP256R1()))
OTHER_CURVE = pem(ec.generate_private_key(ec.SECP384R1()))
ACCOUNT = {"project_id": "diary-1", "client_email": "a@b.example", "private_key": RSA_KEY}


def test_without_keys_everything_is_off():
    assert providers.fcm_account("") is None
    assert providers.apns("", "", "", []) == ("", "", "", frozenset())
    assert providers.web_push_key("") == ""
    assert providers.authority("") == ""


def test_a_service_account_is_read_and_only_what_is_needed_is_kept():
    given = ACCOUNT | {"private_key_id": "1", "token_uri": "https://x.example", "type": "x"}
    assert providers.fcm_account(json.dumps(given)) == ACCOUNT | {"private_key_id": "1"}


@pytest.mark.parametrize(
    "text",
    [
        "nonsense",
        "[]",
        "7",
        "{}",
        json.dumps(ACCOUNT | {"project_id": None}),
        json.dumps(ACCOUNT | {"project_id": "a/b"}),
        json.dumps(ACCOUNT | {"private_key": "secret"}),
        json.dumps(ACCOUNT | {"private_key": EC_KEY}),
        json.dumps({"project_id": "diary-1", "private_key": RSA_KEY}),
    ],
)
def test_what_is_no_service_account_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="DIARY_FCM_ACCOUNT is not the JSON") as told:
        providers.fcm_account(text)
    assert "secret" not in str(told.value)


def test_apples_key_comes_with_all_that_belongs_to_it():
    given = (EC_KEY, "ABCDE12345", "TEAM123456", ["org.a", "org.b"])
    assert providers.apns(*given) == (*given[:3], frozenset({"org.a", "org.b"}))


@pytest.mark.parametrize(
    ("key", "key_id", "team_id", "apps", "name"),
    [
        ("secret", "ABCDE12345", "TEAM123456", ["org.a"], "DIARY_APNS_KEY "),
        (RSA_KEY, "ABCDE12345", "TEAM123456", ["org.a"], "DIARY_APNS_KEY "),
        (OTHER_CURVE, "ABCDE12345", "TEAM123456", ["org.a"], "DIARY_APNS_KEY "),
        (EC_KEY, "", "TEAM123456", ["org.a"], "DIARY_APNS_KEY_ID"),
        (EC_KEY, "abcde12345", "TEAM123456", ["org.a"], "DIARY_APNS_KEY_ID"),
        (EC_KEY, "ABCDE12345", "TEAM", ["org.a"], "DIARY_APNS_TEAM_ID"),
        (EC_KEY, "ABCDE12345", "TEAM123456", [], "DIARY_APNS_APPS"),
        (EC_KEY, "ABCDE12345", "TEAM123456", ["org.a", "a b"], "DIARY_APNS_APPS"),
        (EC_KEY, "ABCDE12345", "TEAM123456", [""], "DIARY_APNS_APPS"),
    ],
)
def test_a_key_of_apples_without_it_stops_the_start(key, key_id, team_id, apps, name):
    with pytest.raises(ImproperlyConfigured, match=name) as told:
        providers.apns(key, key_id, team_id, apps)
    assert "secret" not in str(told.value)


def test_a_web_push_key_is_what_others_make_too():
    key = new_web_push_key()
    assert providers.web_push_key(key) == key
    assert providers.web_push_key(key + "=") == key


@pytest.mark.parametrize("text", ["secret", "A" * 43, "_" * 43, "é" * 43, EC_KEY, "x" * 44])
def test_what_is_no_web_push_key_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured, match="DIARY_WEB_PUSH_KEY") as told:
        providers.web_push_key(text)
    assert "secret" not in str(told.value)


@pytest.mark.parametrize(
    "value",
    [
        "https://api.push.apple.com",
        "https://127.0.0.1:8443",
        "https://127.0.0.1:8443/sandbox",
        "https://oauth2.googleapis.com/token",
    ],
)
def test_an_address_is_https(value):
    assert providers.address("DIARY_X", value) == value


@pytest.mark.parametrize(
    "value",
    ["", "http://x.example", "x.example", "https://x.example/", "https://a@x.example",
     "https://x.example?y", "https://x.example/#", "https://x.example/a b", "https://x.example\n"],
)  # fmt: skip
def test_any_other_stops_the_start(value):
    with pytest.raises(ImproperlyConfigured, match="DIARY_X is no https"):
        providers.address("DIARY_X", value)


@pytest.mark.parametrize(
    ("value", "mail_from", "found"),
    [
        ("", "Diary <a@b.example>", "mailto:a@b.example"),
        ("", "a@b.example", "mailto:a@b.example"),
        ("mailto:c@d.example", "a@b.example", "mailto:c@d.example"),
        ("", "diary@localhost", "mailto:diary@localhost"),
        ("https://d.example", "a@b.example", "https://d.example"),
    ],
)
def test_whom_a_push_service_may_write_to(value, mail_from, found):
    assert providers.contact(value, mail_from, new_web_push_key()) == found


@pytest.mark.parametrize("value", ["nobody", "mailto:", "http://d.example", "mailto:a b@c"])
def test_nobody_to_write_to_stops_the_start(value):
    with pytest.raises(ImproperlyConfigured, match="DIARY_WEB_PUSH_CONTACT"):
        providers.contact(value, "a@b.example", "")
    with pytest.raises(ImproperlyConfigured, match="DIARY_WEB_PUSH_CONTACT"):
        providers.contact("", value, new_web_push_key())


def test_a_sender_without_an_address_is_no_fault_while_web_push_is_off():
    assert providers.contact("", "diary", "")


def test_the_hosts_of_browsers_are_hosts():
    assert providers.hosts(providers.BROWSERS) == tuple(providers.BROWSERS)
    assert providers.hosts(["127.0.0.1:8443", "localhost:1"]) == ("127.0.0.1:8443", "localhost:1")


@pytest.mark.parametrize(
    "name",
    ["", "*", "*.notify.windows.com", "a.*.com", "a*b.example", "localhost", "X.example",
     "https://x.example", "x.example/", "x.example:", "a@x.example", "x.example."],
)  # fmt: skip
def test_what_would_open_more_than_a_host_stops_the_start(name):
    with pytest.raises(ImproperlyConfigured, match="DIARY_WEB_PUSH_HOSTS"):
        providers.hosts(["fcm.googleapis.com", name])


def test_no_host_at_all_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="DIARY_WEB_PUSH_HOSTS"):
        providers.hosts([])


def test_an_authority_that_is_not_there_stops_the_start(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="DIARY_PUSH_CA is no file"):
        providers.authority(str(tmp_path / "none.pem"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DIARY_FCM_ACCOUNT", "nonsense"),
        ("DIARY_FCM_ACCOUNT_FILE", "/nowhere"),
        ("DIARY_FCM_URL", "http://x.example"),
        ("DIARY_FCM_TOKEN_URL", "http://x.example"),
        ("DIARY_APNS_KEY", "nonsense"),
        ("DIARY_APNS_URL", "http://x.example"),
        ("DIARY_APNS_SANDBOX_URL", "http://x.example"),
        ("DIARY_WEB_PUSH_KEY", "nonsense"),
        ("DIARY_WEB_PUSH_CONTACT", "nonsense"),
        ("DIARY_WEB_PUSH_HOSTS", "*"),
        ("DIARY_PUSH_CA", "/nowhere"),
    ],
)
def test_a_wrong_value_stops_every_command_with_its_name(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    done = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; settings.DEBUG"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
    )
    assert done.returncode
    last = done.stderr.strip().splitlines()[-1]
    assert "ImproperlyConfigured" in last
    assert name.removesuffix("_FILE") in last
    assert value not in last


@pytest.mark.parametrize("name", ["DIARY_FCM_ACCOUNT", "DIARY_APNS_KEY", "DIARY_APNS_APPS"])
def test_an_empty_one_is_none(monkeypatch, name):
    monkeypatch.setenv(name, "")
    code = (
        "from django.conf import settings as s;"
        "import sys; sys.exit(bool(s.FCM_ACCOUNT or s.APNS_KEY or s.APNS_APPS))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True)
    assert done.returncode == 0, done.stderr
