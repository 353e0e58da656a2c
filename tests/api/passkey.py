"""An authenticator in software: it makes passkeys and signs with them, as a phone's chip does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

HOST = "testserver"
FLAG = AuthenticatorData.FLAG


class Authenticator:
    """One passkey of one account, bound to a host. `verifies`: it asks for a finger or a PIN."""

    def __init__(self, origin: str = "", verifies: bool = True, host: str = HOST) -> None:
        self.origin = origin or f"https://{host}"
        self.host = host
        self.flags = FLAG.UP | (FLAG.UV if verifies else FLAG(0))
        self.id = os.urandom(32)
        self.counter = 0
        self.user_handle = b""
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.create` answers to these options, as JSON."""
        asked = options["publicKey"]
        self.user_handle = websafe_decode(asked["user"]["id"])
        client = self._client(CollectedClientData.TYPE.CREATE, asked["challenge"])
        public = ES256.from_cryptography_key(self._key.public_key())
        credential = AttestedCredentialData.create(Aaguid(bytes(16)), self.id, public)
        said = AuthenticatorData.create(
            sha256(self.host.encode()), self.flags | FLAG.AT, self.counter, bytes(credential)
        )
        attestation = AttestationObject.create("none", said, {})
        return self._answer(
            {"clientDataJSON": client, "attestationObject": attestation},
            clientExtensionResults={"credProps": {"rk": True}},
        )

    def sign(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """What `navigator.credentials.get` answers to these options, as JSON."""
        self.counter += 1
        client = self._client(CollectedClientData.TYPE.GET, options["publicKey"]["challenge"])
        said = AuthenticatorData.create(sha256(self.host.encode()), self.flags, self.counter)
        signature = self._key.sign(bytes(said) + client.hash, ec.ECDSA(SHA256()))
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": said,
                "signature": signature,
                "userHandle": self.user_handle,
            },
            clientExtensionResults={},
        )

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(challenge), self.origin)

    def _answer(self, response: Mapping[str, bytes], **more: Any) -> dict[str, Any]:
        told = {name: websafe_encode(bytes(value)) for name, value in response.items()}
        own = websafe_encode(self.id)
        return {"type": "public-key", "id": own, "rawId": own, "response": told, **more}
