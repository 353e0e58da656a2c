"""Three senders, killed again and again: nothing comes twice, and what is in doubt says so."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from bench import people
from bench.reminders import Row
from diary.models import Delivery, Occurrence
from diary.reminders import fence
from diary.reminders.deliver import FENCED, send
from diary.reminders.sweep import sweep
from tests.providers.running import Running

SENDERS = 3
CLAIMED = 150  # at once, so that a death does not lease all there is
LEASE = timedelta(seconds=12)  # instead of 60: a bench need not wait so long; above a timeout
LIVES = (0.2, 1.2)  # seconds from one kill to the next
PATIENCE = 900.0  # seconds for all of it


def try_out(size, seed: int, folder: Path, say) -> list[Row]:
    say(f"Deaths: {size.kills} kill -9 of {SENDERS} senders over {size.deliveries:,} deliveries.")
    people.make_people(0, size.deliveries - 1)
    people.give_keys_and_devices(timezone.now())
    wanted = people.give_deliveries(1, timezone.now())
    people.settle()
    fence.LEASE = LEASE
    with Running(folder / "providers") as providers:
        for name, value in providers.settings().items():
            setattr(settings, name, value)
        kills = _massacre(size.kills, random.Random(seed))
        _until_nothing_waits()
        accepted = Counter(line["device"] for line in providers.accepted() if _is_push(line))
    rows = _judged(accepted, kills, wanted)
    people.forget_all()
    return rows


def _is_push(line: dict) -> bool:
    return line["service"] == "fcm"


def _massacre(kills: int, drawn: random.Random) -> int:
    """Kill one of the senders again and again, and start another in its place."""
    senders = [_start() for _ in range(SENDERS)]
    killed, began = 0, time.monotonic()
    while killed < kills and time.monotonic() - began < PATIENCE:
        time.sleep(drawn.uniform(*LIVES))
        place = drawn.randrange(SENDERS)
        os.kill(senders[place].pid, signal.SIGKILL)
        senders[place].join()
        senders[place] = _start()
        killed += 1
        sweep(timezone.now())
    for sender in senders:
        os.kill(sender.pid, signal.SIGKILL)
        sender.join()
    return killed + len(senders)


def _start() -> BaseProcess:
    # A fork of this process shares its connection: neither may use it.
    connections.close_all()
    sender = multiprocessing.get_context("fork").Process(target=_send_on, daemon=True)
    sender.start()
    return sender


def _send_on() -> None:
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE and os.getppid() != 1:
        if not send("fcm", timezone.now(), most=CLAIMED):
            time.sleep(0.05)


def _until_nothing_waits() -> None:
    """One sender goes on until nothing is left, and every lease is over."""
    began = time.monotonic()
    unsettled = Delivery.objects.filter(state__in=["pending", "retry", "claimed", "on_wire"])
    while unsettled.exists() and time.monotonic() - began < PATIENCE:
        if not send("fcm", timezone.now(), most=CLAIMED) and not sweep(timezone.now()):
            time.sleep(0.2)


def _judged(accepted: Counter, kills: int, wanted: int) -> list[Row]:
    found = Counter(Delivery.objects.values_list("state", flat=True))
    twice = sum(times - 1 for times in accepted.values())
    silent = [
        delivery.state
        for delivery in Delivery.objects.only("user_id", "state").iterator()
        if str(delivery.user_id) not in accepted
    ]
    hidden = sum(state != "unconfirmed" for state in silent)
    doubt = found["unconfirmed"]
    return [
        Row("Delivered twice, after so many deaths", f"{twice} ({kills} kills)", "0", twice > 0),
        Row(
            "Not delivered, and not said to be unconfirmed",
            f"{hidden} of {len(silent)} not delivered",
            "0",
            hidden > 0,
        ),
        Row(
            "In doubt after a kill, at most a batch",
            f"{doubt} of {wanted:,}",
            f"≤ {FENCED * kills:,}",
            doubt > FENCED * kills,
        ),
        Row(
            "Rows: each occurrence once, each with its end",
            f"{found['sent'] + doubt:,} of {Occurrence.objects.count():,}",
            f"{wanted:,}",
            found["sent"] + doubt != wanted,
        ),
    ]
