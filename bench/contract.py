"""`manage.py bench contract`: schemathesis with all its checks and phases, on five seeds.

PostgreSQL, Valkey and the server that it asks are started for it alone. The page is
`docs/contract.md`.
"""

from __future__ import annotations

import os
import pkgutil
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

import redis
from django.conf import settings

from bench.reminders import stage
from config.children import account_for
from config.embedded import start_valkey
from config.environment import CHECKOUT

PAGE = CHECKOUT / "docs" / "contract.md"
SEEDS, EXAMPLES, QUICK = 5, 40, 3
LONGEST = 3_600  # seconds, one seed
PHASES = ("examples,coverage,fuzzing", "stateful")  # each as somebody else
_CASES = re.compile(r"(\d+) generated(?:, (\d+) found \d+ unique failures?)?")
INTRODUCTION = """\
# The contract, tried

`python3 manage.py bench contract` asks a server of its own whatever schemathesis makes of the
OpenAPI document, as somebody whose diary holds something of everything: every operation, all its
checks (one in a form of our own), the phases examples, coverage, fuzzing and stateful. No 5xx, no
status and no header that is not documented, every answer of its shape, nothing without a token,
nothing taken that the document forbids; nonsense in a header may be passed over, and in a batch
each change is answered for itself. What it takes for wrong in spite of the contract stands with
its reason in `tests/api/exploring.py`. The count of requests in a minute is begun anew each
second: it has tests of its own, and would answer for everything else here.

| seed | requests made up | found | seconds |
|---|---|---|---|
"""


class Seen(NamedTuple):
    """Of one seed: how many requests were made up, in how many something was wrong."""

    seed: int
    cases: int
    found: int
    seconds: float


def main(*, quick: bool, seed: int | None, today: date, say: Callable[[str], None]) -> int:
    """Explore with every seed; how many of them found something."""
    seeds = [seed] if seed is not None else [1] if quick else range(1, SEEDS + 1)
    with stage() as folder, redis_of(folder), serving(folder) as url:
        seen = [explored(url, folder, each, QUICK if quick else EXAMPLES, say) for each in seeds]
    if not quick and seed is None:
        PAGE.write_text(page(seen, today))
    return sum(bool(each.found) for each in seen)


def explored(url: str, folder: Path, seed: int, examples: int, say) -> Seen:
    explore_as_somebody = pkgutil.resolve_name("tests.api.exploring:explore_as_somebody")
    began = time.monotonic()
    cases = found = 0
    for phases in PHASES:
        status, said = explore_as_somebody(
            url, folder, seed=seed, examples=examples, phases=phases, seconds=LONGEST
        )
        told = _CASES.search(said)
        made, wrong = (int(number or 0) for number in told.groups()) if told else (0, 0)
        cases += made
        # What it could not do, or did not try, counts as found.
        found += wrong or int(bool(status) or made == 0)
        if status:
            say(said)
    seen = Seen(seed, cases, found, time.monotonic() - began)
    say(f"seed {seed}: {seen.cases} requests, {seen.found} wrong, {seen.seconds:.0f} s")
    return seen


@contextmanager
def redis_of(folder: Path) -> Iterator[None]:
    server = start_valkey(folder, account_for(Path("/")), durable=False)
    os.environ["REDIS_URL"] = settings.THROTTLE_URL = server.url
    over = Event()
    forgetting = Thread(target=forget_counts, args=[server.url, over])
    forgetting.start()
    try:
        yield
    finally:
        over.set()
        forgetting.join()
        server.stop()


def forget_counts(url: str, over: Event) -> None:
    """Nobody asks as often as this bench: else most of its answers would be 429."""
    with redis.Redis.from_url(url) as counts:
        while not over.wait(1):
            counts.flushall()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of an API process, waitress as on a server."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        words = ["-m", "config.serve", "--fd", str(listening.fileno())]
        server = subprocess.Popen(
            [sys.executable, *words], cwd=CHECKOUT, pass_fds=[listening.fileno()]
        )
        port = listening.getsockname()[1]
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def wait_for(port: int) -> None:
    asked = HTTPConnection("127.0.0.1", port, timeout=60)
    asked.request("GET", "/health/live")
    if asked.getresponse().status != 200:
        raise RuntimeError("the server did not start")
    asked.close()


def page(seen: list[Seen], today: date) -> str:
    rows = [f"| {s.seed} | {s.cases:,} | {s.found} | {s.seconds:.0f} |\n" for s in seen]
    total = f"\n{sum(s.cases for s in seen):,} requests on {today}.\n"
    return INTRODUCTION + "".join(rows) + total
