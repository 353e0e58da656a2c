"""Second factors: what their secrets lie under, and what they are called."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from diary.vault import Safe

SAFE = Safe(settings.TOKEN_SECRET, "second factors")


class Factors(DefaultMFAAdapter):
    """A copy of the database holds no secret of an authenticator app and no recovery code."""

    def encrypt(self, text: str) -> str:
        return SAFE.seal(text.encode()).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return SAFE.unseal(bytes.fromhex(encrypted_text)).decode()
