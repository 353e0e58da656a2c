"""`python3 manage.py test [pytest arguments]`."""

from __future__ import annotations

import os

import pytest

from config.environment import CHECKOUT

# A quarter of the time tests wait, for processes that start and for clocks: three for two cores. At
# most eight, for each worker has its own test database on one server of 60 connections.
WORKERS = min(8, (os.cpu_count() or 1) * 3 // 2)
DEFAULT_ARGUMENTS = ["-n", str(WORKERS), "--dist", "worksteal"]


def test(argv: list[str]) -> int:
    """Run pytest in this process from the checkout; without arguments, everything, in parallel."""
    os.chdir(CHECKOUT)
    return int(pytest.main(argv[2:] or DEFAULT_ARGUMENTS))
