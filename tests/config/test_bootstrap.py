"""The set-up: what is installed is what the command needs, and nothing is installed twice."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap

HERE = bootstrap.own_version()


class Executed(BaseException):
    """Stands for the process that `execv` would have become."""


@pytest.fixture
def checkout(tmp_path, monkeypatch) -> Path:
    """A checkout with tiny requirement files and no environment yet; no servers are given."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(bootstrap, "CHECKOUT", tmp_path)
    monkeypatch.delenv("DIARY_NO_VENV", raising=False)
    monkeypatch.delenv("DIARY_VENV", raising=False)
    for name in [*bootstrap.LEVELS, bootstrap.CONSTRAINTS]:
        (tmp_path / name).write_text(f"# {name}\n")
    return tmp_path


@pytest.fixture
def venv(checkout) -> Path:
    """An environment that answers like one without holding anything."""
    folder = checkout / ".venv"
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f"#!/bin/sh\necho {HERE}\n")
    python.chmod(0o755)
    return folder


@pytest.fixture
def installed(monkeypatch) -> list[int]:
    """The levels that were installed, instead of installing them."""
    levels: list[int] = []
    monkeypatch.setattr(bootstrap, "install", lambda venv, level: levels.append(level))
    return levels


@pytest.fixture
def executed(monkeypatch) -> list[list[str]]:
    commands: list[list[str]] = []

    def execute(program: str, command: list[str]) -> None:
        commands.append(command)
        raise Executed

    monkeypatch.setattr(os, "execv", execute)
    return commands


def stamp(venv: Path, level: int, version: str = HERE) -> None:
    (venv / bootstrap.STAMP).write_text(bootstrap.stamp_of(level, version))


@pytest.mark.parametrize(
    ("stamped", "needed", "serves"),
    [(0, 0, True), (2, 0, True), (2, 1, True), (1, 1, True), (0, 1, False), (1, 2, False)],
)
def test_a_fuller_environment_serves_a_smaller_need_and_not_the_other_way(
    venv, stamped, needed, serves
):
    stamp(venv, stamped)
    assert bootstrap.serves(venv, needed, HERE) is serves


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-up.txt", "constraints.txt"])
def test_a_changed_requirement_asks_for_a_new_install(checkout, venv, name):
    stamp(venv, 2)
    (checkout / name).write_text("numpy==1.0\n")
    assert not bootstrap.serves(venv, 2, HERE)


def test_a_changed_test_requirement_leaves_an_environment_for_up_alone(checkout, venv):
    stamp(venv, 2)
    (checkout / "requirements-dev.txt").write_text("pytest==1.0\n")
    assert bootstrap.serves(venv, 2, HERE)


def test_another_python_version_asks_for_a_new_install(venv):
    stamp(venv, 1, "3.11.0")
    assert not bootstrap.serves(venv, 1, "3.12.0")


def test_an_environment_without_a_stamp_serves_nothing(venv):
    assert not bootstrap.serves(venv, 0, HERE)


@pytest.mark.parametrize(
    ("command", "level"),
    [("up", 2), ("test", 3), ("bench", 3), ("migrate", 0), ("", 0)],
)
def test_each_command_gets_what_it_needs(venv, installed, executed, command, level):
    with pytest.raises(Executed):
        bootstrap.prepare(["manage.py", command] if command else ["manage.py"])
    assert installed == [level]


@pytest.mark.parametrize(
    ("given", "level"),
    [(["DATABASE_URL", "REDIS_URL"], 1), (["DATABASE_URL"], 2), (["REDIS_URL"], 2)],
)
def test_up_with_servers_of_ones_own_needs_none_of_ours(monkeypatch, given, level):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "given" if name in given else "")
    assert bootstrap.level_for("up") == level


def test_the_command_goes_on_inside_the_environment_with_its_own_words(venv, checkout, executed):
    stamp(venv, 2)
    with pytest.raises(Executed):
        bootstrap.prepare(["manage.py", "up", "--once"])
    python = str(venv / "bin" / "python")
    assert executed == [[python, str(checkout / "manage.py"), "up", "--once"]]


def test_nothing_is_installed_when_the_stamp_holds(venv, installed, executed):
    stamp(venv, 3)
    with pytest.raises(Executed):
        bootstrap.prepare(["manage.py", "up"])
    assert installed == []


def test_up_and_test_in_turn_install_once_each_at_most(venv, installed, executed):
    for command in ("up", "test", "up", "test"):
        with pytest.raises(Executed):
            bootstrap.prepare(["manage.py", command])
    assert installed == [2, 3]


def test_an_environment_for_tests_stays_one_when_up_brings_it_up_to_date(
    checkout, venv, installed, executed
):
    stamp(venv, 3)
    (checkout / "requirements.txt").write_text("numpy==1.0\n")
    with pytest.raises(Executed):
        bootstrap.prepare(["manage.py", "up"])
    assert installed == [3]


def test_inside_a_ready_environment_the_command_simply_runs(venv, monkeypatch, executed):
    monkeypatch.setattr(sys, "prefix", str(venv))
    stamp(venv, 2)
    bootstrap.prepare(["manage.py", "up"])
    assert executed == []


def test_inside_a_stale_environment_it_is_brought_up_to_date_first(
    venv, monkeypatch, installed, executed
):
    monkeypatch.setattr(sys, "prefix", str(venv))
    with pytest.raises(Executed):
        bootstrap.prepare(["manage.py", "up"])
    assert installed == [2]


def test_a_container_does_without_an_environment(checkout, monkeypatch, installed, executed):
    monkeypatch.setenv("DIARY_NO_VENV", "1")
    bootstrap.prepare(["manage.py", "up"])
    assert (installed, executed) == ([], [])


def test_the_environment_may_lie_elsewhere(checkout, tmp_path, monkeypatch, installed, executed):
    monkeypatch.setenv("DIARY_VENV", str(tmp_path / "far" / "venv"))
    with pytest.raises(Executed):
        bootstrap.prepare(["manage.py", "migrate"])
    assert executed[0][0] == str(tmp_path / "far" / "venv" / "bin" / "python")


@pytest.mark.parametrize("breakage", ["dangling", "fails", "missing"])
def test_a_broken_environment_is_made_anew(venv, installed, executed, breakage):
    stamp(venv, 2)
    python = venv / "bin" / "python"
    python.unlink()
    if breakage == "dangling":
        python.symlink_to("/nonexistent/python3")
    elif breakage == "fails":
        python.write_text("#!/bin/sh\nexit 1\n")
        python.chmod(0o755)
    with pytest.raises(Executed):
        bootstrap.prepare(["manage.py", "migrate"])
    assert bootstrap.version_of(venv) == HERE
    # What it was for before it broke, it is for again.
    assert installed == [2]


def test_of_two_first_runs_the_second_finds_it_done(venv, installed):
    bootstrap.set_up(venv, 1)
    bootstrap.set_up(venv, 1)
    assert installed == [1]


def test_an_install_that_failed_leaves_no_stamp(venv, monkeypatch):
    def fail(venv: Path, level: int) -> None:
        raise bootstrap.SetUpFailed("no network")

    monkeypatch.setattr(bootstrap, "install", fail)
    with pytest.raises(SystemExit, match="no network"):
        bootstrap.set_up(venv, 1)
    assert not bootstrap.serves(venv, 0, HERE)


def test_two_set_ups_do_not_run_at_once(checkout):
    script = "import fcntl, os, sys; fd = os.open(sys.argv[1], os.O_RDONLY);"
    script += "fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)"
    attempt = [sys.executable, "-c", script, str(checkout)]
    with bootstrap.locked(checkout):
        assert subprocess.run(attempt, stderr=subprocess.DEVNULL).returncode != 0
    assert subprocess.run(attempt).returncode == 0


# --- Which installer -----------------------------------------------------------------------------


@pytest.fixture
def runs(monkeypatch) -> list[str]:
    """The installers that were started, by name; uv refuses."""
    started: list[str] = []

    def run(command: list[str]) -> bool:
        started.append(Path(command[0]).name)
        return "uv" not in started[-1]

    monkeypatch.setattr(bootstrap, "run_quietly", run)
    monkeypatch.setattr(bootstrap, "pip_for", lambda python: ["pip"])
    return started


def test_uv_is_tried_first_where_it_is_and_pip_when_it_refuses(venv, monkeypatch, runs):
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/uv" if name == "uv" else None)
    bootstrap.install(venv, 1)
    assert runs == ["uv", "pip"]


def test_without_uv_pip_alone_is_asked(venv, monkeypatch, runs):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    bootstrap.install(venv, 1)
    assert runs == ["pip"]


@pytest.mark.parametrize(
    ("works", "expected"),
    [
        ({"own"}, ["VENV", "-m", "pip"]),
        ({"ensurepip"}, ["VENV", "-m", "pip"]),
        ({"outside"}, [sys.executable, "-m", "pip", "--python", "VENV"]),
    ],
)
def test_pip_is_found_or_made_in_three_ways(monkeypatch, works, expected):
    def succeeds(command: list[str]) -> bool:
        kind = "outside" if "--python" in command else "own"
        return ("ensurepip" if "ensurepip" in command else kind) in works

    monkeypatch.setattr(bootstrap, "succeeds", succeeds)
    assert bootstrap.pip_for("VENV") == expected


def test_a_python_without_pip_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(bootstrap, "succeeds", lambda command: False)
    with pytest.raises(SystemExit, match="apt install python3-venv"):
        bootstrap.pip_for("VENV")


def test_a_failing_installer_is_quoted(capsys):
    assert not bootstrap.run_quietly([sys.executable, "-c", "print('no such wheel'); exit(1)"])
    assert "no such wheel" in capsys.readouterr().err


def test_a_long_install_says_what_it_is_at(capsys):
    lines = [f"Collecting package-{number}" for number in range(12)]
    lines.append("Installing collected packages: a, b, c")
    assert bootstrap.run_quietly([sys.executable, "-c", f"print({chr(10).join(lines)!r})"])
    shown = capsys.readouterr().err.splitlines()
    assert shown == [
        "  fetching package-0 and more (1 so far)",
        "  fetching package-10 and more (11 so far)",
        "  installing 3 packages",
    ]


# --- Which Python --------------------------------------------------------------------------------


def test_an_old_python_gets_one_sentence(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer; this is 3\.9\.2"):
        bootstrap.prepare(["manage.py", "up"])


def test_an_old_python_hands_over_to_a_newer_one(monkeypatch, checkout, executed):
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    newer = {"python3.12": "/opt/broken", "python3.11": sys.executable}
    monkeypatch.setattr(shutil, "which", newer.get)
    monkeypatch.setattr(bootstrap, "is_new_enough", lambda python: python == sys.executable)
    with pytest.raises(Executed):
        bootstrap.prepare(["manage.py", "up", "--once"])
    assert executed == [[sys.executable, str(checkout / "manage.py"), "up", "--once"]]


def test_this_python_is_new_enough():
    assert bootstrap.is_new_enough(sys.executable)


@pytest.mark.parametrize("name", ["manage.py", "config/bootstrap.py", "config/__init__.py"])
def test_what_runs_first_can_be_read_by_an_old_python(name):
    source = (Path(__file__).parents[2] / name).read_text()
    tree = ast.parse(source, feature_version=(3, 7))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    wanted = {alias.name for statement in imports for alias in statement.names}
    assert wanted <= sys.stdlib_module_names


def test_the_time_zones_are_the_pinned_ones():
    script = "from config import bootstrap; bootstrap.pin_time_zones();"
    script += "import zoneinfo, time; print(zoneinfo.TZPATH, time.tzname[0])"
    environment = {**os.environ, "TZ": "America/Chicago"}
    environment.pop("PYTHONTZPATH", None)
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout.strip() == "() UTC"


# --- Once for real -------------------------------------------------------------------------------


def test_a_bare_python_makes_its_environment_and_runs_in_it(checkout):
    (checkout / "config").mkdir()
    (checkout / "config" / "__init__.py").touch()
    shutil.copy(bootstrap.__file__, checkout / "config")
    (checkout / "manage.py").write_text(
        "import sys\nfrom config import bootstrap\n"
        "bootstrap.prepare(sys.argv)\nprint(sys.prefix, *sys.argv[1:])\n"
    )
    environment = {**os.environ, "PATH": "/usr/bin:/bin"}
    environment.pop("DIARY_NO_VENV", None)
    command = [os.path.realpath(sys.executable), str(checkout / "manage.py"), "shell", "-v"]
    shown = []
    for _ in range(2):
        answer = subprocess.run(command, env=environment, capture_output=True, text=True)
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.split() == [str(checkout / ".venv"), "shell", "-v"]
        shown.append("Set up in" in answer.stderr)
    assert shown == [True, False]
