"""Which Web Push addresses are ever written to: pure, asked at registration and at sending.

A browser names the address itself, so anybody can name any. Only the push services of browsers
are accepted, by their exact names; what is not written in the one way that browsers write it is
refused, so that no two readers of an address can disagree about the host.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Mapping

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

LONGEST = 2048  # characters
# After the host only what is printable ASCII, without the marks that readers treat differently.
SHAPE = re.compile(r"(https://([a-z0-9.:-]+))/[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]+")
ANY = "[a-z0-9]+"  # for which a `*` in the name of a host stands: a part of one label
SECRET_BYTES = 16  # RFC 8291, 3.2


def allowed(endpoint: object) -> bool:
    """Whether this is the address of a push service in ``settings.WEB_PUSH_HOSTS``."""
    return origin_of(endpoint, settings.WEB_PUSH_HOSTS) is not None


def origin_of(endpoint: object, hosts: Collection[str]) -> str | None:
    """The origin of an endpoint at one of the hosts (``name`` or ``name:port``), else None.

    >>> origin_of("https://push.example/x", ["push.example"])
    'https://push.example'
    >>> origin_of("https://push.example@evil.example/x", ["push.example"]) is None
    True
    """
    if not isinstance(endpoint, str) or len(endpoint) > LONGEST:
        return None
    shape = SHAPE.fullmatch(endpoint)
    if shape is None or not any(_is_at(shape[2], host) for host in hosts):
        return None
    return shape[1]


def _is_at(authority: str, host: str) -> bool:
    return re.fullmatch(ANY.join(map(re.escape, host.split("*"))), authority) is not None


def keys_of(address: Mapping) -> tuple[bytes, bytes] | None:
    """The browser's public key and secret as bytes; None when nothing can be sealed for them."""
    key, secret = _bytes_of(address.get("p256dh")), _bytes_of(address.get("auth"))
    if key is None or secret is None or len(secret) != SECRET_BYTES:
        return None
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    except ValueError:
        return None
    return (key, secret) if key[0] == 4 else None  # uncompressed, as RFC 8291 has it


def _bytes_of(text: object) -> bytes | None:
    """Base64url without the padding that browsers leave out; both are taken."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]{1,100}={0,2}", text):
        return None
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except binascii.Error:
        return None
