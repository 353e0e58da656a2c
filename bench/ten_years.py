"""A long diary with several things a day: how long its export takes, and how much memory."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from django.utils import timezone

from bench.reminders import Row, Say
from diary import record
from diary.exchange.bring_in import bring_in
from diary.exports.ask import ask_for
from diary.exports.parts import opened
from diary.measures import ACTIVITY_SCALES, MEASURES, SYMPTOMS
from diary.models import Export, ExportPart, Person
from diary.questionnaires import QUESTIONNAIRES
from diary.vault import Vault

WITHIN = 60.0  # seconds for ten years of everything, as the issue asks
MEMORY = 60.0  # MiB above what the same job takes with an empty diary
MEBIBYTE = 2**20
MOMENTS, ACTIVITIES = 3, 2  # a day
NOTE = "Woke up early and lay there for a while; the walk by the river with Jo was good. " * 4
CHECKOUT = Path(__file__).resolve().parent.parent
_LISTS = ("entries", "activities", "moments", "trackers", "answers")


def try_out(years: int, seed: int, today: date, say: Say) -> list[Row]:
    now = timezone.now()
    days = [today - timedelta(days=back) for back in range(round(365.25 * years))]
    nobody, one, other = (Person.objects.begin(f"{name}@x.example", None) for name in "abc")
    changes = list(whole_diary(days, random.Random(seed)))
    for start in range(0, len(changes), 1_000):
        record.write(one.datakey.open(), changes[start : start + 1_000], now=now)
    say(f"  {len(changes):,} documents of {years} years are written")
    dispatch()  # the review that is due

    empty, *_ = export(nobody, now)
    kept, seconds, cpu = export(one, now)
    vault = one.datakey.open()
    content, fetching = timed(lambda: whole(vault))
    first = unpacked(content)
    brought, bringing = timed(
        lambda: bring_in(other.datakey.open(), content, "fortnight", timezone.now())
    )
    export(other, now)
    second = unpacked(whole(other.datakey.open()))
    differ = sum(stripped(first, name) != stripped(second, name) for name in _LISTS)

    parts = ExportPart.objects.filter(user_id=one.pk)
    largest = max(len(part) for part in parts.values_list("sealed", flat=True))
    took = f"{seconds:.1f} s, start and all; {cpu:.1f} s of CPU"
    return [
        Row("written, JSON and sheets", took, f"<= {WITHIN:.0f} s", seconds > WITHIN),
        Row("memory above an empty diary's", f"{kept - empty:.0f} MiB", f"<= {MEMORY:.0f} MiB",
            kept - empty > MEMORY),
        Row("the zip, and its largest part", f"{len(content) / MEBIBYTE:.1f} MiB,"
            f" {largest / MEBIBYTE:.2f} MiB", "<= 1 MiB a part", largest > MEBIBYTE),
        Row("fetched", f"{fetching:.2f} s", "<= 10 s", fetching > 10),
        Row("brought back", f"{brought.documents:,} documents in {bringing:.1f} s",
            f"all, <= {2 * WITHIN:.0f} s",
            brought.documents != len(changes) or bringing > 2 * WITHIN),
        Row("lists that came back unequal", str(differ), "0", differ > 0),
    ]  # fmt: skip


def export(person: Person, now: datetime) -> tuple[float, float, float]:
    """Have it written by a process of its own: what `dispatch` tells of it."""
    made = ask_for(person.datakey.open(), ["json", "csv"], None, now)
    took = dispatch()
    state = Export.objects.get(user_id=person.pk, id=made.id).state
    assert state == "ready", state
    return took


def dispatch() -> tuple[float, float, float]:
    """All jobs once, by `manage.py dispatch`: MiB at most, seconds, and seconds of its CPU."""
    began = time.monotonic()
    running = subprocess.Popen(
        [sys.executable, "manage.py", "dispatch"],
        cwd=CHECKOUT,
        env=os.environ | {"DIARY_NO_VENV": "1"},
    )
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    assert running.returncode == 0
    return used.ru_maxrss / 1024, time.monotonic() - began, used.ru_utime + used.ru_stime


def timed(do: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    return do(), time.monotonic() - began


def whole(vault: Vault) -> bytes:
    export = Export.objects.filter(user_id=vault.user).order_by("-created_at", "-id").first()
    return b"".join(opened(vault, export))


def unpacked(content: bytes) -> dict:
    with ZipFile(BytesIO(content)) as packed:
        return json.loads(packed.read("fortnight.json"))


def stripped(shown: dict, name: str) -> list:
    return [{**document, "rev": None} for document in shown[name]]


def whole_diary(days: list[date], draw: random.Random) -> Iterator[record.Change]:
    """Every day an entry with every measure and symptom and a note, moments, activities; every
    week a questionnaire; ten trackers."""
    trackers = [str(UUID(int=draw.getrandbits(128), version=4)) for _ in range(10)]
    scale = {"kind": "scale", "low": 0, "high": 10, "step": 1, "worse": 1, "archived": False}
    for number, key in enumerate(trackers):
        yield record.Change("trackers", key, {"name": f"Tracker {number}", **scale})
    for number, day in enumerate(days):
        own = {key: draw.randint(0, 10) for key in trackers}
        yield record.Change(
            "entries", day.isoformat(),
            drawn((*MEASURES, *SYMPTOMS), draw) | {"note": NOTE, "trackers": own},
        )  # fmt: skip
        for hour in range(MOMENTS):
            at = {"date": day.isoformat(), "at": f"{day}T{9 + hour:02}:00:00+02:00"}
            yield change("moments", draw, drawn(MEASURES, draw) | at | {"note": NOTE[:80]})
        for _ in range(ACTIVITIES):
            done = {"date": day.isoformat(), "kind": "walk", "note": NOTE[:80]}
            yield change("activities", draw, drawn(ACTIVITY_SCALES, draw) | done)
        if number % 7 == 0:
            items = dict.fromkeys(QUESTIONNAIRES["phq-9"].items, 1)
            said = {"date": day.isoformat(), "questionnaire": "phq-9", "items": items}
            yield change("answers", draw, said)


def change(collection: str, draw: random.Random, fields: dict) -> record.Change:
    return record.Change(collection, str(UUID(int=draw.getrandbits(128), version=4)), fields)


def drawn(scales, draw: random.Random) -> dict:
    return {scale.name: draw.randint(int(scale.low), int(scale.high)) for scale in scales}
