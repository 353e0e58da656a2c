"""schemathesis against a server that runs: requests made from the OpenAPI document.

Its checks are all on, one of them in a form of our own (`explored.py`). What it takes for wrong in
spite of the contract stands in `SETTINGS` with the reason.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import time_machine

from tests.api.conftest import phone_of
from tests.api.contract import operations
from tests.api.filled import fill
from tests.conftest import NOW, make_person, sign_in

SETTINGS = f"""\
hooks = "{Path(__file__).with_name("explored.py")}"

[output.sanitization]
enabled = true

# A body of the documented shape may still be refused: that a date has not begun yet, that a
# scale counts in tenths, that a tracker is not one's own, no schema can say. A condition in a
# header may not hold (412); an id may be taken (409), or of nothing (404, 410).
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "401", "403", "404", "409", "410", "412", "422", "429"]

# An app that is too old is told so (426) whatever else it sends. See `explored.py`.
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "410", "412", "413", "415",
    "422", "426", "429"]
"""
NAME = Path(sys.executable).with_name("schemathesis")


def explore(
    url: str,
    token: str,
    ids: Mapping[str, list[str]],
    folder: Path,
    *,
    seed: int,
    examples: int,
    phases: str,
    seconds: int,
    only: str = "",
) -> tuple[int, str]:
    """What it returns (0: it found nothing), and what it says; of one operation, if named."""
    settings = folder / "schemathesis.toml"
    # Where one request follows from another, what it made is what is asked for.
    known = () if phases == "stateful" else known_ids(ids)
    settings.write_text(SETTINGS + "".join(known))
    done = subprocess.run(
        [
            NAME, "--config-file", settings, "run", f"{url}/api/schema?format=json",
            "--url", url, "--header", f"X-Session-Token: {token}", "--checks", "all",
            "--exclude-checks", "negative_data_rejection",  # ours is in its place
            "--seed", str(seed), "--max-examples", str(examples), "--phases", phases,
            "--generation-database", "none", "--no-color", "--continue-on-failure",
            *(["--include-operation-id", only] if only else []),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=seconds,
        env={"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "COLUMNS": "120"},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def explore_as_somebody(url: str, folder: Path, **how: Any) -> tuple[int, str]:
    """As a person whose diary holds something of everything."""
    ana = make_person(f"{uuid4()}@diary.example")
    with time_machine.travel(NOW):
        ids = fill(phone_of(ana), ana)
    return explore(url, sign_in(ana), ids, folder, **how)


def known_ids(ids: Mapping[str, list[str]]) -> Iterator[str]:
    """Which ids there are, but for deleting: what is gone cannot be asked for any more."""
    for method, path, said in operations():
        if "{id}" in path and method != "DELETE":
            one = ids[path.split("/")[3]][0]
            yield f'\n[[operations]]\ninclude-operation-id = "{said["operationId"]}"\n'
            yield f'parameters = {{ "path.id" = "{one}" }}\n'
