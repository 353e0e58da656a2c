"""What this is for stands in one page, and the switch that it speaks of is off."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

HOUSE = Path(__file__).resolve().parent.parent
PAGE = (HOUSE / "docs" / "intended-use.md").read_text()


def test_nobody_is_told_of_a_pattern_unless_the_operator_has_decided_so():
    assert settings.PATTERN_NOTICES is False


@pytest.mark.parametrize(("said", "means"), [("true", True), ("1", True), ("false", False)])
def test_the_operator_decides_by_a_variable(said, means):
    code = "from django.conf import settings; import sys; sys.exit(int(settings.PATTERN_NOTICES))"
    environ = {**os.environ, "DIARY_PATTERN_NOTICES": said}
    environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, env=environ)
    assert done.returncode == means


def test_a_word_that_means_neither_stops_the_start():
    environ = {**os.environ, "DIARY_PATTERN_NOTICES": "perhaps"}
    code = "import config.settings"
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, env=environ, capture_output=True)
    assert done.returncode != 0
    assert b"DIARY_PATTERN_NOTICES" in done.stderr


@pytest.mark.parametrize(
    "said",
    [
        "not a diagnosis, not a screening, not a risk score and not a forecast",
        "not an emergency service",
        "no clinical accuracy",
        "on simulated diaries",
        "DIARY_PATTERN_NOTICES=true",
        "off by default",
        "`pattern_notice`",
        "Before an operator turns it on",
        "Not legal advice",
        "6 January 2026",
        "Rule 11",
        "MDCG 2019-11",
    ],
)
def test_the_page_says(said):
    assert said in " ".join(PAGE.split())


def test_every_file_that_the_page_sends_to_is_there():
    for name in re.findall(r"\]\(([\w./-]+\.md)\)", PAGE):
        assert (HOUSE / "docs" / name).exists(), name


@pytest.mark.parametrize("name", ["README.md", "docs/detection.md", "docs/intended-use.md"])
def test_no_page_claims_what_is_never_claimed(name):
    said = " ".join((HOUSE / name).read_text().lower().split())
    for claim in ("clinically validated", "detects depression", "predicts", "our accuracy"):
        assert claim not in said
