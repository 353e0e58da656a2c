"""`python3 manage.py test [pytest arguments]`."""

from __future__ import annotations

import os

import pytest

from config.environment import CHECKOUT

# Eight: each worker has its own test database on one server of 60 connections.
DEFAULT_ARGUMENTS = ["-n", "auto", "--maxprocesses", "8", "--dist", "worksteal"]


def test(argv: list[str]) -> int:
    """Run pytest in this process from the checkout; without arguments, everything, in parallel."""
    os.chdir(CHECKOUT)
    return int(pytest.main(argv[2:] or DEFAULT_ARGUMENTS))
