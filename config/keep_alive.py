"""`python -m config.keep_alive URL -- COMMAND …`: run COMMAND until it ends, or its work stops.

For containers, which are started again when they end but not when they hang; beat has been seen
to stop sending without a word. URL is the API's /health/jobs. What ends here, Compose starts.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from config.ask import ask
from config.children import spawn, stop
from config.supervisor import STOPPING_SIGNALS, say

PULSE = 0.2  # seconds until a signal that asks to stop is noticed
LOOK_EVERY = 10.0  # seconds
HEARTBEAT_LIMIT = 60.0  # seconds, the same as where /health/jobs turns late
TICKS = ("look_over", "plan_reminders", "deliver", "sweep", "export")
# Seconds; above the hard limits of reviews and senders, below the grace of a container. An export
# that takes longer is begun anew.
LAST_TASKS_LIMIT = 50.0
STUCK_LIMIT = 5.0  # seconds that what hangs gets to end; its tasks are delivered again
STANDARD_OUTPUT = 1


def keep_alive(
    command: list[str],
    url: str,
    *,
    look_every: float = LOOK_EVERY,
    heartbeat_limit: float = HEARTBEAT_LIMIT,
) -> int:
    """Run `command`; its exit code, also after a signal asked to stop, or 1 where its work stopped.

    Both limits are in seconds. A command that has just started gets `heartbeat_limit` to do its
    first work: until then an old heartbeat is its predecessor's.
    """
    # Only noted: raised while the command is being started, it would cost us hold of it.
    asked: list[int] = []
    for number in STOPPING_SIGNALS:
        signal.signal(number, lambda number, frame: asked.append(number))
    process = spawn(
        command,
        account=None,
        environment=dict(os.environ),
        folder=Path.cwd(),
        output=STANDARD_OUTPUT,
    )
    began = looked = time.monotonic()
    while not has_ended(process, within=PULSE):
        now = time.monotonic()
        if asked:
            stop(process, signal.SIGTERM, LAST_TASKS_LIMIT)
        elif now - looked > look_every:
            looked = now
            age = heartbeat(url)
            if age > heartbeat_limit and now - began > heartbeat_limit:
                say(f"A job has not run for {age:.0f} s: ending, to be started again.")
                stop(process, signal.SIGTERM, STUCK_LIMIT)
                return 1
    return process.returncode


def has_ended(process: subprocess.Popen[bytes], within: float) -> bool:
    try:
        process.wait(within)
    except subprocess.TimeoutExpired:
        return False
    return True


def heartbeat(url: str) -> float:
    """Seconds since the tick that is longest ago did its work; 0 where the API tells of none.

    An API that is away, or has lost its database, is no reason to end a worker.
    """
    _, content = ask(url)
    heartbeats = content.get("heartbeats")
    told = heartbeats if isinstance(heartbeats, dict) else {}
    ages = [told[name] for name in TICKS if isinstance(told.get(name), int | float)]
    # In the future after the clock was set back: as wrong as long ago.
    return max((abs(float(age)) for age in ages), default=0.0)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.keep_alive", description=__doc__)
    parser.add_argument("url", help="where the API tells how the jobs are")
    parser.add_argument("command", nargs="+", help="what to run, after --")
    options = parser.parse_args(arguments)
    return keep_alive(options.command, options.url)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
