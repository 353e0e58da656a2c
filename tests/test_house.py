"""The house itself: which way imports point, how long files are, that checks and lint pass."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

HOUSE = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "diary", "api", "web")
SOURCES = [path for name in PACKAGES for path in sorted((HOUSE / name).rglob("*.py"))]
OURS = [path for path in SOURCES if "migrations" not in path.parts]
TESTS = sorted((HOUSE / "tests").rglob("*.py"))

# Who may import whom, from the outside in. `config` names the others only as strings.
MAY_IMPORT = {
    "api": {"api", "diary"},
    "web": {"web", "diary"},
    "diary": {"diary"},
    "config": {"config"},
}
# Within the diary: an arrow that points up is a knot. Later names may import earlier ones.
LAYERS = (
    ("measures", "questionnaires", "zones"),
    ("wording",),
    ("help_lines",),
    ("vault", "support", "analysis"),
    ("models", "merge"),
    ("record", "days", "sessions", "factors"),
    ("series", "erasure", "feed", "batch", "channels", "access"),
    ("findings", "exchange", "demo"),
    ("insights",),
    ("detectors",),
    ("memory",),
    ("looking", "due"),
    ("patterns",),
    ("feedback", "reminders"),
    ("review", "exports", "archive", "backup", "restore", "rotation"),
    ("tasks", "management", "checks", "apps"),
)


def imports(path: Path) -> set[str]:
    """Every module that a file imports, written out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = ".".join(path.relative_to(HOUSE).with_suffix("").parts[: -node.level])
            base = f"{package}.{node.module or ''}".strip(".") if node.level else node.module
            found |= {f"{base}.{alias.name}" for alias in node.names}
    return found


def layer(module: str) -> int | None:
    parts = module.split(".")
    if parts[0] != "diary" or len(parts) == 1:
        return None
    return next((n for n, names in enumerate(LAYERS) if parts[1] in names), None)


def short(path: Path) -> str:
    return str(path.relative_to(HOUSE))


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_packages_import_only_inwards(path):
    package = path.relative_to(HOUSE).parts[0]
    others = {name.split(".")[0] for name in imports(path)} & set(PACKAGES)
    assert others <= MAY_IMPORT[package]


def test_the_web_app_knows_nothing_of_the_diary_but_whom_to_call():
    found = {name for path in (HOUSE / "web").rglob("*.py") for name in imports(path)}
    assert {name for name in found if name.startswith("diary")} == {"diary.support.support_block"}


@pytest.mark.parametrize("path", [p for p in OURS if "diary" in p.parts], ids=short)
def test_the_diary_reads_downwards(path):
    mine = layer(".".join(path.relative_to(HOUSE).with_suffix("").parts))
    inner = {name for name in imports(path) if name.startswith("diary.")}
    unknown = {name for name in inner if layer(name) is None}
    assert not unknown, "give the module a place in LAYERS"
    assert mine is None or all(layer(name) <= mine for name in inner)


@pytest.mark.parametrize("path", sorted((HOUSE / "diary" / "analysis").glob("*.py")), ids=short)
def test_the_analysis_knows_numpy_and_itself(path):
    outside = {
        name.split(".")[0] for name in imports(path) if not name.startswith("diary.analysis")
    }
    assert outside <= {"numpy", *sys.stdlib_module_names}


def test_nobody_imports_the_tasks():
    assert not [short(p) for p in OURS if any("diary.tasks" in name for name in imports(p))]


def test_the_api_never_loads_celery():
    code = (
        "import django; django.setup(); import api.urls, sys;"
        "sys.exit('celery' in sys.modules or 'kombu' in sys.modules)"
    )
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run([sys.executable, "-c", code], cwd=HOUSE, env=environ)
    assert done.returncode == 0


@pytest.mark.parametrize("path", [*OURS, *TESTS], ids=short)
def test_a_file_has_one_idea(path):
    assert path.read_text().count("\n") <= 400


def test_functions_can_be_read_in_one_look():
    long = [
        f"{short(path)}: {node.name}"
        for path in OURS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 60
    ]
    assert not long


def test_there_is_more_test_than_code():
    code = sum(_lines(path) for path in OURS)
    tests = sum(_lines(path) for path in TESTS)
    assert tests >= 1.2 * code, f"{tests} lines of tests for {code} of code"


def test_queries_in_the_api_start_from_the_person():
    wrong = [
        f"{short(path)}: {line.strip()}"
        for path in sorted((HOUSE / "api").glob("*.py"))
        for line in path.read_text().splitlines()
        if re.search(r"\b(Record|Pattern|Review|DataKey|Person)\.objects", line)
    ]
    assert not wrong


def test_nothing_is_scheduled_by_the_clock_of_a_queue():
    text = "\n".join(path.read_text() for path in OURS)
    assert not re.search(r"\b(eta|countdown)\s*=", text)


def test_nothing_is_left_undone():
    marks = re.compile(r"TODO|FIXME|XXX|raise NotImplementedError|pytest\.mark\.(skip|xfail)")
    here = Path(__file__)
    assert not [short(p) for p in [*OURS, *TESTS] if p != here and marks.search(p.read_text())]


def test_lint_and_format():
    for words in (["check"], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *words, "."], cwd=HOUSE, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_migrations_are_complete():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_the_configuration_passes_its_own_checks():
    call_command("check", stdout=StringIO())


def _lines(path: Path) -> int:
    return sum(1 for line in path.read_text().splitlines() if line.strip())
