"""Checking the settings of push services: keys, addresses, apps. Without its key a service is off.

What cannot work stops the start with a sentence that names the variable, never what it holds.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.core.exceptions import ImproperlyConfigured

# The push services of browsers: Chrome and its kin, Firefox, Safari, Edge. Edge's are many, each
# named for its place; `*` stands for letters and digits within one label.
BROWSERS = [
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "web.push.apple.com",
    "wns2-*.notify.windows.com",
]

ADDRESS = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*")
# A `*` may fill out the first label, not stand for all of it.
HOST = re.compile(r"[a-z0-9-]+\*?(\.[a-z0-9-]+)+(:[0-9]{1,5})?|localhost:[0-9]{1,5}")
PROJECT = re.compile(r"[a-z0-9.:-]{1,100}")
TEN = re.compile(r"[A-Z0-9]{10}")
APP = re.compile(r"[A-Za-z0-9.-]{1,200}")
# As py_vapid takes it.
CONTACT = re.compile(r"mailto:[^\s@]+@(localhost|[\w-]+(\.[\w-]+)+)|https://[\w-]+(\.[\w-]+)+")


def address(name: str, value: str) -> str:
    """Where a service is asked: https, without a slash at the end."""
    if not ADDRESS.fullmatch(value):
        raise ImproperlyConfigured(f"{name} is no https:// address without a slash at its end.")
    return value


def fcm_account(text: str) -> dict[str, str] | None:
    """The service account that Firebase's console gives as a JSON file; None when there is none."""
    if not text:
        return None
    needed = ("project_id", "client_email", "private_key")
    try:
        account = json.loads(text)
        fits = (
            all(isinstance(account[name], str) for name in needed)
            and PROJECT.fullmatch(account["project_id"])
            and is_key(account["private_key"], rsa.RSAPrivateKey)
        )
    except (ValueError, KeyError, TypeError):
        fits = False
    if not fits:
        raise ImproperlyConfigured(
            "DIARY_FCM_ACCOUNT is not the JSON of a service account with project_id, client_email"
            " and an RSA private_key."
        )
    kept = (*needed, "private_key_id")
    return {name: account[name] for name in kept if isinstance(account.get(name), str)}


def apns(
    key: str, key_id: str, team_id: str, apps: Sequence[str]
) -> tuple[str, str, str, frozenset[str]]:
    """Apple's signing key, its id, the team's, and the bundle ids: all of them or no key."""
    if key:
        if not is_key(key, ec.EllipticCurvePrivateKey):
            raise ImproperlyConfigured("DIARY_APNS_KEY is not the text of Apple's .p8 file.")
        for name, value in (("KEY_ID", key_id), ("TEAM_ID", team_id)):
            if not TEN.fullmatch(value):
                fault = f"DIARY_APNS_{name} is not ten capital letters and digits."
                raise ImproperlyConfigured(fault)
        if not apps or not all(APP.fullmatch(app) for app in apps):
            raise ImproperlyConfigured("DIARY_APNS_APPS is no list of bundle ids.")
    return key, key_id, team_id, frozenset(apps)


def is_key(text: str, kind: type) -> bool:
    """Whether this is a private key in PEM; of elliptic curves only P-256 is used here."""
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name != "secp256r1":
        return False
    return isinstance(key, kind)


def web_push_key(text: str) -> str:
    """A P-256 private key as 32 bytes in base64url; browsers subscribe to its public half."""
    if not text:
        return ""
    try:
        if not re.fullmatch(r"[A-Za-z0-9_-]{43}=?", text):
            raise ValueError
        number = int.from_bytes(base64.urlsafe_b64decode(text.rstrip("=") + "="), "big")
        ec.derive_private_key(number, ec.SECP256R1())
    except ValueError:
        raise ImproperlyConfigured(
            "DIARY_WEB_PUSH_KEY is not a P-256 private key, 32 bytes in base64url."
        ) from None
    return text.rstrip("=")


def contact(value: str, mail_from: str, key: str) -> str:
    """Whom a push service may write to about us (RFC 8292, 2.1); with no key nobody asks."""
    found = value or f"mailto:{parseaddr(mail_from)[1]}"
    if (value or key) and not CONTACT.fullmatch(found):
        raise ImproperlyConfigured("DIARY_WEB_PUSH_CONTACT is no mailto: or https: address.")
    return found


def hosts(names: Sequence[str]) -> tuple[str, ...]:
    """Where Web Push may go; each `name`, or `name:port` where it is not 443."""
    if not names or not all(HOST.fullmatch(name) for name in names):
        raise ImproperlyConfigured("DIARY_WEB_PUSH_HOSTS is no list of hosts.")
    return tuple(names)


def authority(path: str) -> str:
    """A file of certificates to trust beside those that everybody does."""
    if path and not Path(path).is_file():
        raise ImproperlyConfigured("DIARY_PUSH_CA is no file.")
    return path
