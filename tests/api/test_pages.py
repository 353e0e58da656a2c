"""Every list is told page by page, and where the next page is stands in `Link` as well."""

from __future__ import annotations

import pytest

from tests.api.contract import document, operations
from tests.api.filled import address, fill
from tests.conftest import NOW

pytestmark = pytest.mark.django_db


def properties(said: dict) -> dict:
    """Of what an operation answers with 200."""
    content = said["responses"].get("200", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return document()["components"]["schemas"].get(name, {}).get("properties", {})


LISTS = [
    (path, said)
    for _, path, said in operations()
    if properties(said).get("items", {}).get("type") == "array"
]


@pytest.mark.parametrize(("path", "said"), LISTS, ids=[path for path, _ in LISTS])
def test_a_list_is_items_and_next(path, said):
    assert {"items", "next"} <= properties(said).keys()


PAGED = [path for path, said in LISTS if "limit" in {p["name"] for p in said.get("parameters", ())}]


@pytest.mark.parametrize("path", PAGED)
def test_the_next_page_is_told_in_the_body_and_in_link(phone, ana, path, time_machine):
    time_machine.move_to(NOW, tick=False)
    at = address(path, fill(phone, ana))
    first = phone.get(f"{at}?limit=1")
    following = first.json()["next"]
    assert first["Link"] == f'<{following}>; rel="next"'
    second = phone.get(following)
    assert len(first.json()["items"]) == len(second.json()["items"]) == 1
    assert first.json()["items"] != second.json()["items"]
    assert "Link" not in phone.get(f"{at}?limit=400")
