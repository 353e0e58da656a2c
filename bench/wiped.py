"""Redis wiped, killed and started empty in mid-send: nothing is lost, and nothing comes twice."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import redis
from django.utils import timezone

from bench import people
from bench.reminders import Row
from config import binaries
from config.environment import CHECKOUT
from config.stack import PLANNER, SENDER
from diary.models import Delivery, Occurrence
from diary.reminders import rounds
from tests.providers.running import Running

PATIENCE = 300.0  # seconds for all of it
PACE = 60  # pushes a second
BACK_WITHIN = 30.0  # seconds from the moment at which Redis is there, empty, to the next push
WITHOUT_A_PAUSE = 10.0  # seconds; `dispatch --loop` does not need it, and looks every two
ROUND_OVER = rounds.LONGEST + 2  # seconds after which no sender goes on that was woken before
ON_THE_WAY = PACE + 10  # pushes of a claim that was made before, and tell nothing
CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "config.celery"]
DISPATCH = [sys.executable, "manage.py", "dispatch", "--loop"]
UNSETTLED = ("pending", "retry", "claimed", "on_wire")


class Redis:
    """A server of this bench's own, always at the same address, with nothing on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.password = folder, secrets.token_hex(16)
        self.port = _free_port()
        self.url = f"redis://:{self.password}@127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        words = {"bind": "127.0.0.1", "port": self.port, "requirepass": self.password}
        told = "".join(f"{name} {value}\n" for name, value in words.items()) + 'save ""\n'
        self.process = subprocess.Popen(
            [str(binaries.redis_server()), "-"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )
        self.process.stdin.write(told.encode())
        self.process.stdin.close()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def wipe(self) -> None:
        with contextlib.closing(redis.Redis.from_url(self.url)) as client:
            client.flushall()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def try_out(size, seed: int, folder: Path, say) -> list[Row]:
    say(
        f"Redis: wiped, away for {size.outage} s and started empty, and gone for good, within"
        f" {size.pushes:,} deliveries."
    )
    people.make_people(0, size.pushes - 1)
    now = timezone.now()
    people.give_keys_and_devices(now)
    people.give_deliveries(1, now)
    server = Redis(folder)
    with Running(folder / "wiped") as providers, Jobs(folder, server.url, providers) as jobs:
        pushes = Pushes(providers, size.pushes)
        pushes.come_to(0.1)
        server.wipe()
        wiped = pushes.wait()
        pushes.come_to(0.2)
        server.kill()
        time.sleep(max(size.outage, ROUND_OVER))
        server.start()
        restarted = pushes.wait()
        pushes.come_to(0.5)
        jobs.start("dispatch", DISPATCH)
        pushes.come_to(0.55)
        server.kill()
        time.sleep(ROUND_OVER)
        without = pushes.wait()
        _until(lambda: not Delivery.objects.filter(state__in=UNSETTLED).exists())
        accepted = pushes.accepted()
    lost = Occurrence.objects.count() - len(accepted)
    twice = sum(times - 1 for times in accepted.values())
    people.forget_all()
    return [
        Row("Lost with Redis", f"{lost} of {size.pushes:,}", "0", lost != 0),
        Row("Doubled with Redis", str(twice), "0", twice != 0),
        Row(
            "Until pushes go on after it was wiped, after it is back",
            f"{wiped:.0f} s, {restarted:.0f} s",
            f"≤ {BACK_WITHIN:.0f} s",
            max(wiped, restarted) > BACK_WITHIN,
        ),
        Row(
            "  the same without it, beside `dispatch --loop`",
            f"{without:.1f} s",
            f"≤ {WITHOUT_A_PAUSE:.0f} s",
            without > WITHOUT_A_PAUSE,
        ),
    ]


class Pushes:
    """What has arrived so far, of so many."""

    def __init__(self, providers: Running, total: int) -> None:
        self.providers, self.total = providers, total

    def accepted(self) -> Counter[str]:
        return Counter(line["device"] for line in self.providers.accepted() if line["device"])

    def come_to(self, share: float) -> None:
        _until(lambda: self.accepted().total() >= share * self.total)

    def wait(self) -> float:
        """Seconds until they go on again."""
        before, began = self.accepted().total(), time.monotonic()
        _until(lambda: self.accepted().total() > min(before + ON_THE_WAY, self.total - 1))
        return time.monotonic() - began


class Jobs:
    """Beat, planner and sender as under `up`, slowed down, so that there is a middle to be in."""

    def __init__(self, folder: Path, url: str, providers: Running) -> None:
        self.folder = folder
        self.environment = os.environ | providers.environment() | {"REDIS_URL": url}
        self.environment |= {"DIARY_CHANNEL_RATES": f"fcm={PACE}", "DIARY_NO_VENV": "1"}
        self.running: list[subprocess.Popen] = []

    def __enter__(self) -> Jobs:
        self.start("sender", [*CELERY, *SENDER])
        self.start("planner", [*CELERY, *PLANNER])
        beat = ["beat", "--pidfile=", "--scheduler", "celery.beat:Scheduler"]
        self.start("beat", [*CELERY, *beat])
        return self

    def start(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(process)

    def __exit__(self, *how: object) -> None:
        for process in self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until(holds) -> None:
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > PATIENCE:
            return
        time.sleep(0.1)
