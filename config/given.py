"""What the environment gives: secrets, out of files too, and the versions of apps."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError
from packaging.version import InvalidVersion, Version

env = Env()


def secret(name: str, least: int, *, needed: bool = True) -> str:
    """A secret from NAME, or from the file that NAME_FILE points to; never a default.

    One that is not needed may be missing: then it is empty, and what it is for is off.
    """
    path = env.str(f"{name}_FILE", "")
    if not path and not needed:
        return env.str(name, "").strip()
    try:
        value = Path(path).read_text().strip() if path else env.str(name)
    except (OSError, EnvError) as error:
        raise ImproperlyConfigured(
            f"{name} is not set ({type(error).__name__}). Set {name} or {name}_FILE; "
            "on a development machine `python3 manage.py up` makes it."
        ) from None
    if len(value) < least:
        raise ImproperlyConfigured(f"{name} is too short: at least {least} characters.")
    return value


def versions(name: str) -> dict[str, Version]:
    try:
        return env.dict(name, {}, subcast_values=Version)
    except (EnvError, InvalidVersion) as error:
        raise ImproperlyConfigured(f"{name} is like app=1.2,other=3: {error}") from None
