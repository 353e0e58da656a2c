"""Watching over child processes in one loop: their output, their ends, their restarts."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.children import Account, end_session, spawn

STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
ENDS_ALLOWED = 5  # within ENDS_WINDOW; then it is no accident
ENDS_WINDOW = 60.0  # seconds
FIRST_WAIT = 0.5  # seconds before a restart, doubled at each further end in the window
LONGEST_LINE = 64 * 1024  # bytes


class Stopped(Exception):
    """Somebody asked us to stop."""


class Failed(Exception):
    """What runs here cannot go on; the message says what ended."""


@dataclass
class Child:
    """One supervised process; `quiet` holds its lines back, to be shown only if it fails."""

    name: str
    command: list[str]
    environment: dict[str, str]
    account: Account | None
    pass_fds: tuple[int, ...]
    quiet: bool = True
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float | None = None
    ends: deque[float] = field(default_factory=lambda: deque(maxlen=ENDS_ALLOWED))
    held: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    partial: bytes = b""


class Supervisor:
    """Starts children, passes their lines on, starts ended ones again, stops all in order.

    All waiting goes through `pause`, which keeps the output flowing and raises `Stopped` after
    SIGINT, SIGTERM or SIGHUP.
    """

    def __init__(self, folder: Path, pass_fds: tuple[int, ...] = ()) -> None:
        self.folder = folder
        self.pass_fds = pass_fds
        self.children: list[Child] = []
        self.stops_asked = 0
        self.selector = selectors.DefaultSelector()
        self.wake, wakes = os.pipe()
        for descriptor in (self.wake, wakes):
            os.set_blocking(descriptor, False)
        self.selector.register(self.wake, selectors.EVENT_READ, self.drain_wake)
        signal.set_wakeup_fd(wakes, warn_on_full_buffer=False)
        for number in STOPPING_SIGNALS:
            signal.signal(number, self.ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)  # only to wake the loop

    def ask_to_stop(self, number: int, frame: object) -> None:
        self.stops_asked += 1

    def drain_wake(self) -> None:
        os.read(self.wake, 4096)

    # --- Waiting -------------------------------------------------------------------------------

    def pump(self, seconds: float) -> None:
        """Pass on what the children have written; wait for it up to `seconds`."""
        for key, _ in self.selector.select(seconds):
            key.data()

    def pause(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            self.pump(max(0.0, until - time.monotonic()))
            if self.stops_asked:
                raise Stopped
            if time.monotonic() >= until:
                return

    def wait_for(self, what: str, holds: Callable[[], bool], limit: float) -> None:
        """Wait until `holds()`; raise `Failed` after `limit` seconds or when a child ends."""
        until = time.monotonic() + limit
        while not holds():
            for child in self.children:
                if child.process and child.process.poll() is not None:
                    self.pump(0.1)
                    raise Failed(f"{child.name} ended ({ending(child.process)}):\n{words(child)}")
            if time.monotonic() > until:
                held = "\n".join(words(child) for child in self.children)
                raise Failed(f"{what} was not ready within {limit:.0f} s.\n{held}".strip())
            self.pause(0.1)

    # --- Children ------------------------------------------------------------------------------

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: dict[str, str],
        account: Account | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> Child:
        """Start a child that is to run on, and keep it running."""
        fds = self.pass_fds + pass_fds
        child = Child(name, list(command), environment, account, fds)
        self.children.append(child)
        self.launch(child)
        return child

    def launch(self, child: Child) -> None:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        with open(writing, "wb") as output:
            child.process = spawn(
                child.command,
                account=child.account,
                environment=child.environment,
                folder=self.folder,
                output=output,
                pass_fds=child.pass_fds,
            )
        child.started_at, child.restart_at = time.monotonic(), None
        self.selector.register(reading, selectors.EVENT_READ, lambda: self.read(child, reading))

    def run(
        self,
        name: str,
        command: Sequence[str],
        environment: dict[str, str],
        account: Account | None = None,
        quiet: bool = True,
    ) -> int:
        """Run a child to its end and return its exit code; raise `Failed` if it ends badly."""
        child = self.start(name, command, environment, account)
        child.quiet = quiet
        try:
            while child.process.poll() is None:
                self.pause(0.2)
            self.pump(0.1)
        finally:
            if child.process.poll() is None:
                end_session(child.process)
            self.children.remove(child)
        code = child.process.returncode
        if code and quiet:
            raise Failed(f"{name} failed ({ending(child.process)}):\n{words(child)}")
        return code

    def read(self, child: Child, descriptor: int) -> None:
        part = os.read(descriptor, 65536)
        if not part:
            self.selector.unregister(descriptor)
            os.close(descriptor)
        *lines, child.partial = (child.partial + part).split(b"\n")
        if len(child.partial) > LONGEST_LINE or (not part and child.partial):
            lines.append(child.partial)
            child.partial = b""
        for line in lines:
            text = line.decode(errors="replace").rstrip()
            child.held.append(text)
            if not child.quiet:
                say(f"{child.name:<9}| {text}")

    # --- Ends and restarts -----------------------------------------------------------------------

    def watch(self) -> None:
        """Look after the children once: note ends, start again what is due."""
        now = time.monotonic()
        for child in self.children:
            if child.restart_at is not None:
                if now >= child.restart_at:
                    self.launch(child)
            elif child.process.poll() is not None:
                self.plan_restart(child, now)

    def plan_restart(self, child: Child, now: float) -> None:
        self.pump(0)
        child.ends.append(now)
        recent = sum(now - end < ENDS_WINDOW for end in child.ends)
        if recent >= ENDS_ALLOWED:
            raise Failed(
                f"{child.name} ended {recent} times within a minute, last with "
                f"{ending(child.process)}:\n{words(child)}"
            )
        wait = FIRST_WAIT * 2 ** (recent - 1)
        child.restart_at = now + wait
        say(f"{child.name} ended ({ending(child.process)}); starting it again in {wait:g} s.")

    def restart(self, child: Child) -> None:
        """Stop a child that runs but does not work, and start it again."""
        if child.process.poll() is None:
            self.end(child, signal.SIGTERM, limit=5.0)
        self.launch(child)

    def stop(self, limit: float = 10.0) -> None:
        """End all children, all at once; a second signal cuts the waiting short."""
        for child in self.children:
            child.quiet = True
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        for child in reversed(self.children):
            self.see_end(child, limit)
        self.children.clear()

    def end(self, child: Child, how: signal.Signals, limit: float) -> None:
        if child.process is not None and child.process.poll() is None:
            child.process.send_signal(how)
            self.see_end(child, limit)

    def see_end(self, child: Child, limit: float) -> None:
        """Wait until a child that was asked to end has ended; after the limit, end it."""
        if child.process is None:
            return
        until = time.monotonic() + limit
        while child.process.poll() is None:
            if time.monotonic() > until or self.stops_asked > 1:
                end_session(child.process)
                return
            # Its output still flows: a child that cannot write does not end.
            self.pump(0.05)


def ending(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"


def words(child: Child) -> str:
    """What the child last wrote, indented under its name."""
    return "\n".join(f"  {child.name} | {line}" for line in child.held)


def say(line: str) -> None:
    try:
        print(line, flush=True)
    except OSError:
        return  # the terminal is gone (SIGHUP): stopping in order matters more
