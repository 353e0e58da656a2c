"""Opening what was sealed for a browser: RFC 8291 and RFC 8188, written anew from their text.

Nothing of the library that seals is used here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


class Unreadable(Exception):
    """This body was not sealed for this browser as the RFCs say."""


@dataclass(frozen=True)
class Browser:
    """One subscription: the private key and the secret that never leave the browser."""

    key: ec.EllipticCurvePrivateKey
    secret: bytes

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def address(self, endpoint: str) -> dict[str, str]:
        """What the browser hands to the page: `PushSubscription`."""
        return {
            "endpoint": endpoint,
            "p256dh": base64url(self.point),
            "auth": base64url(self.secret),
        }

    def open(self, body: bytes) -> bytes:
        if len(body) < 21 + 65 + 17 + 1 or body[20] != 65:
            raise Unreadable("the header is not that of RFC 8188 with a key of 65 bytes")
        salt, size, theirs = body[:16], int.from_bytes(body[16:20], "big"), body[21:86]
        if len(body) - 86 > size:
            raise Unreadable("more than one record")
        try:
            sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        except ValueError:
            raise Unreadable("the sender's key is no point") from None
        shared = self.key.exchange(ec.ECDH(), sender)
        # RFC 8291, 3.4
        before = mac(self.secret, shared)
        known = mac(before, b"WebPush: info\0" + self.point + theirs + b"\1")
        # RFC 8188, 2.2 and 2.3; the number of the first record is 0
        extracted = mac(salt, known)
        content_key = mac(extracted, b"Content-Encoding: aes128gcm\0\1")[:16]
        nonce = mac(extracted, b"Content-Encoding: nonce\0\1")[:12]
        try:
            padded = AESGCM(content_key).decrypt(nonce, body[86:], None)
        except InvalidTag:
            raise Unreadable("sealed for somebody else, or changed on its way") from None
        text, mark, rest = padded.rpartition(b"\2")
        if not mark or rest.strip(b"\0"):
            raise Unreadable("the last record ends with 2 and zeros")
        return text


def browser(number: str) -> Browser:
    """The browser behind `/push/{number}`; always the same one, so nothing has to be kept."""
    wide = hashlib.sha512(b"fortnight, pretended browser " + number.encode()).digest()
    key = ec.derive_private_key(int.from_bytes(wide, "big") % (ORDER - 1) + 1, ec.SECP256R1())
    return Browser(key, hashlib.sha256(wide).digest()[:16])


def mac(key: bytes, text: bytes) -> bytes:
    """HKDF with SHA-256 in steps: both of its halves are this when one block is enough."""
    return hmac.digest(key, text, "sha256")


def base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
