"""RxDB and WatermelonDB, as they come from npm, against a live server: the same stories."""

from __future__ import annotations

import json

import pytest

from diary import batch
from tests.clients.node import run
from tests.conftest import make_person, phone_of, sign_in

CLIENTS = ("rxdb", "watermelon")
STORIES = {
    "same_date": 3, "double_edit": 2, "overlap": 3, "back_dated": 3, "invalid": 3, "restored": 3,
    "help": 2,
}  # fmt: skip


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
        document["id"]: fields_of(document)
        for document in documents
        if document["collection"] == "entries" and not document["deleted"]
    }


def fields_of(document):
    """What was recorded, without what only the server or the client needs."""
    left_out = {"collection", "id", "rev", "deleted"}
    return {
        name: value
        for name, value in document.items()
        if value is not None and name not in left_out
    }


@pytest.mark.parametrize("story", STORIES)
@pytest.mark.parametrize("client", CLIENTS)
def test_a_story_ends_alike_on_both_devices_and_the_server(
    live_server, ana, tmp_path, client, story
):
    end = told(client, live_server, ana, tmp_path, story)
    assert len(end["steps"]) == STORIES[story], end["steps"]
    assert days_of(ana) == end["days"]


class TestBadWeather:
    """Two devices write two days over and over; requests and answers are lost, double, late."""

    @pytest.mark.parametrize("client", CLIENTS)
    def test_no_field_is_lost(self, live_server, ana, tmp_path, client):
        end = told(client, live_server, ana, tmp_path, "soak", seed=7, rounds=30)
        assert end["lost"] == []
        assert end["strange"] == []
        mine, others = ({day: fields_of(held[day]) for day in held} for held in end["held"])
        assert mine == others == days_of(ana)
        for seen in end["weather"]:
            # It was as bad as it is said to be.
            assert all(seen[how] >= 0.1 * seen["requests"] for how in ("dropped", "late"))
            assert seen["duplicated"] >= 0.1 * seen["requests"]

    @pytest.mark.parametrize("client", CLIENTS)
    def test_without_the_numbers_of_batches_fields_are_lost(
        self, live_server, ana, tmp_path, client, monkeypatch
    ):
        """The same storm, and a server that takes every batch for a new one."""
        monkeypatch.setattr(batch, "_last_batch", lambda vault, client, rows: (None, list(rows)))
        for seed in range(7, 12):
            folder = tmp_path / str(seed)
            folder.mkdir()
            if told(client, live_server, ana, folder, "soak", seed=seed, rounds=30)["lost"]:
                return
        raise AssertionError("five storms without a loss: this one proves nothing")
