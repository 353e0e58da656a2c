"""Every process reads the same time zones, whatever the machine it runs on has of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
LOOK = (
    "import zoneinfo, sys; from diary.zones import ZONES;"
    " sys.exit(0 if zoneinfo.TZPATH == () and 'Europe/Kyiv' in ZONES else 1)"
)


@pytest.mark.parametrize(
    "started",
    [
        "import config.wsgi",
        "import config.celery, django; django.setup()",
        "import django; django.setup()",
    ],
)
def test_the_machines_own_table_is_never_read(started, tmp_path):
    """Not even where a process was started without `manage.py`, and with another path set."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONTZPATH": f"/usr/share/zoneinfo:{tmp_path}",
    }
    done = subprocess.run([sys.executable, "-c", f"{started}; {LOOK}"], cwd=HOUSE, env=environment)
    assert done.returncode == 0
