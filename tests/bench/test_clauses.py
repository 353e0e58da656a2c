"""Breaking clauses on purpose."""

from datetime import date

import pytest

from bench import clauses
from bench.clauses import ANALYSIS, CLAUSES, NO_SUCH_TEXT, ROOT, SURVIVED, Clause

WORDS = Clause("chances", "independent ``chances``", "``chances``")
HALF = Clause("chances", "+ 0.5) / (counted + 1)", "+ 1) / (counted + 2)")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    monkeypatch.setattr(clauses, "TESTS", ("test_chances",))
    return clauses.copy_tree(tmp_path)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: f"{clause.file}: {clause.text}")
def test_every_clause_stands_once_in_its_file(clause):
    assert (ROOT / ANALYSIS / f"{clause.file}.py").read_text().count(clause.text) == 1
    assert clause.broken != clause.text


def test_a_broken_clause_is_seen_by_the_first_test_that_fails_and_mended(tree):
    before = (tree / ANALYSIS / "chances.py").read_text()

    assert clauses.break_one(tree, HALF).startswith("test_")
    assert (tree / ANALYSIS / "chances.py").read_text() == before


def test_a_clause_that_nothing_tests_survives(tree):

    assert clauses.break_one(tree, WORDS) == SURVIVED


def test_a_text_that_is_not_there_is_told(tree):
    assert clauses.break_one(tree, HALF._replace(text="no such clause")) == NO_SUCH_TEXT


def test_what_survives_is_counted_and_the_page_written(monkeypatch, tmp_path):
    (tmp_path / "docs").mkdir()
    monkeypatch.setattr(clauses, "CLAUSES", [HALF, WORDS])
    monkeypatch.setattr(clauses, "copy_tree", lambda place: place)
    monkeypatch.setattr(clauses, "first_failure", lambda tree: None)
    outcomes = {HALF: "test_halves", WORDS: SURVIVED}
    monkeypatch.setattr(clauses, "break_one", lambda tree, clause: outcomes[clause])
    monkeypatch.setattr(clauses, "ROOT", tmp_path)
    said = []

    survived = clauses.main(quick=False, seed=None, today=date(2026, 3, 20), say=said.append)

    written = (tmp_path / "docs" / "clauses.md").read_text()
    assert survived == 1
    assert "2026-03-20" in written
    assert (
        "| chances | `+ 0.5) / (counted + 1)` → `+ 1) / (counted + 2)` | test_halves |" in written
    )
    assert len(said) == 2


def test_nothing_is_broken_where_tests_fail_already(monkeypatch):
    monkeypatch.setattr(clauses, "copy_tree", lambda place: place)
    monkeypatch.setattr(clauses, "first_failure", lambda tree: "test_that_fails")
    said = []

    left = clauses.main(quick=True, seed=None, today=date(2026, 3, 20), say=said.append)

    assert left == len(CLAUSES[::10])
    assert "test_that_fails" in said[0]
