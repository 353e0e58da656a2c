"""`manage.py bench reminders`: every promise of the reminders, tried and printed.

PostgreSQL, durable as on a server, and Redis are started for it alone and thrown away; providers
are local and speak TLS and HTTP/2. Whatever is killed here was started here.
"""

from __future__ import annotations

import os
import pkgutil
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import django

from config.children import account_for, make_folder
from config.embedded import start_postgres
from config.environment import CHECKOUT
from config.testing import forget_the_real_ones, throw_away_settings

Say = Callable[[str], None]

SEED = 20_260_320
PAGE = CHECKOUT / "docs" / "reminders.md"
INTRODUCTION = """\
# The promises of reminders, tried

What `python3 manage.py bench reminders` saw at its last full run. Rates are of CPU time, and of the
clock where it is said; everything runs on this one machine, PostgreSQL and the providers too, which
speak TLS and HTTP/2 as the real ones do. Which zones and years, how kills are counted and what
each peer does otherwise stand at the top of `bench/clocks.py`, `bench/deaths.py`, `bench/peers.py`.

| | promise | seen | goal |
|---|---|---|---|"""


class Size(NamedTuple):
    """How much is tried. `zones`: every so manieth one; `years`: how many of those listed."""

    zones: int
    years: int
    peers: int  # zones, years and times that others are held to
    itineraries: int  # planned
    journeys: int  # … and sent
    deliveries: int
    kills: int
    pushes: int  # while Redis is wiped, killed and started anew …
    outage: int  # … after so many seconds
    few: int  # reminders in the smaller table
    many: int  # … and in the larger one
    crowd: int  # due in the same minute
    claimed: int
    waiting: int  # people who wait through a downtime


FULL = Size(
    1, 99, 200, 100_000, 2_000, 20_000, 200, 3_600, 60, 100_000, 1_000_000, 100_000, 40_000, 10_000
)
QUICK = Size(12, 3, 20, 5_000, 60, 1_500, 12, 2_400, 12, 10_000, 100_000, 10_000, 4_000, 500)


class Row(NamedTuple):
    """One promise: what was seen of it, and whether it was kept."""

    of: str
    seen: str
    goal: str
    missed: bool

    @property
    def verdict(self) -> str:
        return ("MISSED" if self.missed else "kept") if self.goal else ""


# Named as strings: none of them can be imported before there is a database to speak of.
PARTS = {
    "clocks": "bench.clocks:try_out",
    "peers": "bench.peers:try_out",
    "travel": "bench.itineraries:try_out",
    "the whole way": "bench.journeys:try_out",
    "downtime": "bench.downtime:try_out",
    "deaths": "bench.deaths:try_out",
    "redis": "bench.wiped:try_out",
    "planning": "bench.crowds:try_out",
}


def main(*, quick: bool, seed: int | None, today: date, say: Say) -> int:
    """Try every part and print a table; the number of goals that are missed."""
    size, began = QUICK if quick else FULL, time.monotonic()
    rows: list[Row] = []
    with stage() as folder:
        for name, part in PARTS.items():
            started, cpu = time.monotonic(), time.process_time()
            rows += pkgutil.resolve_name(part)(size, SEED if seed is None else seed, folder, say)
            say(
                f"  [{name}: {time.monotonic() - started:.0f} s,"
                f" {time.process_time() - cpu:.0f} s of CPU here]"
            )
    say("")
    for row in rows:
        say(f"{row.verdict:<7}{row.of:<64}{row.seen:<30}{row.goal}")
    missed = sum(row.missed for row in rows)
    took = time.monotonic() - began
    say(f"\n{took:.0f} seconds; {missed} of {goals_of(rows)} goals missed.")
    if not quick and seed is None:
        PAGE.write_text(page(rows, today, took))
    return missed


def goals_of(rows: list[Row]) -> int:
    return sum(bool(row.goal) for row in rows)


def page(rows: list[Row], today: date, took: float) -> str:
    missed = sum(row.missed for row in rows)
    lines = [f"| {row.verdict} | {row.of} | {row.seen} | {row.goal} |" for row in rows]
    of = f"{missed} of {goals_of(rows)} goals missed"
    last = f"{today}, {took / 60:.0f} minutes, seed {SEED}: {of}."
    return "\n".join([INTRODUCTION, *lines, "", last, ""])


@contextmanager
def stage() -> Iterator[Path]:
    """A migrated database of its own, and a folder; both are gone afterwards."""
    with ExitStack() as cleanup:
        forget_the_real_ones()
        account = account_for(Path("/"))
        place = Path(tempfile.mkdtemp(prefix="fortnight-bench-", dir="/var/tmp"))
        cleanup.callback(shutil.rmtree, place, ignore_errors=True)
        place.chmod(0o755)
        folder = make_folder(place / "run", account)
        os.environ |= throw_away_settings(folder, account)
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DIARY_LOG_LEVEL": "ERROR",
            "REDIS_URL": f"redis://:{secrets.token_hex(16)}@127.0.0.1:1/0",  # none until it is due
        }
        server = start_postgres(folder, account, durable=True)
        cleanup.callback(server.stop)
        os.environ["DATABASE_URL"] = server.url
        django.setup()
        pkgutil.resolve_name("django.core.management:call_command")("migrate", verbosity=0)
        yield folder
