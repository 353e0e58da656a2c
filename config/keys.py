"""The secrets of a development stack, made once and kept under its state directory."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from config.children import Account
from config.embedded import ServerFailed, write_secret

FIRST_KEY = "first"
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2


def new_key_ring() -> str:
    return f"{FIRST_KEY} {base64.b64encode(secrets.token_bytes(32)).decode()}"


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def new_web_push_key() -> str:
    """A private key of P-256: any number from 1 to its order."""
    number = 1 + secrets.randbelow(P256_ORDER - 1)
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


# Setting -> (file under the state directory, how it is made)
SECRETS = {
    "DIARY_KEY_RING": ("key-ring", new_key_ring),
    "DIARY_SECRET_KEY": ("secret-key", new_secret),
    "DIARY_TOKEN_SECRET": ("token-secret", new_secret),
    # Browsers are subscribed to its public half: with another one they would hear nothing more.
    "DIARY_WEB_PUSH_KEY": ("web-push-key", new_web_push_key),
}


def make_secrets(state: Path, account: Account | None, has_diaries: bool) -> dict[str, str]:
    """Make what is missing; the settings that name the files. What the environment gives, stays.

    Raises `ServerFailed` when diaries are there and the ring that seals them is not: a new one
    would open none of them.
    """
    settings = {}
    for name, (file_name, make) in SECRETS.items():
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            continue
        path = state / file_name
        if not path.exists():
            if has_diaries and name == "DIARY_KEY_RING":
                raise ServerFailed(
                    f"{path} is missing, and the diaries here are sealed with it: put it back, "
                    f"or move {state} away to start empty."
                )
            write_secret(path, make(), account)
        settings[f"{name}_FILE"] = str(path)
    return settings
