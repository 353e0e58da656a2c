"""Collections without HTTP: what a batch needs to read, judge and show a document."""

from __future__ import annotations

import pytest
from rest_framework.exceptions import ValidationError

from api.collections import COLLECTIONS
from api.problems import faults
from diary import record
from diary.merge import Status
from diary.models import Diary
from tests.conftest import NOW, TODAY
from tests.diary.keeping import vault_of

ID = "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21"
OTHER = "0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e22"
TEA = {"name": "Tea", "kind": "yes_no"}


def change(name, key, fields, base=0):
    """What a phone's batch says of one record: only what has changed."""
    return COLLECTIONS[name].change(key, fields, whole=False, now=NOW, base=base)


def push(person, *changes, client="phone"):
    return record.write(vault_of(person), changes, client=client, now=NOW)


def told(outcome) -> list[tuple[str, str]]:
    return [(fault["pointer"], fault["code"]) for fault in faults(outcome.faults or {})]


def test_trackers_are_judged_first():
    assert next(iter(COLLECTIONS)) == "trackers"
    assert all(name == collection.name for name, collection in COLLECTIONS.items())


class TestAKey:
    @pytest.mark.parametrize("name", ["activities", "moments", "trackers"])
    def test_of_a_record_is_a_uuid_in_small_letters(self, name):
        collection = COLLECTIONS[name]
        assert collection.key_to_write(ID.upper(), NOW) == collection.key_to_read(ID.upper()) == ID
        assert collection.key_to_read("2026-03-20") is None
        with pytest.raises(ValidationError):
            collection.key_to_write("2026-03-20", NOW)

    def test_of_an_entry_is_a_date_that_can_have_been_lived(self):
        assert COLLECTIONS["entries"].key_to_write("2026-03-20", NOW) == "2026-03-20"
        assert COLLECTIONS["entries"].key_to_read("2999-01-01") == "2999-01-01"  # and is not there
        for wrong, code in [
            (ID, "date"),
            ("1999-12-31", "too_early"),
            ("2999-01-01", "future_date"),
        ]:
            with pytest.raises(ValidationError) as refusal:
                COLLECTIONS["entries"].key_to_write(wrong, NOW)
            assert refusal.value.detail[0].code == code

    @pytest.mark.parametrize("sent", [7, None, [ID], {"id": ID}, True], ids=repr)
    @pytest.mark.parametrize("name", COLLECTIONS)
    def test_that_is_no_text_is_refused_too(self, name, sent):
        with pytest.raises(ValidationError):
            COLLECTIONS[name].key_to_write(sent, NOW)


@pytest.mark.parametrize("sent", [7, None, [], "walk", True], ids=repr)
@pytest.mark.parametrize("name", COLLECTIONS)
def test_what_is_no_object_is_refused(name, sent):
    with pytest.raises(ValidationError):
        COLLECTIONS[name].change(None, sent, whole=False, now=NOW)


@pytest.mark.django_db
class TestABatch:
    def test_makes_one_from_what_has_changed_if_nothing_needed_is_missing(self, ana):
        [made] = push(ana, change("activities", ID, {"date": "2026-03-20", "kind": "walk"}))
        assert (made.status, made.created) == (Status.APPLIED, True)

    @pytest.mark.parametrize(
        ("name", "fields", "missing"),
        [("activities", {"kind": "walk"}, ["/date"]), ("moments", {}, ["/date", "/at"]),
         ("trackers", {"unit": "cups"}, ["/name", "/kind"])],
    )  # fmt: skip
    def test_makes_none_without_what_is_needed(self, ana, name, fields, missing):
        [refused] = push(ana, change(name, ID, fields))
        assert refused.status is Status.REFUSED
        assert sorted(told(refused)) == sorted((pointer, "required") for pointer in missing)
        assert Diary.objects.get(user=ana).seq == 0

    def test_changes_one_that_has_what_is_needed(self, ana):
        [made] = push(ana, change("activities", ID, {"date": "2026-03-20", "kind": "walk"}))
        [changed] = push(ana, change("activities", ID, {"minutes": 20}, base=made.document.rev))
        assert changed.document.fields == {"date": "2026-03-20", "kind": "walk", "minutes": 20}

    def test_holds_values_of_a_tracker_that_it_makes_itself(self, ana):
        tracker, day = push(
            ana,
            change("trackers", ID, TEA),
            change("entries", "2026-03-20", {"trackers": {ID: 1}}),
        )
        assert (tracker.status, day.status) == (Status.APPLIED, Status.APPLIED)

    def test_does_not_hold_values_of_one_that_is_refused(self, ana):
        tracker, day = push(
            ana,
            change("trackers", ID, {"name": "Tea"}),
            change("entries", "2026-03-20", {"trackers": {ID: 1}}),
        )
        assert told(tracker) == [("/kind", "required")]
        assert told(day) == [(f"/trackers/{ID}", "unknown_tracker")]
        assert Diary.objects.get(user=ana).seq == 0

    def test_stores_the_good_beside_the_refused(self, ana):
        refused, kept = push(
            ana,
            change("entries", "2026-03-19", {"pain": 4, "trackers": {OTHER: 1}}),
            change("entries", "2026-03-20", {"pain": 5}),
        )
        assert (refused.status, refused.document.fields) == (Status.REFUSED, {})
        assert (kept.status, kept.document.fields) == (Status.APPLIED, {"pain": 5})

    def test_moves_a_record_only_where_its_date_does_not_clash(self, ana):
        [made] = push(
            ana, change("moments", ID, {"date": "2026-03-01", "at": "2026-03-01T08:00:00Z"})
        )
        base = made.document.rev
        push(ana, change("moments", ID, {"date": "2026-03-02"}, base=base), client="tablet")
        [clash] = push(ana, change("moments", ID, {"date": "2026-03-03", "pain": 3}, base=base))
        assert (clash.status, clash.clashing) == (Status.CONFLICT, ("date",))
        [(key, day, document)] = record.page(vault_of(ana), "moments", most=2)
        assert (key, day.isoformat(), document.fields["pain"]) == (ID, "2026-03-02", 3)

    def test_reads_what_it_meets_and_speaks_of_at_once(self, ana, django_assert_num_queries):
        push(ana, change("trackers", ID, TEA), change("trackers", OTHER, TEA))
        days = [f"2026-03-{day:02}" for day in range(1, 21)]
        changes = [change("entries", day, {"trackers": {ID: 1, OTHER: 0}}) for day in days]
        with django_assert_num_queries(7):  # key, savepoint twice, lock, read, write, mark
            outcomes = push(ana, *changes)
        assert {outcome.status for outcome in outcomes} == {Status.APPLIED}


@pytest.mark.django_db
class TestADocumentInTheFeed:
    def test_names_its_place_and_then_its_fields(self, ana):
        [made] = push(ana, change("trackers", ID, TEA))
        assert COLLECTIONS["trackers"].synced(ID, made.document) == {
            "collection": "trackers", "id": ID, "rev": 1, "deleted": False, **TEA,
            "low": 0, "high": 1, "step": 1, "worse": 0, "unit": None, "archived": False,
        }  # fmt: skip

    def test_of_an_entry_has_its_date_as_its_id(self, ana):
        [made] = push(ana, change("entries", "2026-03-20", {"pain": 4}))
        shown = COLLECTIONS["entries"].synced("2026-03-20", made.document)
        assert (shown["id"], shown["pain"], shown["mood"]) == (TODAY.isoformat(), 4, None)
        assert not {"date", "support"} & shown.keys()

    def test_of_a_deleted_one_names_its_place_alone(self, ana):
        push(ana, change("trackers", ID, TEA))
        [gone] = push(ana, record.Change("trackers", ID, None))
        assert COLLECTIONS["trackers"].synced(ID, gone.document) == {
            "collection": "trackers", "id": ID, "rev": 2, "deleted": True,
        }  # fmt: skip


def test_only_days_with_such_an_answer_need_help():
    helps = COLLECTIONS["entries"].needs_help
    assert [helps({"self_harm_thoughts": grade}) for grade in (0, 1, 3)] == [False, True, True]
    assert not helps({})
    assert [name for name, one in COLLECTIONS.items() if one.needs_help] == ["entries", "answers"]
