"""The README's recipes, followed: measure, detector, format and channel are each a few lines.

They are followed in a copy of the house, and the copy's own tests are run against it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent

MEASURE = """    Measure("stiffness", "Stiffness", "How stiff you were.", "0–10", 0, 10, 0.5, 1),
)  # fmt: skip

def _either_way"""

DETECTOR = '''"""Anything at all on the last day: the smallest detector there is."""

import numpy as np

from diary.analysis.states import Machine, initial_states, step

MACHINE = Machine(open_at=1, open_days=1, close_at=1, close_days=1)
NOTHING = {"status": "learning"}


class Walk:
    def __init__(self, states):
        self.states = states


def look(values, firsts, starts, history):
    present = ~np.isnan(values[:, :, history:]).all(axis=1)
    states, state = np.zeros(present.shape, starts.dtype), starts.copy()
    for day in range(present.shape[1]):
        score = present[:, day].astype(float)
        state = step(state, firsts + day, np.ones(len(state), bool), score, MACHINE)
        states[:, day] = state
    return Walk(states)


def state(walk, place, day):
    return {"status": "open" if walk.states[place, day]["opened_on"] else "clear"}


def evidence(walk, place, day, series, dates):
    return {"days": len(dates)}
'''

FORMAT = '''"""One date a line, pain after it."""

from datetime import date


def read(content):
    for line in content.decode().splitlines():
        day, pain = line.split()
        yield date.fromisoformat(day), {"pain": float(pain)}
'''

CHANNEL = '''"""Postcards, which nobody has ever refused."""

from diary.channels.post import Answer


def send(messages, now):
    return [Answer(bool(message.address), 200 if message.address else 503) for message in messages]
'''

TRIED = """
import pytest
from django.core.management import call_command
from django.utils import timezone

from diary.channels import CHANNELS
from diary.exchange.bring_in import bring_in
from tests.channels.messages import NOON, message
from tests.conftest import TODAY
from tests.diary.keeping import keep, look, state, told
from tests.reminders.test_outcomes import outcome

pytestmark = pytest.mark.django_db


def test_a_new_measure_is_posted_described_drawn_and_documented(phone):
    made = phone.patch("/api/v1/entries/2026-03-20", {"stiffness": 3.5})
    assert made.json()["stiffness"] == 3.5
    assert phone.patch("/api/v1/entries/2026-03-20", {"stiffness": 3.4}).status_code == 422
    assert "stiffness" in {one["name"] for one in phone.get("/api/v1/measures").json()["measures"]}
    trends = phone.get("/api/v1/trends?measures=stiffness&from=2026-03-20&to=2026-03-20").json()
    assert trends["series"]["stiffness"]["value"] == [3.5]
    assert b"stiffness" in phone.get("/api/schema").content
    call_command("makemigrations", check=True, dry_run=True)


def test_a_new_detector_finds_its_pattern(ana):
    keep(ana, {TODAY: {"pain": 3}})
    look()
    assert [pattern.kind for pattern in told(ana)] == ["anything"]
    assert state(ana)["anything"] == {"status": "open"}


def test_a_new_format_is_read(ana):
    content = b"2026-03-19 4\\n2026-03-20 5.5"
    assert bring_in(ana.datakey.open(), content, "lines", timezone.now()).documents == 2


def test_a_new_channel_sends_and_its_answers_lead_somewhere():
    messages = [message("postcard", "5 Long Lane"), message("postcard", "")]
    answers = CHANNELS["postcard"](messages, NOON)
    assert [outcome("postcard", answer).state for answer in answers] == ["sent", "retry"]
"""


def test_the_recipes_are_true(tmp_path):
    for name in ("config", "diary", "api", "web", "tests", "pyproject.toml", "manage.py"):
        source = HOUSE / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    change(
        tmp_path / "diary/measures.py",
        ")  # fmt: skip\n\n_HOW_MUCH",
        f"{MEASURE.partition('def')[0]}_HOW_MUCH",
    )
    (tmp_path / "diary/detectors/anything.py").write_text(DETECTOR)
    detectors = tmp_path / "diary/detectors/__init__.py"
    change(detectors, "import pain_mood", "import anything, pain_mood")
    change(
        detectors,
        "DETECTORS: dict[str, ModuleType] = {",
        'DETECTORS = {\n    "anything": anything,',
    )
    (tmp_path / "diary/exchange/lines.py").write_text(FORMAT)
    exchange = tmp_path / "diary/exchange/__init__.py"
    change(exchange, "import days_csv\n", "import days_csv, lines\n")
    change(
        exchange,
        '    "days-csv": days_csv.read,',
        '    "days-csv": days_csv.read,\n    "lines": lines.read,',
    )
    (tmp_path / "diary/channels/postcard.py").write_text(CHANNEL)
    channels = tmp_path / "diary/channels/__init__.py"
    change(channels, "fcm, webpush\n", "fcm, postcard, webpush\n")
    change(channels, '    "fcm": fcm.send,', '    "fcm": fcm.send,\n    "postcard": postcard.send,')
    (tmp_path / "tests/test_tried.py").write_text(TRIED)

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_tried.py"],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "DIARY_"))},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 passed" in done.stdout


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new))
