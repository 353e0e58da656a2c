"""The OpenAPI document: complete, committed, valid, and with examples that work."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from openapi_spec_validator import validate

from tests.api.conftest import make
from tests.api.contract import document, operations
from tests.api.making import made_first
from tests.conftest import NOW

HOUSE = Path(__file__).resolve().parents[2]
COMMITTED = HOUSE / "docs" / "openapi.yaml"
AGAIN = "python3 manage.py spectacular --file docs/openapi.yaml"

SOME_ID = "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21"

NAMED = [(said["operationId"], method, path, said) for method, path, said in operations()]
BODIES = [
    (f"{name} {media_type} {title}", method, path, media_type, example["value"])
    for name, method, path, said in NAMED
    for media_type, content in said.get("requestBody", {"content": {}})["content"].items()
    for title, example in content.get("examples", {}).items()
]


def test_the_committed_document_is_that_of_the_code():
    generated = StringIO()
    call_command("spectacular", fail_on_warn=True, stdout=generated)
    assert yaml.safe_load(COMMITTED.read_text()) == yaml.safe_load(generated.getvalue()), (
        f"the API has changed: run `{AGAIN}` and read the difference"
    )


def test_it_is_openapi_3_1():
    assert document()["openapi"] == "3.1.0"
    validate(document())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "media_type", "read"),
    [
        ("", "application/yaml", yaml.safe_load),
        ("?format=yaml", "application/yaml", yaml.safe_load),
        ("?format=json", "application/json", json.loads),
    ],
    ids=["as it is", "asked for as YAML", "asked for as JSON"],
)
def test_it_is_served_to_anybody_in_both_spellings(client, query, media_type, read):
    answer = client.get(f"/api/schema{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"].split(";")[0] == media_type
    assert read(answer.content) == document()


@pytest.mark.parametrize(("query", "status"), [("format=xml", 422), ("x=1", 422)])
def test_no_other_spelling_is_known(client, query, status):
    answer = client.get(f"/api/schema?{query}")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize(("name", "method", "path", "said"), NAMED, ids=[n for n, *_ in NAMED])
def test_every_operation_has_a_name_a_summary_and_its_security(name, method, path, said):
    assert name.replace("_", "").isalpha()
    assert said["summary"]
    assert said["security"] in ([], [{"sessionToken": []}])
    assert ("401" in said["responses"]) == bool(said["security"])
    assert {"400", "503"} <= said["responses"].keys()
    assert any(status.startswith("2") for status in said["responses"])


def test_names_are_given_once():
    names = [name for name, *_ in NAMED]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("name", "method", "path", "said"), NAMED, ids=[n for n, *_ in NAMED])
def test_every_parameter_is_described(name, method, path, said):
    described = {parameter["name"] for parameter in said.get("parameters", ())}
    assert {part[1:-1] for part in path.split("/") if part.startswith("{")} <= described
    for parameter in said.get("parameters", ()):
        assert parameter["schema"]["type"]


@pytest.mark.parametrize(("name", "method", "path", "said"), NAMED, ids=[n for n, *_ in NAMED])
def test_every_body_has_an_example_for_every_type(name, method, path, said):
    for content in said.get("requestBody", {"content": {}})["content"].values():
        assert content["examples"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "media_type", "value"),
    [row[1:] for row in BODIES],
    ids=[b[0] for b in BODIES],
)
def test_every_example_is_taken_as_it_stands_for_a_new_account(
    phone, ana, time_machine, method, path, media_type, value
):
    if "/occurrences/" in path:
        time_machine.move_to(NOW)  # late in the evening nothing can be put off by half an hour
    id = made_first(phone, ana, path) or SOME_ID
    address = path.format(date="2026-03-20", id=id, code="phq-9")
    if method == "PATCH" and id == SOME_ID and "{id}" in path:  # only what is there can be changed
        assert make(phone, address, value).status_code == 201
    answer = phone.send(method, address, json.dumps(value).encode(), media_type)
    assert answer.status_code in {200, 201, 202, 204}
    if path == "/api/v1/sync":
        value, results = {}, answer.json()["results"]
        assert {result["status"] for result in results} <= {"applied", "unchanged"}
    if path in ECHO_NOTHING:
        return
    assert all(answer.json()[name] == sent for name, sent in value.items() if name not in OTHERWISE)


# What is answered in another shape than it was sent, or not at all.
OTHERWISE = {"pain_sites", "address", "formats"}
ECHO_NOTHING = {
    "/api/v1/deliveries/receipts",
    "/api/v1/devices/{id}/mute",
    "/api/v1/occurrences/{id}/snooze",
}


def test_every_answer_names_all_its_fields():
    for name, schema in document()["components"]["schemas"].items():
        sparse = name.endswith("Request") or name in {"Fault", "ProblemDocument"}
        if "properties" in schema and not sparse:
            assert set(schema["required"]) == schema["properties"].keys()


def test_docs_are_shown_without_any_other_host(client):
    page = client.get("/api/docs")
    assert page.status_code == 200
    assert b"//cdn" not in page.content
    assert b"https://" not in page.content
