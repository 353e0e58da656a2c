"""The vault seals what people record; nothing else in the house knows a cipher.

A sealed value is ``version(1) | nonce(12) | ciphertext | tag(16)``: AES-256-GCM under the
person's own data key. Its label (which row it belongs to) is authenticated with it, so that
a value cannot be moved to another row, date or person. Each data key lies wrapped under the
newest key of the ring; older ring keys only unwrap.
"""

from __future__ import annotations

import base64
import hmac
import os
import struct
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = 1
_NONCE = 12  # bytes, NIST SP 800-38D section 5.2.1.1: 96 bits
_KEY = 32


class Unsealable(Exception):
    """A sealed value does not open: wrong key, wrong row, or damaged. Says nothing of the value."""


class BadKeyRing(ValueError):
    """The key ring cannot be read; the message names the line, never the key."""


@dataclass(frozen=True, slots=True)
class Label:
    """Where a sealed value belongs. Two values with different labels never open for each other."""

    table: str
    user: UUID
    collection: str = ""
    key: str = ""
    date: date | None = None
    deleted: bool = False
    rev: int = 0

    def encoded(self, key_id: UUID) -> bytes:
        """Every part with its length before it, so that no two labels share an encoding."""
        parts = (
            bytes([FORMAT]),
            key_id.bytes,
            self.table.encode(),
            self.user.bytes,
            self.collection.encode(),
            self.key.encode(),
            self.date.isoformat().encode() if self.date else b"",
            bytes([self.deleted]),
            struct.pack(">q", self.rev),
        )
        return b"".join(struct.pack(">I", len(part)) + part for part in parts)


class Vault:
    """One person's opened data key. Seals and unseals; never leaves the process."""

    __slots__ = ("_cipher", "_key", "_key_id", "user")

    def __init__(self, user: UUID, key_id: UUID, data_key: bytes) -> None:
        self.user = user
        self._key_id = key_id
        self._cipher = AESGCM(data_key)
        self._key = data_key

    def __repr__(self) -> str:
        return f"<Vault of {self.user}>"

    def seal(self, label: Label, plain: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        body = self._cipher.encrypt(nonce, plain, label.encoded(self._key_id))
        return bytes([FORMAT]) + nonce + body

    def unseal(self, label: Label, sealed: bytes) -> bytes:
        sealed = bytes(sealed)
        if not sealed or sealed[0] != FORMAT:
            raise Unsealable("a sealed value of an unknown format")
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, label.encoded(self._key_id))
        except (InvalidTag, ValueError):
            # The cipher's own error would hold the value in its traceback.
            raise Unsealable(f"a sealed value in {label.table} does not open") from None

    def mark(self, purpose: str, name: str) -> bytes:
        """32 bytes that stand for a name, always the same, and tell nobody else which it is."""
        own_key = hmac.digest(self._key, f"mark {purpose}".encode(), "sha256")
        return hmac.digest(own_key, name.encode(), "sha256")


class Safe:
    """What belongs to the server rather than to a diary: sealed with a secret of its settings."""

    __slots__ = ("_cipher",)

    def __init__(self, secret: str, purpose: str) -> None:
        key = hmac.digest(secret.encode(), f"safe {purpose}".encode(), "sha256")
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, name: str = "") -> bytes:
        """Sealed to a name: for another one it does not open."""
        nonce = os.urandom(_NONCE)
        return bytes([FORMAT]) + nonce + self._cipher.encrypt(nonce, plain, name.encode())

    def unseal(self, sealed: bytes, name: str = "") -> bytes:
        if not sealed or sealed[0] != FORMAT:
            raise Unsealable("a sealed value of an unknown format")
        nonce, body = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            return self._cipher.decrypt(nonce, body, name.encode())
        except (InvalidTag, ValueError):
            raise Unsealable("what the server has sealed does not open") from None


class KeyRing:
    """The keys that wrap data keys: the last line of the ring wraps, all of them unwrap."""

    def __init__(self, text: str) -> None:
        self._ciphers: dict[str, AESGCM] = {}
        self.newest = ""
        for number, line in enumerate(text.splitlines(), start=1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            if len(words) != 2:
                raise BadKeyRing(f"key ring, line {number}: expected '<key id> <base64 key>'")
            name, encoded = words
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError:
                raise BadKeyRing(f"key ring, line {number}: the key is not base64") from None
            if len(key) != _KEY:
                raise BadKeyRing(f"key ring, line {number}: a key has {_KEY} bytes")
            if name in self._ciphers:
                raise BadKeyRing(f"key ring, line {number}: the key id stands there twice")
            self._ciphers[name] = AESGCM(key)
            self.newest = name
        if not self._ciphers:
            raise BadKeyRing("the key ring holds no key")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._ciphers)

    def make_data_key(self, user: UUID, key_id: UUID) -> bytes:
        """A new data key for the person, wrapped by the newest ring key."""
        return self._wrap(user, key_id, AESGCM.generate_key(bit_length=8 * _KEY))

    def open(self, user: UUID, key_id: UUID, ring_key: str, wrapped: bytes) -> Vault:
        return Vault(user, key_id, self._unwrap(user, key_id, ring_key, wrapped))

    def rewrap(self, user: UUID, key_id: UUID, ring_key: str, wrapped: bytes) -> bytes:
        """The same data key under the newest ring key."""
        return self._wrap(user, key_id, self._unwrap(user, key_id, ring_key, wrapped))

    def seal(self, purpose: str, plain: bytes) -> str:
        """What belongs to an account and to no diary, under the newest ring key, as text."""
        nonce = os.urandom(_NONCE)
        body = nonce + self._ciphers[self.newest].encrypt(nonce, plain, purpose.encode())
        return f"{self.newest}:{base64.b64encode(body).decode()}"

    def unseal(self, purpose: str, sealed: str) -> bytes:
        ring_key, _, encoded = sealed.rpartition(":")
        body = base64.b64decode(encoded)
        try:
            return self._cipher(ring_key).decrypt(body[:_NONCE], body[_NONCE:], purpose.encode())
        except (InvalidTag, ValueError):
            raise Unsealable("a sealed value of an account does not open") from None

    def _cipher(self, ring_key: str) -> AESGCM:
        if ring_key not in self._ciphers:
            raise Unsealable(f"ring key {ring_key} is not in the key ring")
        return self._ciphers[ring_key]

    def _wrap(self, user: UUID, key_id: UUID, data_key: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        label = _wrap_label(user, key_id, self.newest)
        return nonce + self._ciphers[self.newest].encrypt(nonce, data_key, label)

    def _unwrap(self, user: UUID, key_id: UUID, ring_key: str, wrapped: bytes) -> bytes:
        cipher = self._cipher(ring_key)
        nonce, body = bytes(wrapped[:_NONCE]), bytes(wrapped[_NONCE:])
        try:
            return cipher.decrypt(nonce, body, _wrap_label(user, key_id, ring_key))
        except (InvalidTag, ValueError):
            raise Unsealable("a data key does not open") from None


def _wrap_label(user: UUID, key_id: UUID, ring_key: str) -> bytes:
    return Label("data_key", user, key=ring_key).encoded(key_id)
