"""The life of an entry: made, replaced, merged, cleared, deleted, made again."""

from __future__ import annotations

import pytest

from api.entries import EXAMPLE
from diary.measures import MEASURES, SYMPTOMS
from tests.api.conftest import seq_of

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"
WRITTEN = {"edited_at": "2026-03-20T21:14:03+01:00", "time_zone": "Europe/Berlin"}


def fields(answer) -> dict:
    """What was recorded of the day, without the nulls."""
    own = {"date", "rev", "support"}
    return {
        name: value
        for name, value in answer.json().items()
        if value is not None and name not in own
    }


@pytest.mark.parametrize("method", ["put", "patch"])
def test_the_first_write_of_a_day_makes_it_and_the_second_does_not(phone, method):
    made = getattr(phone, method)(DAY, {"pain": 6.5})
    again = getattr(phone, method)(DAY, {"pain": 7})
    assert (made.status_code, again.status_code) == (201, 200)
    assert (made.json()["date"], made.json()["pain"]) == ("2026-03-20", 6.5)


def test_an_answer_names_every_field_and_null_is_not_recorded(phone):
    answer = phone.patch(DAY, {"mood": 0}).json()
    names = {scale.name for scale in (*MEASURES, *SYMPTOMS)}
    names |= {"date", "rev", "time_zone", "edited_at", "pain_sites", "trackers", "skipped", "note"}
    assert answer.keys() == names | {"support"}
    assert phone.get(DAY).json().keys() == names
    assert answer["mood"] == 0
    assert answer["pain"] is None


def test_a_whole_day_comes_back_as_it_was_sent(phone):
    phone.put(DAY, EXAMPLE)
    [site] = EXAMPLE["pain_sites"]
    assert fields(phone.get(DAY)) == EXAMPLE | {"pain_sites": [{"side": None, **site}]}


def test_patch_changes_what_it_names_and_leaves_the_rest(phone):
    phone.put(DAY, {"pain": 4, "mood": 5, "note": "Rain."})
    assert fields(phone.patch(DAY, {"mood": 2})) == {"pain": 4, "mood": 2, "note": "Rain."}


def test_null_clears_a_field(phone):
    phone.put(DAY, {"pain": 4, "note": "Rain.", "pain_sites": [{"site": "knee"}]})
    cleared = phone.patch(DAY, {"note": None, "pain_sites": None, "mood": None})
    assert fields(cleared) == {"pain": 4}


def test_put_clears_what_it_does_not_name(phone):
    phone.put(DAY, {"pain": 4, "mood": 5, "note": "Rain."} | WRITTEN)
    assert fields(phone.put(DAY, {"pain": 4})) == {"pain": 4}


def test_pain_sites_are_replaced_as_a_whole(phone):
    phone.put(DAY, {"pain_sites": [{"site": "knee"}, {"site": "hip"}]})
    sites = fields(phone.patch(DAY, {"pain_sites": [{"site": "neck"}]}))["pain_sites"]
    assert [site["site"] for site in sites] == ["neck"]


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize(
    "again",
    [{"pain": 4, "mood": 5.5}, {"mood": 5.5, "pain": 4.0}, {"pain": 4, "mood": 5.5} | WRITTEN],
    ids=["as it was", "in another order, 4 as 4.0", "with another instant and zone"],
)
def test_the_same_content_again_changes_nothing_the_revision_included(phone, ana, method, again):
    first = phone.put(DAY, {"pain": 4, "mood": 5.5}).json()
    seq = seq_of(ana)
    second = getattr(phone, method)(DAY, again)
    assert (second.status_code, second.json()) == (200, first)
    assert seq_of(ana) == seq


def test_an_instant_alone_is_no_change(phone, ana):
    phone.put(DAY, {"pain": 4})
    seq = seq_of(ana)
    assert fields(phone.patch(DAY, WRITTEN)) == {"pain": 4}
    assert seq_of(ana) == seq


def test_an_instant_travels_with_a_change_and_the_server_makes_none_up(phone):
    assert fields(phone.put(DAY, {"pain": 4})) == {"pain": 4}
    assert fields(phone.patch(DAY, {"pain": 5} | WRITTEN)) == {"pain": 5} | WRITTEN


def test_clearing_what_was_never_recorded_changes_nothing(phone):
    first = phone.put(DAY, {"pain": 4}).json()
    assert phone.patch(DAY, {"mood": None}).json() == first


@pytest.mark.parametrize("body", [{}, {"pain": None}], ids=["nothing", "only a null"])
def test_an_empty_day_can_be_kept_and_is_made_once(phone, body):
    assert phone.patch(DAY, body).status_code == 201
    assert phone.patch(DAY, body).status_code == 200
    assert fields(phone.get(DAY)) == {}


def test_a_deleted_day_is_gone_and_cannot_be_deleted_twice(phone):
    phone.put(DAY, {"pain": 4})
    gone = phone.delete(DAY)
    assert (gone.status_code, gone.content) == (204, b"")
    assert phone.get(DAY).status_code == 404
    assert phone.delete(DAY).status_code == 404


@pytest.mark.parametrize("method", ["get", "delete"])
def test_a_day_that_never_was_is_404(phone, method):
    assert getattr(phone, method)(DAY).status_code == 404


def test_the_revision_grows_with_every_change_and_over_a_deletion(phone):
    revs = [phone.put(DAY, {"pain": pain}).json()["rev"] for pain in (4, 5)]
    phone.delete(DAY)
    again = phone.put(DAY, {"pain": 5})
    assert again.status_code == 201
    revs.append(again.json()["rev"])
    assert revs == sorted(set(revs))
    assert revs[2] > revs[1] + 1  # the deletion took one


def test_a_day_made_again_holds_nothing_of_the_one_before(phone):
    phone.put(DAY, {"pain": 4, "note": "Rain."} | WRITTEN)
    phone.delete(DAY)
    assert fields(phone.patch(DAY, {"mood": 5})) == {"mood": 5}


def test_what_only_the_server_writes_may_be_sent_back_and_is_not_read(phone):
    first = phone.put(DAY, {"pain": 4}).json()
    again = phone.put(DAY, first | {"rev": 999, "support": {"message": "mine"}})
    assert again.json() == first


def test_an_entry_keeps_its_date(phone, ana):
    answer = phone.put(DAY, {"date": "2026-03-19", "pain": 4})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "/date"
    assert seq_of(ana) == 0


def test_nothing_of_a_day_is_stored_when_one_field_is_wrong(phone, ana):
    answer = phone.patch(DAY, {"mood": 5, "pain": 11})
    [fault] = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/pain", "max_value")
    assert fault["detail"] == "Pain is 0–10; 11 was sent."
    assert fault["params"] == {"low": 0, "high": 10, "step": 0.1}
    assert phone.get(DAY).status_code == 404
    assert seq_of(ana) == 0


def test_every_wrong_field_is_named(phone):
    sent = {"pain": 11, "low_mood": 4, "note": 7, "hello": 1, "pain_sites": [{"site": "tail"}]}
    pointers = {fault["pointer"] for fault in phone.put(DAY, sent).json()["errors"]}
    assert pointers == {"/pain", "/low_mood", "/note", "/hello", "/pain_sites/0/site"}


@pytest.mark.parametrize("content_type", ["application/json", "application/merge-patch+json"])
def test_a_patch_is_a_merge_patch_and_may_say_so(phone, content_type):
    assert phone.send("PATCH", DAY, b'{"pain":4}', content_type).status_code == 201


def test_a_merge_patch_cannot_be_put(phone):
    answer = phone.send("PUT", DAY, b'{"pain":4}', "application/merge-patch+json")
    assert answer.status_code == 415


def test_days_are_kept_apart(phone, bens_phone):
    phone.put(DAY, {"pain": 4})
    bens_phone.put(DAY, {"pain": 9})
    assert phone.put("/api/v1/entries/2026-03-21", {"pain": 1}).status_code == 201
    assert fields(phone.get(DAY)) == {"pain": 4}
    assert fields(bens_phone.get(DAY)) == {"pain": 9}
