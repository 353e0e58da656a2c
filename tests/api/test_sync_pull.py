"""Pulling: everything once, in order, from any checkpoint; and what is said to a wrong one."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from diary.models import Diary
from tests.api.syncing import PATH, TRACKER, WALK, App, entry, gone, of, recorded, walk
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def app(phone):
    return App(phone)


def epoch_of(person):
    return str(Diary.objects.get(user=person).epoch)


def days(count):
    return [entry(day=TODAY - timedelta(days=back), mood=back % 11) for back in range(count)]


class TestAPage:
    def test_of_an_empty_diary_is_empty(self, app, ana):
        assert app.pull() == {
            "documents": [],
            "checkpoint": {"epoch": epoch_of(ana), "seq": 0},
            "has_more": False,
        }

    def test_holds_documents_in_the_order_of_their_revisions(self, app):
        app.push(entry(pain=6), walk(), entry(1, mood=3))
        page = app.pull()
        assert [(each["collection"], each["rev"]) for each in page["documents"]] == [
            ("activities", 2), ("entries", 3),
        ]  # fmt: skip
        assert (page["checkpoint"]["seq"], page["has_more"]) == (3, False)

    def test_holds_what_is_new_since_the_checkpoint_and_nothing_else(self, app):
        app.push(*days(3))
        seq = app.pull()["checkpoint"]["seq"]
        assert app.pull(seq)["documents"] == []
        app.push(walk())
        [document] = app.pull(seq)["documents"]
        assert document["id"] == WALK

    def test_shows_every_field_null_where_nothing_was_recorded(self, app, phone):
        app.push(walk(minutes=20), entry(pain=6))
        activity, day = app.pull()["documents"]
        assert activity == phone.get(f"/api/v1/activities/{WALK}").json() | {
            "collection": "activities", "deleted": False,
        }  # fmt: skip
        shown = phone.get(f"/api/v1/entries/{TODAY}").json()
        assert shown.pop("date") == day["id"]
        assert {name: day[name] for name in shown} == shown

    def test_shows_a_tombstone_as_such(self, app):
        app.push(entry(pain=6, note="long"))
        app.push(gone(1))
        assert app.pull()["documents"] == [
            {"collection": "entries", "id": str(TODAY), "rev": 2, "deleted": True}
        ]

    def test_holds_what_was_written_by_single_records_too(self, app, phone):
        phone.patch(f"/api/v1/entries/{TODAY}", {"pain": 6})
        phone.delete(f"/api/v1/entries/{TODAY}")
        assert [each["deleted"] for each in app.pull()["documents"]] == [True]

    def test_of_one_collection_leaves_the_others_out_and_counts_them_as_seen(self, app):
        app.push(entry(pain=6), walk(), of("trackers", TRACKER, name="Aura", kind="number"))
        page = app.pull(collection="activities")
        assert [each["id"] for each in page["documents"]] == [WALK]
        assert page["checkpoint"]["seq"] == 3
        assert app.pull(3, collection="activities")["documents"] == []

    def test_is_of_one_person_alone(self, app, bens_phone):
        app.push(entry(pain=6))
        assert App(bens_phone).pull()["documents"] == []

    def test_has_no_support_in_it(self, app):
        app.push(entry(self_harm_thoughts=2))
        page = app.pull()
        assert "support" not in page
        assert "support" not in page["documents"][0]


class TestPages:
    @pytest.mark.parametrize("limit", [1, 2, 5, 7, 8, 1000])
    def test_hold_everything_once(self, app, limit):
        app.push(*days(7))
        seen, since, more = [], 0, True
        while more:
            page = app.pull(since, limit=limit)
            assert len(page["documents"]) <= limit
            seen += [each["id"] for each in page["documents"]]
            since, more = page["checkpoint"]["seq"], page["has_more"]
            assert since == (page["documents"][-1]["rev"] if more else 7)
        assert seen == [change["id"] for change in days(7)]

    def test_a_page_that_is_just_full_is_the_last_one(self, app):
        app.push(*days(5))
        assert app.pull(limit=5)["has_more"] is False
        assert app.pull(limit=4)["has_more"] is True

    def test_two_hundred_are_a_page_if_nothing_is_said(self, app):
        app.push(*days(201))
        page = app.pull()
        assert (len(page["documents"]), page["has_more"]) == (200, True)

    def test_what_changes_between_two_pages_comes_once_more_in_the_last(self, app):
        app.push(*days(4))
        first = app.pull(limit=2)
        app.push(entry(1, pain=6))  # of the first page
        app.push(entry(4, day=TODAY - timedelta(days=3), pain=7))  # of the second
        second = app.pull(first["checkpoint"]["seq"], limit=2)
        third = app.pull(second["checkpoint"]["seq"], limit=2)
        revs = [each["rev"] for page in (first, second, third) for each in page["documents"]]
        assert revs == [1, 2, 3, 5, 6]
        assert third["has_more"] is False

    def test_a_page_of_one_collection_ends_where_its_last_document_stands(self, app):
        app.push(*days(2), walk(), *days(4)[2:], walk(key=str(uuid4())))
        page = app.pull(limit=2, collection="entries")
        assert (page["checkpoint"]["seq"], page["has_more"]) == (2, True)
        page = app.pull(2, limit=2, collection="entries")
        assert (page["checkpoint"]["seq"], page["has_more"]) == (6, False)


class TestTheETag:
    def test_is_the_state_of_the_diary(self, app, ana, phone):
        app.push(entry(pain=6))
        answer = phone.get(PATH)
        assert answer["ETag"] == f'"{epoch_of(ana)}-1"'
        assert answer["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"x", {}', "*"])
    def test_that_the_phone_has_is_304_without_a_body(self, app, phone, form):
        app.push(entry(pain=6))
        tag = phone.get(PATH)["ETag"]
        answer = phone.get(PATH, headers={"If-None-Match": form.format(tag)})
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)

    def test_comes_with_the_last_page_alone(self, app, phone):
        app.push(*days(3))
        assert "ETag" not in phone.get(PATH, {"limit": 2})
        rest = phone.get(PATH, {"limit": 2, "since": 2})
        assert (len(rest.json()["documents"]), "ETag" in rest) == (1, True)

    def test_of_one_collection_says_nothing_of_another(self, app, phone):
        app.push(entry(pain=6), walk())
        tag = phone.get(PATH, {"collection": "entries"})["ETag"]
        for name, expected in (("entries", 304), ("activities", 200)):
            asked = {"collection": name}
            answer = phone.get(PATH, asked, headers={"If-None-Match": tag})
            assert answer.status_code == expected
        assert phone.get(PATH, headers={"If-None-Match": tag}).status_code == 200

    def test_of_another_time_of_the_diary_is_none_of_this(self, app, phone):
        app.push(entry(pain=6))
        tag = phone.get(PATH)["ETag"]
        Diary.objects.update(epoch=uuid4())
        assert phone.get(PATH, headers={"If-None-Match": tag}).status_code == 200


class TestTheCheckpoint:
    def test_of_another_epoch_has_expired(self, app, phone, ana):
        app.push(entry(pain=6))
        for epoch in (str(uuid4()), "", "7c1e", epoch_of(ana).upper() + "x"):
            answer = phone.get(PATH, {"since": 1, "epoch": epoch})
            assert answer.status_code == 410
            assert answer.json()["type"] == "/problems/cursor-expired"

    def test_of_this_epoch_goes_on(self, app, ana):
        app.push(entry(pain=6))
        assert app.pull(1, epoch=epoch_of(ana))["documents"] == []

    def test_from_before_a_restore_has_expired_even_where_it_is_beyond_the_counter(
        self, phone, ana
    ):
        old = epoch_of(ana)
        Diary.objects.update(epoch=uuid4())
        assert phone.get(PATH, {"since": 41, "epoch": old}).status_code == 410

    def test_beyond_the_counter_is_none(self, app, phone):
        app.push(entry(pain=6))
        answer = phone.get(PATH, {"since": 2})
        assert answer.status_code == 422
        [fault] = answer.json()["errors"]
        assert (fault["parameter"], fault["code"]) == ("since", "range")


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("since=-1", "since", "range"),
        ("since=x", "since", "range"),
        ("since=", "since", "range"),
        ("since=1.0", "since", "range"),
        ("since=1e3", "since", "range"),
        ("since=%2B1", "since", "range"),
        ("since=%D9%A1", "since", "range"),  # a digit, but of another script
        ("since=" + "9" * 19, "since", "range"),
        ("since=" + "9" * 5_000, "since", "range"),
        ("limit=0", "limit", "range"),
        ("limit=1001", "limit", "range"),
        ("limit=-1", "limit", "range"),
        ("limit=all", "limit", "range"),
        ("limit=", "limit", "range"),
        ("collection=days", "collection", "unknown_collection"),
        ("collection=", "collection", "unknown_collection"),
        ("collection=Entries", "collection", "unknown_collection"),
        ("collection=%00", "collection", "unknown_collection"),
        ("since=0&since=0", "since", "repeated_parameter"),
        ("epoch=a&epoch=a", "epoch", "repeated_parameter"),
        ("collection=entries&collection=moments", "collection", "repeated_parameter"),
        ("from=2026-01-01", "from", "unknown_parameter"),
        ("Since=0", "Since", "unknown_parameter"),
        ("seq=0", "seq", "unknown_parameter"),
    ],
)
def test_a_query_that_does_not_hold_is_refused_by_name(phone, query, parameter, code):
    answer = phone.get(f"{PATH}?{query}")
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert (fault["parameter"], fault["code"]) == (parameter, code)


def test_pull_from_nothing_is_the_diary(app):
    app.push(entry(pain=6), walk(), entry(day="2026-01-01", mood=1), walk(key=str(uuid4())))
    app.push(entry(1, mood=3), gone(3, key="2026-01-01"))
    everything = {key: recorded(each) for key, each in app.all(limit=1).items()}
    assert len(everything) == 4
    assert everything["entries", str(TODAY)] == {"pain": 6, "mood": 3}
    assert everything["entries", "2026-01-01"] == {}
