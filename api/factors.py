"""Second factors: the key of an authenticator app, recovery codes, passkeys."""

from __future__ import annotations

import struct
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from fido2.rpid import verify_rp_id
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from api.problems import Unreadable
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


def refuse_unreadable_credential(credential: Any, host: str) -> None:
    """Raise `Unreadable` for what is no passkey's answer, of either kind, right or wrong.

    A new passkey's public key must be one that can be asked: kept broken, it would break every
    later sign-in.
    """
    try:
        if "attestationObject" in credential["response"]:
            said = RegistrationResponse.from_dict(credential).response
            _ask(said.attestation_object.auth_data.credential_data.public_key)
        else:
            said = AuthenticationResponse.from_dict(credential).response
        is_ours = _is_ours(said.client_data.origin, host)
    except _MALFORMED:
        raise Unreadable("This is no credential of a passkey.", "/credential") from None
    if not is_ours:
        raise Unreadable("This credential was asked for by somebody else.", "/credential")


def _ask(public_key) -> None:
    try:
        public_key.verify(b"", b"")
    except InvalidSignature:
        return  # as it should: it can be asked


def _is_ours(origin: str, host: str) -> bool:
    """Whether it was our own page or one of our apps that asked; without apps allauth judges."""
    if not settings.PASSKEY_APPS:
        return True
    return origin in settings.PASSKEY_APPS or verify_rp_id(host, origin)
