"""Two real clients, RxDB and WatermelonDB, as they come from npm: five stories, told to the end."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from tests.clients.node import run
from tests.conftest import make_person, phone_of, sign_in

CLIENTS = ("rxdb", "watermelon")
STORIES = {"same_date": 3, "double_edit": 2, "overlap": 3, "back_dated": 3, "invalid": 3}


@pytest.fixture
def ana(transactional_db):
    return make_person("ana@diary.example")


def told(client, live_server, person, folder, task, **options):
    options = {"url": live_server.url, "token": sign_in(person), **options}
    return json.loads(run(client, folder, task, json.dumps(options)))


def days_of(person):
    """The days as the server has them, by date, with what was recorded."""
    documents = phone_of(person).get("/api/v1/sync?limit=1000").json()["documents"]
    return {
        document["id"]: {
            name: value
            for name, value in document.items()
            if value is not None and name not in {"collection", "id", "rev", "deleted"}
        }
        for document in documents
        if document["collection"] == "entries" and not document["deleted"]
    }


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_story_ends_alike_on_both_devices_and_the_server(
    live_server, ana, tmp_path, client, story
):
    end = told(client, live_server, ana, tmp_path, story)
    assert len(end["steps"]) == STORIES[story], end["steps"]
    assert days_of(ana) == end["days"]


@pytest.mark.parametrize("client", CLIENTS)
def test_no_field_is_lost_in_bad_weather(live_server, ana, tmp_path, client):
    end = told(client, live_server, ana, tmp_path, "soak", seed=7, rounds=20)
    print(end["weather"])
    assert end["lost"] == []
    assert end["strange"] == []
