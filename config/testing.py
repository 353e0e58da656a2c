"""A pytest plugin: throw-away PostgreSQL and Valkey, and settings that never touch real ones.

Loaded by `-p config.testing` in pyproject.toml. TEST_DATABASE_URL and TEST_REDIS_URL replace the
servers one by one; DATABASE_URL and REDIS_URL are never used, so that no test meets a real diary.
"""

from __future__ import annotations

import base64
import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from config.children import Account, account_for, can, make_folder
from config.embedded import start_postgres, start_valkey
from config.environment import CHECKOUT
from config.npm import WEB, place_of

PREFIX = "fortnight-test"
KEPT = {"DIARY_VENV", "DIARY_NO_VENV", "DIARY_PG_BIN", "DIARY_REDIS_BIN"}


# A wrapper runs before pytest-django's own hook, which reads the settings; a conftest is too late.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker:
        use_own_share(worker)
    else:
        cleanup = ExitStack()
        early_config.add_cleanup(cleanup.close)
        forget_the_real_ones()
        start_servers(cleanup)
    return (yield)


def forget_the_real_ones() -> None:
    """Drop from the environment whatever could lead a test to a real stack."""
    for name in list(os.environ):
        diary = name.startswith("DIARY_") and name not in KEPT
        if diary or name.startswith("PG") or name in {"DATABASE_URL", "REDIS_URL"}:
            del os.environ[name]


def start_servers(cleanup: ExitStack) -> None:
    """Start what is not given and point the settings at it; `cleanup` takes it all down."""
    account = account_for(Path("/"))
    place = Path(tempfile.gettempdir())
    if not can(account, ["true"], place):
        place = Path("/var/tmp")  # as root, with a temporary directory of root's own
    sweep(place)
    folder = make_folder(place / f"{PREFIX}-{os.geteuid()}-{os.getpid()}", account)
    cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= throw_away_settings(folder, account)
    for name, start in {"DATABASE_URL": start_postgres, "REDIS_URL": start_valkey}.items():
        url = os.environ.get(f"TEST_{name}")
        if not url:
            server = start(folder, account, durable=False)
            cleanup.callback(server.stop)
            url = server.url
        os.environ[name] = url


def throw_away_settings(folder: Path, account: Account | None) -> dict[str, str]:
    """Secrets of this run alone, and a state directory that goes with it."""
    state = make_folder(folder / "state", account)
    return {
        "DIARY_STATE_DIR": str(state),
        "DIARY_DEVELOPMENT": "1",
        "DIARY_WEB_PACKAGES": str(place_of(WEB, CHECKOUT / "var" / "npm")),
        "DIARY_SECRET_KEY": secrets.token_urlsafe(48),
        "DIARY_TOKEN_SECRET": secrets.token_urlsafe(48),
        "DIARY_KEY_RING": f"test-1 {base64.b64encode(secrets.token_bytes(32)).decode()}",
        "DIARY_ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    }


def use_own_share(worker: str) -> None:
    """Give a parallel worker its own Redis databases (broker, cache) and state directory."""
    parts = urlsplit(os.environ["REDIS_URL"])
    number = 2 * (int(worker.removeprefix("gw")) + 1)
    os.environ["REDIS_URL"] = urlunsplit(parts._replace(path=f"/{number}"))
    state = Path(os.environ["DIARY_STATE_DIR"]) / worker
    state.mkdir(exist_ok=True)
    os.environ["DIARY_STATE_DIR"] = str(state)


def sweep(place: Path) -> None:
    """Remove what killed runs of this account left: folders named after a pid that is dead."""
    for folder in place.glob(f"{PREFIX}-{os.geteuid()}-*"):
        pid = folder.name.rpartition("-")[2]
        if pid.isdigit() and not is_alive(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
