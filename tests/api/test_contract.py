"""The checks that every answer passes do fail, where an answer is not what the document says."""

from __future__ import annotations

import pytest
from jsonschema_rs import ValidationError

from tests.api.contract import validate

ANSWER = {
    "checkpoint": {"seq": 4, "epoch": "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21"},
    "results": [],
    "support": None,
}


@pytest.mark.parametrize(
    "wrong",
    [ANSWER | {"more": 1}, {"results": []}, ANSWER | {"results": [{"collection": "entries"}]}],
    ids=["undocumented", "incomplete", "incomplete within"],
)
def test_another_shape_is_seen(wrong):
    shape = {"$ref": "#/components/schemas/SyncAnswer"}
    validate(ANSWER, shape)
    with pytest.raises(ValidationError):
        validate(wrong, shape)


@pytest.mark.parametrize(
    ("of", "wrong"), [("uuid", "x"), ("date", "2026-13-01"), ("date-time", "2026-12-01 10:00")]
)
def test_what_is_no_id_and_no_date_is_seen(of, wrong):
    with pytest.raises(ValidationError):
        validate(wrong, {"type": "string", "format": of})
