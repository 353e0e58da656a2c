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
from collections.abc import Iterator
from pathlib import Path

import redis
from django.utils import timezone

from bench import people
from bench.reminders import Row
from config import binaries
from config.environment import CHECKOUT
from config.stack import SENDER
from diary.models import Delivery, Occurrence
from tests.providers.running import Running

PATIENCE = 300.0  # seconds for all of it
PACE = 150  # pushes a second
BACK_WITHIN = 60.0  # seconds from an empty Redis to the next push
CELERY = [sys.executable, "-m", "celery", "--quiet", "--app", "config.celery"]


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
    say(f"Redis: wiped, killed and started empty within {size.pushes:,} deliveries.")
    people.make_people(0, size.pushes - 1)
    now = timezone.now()
    people.give_keys_and_devices(now)
    people.give_deliveries(1, now)
    server = Redis(folder)
    with Running(folder / "wiped") as providers, _jobs(folder, server.url, providers):
        waits = []
        for share, disaster in ((0.2, server.wipe), (0.5, server.kill)):
            _until(lambda share=share: len(providers.accepted()) >= share * size.pushes)
            disaster()
            before, at = len(providers.accepted()), time.monotonic()
            if disaster == server.kill:
                time.sleep(3)
                server.start()
            _until(lambda before=before: len(providers.accepted()) > before + 60)
            waits.append(time.monotonic() - at)
        _until(lambda: not Delivery.objects.exclude(state="sent").exists())
        accepted = Counter(line["device"] for line in providers.accepted() if line["device"])
    server.kill()
    lost = Occurrence.objects.count() - len(accepted)
    twice = sum(times - 1 for times in accepted.values())
    people.forget_all()
    return [
        Row("Lost with Redis", f"{lost} of {size.pushes:,}", "0", lost != 0),
        Row("Doubled with Redis", str(twice), "0", twice != 0),
        Row(
            "Until pushes go on after it was wiped, after it died",
            " s, ".join(f"{wait:.0f}" for wait in waits) + " s",
            f"≤ {BACK_WITHIN:.0f} s",
            max(waits) > BACK_WITHIN,
        ),
    ]


@contextlib.contextmanager
def _jobs(folder: Path, url: str, providers: Running) -> Iterator[None]:
    """Beat and the sender as under `up`, slowed down, so that there is a middle to be in."""
    environment = os.environ | providers.environment() | {"REDIS_URL": url}
    environment |= {"DIARY_CHANNEL_RATES": f"fcm={PACE}"}
    running = []
    commands = {
        "sender": [*CELERY, *SENDER],
        "beat": [*CELERY, "beat", "--pidfile=", "--scheduler", "celery.beat:Scheduler"],
    }
    try:
        for name, command in commands.items():
            with (folder / f"{name}.log").open("ab") as log:
                running.append(
                    subprocess.Popen(
                        command, cwd=CHECKOUT, env=environment, stdout=log, stderr=log,
                        start_new_session=True,
                    )
                )  # fmt: skip
        yield
    finally:
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _until(holds) -> None:
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > PATIENCE:
            return
        time.sleep(0.1)
