"""The pretended providers of a development stack: `up` points every push service at them.

They live with the tests and are named only as a string; a server has neither.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterable
from pathlib import Path

from config.environment import CHECKOUT
from config.providers import BROWSERS

PORTS = [*range(8443, 8463), 0]  # the first free one, so that it is the same one again; or any
MODULE = "tests.providers.serve"
RECEIVED = "received.jsonl"  # in their folder: what would have arrived, a line each
COMMAND = [sys.executable, "-m", MODULE]


def can_be_had() -> bool:
    """Whether they can run: with both servers given, what they need may not be installed."""
    here = (CHECKOUT / MODULE.replace(".", "/")).with_suffix(".py").exists()
    return here and importlib.util.find_spec("hypercorn") is not None


def known_settings(folder: Path) -> dict[str, str]:
    """The settings that name the keys in this folder; none while they have to be made."""
    try:
        settings = json.loads((folder / "settings.json").read_text())
    except (FileNotFoundError, ValueError):
        return {}
    # Of a checkout that was moved or copied they name the old place.
    return settings if settings.get("DIARY_PUSH_CA") == str(folder / "authority.pem") else {}


def addresses(port: int) -> dict[str, str]:
    here = f"https://127.0.0.1:{port}"
    return {
        "DIARY_FCM_URL": here,
        "DIARY_FCM_TOKEN_URL": f"{here}/token",
        "DIARY_APNS_URL": here,
        "DIARY_APNS_SANDBOX_URL": f"{here}/sandbox",
        # Real browsers too: whoever opens the page on this machine may turn its reminders on.
        "DIARY_WEB_PUSH_HOSTS": ",".join([*BROWSERS, f"127.0.0.1:{port}"]),
    }


def where_not_given(settings: dict[str, str], given: Iterable[str]) -> dict[str, str]:
    """Without those of a service that the environment sets up itself: two halves fit nowhere.

    >>> where_not_given({"DIARY_FCM_URL": "", "DIARY_APNS_URL": ""}, ["DIARY_FCM_ACCOUNT"])
    {'DIARY_APNS_URL': ''}
    """
    own = {service_of(name) for name in given}
    return {name: text for name, text in settings.items() if service_of(name) not in own}


def service_of(name: str) -> str:
    return "_".join(name.split("_")[:2])
