"""What another terminal learns of a running stack."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from config import environment


@pytest.fixture
def state(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("DIARY_STATE_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def running(state):
    """A lock that is held, as a living `up` holds it."""
    with open(state / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield state


def test_a_command_finds_the_stack_that_runs(running, monkeypatch):
    monkeypatch.delenv("REDIS_URL")
    environment.write(running, {"REDIS_URL": "redis://here"})
    assert environment.load()
    assert os.environ["REDIS_URL"] == "redis://here"


def test_what_a_person_sets_wins_over_the_running_stack(running, monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://mine")
    environment.write(running, {"REDIS_URL": "redis://here"})
    environment.load()
    assert os.environ["REDIS_URL"] == "redis://mine"


@pytest.mark.parametrize("lock_file", [True, False])
def test_what_a_killed_run_left_is_not_believed(state, monkeypatch, lock_file):
    monkeypatch.delenv("REDIS_URL")
    environment.write(state, {"REDIS_URL": "redis://gone"})
    if lock_file:
        (state / "lock").touch()
    assert not environment.load()
    assert "REDIS_URL" not in os.environ


def test_a_stack_that_is_still_starting_gives_nothing_yet(running):
    assert not environment.load()


def test_nobody_else_can_read_the_addresses_and_passwords(state):
    (state / "env.json").touch(mode=0o666)
    path = environment.write(state, {"REDIS_URL": "redis://here"})
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_state_lies_in_the_checkout_unless_said_otherwise(monkeypatch):
    monkeypatch.delenv("DIARY_STATE_DIR")
    assert environment.state_dir() == environment.CHECKOUT / "var"


def test_a_persons_own_postgres_variables_stay_outside():
    assert environment.without_postgres_variables({"PGHOST": "x", "PATH": "y"}) == {"PATH": "y"}


def test_a_new_migration_or_library_means_tables_that_are_not_there_yet(tmp_path, monkeypatch):
    ours = tmp_path / "diary" / "migrations"
    ours.mkdir(parents=True)
    (ours / "0001_begin.py").touch()
    (tmp_path / "constraints.txt").write_text("django==5.2.19\n")
    monkeypatch.setattr(environment, "CHECKOUT", tmp_path)
    assert not environment.has_tables(tmp_path)
    environment.note_tables(tmp_path)
    assert environment.has_tables(tmp_path)
    (ours / "0002_more.py").touch()
    assert not environment.has_tables(tmp_path)
    environment.note_tables(tmp_path)
    (tmp_path / "constraints.txt").write_text("django==5.2.20\n")
    assert not environment.has_tables(tmp_path)
