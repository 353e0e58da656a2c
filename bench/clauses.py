"""`manage.py bench clauses`: break every clause of every rule, one at a time, and see a test fail.

Each clause is a piece of text in `diary/analysis` and what it is replaced by, in a copy of the
tree. The tests of the analysis run on it until the first one fails; a clause that can be broken
without any of them failing survives, and counts as a goal that is missed. A full run writes
`docs/clauses.md`.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bench.crew import Say

ROOT = Path(__file__).parent.parent
ANALYSIS = Path("diary") / "analysis"
# Quick and telling ones first: a run ends with the first failure.
TESTS = (
    "test_symptom_window",
    "test_worsening_days",
    "test_usual",
    "test_chances",
    "test_states",
    "test_stories",
    "test_episodes",
    "test_trends",
    "test_against_reference",
    "test_walks",
)
INSIGHT_TESTS = ("test_weekly", "test_student", "test_lags", "test_factors")
INSIGHT_FILES = frozenset({"weekly", "student", "lags", "factors"})
PYTEST = ("-m", "pytest", "-q", "-x", "-c", "/dev/null", "--noconftest", "-p", "no:django")
SURVIVED, NO_SUCH_TEXT = "**none**", "**no such text**"


class Clause(NamedTuple):
    """One clause: where it stands, its text there, and what breaks it."""

    file: str
    text: str
    broken: str


def _numbers(file: str, *numbers: tuple[str, str, str]) -> list[Clause]:
    """Constants ``(name with its sign, as it is, as it is not)``."""
    return [Clause(file, f"{name}{right}", f"{name}{wrong}") for name, right, wrong in numbers]


def _gone(file: str, *texts: str) -> list[Clause]:
    """Texts that are simply left out."""
    return [Clause(file, text, "") for text in texts]


CLAUSES = [
    *_numbers(
        "symptoms",
        ("CORE = ", "2", "3"),
        ("open_at=", "0.80", "0.84"),
        ("open_days=", "2", "1"),
        ("close_at=", "0.24", "0.30"),
        ("close_days=", "7", "6"),
        ("reopen_within=", "14", "13"),
        ("window: int = ", "14", "13"),
        ("present_at: int = ", "2", "1"),
        ("days_needed: int = ", "10", "9"),
        ("symptoms_needed: int = ", "5", "4"),
        ("nearness: float = ", "0.6", "0.5"),
        ("median_answered: int = ", "4", "3"),
        ("median_answered: int = ", "4", "5"),
        ("day_answered: int = ", "5", "4"),
        ("day_answered: int = ", "5", "6"),
        ("week_answered: int = ", "2", "1"),
        ("week_answered: int = ", "2", "3"),
        ("fresh_days: int = ", "4", "3"),
        ("fresh_days: int = ", "4", "5"),
        ("seen_needed: int = ", "14", "13"),
    ),
    *_gone(
        "symptoms",
        " & met[:, :CORE].any(axis=1)",
        " & fresh",
        " & both_weeks",
        "(earlier >= rule.week_answered) & ",
        " & (later >= rule.week_answered)",
        ' & (state["seen"] == rule.seen_needed)',
        " - days_answered",
    ),
    Clause("symptoms", "np.abs(windows) >=", "windows >="),
    Clause("symptoms", "np.where(days_answered > 0, met, 0.0)", "met"),
    Clause("symptoms", "np.where(answered, 0.0, presence)", "presence"),
    Clause("symptoms", "(median >= rule.median_answered) & ", ""),
    Clause("symptoms", "one * with_one + both * with_both", "one * with_one + both * with_one"),
    Clause("symptoms", "rule.symptoms_needed - 2", "rule.symptoms_needed - 1"),
    Clause("symptoms", "np.sort(met[:, CORE:], axis=1)[:, ::-1]", "met[:, CORE:]"),
    Clause("symptoms", "np.minimum(one * with_one + both * with_both, 1.0)", "one + both"),
    Clause("symptoms", '(state["seen"] > 0) | ', ""),
    Clause(
        "symptoms", "probability < rule.machine.close_at", "probability <= rule.machine.close_at"
    ),
    Clause("chances", "+ 0.5) / (counted + 1)", "+ 1) / (counted + 2)"),
    Clause("chances", "(weight_present + share) / (weight + 1)", "share"),
    Clause("chances", "np.minimum(sure, needed)", "0"),
    *_numbers(
        "worsening",
        ("range(", "21, 0, -1", "20, 0, -1"),
        ("open_at=", "2.05", "2.15"),
        ("open_days=", "2", "1"),
        ("close_at=", "1.03", "1.10"),
        ("close_days=", "5", "4"),
        ("rest=", "14", "13"),
        ("longest=", "42", "41"),
        ("shown_days: int = ", "14", "15"),
        ("recent_needed: int = ", "3", "2"),
        ("recent_needed: int = ", "3", "4"),
        ("fresh_days: int = ", "4", "3"),
        ("fresh_days: int = ", "4", "5"),
        ("usual_days: int = ", "56", "55"),
        ("usual_ends: int = ", "28", "27"),
        ("usual_needed: int = ", "14", "13"),
        ("reach: float = ", "2.5", "2.4"),
        ("least_reach: float = ", "2.0", "1.9"),
        ("drift: float = ", "0.45", "0.40"),
        ("interval: float = ", "1.645", "1.96"),
    ),
    *_gone("worsening", "pain.fresh[:, day] & ", " & mood.fresh[:, day]", " & ~pain.at_limit"),
    *_gone("worsening", " & ~mood.at_limit", " & ~np.isnan(score)"),
    Clause("worsening", "np.minimum(pain.z[:, day], mood.z", "np.maximum(pain.z[:, day], mood.z"),
    Clause(
        "worsening", "np.minimum(pain.usual_answered, mood", "np.maximum(pain.usual_answered, mood"
    ),
    Clause("worsening", "weight = weights * answered", "weight = answered * 1.0"),
    Clause(
        "worsening", "error = _standard_error(shown.astype(float)", "error = _standard_error(weight"
    ),
    Clause(
        "worsening", "usual.low, usual.high) - usual.clipped", "usual.low, usual.high) - usual.mean"
    ),
    Clause("worsening", "np.clip(100.0 if worse > 0 else 0.0, usual.low, usual.high)", "100.0"),
    Clause("worsening", " + (TENTHS * rule.drift) ** 2", ""),
    Clause("worsening", ") + usual.variance", ")"),
    Clause("worsening", "if opened.size:", "if False:"),
    Clause("worsening", "score < rule.machine.close_at", "score <= rule.machine.close_at"),
    Clause("worsening", "worst_z < rule.machine.open_at", "worst_z < rule.machine.close_at"),
    Clause("worsening", "np.minimum(z, rule.machine.open_at * visible)", "z"),
    Clause("worsening", "np.maximum(worse * change, 0.0)", "np.abs(change)"),
    Clause("worsening", "least_shown: float = 0.5", "least_shown: float = 0.4"),
    *_numbers(
        "usual",
        ("sd: float = ", "1.2", "1.3"),
        ("days: int = ", "5", "6"),
        ("phi: float = ", "0.35", "0.40"),
        ("pairs: int = ", "8", "9"),
        ("highest_phi: float = ", "0.8", "0.9"),
        ("maximum(squares / count, ", "1e-6", "1e-2"),
    ),
    Clause("usual", "np.clip(phi, 0,", "np.clip(phi, -1,"),
    Clause("usual", "(count - 1 + prior.days)", "(count + prior.days)"),
    Clause("usual", "np.maximum(reach * sd, least * TENTHS)", "reach * sd"),
    Clause("usual", "together + 2 * power", "together + power"),
    Clause("usual", "answered[..., 1:] & answered[..., :-1]", "answered[..., 1:]"),
    *_numbers(
        "states", ("PAUSE = ", "14", "15"), ("LAPSE = ", "28", "27"), ("FORGET = ", "84", "85")
    ),
    *_gone("states", ' & states["armed"]', " & ~cleared", " & ~lapsed", " & ~reopening"),
    *_gone("states", '    states["armed"] &= ~settled\n', '    after["armed"] |= low\n'),
    *_gone("states", '    states["up"][closing] = 0\n'),
    *_gone("states", '    states["down"][lapsed | settled] = 0\n'),
    *_gone("states", "    after[forgotten] = initial_states(1)[0]\n"),
    Clause("states", "evaluable & ~was_open", "~was_open"),
    Clause("states", "score >= machine.open_at", "score > machine.open_at"),
    Clause("states", "score < machine.close_at", "score <= machine.close_at"),
    Clause("states", "since <= machine.reopen_within", "since < machine.reopen_within"),
    Clause("states", "since > machine.rest", "since >= machine.rest"),
    Clause("states", ">= machine.longest", "> machine.longest"),
    Clause("states", "np.where(evaluable, 0, np.minimum", "np.where(evaluable, 1, np.minimum"),
    *_numbers(
        "trends",
        ("FORTNIGHT = ", "14", "13"),
        ("LINE_NEEDED = ", "8", "7"),
        ("USUAL_DAYS, USUAL_ENDS, USUAL_NEEDED = ", "56, 28, 14", "55, 28, 14"),
        ("USUAL_DAYS, USUAL_ENDS, USUAL_NEEDED = ", "56, 28, 14", "56, 27, 14"),
        ("USUAL_DAYS, USUAL_ENDS, USUAL_NEEDED = ", "56, 28, 14", "56, 28, 13"),
        ("FIRST_DAYS, FIRST_NEEDED = ", "56, 14", "55, 14"),
        ("FIRST_DAYS, FIRST_NEEDED = ", "56, 14", "56, 13"),
    ),
    *_numbers(
        "weekly",
        ("RUNS = ", "3", "2"),
        ("SPAN = ", "52 * WEEK", "51 * WEEK"),
        ("CHANCE = ", "0.05", "0.06"),
    ),
    *_gone("weekly", " & (sign == sign[..., -1:, :]).all(axis=-2)"),
    Clause("weekly", "(adjusted < CHANCE).all(axis=-2)", "(adjusted[..., -1, :] < CHANCE)"),
    Clause("weekly", "timedelta(days=today.isoweekday())", "timedelta(days=today.weekday())"),
    Clause("weekly", "np.maximum.accumulate(", "np.array("),
    Clause("weekly", "np.minimum(rising, 1.0)", "rising"),
    *_numbers(
        "lags",
        ("NEEDED = ", "60", "59"),
        ("COEFFICIENTS = ", "6", "5"),
        ("SEASONED = ", "SPAN // 2", "SPAN"),
    ),
    *_gone(
        "lags", " - 2 * seasoned", " & ~np.isnan(error)", "series[earlier][..., :-1] if lag else "
    ),
    Clause("lags", "squares >= APART * spread_x", "squares >= 0 * spread_x"),
    Clause("lags", "np.where(used, 1 - leverage, 1.0)", "np.where(used, 1.0, 1.0)"),
    Clause("lags", "holm(runs.p, len(FAMILY))", "runs.p"),
    *_numbers("factors", ("NEEDED = ", "10", "9"), ("FORTNIGHT = ", "14", "7")),
    *_gone("factors", " & noted", " & (weight != 0)", "~done & "),
    Clause("factors", "df = n + m - 2", "df = n + m"),
    Clause("factors", "holm(p, asked)", "p"),
]


def main(*, quick: bool, seed: int | None, today: date, say: Say) -> int:
    """Break every clause, or with ``quick`` every tenth; the number of those that survive."""
    clauses = CLAUSES[::10] if quick else CLAUSES
    outcomes: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        tree = copy_tree(Path(place))
        if failed := first_failure(tree):
            say(f"Nothing is broken yet, and this fails: {failed}")
            return len(clauses)
        for clause in clauses:
            outcomes.append(break_one(tree, clause))
            say(f"{len(outcomes)} of {len(clauses)}: {_told(clause)}: {outcomes[-1]}")
    table = page(today, clauses, outcomes)
    if not quick:
        (ROOT / "docs" / "clauses.md").write_text(table)
    return sum(outcome in (SURVIVED, NO_SUCH_TEXT) for outcome in outcomes)


def copy_tree(place: Path) -> Path:
    """The analysis and its tests, copied into ``place``: nothing is broken where people work."""
    for name in ("diary/analysis", "tests/analysis"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("diary/__init__.py", "tests/__init__.py"):
        shutil.copy(ROOT / name, place / name)
    return place


def break_one(tree: Path, clause: Clause) -> str:
    """The first test that fails once the clause is broken, and the clause mended again."""
    file = tree / ANALYSIS / f"{clause.file}.py"
    whole = file.read_text()
    if whole.count(clause.text) != 1:
        return NO_SUCH_TEXT
    file.write_text(whole.replace(clause.text, clause.broken))
    try:
        return first_failure(tree, clause.file) or SURVIVED
    finally:
        file.write_text(whole)


def first_failure(tree: Path, file: str = "") -> str | None:
    """The name of the first test that fails of those of a file's rules, None where all pass."""
    tests = INSIGHT_TESTS if file in INSIGHT_FILES else TESTS
    names = [f"tests/analysis/{name}.py" for name in tests]
    run = subprocess.run(
        [sys.executable, *PYTEST, *names], cwd=tree, capture_output=True, text=True, check=False
    )
    if run.returncode == 0:
        return None
    lines = [line for line in run.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0].split("::")[-1].split(" - ")[0] if lines else "no test could run"


def page(today: date, clauses: Sequence[Clause], outcomes: Sequence[str]) -> str:
    """The table of what was broken and which test saw it."""
    rows = [
        f"| {clause.file} | {_told(clause)} | {outcome} |\n"
        for clause, outcome in zip(clauses, outcomes, strict=True)
    ]
    survived = sum(outcome in (SURVIVED, NO_SUCH_TEXT) for outcome in outcomes)
    return (
        "# Every clause of every rule, broken once\n\n"
        f"Run of {today}: `manage.py bench clauses`; {len(clauses)} clauses of `diary/analysis`, "
        f"{survived} of which\ncan be broken without a test failing.\n\n"
        "| where | broken | the first test that fails |\n| --- | --- | --- |\n" + "".join(rows)
    )


def _told(clause: Clause) -> str:
    text, broken = (" ".join(part.split()).replace("|", "\\|") for part in clause[1:])
    return f"`{text}` → `{broken}`" if broken else f"without `{text}`"
