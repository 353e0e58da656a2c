"""An example of every answer: recorded from a diary that holds something of everything.

`examples.json` holds them by operation and status; tests/api/test_examples.py keeps it complete,
and writes it anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from api.problems import problem

RECORDED = Path(__file__).with_name("examples.json")
_PAIN = {
    "pointer": "/pain",
    "code": "max_value",
    "detail": "Pain is 0–10; 11 was sent.",
    "params": {"low": 0, "high": 10, "step": 0.1},
}
# One of each status; what stands in an answer may be of another type of the same status.
PROBLEMS = (
    problem("unreadable", 400, "The request cannot be read.", "The body is not UTF-8."),
    problem("unauthenticated", 401, "Sign in first.", "X-Session-Token is needed."),
    problem(
        "reauthentication-required",
        403,
        "Sign in again first: this cannot be undone.",
    ),
    problem("not-found", 404, "There is no such thing here."),
    problem("not-acceptable", 406, "Answers are JSON; Accept does not allow it."),
    problem("exists", 409, "There is a record with this id already."),
    problem("cursor-expired", 410, "The diary is not the one of this checkpoint; pull from 0."),
    problem("precondition-failed", 412, "The record is not as the request expects it."),
    problem("too-large", 413, "The body is too large.", "A body has at most 256 KiB here."),
    problem(
        "unsupported-type", 415, "This kind of body is not read.", "Compressed bodies are not read."
    ),
    problem("validation", 422, "The request is not valid.", errors=[_PAIN]),
    problem("app-too-old", 426, "This app is too old; update it.", min_app_version="2.4"),
    problem("throttled", 429, "Too many requests; wait a little."),
    problem("unavailable", 503, "Not available just now; try again soon."),
)
_PLACE = {"instance": "/api/v1/entries/2026-11-22", "request_id": "5f0c1e8b9d2a4c37"}


def add_examples(result: dict[str, Any]) -> dict[str, Any]:
    """Put the recorded answer, or the problem, under each one that is described."""
    recorded = json.loads(RECORDED.read_text())
    result["components"]["examples"] = {
        str(told["status"]): {"value": told | _PLACE} for told in PROBLEMS
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            answers = recorded.get(operation["operationId"], {})
            for status, response in operation["responses"].items():
                for media_type, content in response.get("content", {}).items():
                    if media_type == "application/problem+json":
                        content["examples"] = {
                            "Like this": {"$ref": f"#/components/examples/{status}"}
                        }
                    elif status in answers:
                        content["example"] = answers[status]
    return result
