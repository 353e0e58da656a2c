"""`manage.py bench exports`: ten years of everything written out, fetched, and brought back.

PostgreSQL, durable as on a server, is started for it alone and thrown away.
"""

from __future__ import annotations

import pkgutil
import time
from datetime import date

from bench.reminders import SEED, Row, Say, stage

YEARS, FEW_YEARS = 10, 1
# Named as a string: it cannot be imported before there is a database to speak of.
TRY_OUT = "bench.ten_years:try_out"


def main(*, quick: bool, seed: int | None, today: date, say: Say) -> int:
    """Try it and print a table; the number of goals that are missed."""
    began, seed = time.monotonic(), SEED if seed is None else seed
    with stage():
        years = FEW_YEARS if quick else YEARS
        rows: list[Row] = pkgutil.resolve_name(TRY_OUT)(years, seed, today, say)
    say("")
    for row in rows:
        say(f"{'MISSED' if row.missed else 'kept':<7}{row.of:<48}{row.seen:<36}{row.goal}")
    missed = sum(row.missed for row in rows)
    say(f"\n{time.monotonic() - began:.0f} seconds; {missed} of {len(rows)} goals missed.")
    return missed
