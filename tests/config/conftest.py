"""What the tests of servers and stacks share: places, and an environment with nothing set."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.children import Account, account_for, make_folder


@pytest.fixture(scope="module")
def account() -> Account | None:
    """Whom servers run as in these tests: as root somebody else, like anywhere."""
    return account_for(Path("/"))


@pytest.fixture(scope="module")
def place(account) -> Iterator[Path]:
    """A folder that the account can reach; pytest's own are closed to it when we are root."""
    folder = Path(tempfile.mkdtemp(prefix="fortnight-place-"))
    folder.chmod(0o755)
    yield make_folder(folder / "home", account)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def bare_environment() -> dict[str, str]:
    """This environment without what the test plugin set: as a person's shell has it."""
    kept = {"DIARY_VENV", "DIARY_NO_VENV", "DIARY_PG_BIN", "DIARY_REDIS_BIN"}
    return {
        name: text
        for name, text in os.environ.items()
        if name in kept
        or not (name.startswith(("DIARY_", "PYTEST_")) or name in {"DATABASE_URL", "REDIS_URL"})
    }
