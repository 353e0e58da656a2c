"""Child processes: as whom they run, and that none of them outlives its parent."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import children
from config.children import Account
from config.environment import CHECKOUT

CAROL = pwd.struct_passwd(("carol", "x", 1234, 1234, "", "/home/carol", "/bin/sh"))
POSTGRES = pwd.struct_passwd(("postgres", "x", 101, 104, "", "/", "/bin/sh"))
NOBODY = pwd.struct_passwd(("nobody", "x", 65534, 65534, "", "/", "/bin/sh"))


@pytest.fixture
def root(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    know(monkeypatch, CAROL, NOBODY, POSTGRES)


def know(monkeypatch, *known: pwd.struct_passwd) -> None:
    """Let the machine know these accounts and no others."""
    by_uid = {entry.pw_uid: entry for entry in known}
    by_name = {entry.pw_name: entry for entry in known}
    monkeypatch.setattr(pwd, "getpwuid", by_uid.__getitem__)
    monkeypatch.setattr(pwd, "getpwnam", by_name.__getitem__)


def owned_by(monkeypatch, uid: int) -> None:
    whole = os.stat(".")
    monkeypatch.setattr(
        Path, "stat", lambda path, **how: os.stat_result([*whole[:4], uid, *whole[5:]])
    )


def test_an_ordinary_person_runs_everything_as_herself(monkeypatch, tmp_path):
    monkeypatch.setattr(os, "geteuid", lambda: 1234)
    assert children.account_for(tmp_path) is None


def test_root_in_somebodys_checkout_runs_servers_as_that_somebody(root, monkeypatch, tmp_path):
    owned_by(monkeypatch, 1234)
    assert children.account_for(tmp_path / "var") == Account("carol", 1234, 1234)


@pytest.mark.parametrize("owner", [0, 4321], ids=["root's own", "an owner without a name"])
def test_root_elsewhere_runs_servers_as_postgres(root, monkeypatch, tmp_path, owner):
    owned_by(monkeypatch, owner)
    assert children.account_for(tmp_path) == Account("postgres", 101, 104)


def test_root_without_postgres_runs_servers_as_nobody(root, monkeypatch, tmp_path):
    owned_by(monkeypatch, 0)
    know(monkeypatch, CAROL, NOBODY)
    assert children.account_for(tmp_path) == Account("nobody", 65534, 65534)


def test_root_alone_on_a_machine_is_told_what_is_missing(root, monkeypatch, tmp_path):
    owned_by(monkeypatch, 0)
    know(monkeypatch, CAROL)
    with pytest.raises(LookupError, match="postgres or nobody"):
        children.account_for(tmp_path)


def test_a_folder_that_exists_stays_as_it_is(tmp_path):
    tmp_path.chmod(0o755)
    children.make_folder(tmp_path, None)
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_a_new_folder_is_its_owners_alone(tmp_path):
    made = children.make_folder(tmp_path / "new", None)
    assert made.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("command", "folder", "answer"),
    [(["true"], "/", True), (["false"], "/", False), (["true"], "/nonexistent", False)],
    ids=["it can", "the command fails", "the folder is out of reach"],
)
def test_what_an_account_can_do_is_found_by_trying(command, folder, answer):
    assert children.can(None, command, Path(folder)) is answer


# A parent that starts one child and reports its pid; killed, it has no chance to clean up.
PARENT = """
import os, signal, subprocess, sys, time
from pathlib import Path
from config.children import spawn
signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell's background job begins with it ignored
child = spawn({command}, account=None, environment=dict(os.environ), folder=Path("/"),
              output=subprocess.DEVNULL, dies_by=signal.{how})
print(child.pid, os.getsid(child.pid), flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_a_child_ends_when_its_parent_is_killed(how):
    script = PARENT.format(command=["sleep", "60"], how=how)
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, cwd=CHECKOUT)
    with parent:
        pid, session = map(int, parent.stdout.readline().split())
        assert session == pid, "a terminal's Ctrl-C would reach it"
        parent.kill()
    assert gone(pid)


def gone(pid: int, limit: float = 30.0) -> bool:
    """Whether the process ends within the limit (a zombie that nobody waits for has ended)."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.05)
    return False


def start(*command: str) -> subprocess.Popen[bytes]:
    return children.spawn(
        command,
        account=None,
        environment=dict(os.environ),
        folder=Path("/"),
        output=subprocess.PIPE,
    )


def test_a_child_is_asked_to_end_before_it_is_made_to():
    with start(
        "sh", "-c", "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.05; done"
    ) as child:
        child.stdout.readline()
        children.stop(child, signal.SIGTERM, limit=60)
        assert (child.returncode, child.stdout.read()) == (3, b"bye\n")


def test_a_child_that_does_not_listen_is_ended_with_all_it_started():
    script = "trap '' TERM; sleep 60 & echo $!; wait; wait; sleep 60"
    with start("sh", "-c", script) as child:
        grandchild = int(child.stdout.readline())
        children.stop(child, signal.SIGTERM, limit=0.2)
        assert child.returncode == -signal.SIGKILL
    assert gone(grandchild)


def test_stopping_what_has_ended_is_no_error():
    with start("true") as child:
        child.wait()
        children.stop(child, signal.SIGTERM, limit=1)
        children.end_session(child)


def test_only_the_descriptors_that_are_passed_reach_a_child():
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    script = "import os; print(sorted(map(int, os.listdir('/proc/self/fd'))))"
    child = children.spawn(
        [sys.executable, "-c", script],
        account=None,
        environment=dict(os.environ),
        folder=Path("/"),
        output=subprocess.PIPE,
        pass_fds=[writing],
    )
    with child:
        inherited = child.stdout.read().decode()
    os.close(reading)
    os.close(writing)
    assert str(writing) in inherited
    assert f" {reading}," not in inherited
