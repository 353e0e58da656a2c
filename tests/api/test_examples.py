"""Every answer that is described has an example, recorded from a diary that holds something."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from api.document_examples import PROBLEMS, RECORDED
from tests.api.contract import CheckedPhone, document, operations, validate
from tests.api.filled import CANARY, address, example, fill
from tests.conftest import NOW

NEW = Path(__file__).resolve().parents[2] / "var" / "examples.json"
AGAIN = f"the answers have other shapes: look at {NEW} and copy it to {RECORDED.name}"
JSON = "application/json"
MOST = 2  # items of a list that are shown
TOLD = [
    (said["operationId"], status, content)
    for *_, said in operations()
    for status, response in said["responses"].items()
    for content in response.get("content", {}).items()
]


def shortened(content: Any) -> Any:
    """With the first items of every list, and what was written in tests as people would."""
    if isinstance(content, dict):
        return {name: shortened(inner) for name, inner in content.items()}
    if isinstance(content, list):
        return [shortened(inner) for inner in content[:MOST]]
    return "Slept badly, the knee again." if content == CANARY else content


def answers_json(said: dict[str, Any]) -> bool:
    """Whether what it answers, where it does what it is for, is JSON."""
    told = [said["responses"][status] for status in said["responses"] if status < "3"]
    return any(JSON in response.get("content", {}) for response in told)


def record(phone: CheckedPhone, person) -> dict[str, dict[str, Any]]:
    """What each operation answers where it does what it is for, by its status."""
    ids, recorded = fill(phone, person), {}
    for method, path, said in operations():
        if not answers_json(said):
            continue
        sent, at = example(said), address(path, ids, method == "DELETE")
        if method == "POST" and "{id}" not in path and sent:
            sent.pop("id", None)
        answer = getattr(phone, method.lower())(at, sent if method != "GET" else None)
        assert answer.status_code < 300, (said["operationId"], answer.content)
        if answer.content:
            told = shortened(answer.json())
            recorded[said["operationId"]] = {str(answer.status_code): told}
            for other in {"200", "201"} & said["responses"].keys():
                recorded[said["operationId"]].setdefault(other, told)
    return recorded


def shape(content: Any) -> Any:
    """Names and kinds, without the values."""
    if isinstance(content, dict):
        return {name: shape(inner) for name, inner in content.items()}
    if isinstance(content, list):
        return [shape(inner) for inner in content]
    return "number" if isinstance(content, int | float) else type(content).__name__


@pytest.mark.django_db
def test_the_examples_are_what_is_answered(phone, ana, time_machine):
    time_machine.move_to(NOW, tick=False)
    recorded = record(phone, ana)
    if shape(recorded) != shape(json.loads(RECORDED.read_text())):
        NEW.parent.mkdir(exist_ok=True)
        NEW.write_text(json.dumps(recorded, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
        raise AssertionError(AGAIN)


@pytest.mark.parametrize(
    ("name", "status", "content"), TOLD, ids=[f"{name} {status}" for name, status, _ in TOLD]
)
def test_an_answer_has_an_example_of_its_shape(name, status, content):
    media_type, told = content
    if not media_type.endswith("json"):
        return
    shown = told["example"] if media_type == JSON else None
    if shown is None:
        [shown] = [named["value"] for named in resolved(told["examples"])]
        assert shown["status"] == int(status)
    validate(shown, told["schema"])


def resolved(examples: dict[str, Any]) -> list[dict[str, Any]]:
    known = document()["components"]["examples"]
    return [known[said["$ref"].rpartition("/")[2]] for said in examples.values()]


def test_there_is_an_example_of_every_problem_that_is_used():
    used = {status for _, status, (kind, _) in TOLD if kind == "application/problem+json"}
    assert used == {str(problem["status"]) for problem in PROBLEMS}
