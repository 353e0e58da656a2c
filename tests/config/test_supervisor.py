"""The supervisor: output with a name before it, restarts that give up, an end in order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config import supervisor
from config.supervisor import Failed, Stopped, Supervisor

PYTHON = sys.executable
LISTENED = (*supervisor.STOPPING_SIGNALS, signal.SIGCHLD)


@pytest.fixture
def watching():
    """A supervisor in this process; the signals are given back afterwards."""
    before = {number: signal.getsignal(number) for number in LISTENED}
    wakes = signal.set_wakeup_fd(-1)
    over = Supervisor(Path("/"))
    yield over
    over.stops_asked = 2  # nothing here is worth waiting for
    over.stop()
    signal.set_wakeup_fd(wakes)
    for number, handler in before.items():
        signal.signal(number, handler)


def python(script: str) -> list[str]:
    return [PYTHON, "-c", script]


def until(over: Supervisor, holds, limit: float = 60.0) -> None:
    end = time.monotonic() + limit
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        over.pause(0.02)


def start(over: Supervisor, script: str, name: str = "worker") -> supervisor.Child:
    return over.start(name, python(script), dict(os.environ))


# --- Output --------------------------------------------------------------------------------------


def test_each_line_stands_behind_the_name_of_its_child(watching, capsys):
    child = start(watching, "print('one'); print('two')")
    child.quiet = False
    until(watching, lambda: len(child.held) == 2)
    assert capsys.readouterr().out == "worker   | one\nworker   | two\n"


def test_a_quiet_child_is_heard_only_when_it_fails(watching, capsys):
    start(watching, "print('no such table'); exit(4)")
    with pytest.raises(Failed, match=r"worker ended \(exit code 4\):\n  worker \| no such table"):
        watching.wait_for("The worker", lambda: False, limit=60)
    assert capsys.readouterr().out == ""


def test_a_line_that_comes_in_parts_is_shown_whole(watching, capsys):
    script = "import sys, time; sys.stdout.write('pa'); sys.stdout.flush(); time.sleep(0.2);"
    child = start(watching, script + "sys.stdout.write('in'); sys.stdout.flush()")
    child.quiet = False
    until(watching, lambda: child.held)
    assert capsys.readouterr().out == "worker   | pain\n"


def test_bytes_that_are_no_text_do_no_harm(watching):
    child = start(watching, "import os; os.write(1, b'\\xff\\xfe\\n')")
    until(watching, lambda: child.held)
    assert list(child.held) == ["\ufffd\ufffd"]


def test_a_terminal_that_is_gone_stops_nothing(monkeypatch):
    def fail(*words, **how):
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", fail)
    supervisor.say("Stopping.")


# --- Running to the end --------------------------------------------------------------------------


def test_a_step_that_works_is_quiet(watching, capsys):
    assert watching.run("migrate", python("print('3 migrations')"), dict(os.environ)) == 0
    assert (capsys.readouterr().out, watching.children) == ("", [])


def test_a_step_that_fails_says_why(watching):
    with pytest.raises(Failed, match=r"migrate failed \(exit code 1\):\n  migrate \| refused"):
        watching.run("migrate", python("print('refused'); exit(1)"), dict(os.environ))


def test_a_step_that_is_listened_to_gives_its_exit_code(watching, capsys):
    assert watching.run("smoke", python("print('no'); exit(1)"), {}, quiet=False) == 1
    assert capsys.readouterr().out == "smoke    | no\n"


def test_a_step_is_broken_off_by_a_signal_and_leaves_nothing(watching):
    script = "import os, signal, time; os.kill(os.getppid(), signal.SIGTERM); time.sleep(60)"
    with pytest.raises(Stopped):
        watching.run("migrate", python(script), {})
    assert watching.children == []


def test_waiting_too_long_names_what_was_waited_for(watching):
    child = start(watching, "print('thinking', flush=True); import time; time.sleep(60)")
    until(watching, lambda: child.held)
    with pytest.raises(Failed, match=r"(?s)The API was not ready within 0 s.*thinking"):
        watching.wait_for("The API", lambda: False, limit=0)


# --- Restarts ------------------------------------------------------------------------------------


def test_what_ends_by_accident_is_started_again(watching, capsys):
    child = start(watching, "import time; time.sleep(60)")
    first = child.process.pid
    child.process.kill()
    child.process.wait()
    watching.watch()
    assert "worker ended (signal SIGKILL); starting it again in 0.5 s." in capsys.readouterr().out
    child.restart_at += 600
    watching.watch()
    assert child.process.pid == first, "it is not started before its time"
    child.restart_at = time.monotonic()
    watching.watch()
    assert child.process.pid != first
    assert child.process.poll() is None


def test_each_further_end_waits_twice_as_long(watching):
    child = start(watching, "")
    waits = []
    for number in range(4):
        child.process.wait()
        watching.plan_restart(child, now=100.0 + number)
        waits.append(child.restart_at - 100.0 - number)
    assert waits == [0.5, 1, 2, 4]


def test_the_fifth_end_within_a_minute_is_no_accident(watching):
    child = start(watching, "print('no module named diary'); exit(1)")
    until(watching, lambda: child.process.poll() is not None and child.held)
    for number in range(4):
        watching.plan_restart(child, now=100.0 + number)
    with pytest.raises(Failed, match=r"(?s)ended 5 times within a minute.*no module named diary"):
        watching.plan_restart(child, now=105.0)


def test_ends_that_lie_further_apart_are_forgiven(watching):
    child = start(watching, "")
    child.process.wait()
    for number in range(12):
        watching.plan_restart(child, now=1000.0 + 20 * number)
    assert child.restart_at is not None


def test_what_hangs_is_ended_and_started_anew(watching):
    child = start(watching, "import time; time.sleep(60)")
    first = child.process
    watching.restart(child)
    assert first.returncode == -signal.SIGTERM
    assert child.process.poll() is None


# --- The end -------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", supervisor.STOPPING_SIGNALS)
def test_a_signal_ends_the_waiting_at_once(watching, number):
    os.kill(os.getpid(), number)
    began = time.monotonic()
    with pytest.raises(Stopped):
        watching.pause(30)
    assert time.monotonic() - began < 15


def test_children_are_all_asked_before_any_is_waited_for(watching, tmp_path):
    """Each of these leaves only once the others have been asked as well."""
    log = tmp_path / "log"
    script = f"""
import pathlib, signal, sys, time
log = pathlib.Path({str(log)!r})
def leave(*_):
    with log.open("a") as file:
        file.write("x")
    while len(log.read_text()) < 3:
        time.sleep(0.05)
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
time.sleep(60)
"""
    asked = [start(watching, script, name) for name in ("worker", "beat", "api")]
    until(watching, lambda: all(child.held for child in watching.children))
    watching.stop(limit=30)
    assert [child.process.returncode for child in asked] == [0, 0, 0]


def test_a_child_that_does_not_listen_is_ended_after_its_time(watching):
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    child = start(watching, script + "print('ready', flush=True); time.sleep(60)")
    until(watching, lambda: child.held)
    watching.stop(limit=0.2)
    assert child.process.returncode == -signal.SIGKILL


def test_a_second_signal_cuts_the_waiting_short(watching):
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
    child = start(watching, script + "print('ready', flush=True); time.sleep(60)")
    until(watching, lambda: child.held)
    watching.stops_asked = 2
    watching.stop(limit=60)
    assert child.process.returncode == -signal.SIGKILL


def test_a_child_with_much_to_say_can_still_end(watching):
    script = "import signal, sys, time\ndef leave(*_):\n    print('x' * 300_000)\n    sys.exit(0)\n"
    script += "signal.signal(signal.SIGTERM, leave); print('ready', flush=True); time.sleep(60)"
    child = start(watching, script)
    until(watching, lambda: child.held)
    watching.stop(limit=60)
    assert child.process.returncode == 0


@pytest.mark.parametrize(("code", "said"), [(3, "exit code 3"), (-9, "signal SIGKILL")])
def test_an_end_is_told_in_words(code, said):
    process = subprocess.Popen(["true"])
    process.wait()
    process.returncode = code
    assert supervisor.ending(process) == said
