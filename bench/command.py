"""`python3 manage.py bench NAME [--quick] [--seed N]`: not 0 when one of its goals is missed.

No Django here: simulated diaries need neither a database nor a secret. What does need them
starts its own.
"""

from __future__ import annotations

import argparse
import pkgutil
from datetime import UTC, datetime

BENCHES = {
    "clauses": "bench.clauses:main",
    "contract": "bench.contract:main",
    "detection": "bench.detection:main",
    "exports": "bench.exports:main",
    "reminders": "bench.reminders:main",
    "screens": "bench.screens:main",
}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="manage.py bench", description=__doc__)
    parser.add_argument("name", choices=sorted(BENCHES))
    parser.add_argument("--quick", action="store_true", help="a tenth of the people")
    parser.add_argument("--seed", type=int, help="of the simulated people")
    asked = parser.parse_args(argv[2:])
    run = pkgutil.resolve_name(BENCHES[asked.name])
    today = datetime.now(UTC).date()
    missed = run(quick=asked.quick, seed=asked.seed, today=today, say=say)
    if missed:
        say(f"{missed} of the goals are missed.")
    return 1 if missed else 0


def say(line: str) -> None:
    """Print at once: a run takes minutes, and tells how far it is."""
    print(line, flush=True)
