"""Requests that nobody thought of, made from the document: no 5xx, nothing undocumented."""

from __future__ import annotations

import pytest

from api import fields
from tests.api.exploring import explore_as_somebody

pytestmark = pytest.mark.django_db(transaction=True)


def test_schemathesis_finds_nothing(live_server, tmp_path):
    found, said = explore_as_somebody(
        live_server.url, tmp_path, seed=1, examples=1, phases="examples,fuzzing", seconds=300
    )
    assert found == 0, said[-20_000:]


def test_it_finds_what_is_taken_in_spite_of_the_document(live_server, tmp_path, monkeypatch):
    monkeypatch.setattr(fields, "lies_on_a_step", lambda *numbers: True)
    found, said = explore_as_somebody(
        live_server.url, tmp_path, seed=1, examples=1, phases="coverage", seconds=300,
        only="add_tracker",
    )  # fmt: skip
    assert found == 1
    assert "Schema-violating request accepted" in said
