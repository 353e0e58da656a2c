"""Second factors: the key of an authenticator app, recovery codes, passkeys."""

from __future__ import annotations

import struct
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidSignature
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from diary import factors

# What fido2 raises where a credential is not of the shape that browsers send.
_MALFORMED = (
    KeyError, TypeError, ValueError, AttributeError, IndexError, RuntimeError, struct.error,
)  # fmt: skip


class Factors(DefaultMFAAdapter):
    """What allauth would write in clear lies under the key ring."""

    def encrypt(self, text: str) -> str:
        return factors.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return factors.opened(encrypted_text)


def is_readable(credential: Any) -> bool:
    """Whether this is a passkey's answer, of either kind, right or wrong.

    A new passkey's public key must be one that can be asked: kept broken, it would break every
    later sign-in.
    """
    try:
        if "attestationObject" in credential["response"]:
            made = RegistrationResponse.from_dict(credential).response.attestation_object
            made.auth_data.credential_data.public_key.verify(b"", b"")
        else:
            AuthenticationResponse.from_dict(credential)
    except InvalidSignature:
        return True
    except _MALFORMED:
        return False
    return "attestationObject" not in credential["response"]
