"""A browser names where it wants to be written to, and so can anybody who is no browser."""

from __future__ import annotations

import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from config.providers import BROWSERS
from diary.channels.endpoints import allowed, keys_of, origin_of
from tests.providers.sealed import base64url, browser

GOOD = {
    "Chrome": "https://fcm.googleapis.com/fcm/send/dQw4w9WgXcQ:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx",
    "Firefox": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABlx0ZK_A-c==",
    "Safari": "https://web.push.apple.com/QGuQyavXutnMH9ZQ3ykNFFGF0k3Wv1JmFQ",
    "Edge": "https://wns2-par02p.notify.windows.com/w/?token=BQYAAAB%2bF9%2fZ",
}

HOSTILE = {
    "another host": "https://evil.example/fcm/send/x",
    "nothing": "",
    "only the host": "https://fcm.googleapis.com",
    "no path": "https://fcm.googleapis.com/",
    "plain http": "http://fcm.googleapis.com/fcm/send/x",
    "a socket": "wss://fcm.googleapis.com/fcm/send/x",
    "a file": "file:///etc/passwd",
    "gopher": "gopher://fcm.googleapis.com/x",
    "no scheme": "//fcm.googleapis.com/fcm/send/x",
    "a scheme in capitals": "HTTPS://fcm.googleapis.com/fcm/send/x",
    "the host in capitals": "https://FCM.googleapis.com/fcm/send/x",
    "a name before an @": "https://fcm.googleapis.com@evil.example/x",
    "a name and password": "https://fcm.googleapis.com:443@evil.example/x",
    "somebody at the host": "https://evil@fcm.googleapis.com/x",
    "an empty name": "https://@fcm.googleapis.com/x",
    "two @": "https://a@b@fcm.googleapis.com/x",
    "an @ written as %40": "https://evil.example%40fcm.googleapis.com/x",
    "the usual port": "https://fcm.googleapis.com:443/x",
    "another port": "https://fcm.googleapis.com:8443/x",
    "port 0": "https://fcm.googleapis.com:0/x",
    "an empty port": "https://fcm.googleapis.com:/x",
    "a port of letters": "https://fcm.googleapis.com:ssh/x",
    "a port too large": "https://fcm.googleapis.com:99999999999/x",
    "a port below zero": "https://fcm.googleapis.com:-1/x",
    "a dot at the end": "https://fcm.googleapis.com./x",
    "two dots at the end": "https://fcm.googleapis.com../x",
    "a dot before": "https://.fcm.googleapis.com/x",
    "a name below it": "https://evil.fcm.googleapis.com/x",
    "it below another": "https://fcm.googleapis.com.evil.example/x",
    "it as an ending": "https://evilfcm.googleapis.com/x",
    "it as a beginning": "https://fcm.googleapis.comevil.example/x",
    "its parent": "https://googleapis.com/x",
    "its sister": "https://storage.googleapis.com/x",
    "a hyphen for a dot": "https://fcm-googleapis.com/x",
    "Edge's parent": "https://notify.windows.com/w/?token=x",
    "another name at Edge's": "https://evil.notify.windows.com/w/?token=x",
    "a dot in Edge's label": "https://wns2-a.evil.notify.windows.com/w/?token=x",
    "a hyphen in Edge's label": "https://wns2-a-b.notify.windows.com/w/?token=x",
    "an empty part in Edge's": "https://wns2-.notify.windows.com/w/?token=x",
    "Edge's below another": "https://wns2-a.notify.windows.com.evil.example/x",
    "Edge's and something before": "https://x.wns2-a.notify.windows.com/x",
    "a star itself": "https://wns2-*.notify.windows.com/x",
    "this machine": "https://localhost/x",
    "127.0.0.1": "https://127.0.0.1/x",
    "127.1": "https://127.1/x",
    "a decimal address": "https://2130706433/x",
    "an octal one": "https://0177.0.0.1/x",
    "a hexadecimal one": "https://0x7f000001/x",
    "0.0.0.0": "https://0.0.0.0/x",
    "0": "https://0/x",
    "the cloud's own": "https://169.254.169.254/latest/meta-data",
    "a private one": "https://10.0.0.1/x",
    "a carrier's": "https://100.64.0.1/x",
    "IPv6": "https://[::1]/x",
    "IPv6 with a zone": "https://[fe80::1%25eth0]/x",
    "mapped IPv4": "https://[::ffff:127.0.0.1]/x",
    "NAT64": "https://[64:ff9b::7f00:1]/x",
    "6to4": "https://[2002:7f00:1::]/x",
    "IPv6 and the host": "https://[fcm.googleapis.com]/x",
    "Cyrillic": "https://fcm.googleapis.соm/x",
    "Cyrillic, in ASCII": "https://fcm.xn--googleapis-x2a.com/x",
    "a wide dot": "https://fcm.googleapis。com/x",
    "wide letters": "https://ｆｃｍ.googleapis.com/x",
    "a soft hyphen": "https://fcm.google\u00adapis.com/x",
    "no width": "https://fcm.googleapis\u200b.com/x",
    "the Kelvin sign": "https://updates.push.services.mozilla.com\u212a/x",
    "a backslash": "https://evil.example\\@fcm.googleapis.com/x",
    "a backslash after": "https://fcm.googleapis.com\\@evil.example/x",
    "slashes turned round": "https:\\\\fcm.googleapis.com\\x",
    "one slash": "https:/fcm.googleapis.com/x",
    "three slashes": "https:///fcm.googleapis.com/x",
    "a hash for a slash": "https://fcm.googleapis.com#@evil.example/x",
    "a question for a slash": "https://fcm.googleapis.com?@evil.example/x",
    "a semicolon": "https://fcm.googleapis.com;evil.example/x",
    "a fragment": "https://fcm.googleapis.com/x#y",
    "a space before": " https://fcm.googleapis.com/x",
    "a space after": "https://fcm.googleapis.com/x ",
    "a space within": "https://fcm.googleapis.com /x",
    "a tab": "https://fcm.goog\tleapis.com/x",
    "a line break": "https://fcm.googleapis.com/x\n",
    "a line break before": "\nhttps://fcm.googleapis.com/x",
    "a header": "https://fcm.googleapis.com/x\r\nHost: evil.example",
    "a header in the host": "https://fcm.googleapis.com\r\n.evil.example/x",
    "NUL": "https://fcm.googleapis.com\0.evil.example/x",
    "NUL in the path": "https://fcm.googleapis.com/x\0",
    "an escape in the host": "https://fcm%2egoogleapis.com/x",
    "a slash as %2f": "https://fcm.googleapis.com%2f@evil.example/x",
    "a link and more": "https://fcm.googleapis.com/x https://evil.example/",
    "a path beyond ASCII": "https://fcm.googleapis.com/é",
    "very long": "https://fcm.googleapis.com/" + "x" * 2_022,
    "a script": "javascript:alert(1)//https://fcm.googleapis.com/x",
    "two schemes": "https://https://fcm.googleapis.com/x",
}
# A part of the name that the list leaves open ends where a label does.
OPEN = "wns2-*.notify.windows.com"


@pytest.mark.parametrize("browser_name", GOOD)
def test_real_browsers_addresses_are_taken(browser_name):
    assert origin_of(GOOD[browser_name], BROWSERS)
    assert allowed(GOOD[browser_name])


def test_the_origin_is_what_a_signature_is_made_for():
    assert origin_of(GOOD["Edge"], BROWSERS) == "https://wns2-par02p.notify.windows.com"


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_other_address_is(kind):
    assert origin_of(HOSTILE[kind], BROWSERS) is None
    assert not allowed(HOSTILE[kind])


@pytest.mark.parametrize("thing", [None, 7, b"https://fcm.googleapis.com/x", ["x"], {}])
def test_what_is_no_text_is_no_address(thing):
    assert not allowed(thing)


def test_the_longest_address_that_is_taken():
    assert allowed("https://fcm.googleapis.com/" + "x" * 2_021)


def test_only_the_hosts_that_are_set_count(settings):
    settings.WEB_PUSH_HOSTS = ("127.0.0.1:8443",)
    assert allowed("https://127.0.0.1:8443/push/x")
    assert not allowed("https://127.0.0.1/push/x")
    assert not allowed("https://127.0.0.1:84430/push/x")
    assert not allowed(GOOD["Firefox"])


def test_a_dot_in_a_name_is_a_dot():
    assert origin_of("https://fcmxgoogleapis.com/x", ["fcm.googleapis.com"]) is None


# --- Keys ----------------------------------------------------------------------------------------


def test_a_browsers_keys_are_read():
    ines = browser("ines")
    assert keys_of(ines.address("https://push.example/x")) == (ines.point, ines.secret)


def test_padding_is_no_fault():
    address = browser("ines").address("https://push.example/x")
    assert keys_of(address | {"auth": address["auth"] + "=="})


def compressed() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return base64url(key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint))


@pytest.mark.parametrize(
    "changes",
    [
        {"p256dh": None},
        {"p256dh": ""},
        {"p256dh": base64url(b"\x04" + secrets.token_bytes(64))},
        {"p256dh": base64url(b"\x04" + b"\0" * 64)},
        {"p256dh": compressed()},
        {"p256dh": "not base64!"},
        {"p256dh": 7},
        {"auth": None},
        {"auth": base64url(secrets.token_bytes(15))},
        {"auth": base64url(secrets.token_bytes(17))},
        {"auth": "a"},
        {"auth": "é" * 22},
    ],
    ids=[
        "no key", "an empty key", "no point of the curve", "zeros", "compressed", "no base64",
        "a number", "no secret", "short", "long", "a single letter", "beyond ASCII",
    ],
)  # fmt: skip
def test_keys_for_which_nothing_can_be_sealed_are_refused(changes):
    assert keys_of(browser("ines").address("https://push.example/x") | changes) is None
