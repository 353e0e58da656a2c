"""The secrets of second factors, under the key ring: a copy of the database opens none."""

from __future__ import annotations

from diary.models.keys import KEY_RING

_PURPOSE = "second factor"


def sealed(text: str) -> str:
    return KEY_RING.seal(_PURPOSE, text.encode())


def opened(text: str) -> str:
    return KEY_RING.unseal(_PURPOSE, text).decode()


def is_of_the_newest_key(text: str) -> bool:
    return text.startswith(f"{KEY_RING.newest}:")
