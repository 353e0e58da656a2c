"""Requests that nobody thought of, made from the document: no 5xx, nothing undocumented."""

from __future__ import annotations

import pytest

from tests.api.exploring import explore_as_somebody


@pytest.mark.django_db(transaction=True)
def test_schemathesis_finds_nothing(live_server, tmp_path):
    found, said = explore_as_somebody(
        live_server.url, tmp_path, seed=1, examples=1, phases="examples,fuzzing", seconds=300
    )
    assert found == 0, said[-20_000:]
