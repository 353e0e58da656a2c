"""How a change meets what is stored: field by field, by who wrote what and who has seen it."""

from __future__ import annotations

import pytest

from diary.merge import NOTHING, Document, Status, delete, edit, flat, nested

PHONE, TABLET, WATCH = "phone", "tablet", "watch"


def after(*writes, stored=NOTHING):
    """The document after writes of (client, fields), each of which has seen all before it."""
    for client, fields in writes:
        _, stored, _ = edit(stored, fields, base=stored.rev, client=client, rev=stored.rev + 1)
    return stored


def gone(client, stored):
    return delete(stored, base=stored.rev, client=client, rev=stored.rev + 1)[1]


class TestAnEdit:
    def test_of_a_day_that_never_was_makes_it(self):
        status, document, clashing = edit(NOTHING, {"pain": 6}, base=0, client=PHONE, rev=1)
        assert (status, clashing) == (Status.APPLIED, ())
        assert document == Document(1, False, {"pain": 6}, {"pain": (1, PHONE)})

    def test_that_sets_nothing_makes_an_empty_day_once(self):
        status, empty, _ = edit(NOTHING, {}, base=0, client=PHONE, rev=1)
        assert (status, empty.deleted, empty.fields) == (Status.APPLIED, False, {})
        again = edit(empty, {}, base=1, client=PHONE, rev=2)
        assert again == (Status.UNCHANGED, empty, ())

    def test_keeps_the_other_fields(self):
        day = after((PHONE, {"pain": 6, "mood": 3}), (PHONE, {"mood": 4}))
        assert day.fields == {"pain": 6, "mood": 4}
        assert day.writers == {"pain": (1, PHONE), "mood": (2, PHONE)}

    def test_with_null_clears_a_field_and_remembers_who_did(self):
        day = after((PHONE, {"pain": 6}), (TABLET, {"pain": None}))
        assert day.fields == {}
        assert day.writers == {"pain": (2, TABLET)}

    def test_of_the_same_content_changes_nothing_not_even_the_revision(self):
        day = after((PHONE, {"pain": 6, "mood": 3}))
        same = {"pain": 6.0, "mood": 3, "sleep_hours": None}
        assert edit(day, same, base=0, client=TABLET, rev=2) == (Status.UNCHANGED, day, ())

    def test_of_another_field_merges_beside_a_write_it_has_not_seen(self):
        day = after((PHONE, {"pain": 6}))
        status, merged, clashing = edit(day, {"mood": 3}, base=0, client=TABLET, rev=2)
        assert (status, clashing) == (Status.MERGED, ())
        assert merged.fields == {"pain": 6, "mood": 3}

    def test_that_has_seen_every_write_is_applied(self):
        day = after((PHONE, {"pain": 6}))
        assert edit(day, {"pain": 7}, base=1, client=TABLET, rev=2)[0] == Status.APPLIED

    def test_of_a_field_that_another_has_written_since_clashes(self):
        day = after((PHONE, {"pain": 6}))
        result = edit(day, {"pain": 7}, base=0, client=TABLET, rev=2)
        assert result == (Status.CONFLICT, day, ("pain",))

    def test_stores_what_does_not_clash(self):
        day = after((PHONE, {"pain": 6, "mood": 3}))
        wanted = {"pain": 7, "mood": 3, "worry": 2}
        status, stored, clashing = edit(day, wanted, base=0, client=TABLET, rev=2)
        assert (status, clashing) == (Status.CONFLICT, ("pain",))
        assert stored.fields == {"pain": 6, "mood": 3, "worry": 2}
        assert stored.rev == 2

    def test_of_a_field_that_another_has_cleared_since_clashes(self):
        day = after((PHONE, {"pain": 6}), (TABLET, {"pain": None}))
        assert edit(day, {"pain": 7}, base=1, client=PHONE, rev=3)[0] == Status.CONFLICT

    def test_twice_before_pulling_does_not_clash_with_itself(self):
        day = after((PHONE, {"pain": 6}))
        status, stored, _ = edit(day, {"pain": 7}, base=0, client=PHONE, rev=2)
        assert (status, stored.fields) == (Status.APPLIED, {"pain": 7})

    def test_that_names_no_base_writes_over_anything(self):
        day = after((PHONE, {"pain": 6}), (TABLET, {"mood": 3}))
        status, stored, _ = edit(day, {"pain": 7, "mood": 2}, base=None, client=WATCH, rev=3)
        assert (status, stored.fields) == (Status.APPLIED, {"pain": 7, "mood": 2})


SENT = {"edited_at": "2026-03-20T21:00:00+01:00", "time_zone": "Europe/Berlin"}


class TestWhatIsCarried:
    def test_travels_with_a_change(self):
        assert after((PHONE, {"pain": 6, **SENT})).fields == {"pain": 6, **SENT}

    def test_makes_none_by_itself(self):
        day = after((PHONE, {"pain": 6}))
        assert edit(day, {"pain": 6, **SENT}, base=1, client=PHONE, rev=2)[1] is day
        assert edit(day, SENT, base=1, client=PHONE, rev=2)[0] == Status.UNCHANGED

    def test_never_clashes(self):
        day = after((PHONE, {"pain": 6, **SENT}))
        later = {"mood": 3, "edited_at": "2026-03-20T22:00:00+01:00"}
        status, stored, clashing = edit(day, later, base=0, client=TABLET, rev=2)
        assert (status, clashing) == (Status.MERGED, ())
        assert stored.fields["edited_at"] == later["edited_at"]

    def test_stays_when_a_change_does_not_name_it_and_goes_when_it_says_null(self):
        day = after((PHONE, {"pain": 6, **SENT}))
        assert after((PHONE, {"pain": 7}), stored=day).fields == {"pain": 7, **SENT}
        cleared = after((PHONE, {"pain": 7, "time_zone": None}), stored=day)
        assert "time_zone" not in cleared.fields


class TestADelete:
    def test_leaves_a_tombstone_without_any_field(self):
        day = after((PHONE, {"pain": 6, "note": "long"}))
        status, tombstone, _ = delete(day, base=1, client=TABLET, rev=2)
        assert status == Status.APPLIED
        assert tombstone == Document(2, True, {}, {}, TABLET)

    def test_of_what_is_not_there_changes_nothing(self):
        assert delete(NOTHING, base=0, client=PHONE, rev=1) == (Status.UNCHANGED, NOTHING, ())
        tombstone = gone(PHONE, after((PHONE, {"pain": 6})))
        assert delete(tombstone, base=0, client=TABLET, rev=9) == (Status.UNCHANGED, tombstone, ())

    def test_clashes_with_fields_that_another_wrote_since(self):
        day = after((PHONE, {"pain": 6}), (TABLET, {"mood": 3, "worry": 2}))
        status, stored, clashing = delete(day, base=1, client=PHONE, rev=3)
        assert (status, set(clashing)) == (Status.CONFLICT, {"mood", "worry"})
        assert stored is day

    def test_does_not_clash_with_its_own_clients_writes(self):
        day = after((PHONE, {"pain": 6}), (PHONE, {"mood": 3}))
        assert delete(day, base=0, client=PHONE, rev=3)[0] == Status.APPLIED

    def test_without_a_base_deletes_anything(self):
        day = after((PHONE, {"pain": 6}), (TABLET, {"mood": 3}))
        assert delete(day, base=None, client=WATCH, rev=3)[0] == Status.APPLIED


class TestAfterADelete:
    def test_the_day_can_be_written_again_by_who_saw_it_go(self):
        tombstone = gone(PHONE, after((PHONE, {"pain": 6})))
        status, day, _ = edit(tombstone, {"mood": 4}, base=2, client=TABLET, rev=3)
        assert status == Status.APPLIED
        assert (day.fields, day.deleted, day.rev) == ({"mood": 4}, False, 3)

    def test_who_did_not_see_it_go_clashes_and_stores_nothing(self):
        tombstone = gone(PHONE, after((PHONE, {"pain": 6})))
        wanted = {"mood": 4, "worry": 1, "edited_at": "2026-03-20T21:00:00Z"}
        result = edit(tombstone, wanted, base=1, client=TABLET, rev=3)
        assert result == (Status.CONFLICT, tombstone, ("mood", "worry"))

    def test_who_deleted_it_may_write_it_again_without_pulling(self):
        tombstone = gone(PHONE, after((PHONE, {"pain": 6})))
        assert edit(tombstone, {"mood": 4}, base=1, client=PHONE, rev=3)[0] == Status.APPLIED

    def test_nothing_of_before_comes_back(self):
        tombstone = gone(PHONE, after((PHONE, {"pain": 6, "note": "long"})))
        assert after((PHONE, {"pain": 6}), stored=tombstone).fields == {"pain": 6}


class TestTrackers:
    def test_merge_one_by_one(self):
        one = flat({"pain": 6, "trackers": {"coffee": 2}}, NOTHING)
        day = after((PHONE, one))
        other = flat({"trackers": {"steps": 4000}}, day)
        status, day, _ = edit(day, other, base=0, client=TABLET, rev=2)
        assert status == Status.MERGED
        assert nested(day.fields) == {"pain": 6, "trackers": {"coffee": 2, "steps": 4000}}

    def test_clash_one_by_one(self):
        day = after((PHONE, flat({"trackers": {"coffee": 2, "steps": 1}}, NOTHING)))
        wanted = flat({"trackers": {"coffee": 3, "tea": 1}}, day)
        assert edit(day, wanted, base=0, client=TABLET, rev=2)[2] == ("trackers/coffee",)

    def test_null_clears_one_or_all_of_them(self):
        day = after((PHONE, flat({"trackers": {"coffee": 2, "steps": 1}}, NOTHING)))
        one = after((PHONE, flat({"trackers": {"coffee": None}}, day)), stored=day)
        assert nested(one.fields) == {"trackers": {"steps": 1}}
        none = after((PHONE, flat({"trackers": None}, day)), stored=day)
        assert nested(none.fields) == {}

    def test_that_are_not_named_stay(self):
        day = after((PHONE, flat({"trackers": {"coffee": 2}}, NOTHING)))
        assert flat({"pain": 6}, day) == {"pain": 6}
        assert flat({"trackers": {}}, day) == {}

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"pain": 6},
            {"trackers": {"a": 1}},
            {"note": "x", "trackers": {"a": 1, "b": 2}},
            {"questionnaire": "phq-2", "items": {"44250-9": 1, "44255-8": 0}},
            {"trackers": {"a": 1}, "items": {"a": 2}},
        ],
    )
    def test_flat_and_nested_are_ways_there_and_back(self, fields):
        assert nested(flat(fields, NOTHING)) == fields

    def test_are_not_taken_for_the_items_of_a_questionnaire(self):
        both = after((PHONE, flat({"trackers": {"a": 1}, "items": {"a": 2, "b": 3}}, NOTHING)))
        cleared = after((PHONE, flat({"items": None}, both)), stored=both)
        assert nested(cleared.fields) == {"trackers": {"a": 1}}


class TestItemsOfAQuestionnaire:
    def test_answered_on_two_devices_are_both_kept(self):
        begun = after((PHONE, flat({"items": {"44250-9": 1}}, NOTHING)))
        other = flat({"items": {"44255-8": 2}}, begun)
        status, whole, _ = edit(begun, other, base=0, client=TABLET, rev=2)
        assert status == Status.MERGED
        assert nested(whole.fields) == {"items": {"44250-9": 1, "44255-8": 2}}

    def test_are_cleared_by_null_one_by_one(self):
        begun = after((PHONE, flat({"items": {"44250-9": 1, "44255-8": 2}}, NOTHING)))
        less = after((PHONE, flat({"items": {"44250-9": None}}, begun)), stored=begun)
        assert nested(less.fields) == {"items": {"44255-8": 2}}
