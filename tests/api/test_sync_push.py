"""Pushing: how each change meets what is stored, and what is answered to each."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from diary.models import Diary, Record
from tests.api.conftest import seq_of
from tests.api.syncing import (
    MOMENT,
    PATH,
    TRACKER,
    WALK,
    App,
    body,
    entry,
    gone,
    of,
    recorded,
    walk,
)  # fmt: skip
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

TOMBSTONE = {"collection", "id", "rev", "deleted"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def app(phone):
    return App(phone)


@pytest.fixture
def tablet(phone):
    return App(phone)


class TestWhatIsAnswered:
    def test_a_new_day_is_applied_and_shown_whole(self, app, phone):
        [result] = app.push(entry(pain=6.0, edited_at="2026-03-20T09:00:00+01:00"))
        document = result.pop("document")
        assert result == {
            "collection": "entries", "id": str(TODAY), "status": "applied", "fields": [],
            "problem": None,
        }  # fmt: skip
        day = phone.get(f"/api/v1/entries/{TODAY}").json()
        assert day.pop("date") == str(TODAY)
        mine = {"collection": "entries", "id": str(TODAY), "deleted": False}
        assert document == day | mine
        assert (document["rev"], document["pain"], document["mood"]) == (1, 6, None)

    def test_the_checkpoint_is_where_the_diary_stands_now(self, app, ana):
        answer = app.send(entry(pain=6), walk()).json()
        assert answer["checkpoint"] == {"epoch": str(Diary.objects.get().epoch), "seq": 2}
        assert seq_of(ana) == 2

    def test_results_stand_in_the_order_of_the_changes(self, app):
        other = str(uuid4())
        results = app.push(walk(), entry(pain=6), of("moments", MOMENT), walk(key=other))
        assert [result["id"] for result in results] == [WALK, str(TODAY), MOMENT, other]
        statuses = [result["status"] for result in results]
        assert statuses == ["applied", "applied", "rejected", "applied"]

    def test_an_empty_batch_is_a_batch(self, app):
        answer = app.send().json()
        assert (answer["results"], answer["checkpoint"]["seq"], answer["support"]) == ([], 0, None)

    def test_nobody_keeps_the_answer(self, app):
        answer = app.send(entry(pain=6))
        assert answer["Cache-Control"] == "no-store"

    def test_ids_in_capitals_are_the_same_ids(self, app):
        [result] = app.push(walk(key=WALK.upper()))
        assert result["id"] == result["document"]["id"] == WALK


class TestTwoDevices:
    def test_fields_of_their_own_merge(self, app, tablet):
        assert app.status(entry(pain=6)) == ["applied"]
        [result] = tablet.push(entry(mood=3))
        assert result["status"] == "merged"
        assert recorded(result["document"]) == {"pain": 6, "mood": 3}

    def test_who_has_seen_the_others_write_is_applied(self, app, tablet):
        app.push(entry(pain=6))
        assert tablet.status(entry(1, pain=7)) == ["applied"]

    def test_one_field_clashes_and_the_others_are_stored(self, app, tablet):
        app.push(entry(pain=6, mood=3))
        [result] = tablet.push(entry(pain=7, mood=3, worry=2))
        assert (result["status"], result["fields"]) == ("conflict", ["pain"])
        assert recorded(result["document"]) == {"pain": 6, "mood": 3, "worry": 2}
        assert result["document"]["rev"] == 2

    def test_who_insists_pushes_again_from_what_it_was_told(self, app, tablet):
        app.push(entry(pain=6))
        [result] = tablet.push(entry(pain=7))
        assert tablet.status(entry(result["document"]["rev"], pain=7)) == ["applied"]

    def test_a_device_never_clashes_with_itself(self, app):
        app.push(entry(pain=6))
        assert app.status(entry(pain=7)) == ["applied"]

    def test_nor_with_what_both_have_written_alike(self, app, tablet, ana):
        app.push(entry(pain=6))
        [result] = tablet.push(entry(pain=6))
        assert (result["status"], result["document"]["rev"]) == ("unchanged", 1)
        assert seq_of(ana) == 1

    def test_the_single_record_routes_are_one_more_device(self, app, phone):
        phone.patch(f"/api/v1/entries/{TODAY}", {"pain": 6})
        assert app.status(entry(pain=7)) == ["conflict"]
        assert app.status(entry(mood=3)) == ["merged"]

    def test_trackers_clash_one_by_one(self, app, tablet):
        second = str(uuid4())
        scale = {"kind": "scale", "low": 0, "high": 10, "step": 1}
        app.push(*(of("trackers", key, name="Aura", **scale) for key in (TRACKER, second)))
        app.push(entry(trackers={TRACKER: 4}))
        [result] = tablet.push(entry(trackers={TRACKER: 5, second: 6}))
        assert (result["status"], result["fields"]) == ("conflict", [f"trackers/{TRACKER}"])
        assert result["document"]["trackers"] == {TRACKER: 4, second: 6}

    def test_a_base_from_before_a_restore_has_seen_nothing(self, app, tablet):
        """The counter was higher once: no later write may pass for one that was seen."""
        app.push(entry(pain=6))
        [result] = tablet.push(entry(999, pain=7, mood=3))
        assert (result["status"], result["fields"]) == ("conflict", ["pain"])
        assert tablet.status(entry(999, day=TODAY - timedelta(days=1), pain=1)) == ["applied"]


class TestWhatTravelsAlong:
    SENT = {"edited_at": "2026-03-20T09:00:00+01:00", "time_zone": "Europe/Berlin"}  # noqa: RUF012

    def test_makes_no_change_by_itself(self, app, ana):
        app.push(entry(pain=6))
        [result] = app.push(entry(1, pain=6, **self.SENT))
        assert (result["status"], result["document"]["edited_at"]) == ("unchanged", None)
        assert seq_of(ana) == 1

    def test_comes_with_one_and_never_clashes(self, app, tablet):
        app.push(entry(pain=6, **self.SENT))
        later = "2026-03-20T10:00:00+01:00"
        [result] = tablet.push(entry(mood=3, edited_at=later))
        assert (result["status"], result["document"]["edited_at"]) == ("merged", later)
        assert result["document"]["time_zone"] == "Europe/Berlin"

    def test_a_phone_whose_clock_runs_ahead_does_not_write_in_the_future(self, app):
        [result] = app.push(entry(pain=6, edited_at="2026-03-20T15:00:00+01:00"))
        assert result["document"]["edited_at"] == "2026-03-20T13:00:00+01:00"


class TestDeleting:
    def test_answers_with_the_tombstone(self, app):
        app.push(entry(pain=6, note="long"))
        [result] = app.push(gone(1))
        assert (result["status"], result["document"]["rev"]) == ("applied", 2)
        assert result["document"].keys() == TOMBSTONE
        assert result["document"]["deleted"] is True

    def test_again_is_unchanged(self, app, tablet, ana):
        app.push(entry(pain=6))
        app.push(gone(1))
        for device, base in [(app, 1), (tablet, 0), (tablet, 2)]:
            [result] = device.push(gone(base))
            assert (result["status"], result["document"]["rev"]) == ("unchanged", 2)
        assert seq_of(ana) == 2

    def test_what_never_was_is_unchanged_and_stores_nothing(self, app, ana):
        [result] = app.push(gone(0, "activities", WALK))
        assert (result["status"], result["document"]["rev"]) == ("unchanged", 0)
        assert result["document"].keys() == TOMBSTONE
        assert (seq_of(ana), Record.objects.count()) == (0, 0)

    def test_what_another_has_changed_since_clashes(self, app, tablet):
        app.push(entry(pain=6))
        tablet.push(entry(1, mood=3))
        [result] = app.push(gone(1))
        assert (result["status"], result["fields"]) == ("conflict", ["mood"])
        assert recorded(result["document"]) == {"pain": 6, "mood": 3}
        assert app.status(gone(2)) == ["applied"]

    def test_an_edit_by_who_did_not_see_it_go_clashes_with_the_tombstone(self, app, tablet):
        app.push(entry(pain=6))
        app.push(gone(1))
        [result] = tablet.push(entry(1, mood=3, pain=4))
        assert (result["status"], set(result["fields"])) == ("conflict", {"mood", "pain"})
        assert result["document"].keys() == TOMBSTONE
        assert result["document"]["rev"] == 2

    def test_who_saw_it_go_may_begin_it_again(self, app, tablet):
        app.push(entry(pain=6))
        app.push(gone(1))
        [result] = tablet.push(entry(2, mood=3))
        assert (result["status"], recorded(result["document"])) == ("applied", {"mood": 3})
        assert result["document"]["rev"] == 3

    def test_a_deleted_activity_can_be_begun_again_only_whole(self, app):
        app.push(walk(minutes=20))
        app.push(gone(1, "activities", WALK))
        [result] = app.push(of("activities", WALK, 2, minutes=30))
        assert result["status"] == "rejected"
        pointers = {fault["pointer"] for fault in result["problem"]["errors"]}
        assert pointers == {"/set/date", "/set/kind"}
        assert app.status(walk(2, minutes=30)) == ["applied"]


class TestOneBatch:
    def test_may_name_a_record_twice(self, app):
        results = app.push(entry(pain=6), entry(mood=3), gone(0), entry(worry=1))
        assert [result["status"] for result in results] == ["applied"] * 4
        assert [result["document"]["rev"] for result in results] == [1, 2, 3, 4]
        assert recorded(app.all()["entries", str(TODAY)]) == {"worry": 1}

    def test_judges_trackers_first_and_answers_in_its_own_order(self, app):
        scale = of("trackers", TRACKER, name="Aura", kind="scale", low=0, high=10, step=1)
        results = app.push(entry(trackers={TRACKER: 4}), scale)
        assert [result["status"] for result in results] == ["applied", "applied"]
        assert [result["collection"] for result in results] == ["entries", "trackers"]
        assert [result["document"]["rev"] for result in results] == [2, 1]

    def test_a_day_written_offline_keeps_the_value_of_a_tracker_that_is_gone(self, app, phone):
        app.push(of("trackers", TRACKER, name="Stiff", kind="scale"))
        day = entry(pain=8, note="bad day", trackers={TRACKER: 3})
        assert app.status(day, gone(1, "trackers", TRACKER)) == ["applied", "applied"]
        other = entry(day=TODAY - timedelta(days=1), pain=9, trackers={TRACKER: 4})
        assert App(phone).status(other) == ["applied"]
        stored = phone.get(f"/api/v1/entries/{TODAY - timedelta(days=1)}").json()
        assert (stored["pain"], stored["trackers"]) == (9, {TRACKER: 4})

    def test_an_odd_name_of_a_field_rejects_its_own_change_alone(self, app):
        for name in ("pa\u00a0in", "x" * 201, "\u200b"):
            bad, good = app.push(entry(**{name: 1}), walk(key=str(uuid4())))
            assert (bad["status"], good["status"]) == ("rejected", "applied")
            assert bad["problem"]["errors"][0]["code"] == "unknown_field"

    def test_a_value_of_no_tracker_is_rejected_with_its_day(self, app, ana):
        [result] = app.push(entry(pain=6, trackers={TRACKER: 4}))
        [fault] = result["problem"]["errors"]
        assert (fault["pointer"], fault["code"]) == (f"/set/trackers/{TRACKER}", "unknown_tracker")
        assert (result["document"], seq_of(ana)) == (None, 0)

    def test_one_bad_change_keeps_no_other_back(self, app):
        results = app.push(
            entry(pain=11), walk(), 5, entry(day="2026-02-30", pain=1), entry(mood=1)
        )
        assert [result["status"] for result in results] == [
            "rejected", "applied", "rejected", "rejected", "applied",
        ]  # fmt: skip
        assert recorded(app.all()["entries", str(TODAY)]) == {"mood": 1}

    def test_marks_the_days_that_changed_for_the_next_review(self, app, ana):
        early = TODAY - timedelta(days=30)
        app.push(entry(day=early, pain=6), entry(pain=7), entry(day="2020-01-01", pain=11))
        diary = Diary.objects.get(user=ana)
        assert (diary.changed_from, diary.changed_to) == (early, TODAY)
        assert diary.due_since >= NOW

    def test_is_of_one_person_alone(self, app, bens_phone, ben):
        app.push(entry(pain=6))
        other = App(bens_phone)
        other.client = app.client
        assert other.status(entry(mood=3)) == ["applied"]
        assert recorded(other.all()["entries", str(TODAY)]) == {"mood": 3}

    def test_of_five_hundred_changes_is_taken_and_of_one_more_not(self, app, phone):
        days = [str(TODAY - timedelta(days=back)) for back in range(501)]
        assert app.status(*(entry(day=day, mood=3) for day in days[:500])) == ["applied"] * 500
        answer = phone.post(PATH, body(*(entry(day=day, mood=4) for day in days)))
        assert answer.status_code == 422
        [fault] = answer.json()["errors"]
        assert (fault["pointer"], fault["code"]) == ("/changes", "max_length")


class TestAnswers:
    SENT = {"date": str(TODAY), "questionnaire": "phq-2"}  # noqa: RUF012

    def test_are_shown_with_their_score(self, app):
        app.push(of("answers", WALK, **self.SENT, items={"44250-9": 2}))
        [result] = app.push(of("answers", WALK, 1, items={"44255-8": 3}))
        document = result["document"]
        assert (document["items"], document["score"]) == ({"44250-9": 2, "44255-8": 3}, 5)
        assert app.pull()["documents"] == [document]

    def test_merge_item_by_item(self, app, tablet):
        app.push(of("answers", WALK, **self.SENT, items={"44250-9": 2}))
        assert tablet.status(of("answers", WALK, items={"44255-8": 3})) == ["merged"]
        [result] = tablet.push(of("answers", WALK, items={"44250-9": 1}))
        assert (result["status"], result["fields"]) == ("conflict", ["items/44250-9"])

    def test_thoughts_of_self_harm_get_help_beside_an_item_that_is_wrong(self, app):
        sent = {"date": str(TODAY), "questionnaire": "phq-9", "items": {"44260-8": 2, "44250-9": 9}}
        answer = app.send(of("answers", WALK, **sent)).json()
        assert [result["status"] for result in answer["results"]] == ["rejected"]
        assert answer["support"]["lines"]

    def test_to_items_of_another_questionnaire_are_rejected(self, app):
        [result] = app.push(of("answers", WALK, **self.SENT, items={"44260-8": 1}))
        [fault] = result["problem"]["errors"]
        assert (fault["pointer"], fault["code"]) == ("/set/items/44260-8", "unknown_field")


class TestSupport:
    def need(self, app, *changes):
        return app.send(*changes).json()["support"]

    def test_comes_with_the_answer_when_one_day_of_many_speaks_of_self_harm(self, app, phone):
        phone.patch("/api/v1/me", {"country": "CH"})
        other = TODAY - timedelta(days=1)
        support = self.need(app, entry(pain=6), entry(day=other, self_harm_thoughts=1), walk())
        assert support["country"] == "CH"
        assert support["lines"]

    def test_is_null_otherwise(self, app):
        assert self.need(app, entry(self_harm_thoughts=0), walk()) is None
        assert self.need(app, entry(self_harm_thoughts=None)) is None
        assert self.need(app, gone(1)) is None

    def test_comes_with_any_write_to_such_a_day(self, app):
        self.need(app, entry(self_harm_thoughts=2))
        assert self.need(app, entry(pain=6))
        assert self.need(app, entry(pain=6))

    def test_comes_with_a_questionnaire_that_speaks_of_it(self, app):
        answered = {"date": str(TODAY), "questionnaire": "phq-9"}
        assert self.need(app, of("answers", MOMENT, **answered, items={"44260-8": 1}))["lines"]
        assert self.need(app, of("answers", WALK, **answered, items={"44260-8": 0})) is None

    def test_does_not_wait_until_a_clash_is_settled(self, app, tablet):
        app.push(entry(self_harm_thoughts=0))
        [result] = tablet.push(entry(self_harm_thoughts=2))
        assert result["status"] == "conflict"
        assert self.need(tablet, entry(self_harm_thoughts=2))

    def test_does_not_wait_until_the_rest_of_the_day_is_put_right(self, app):
        assert self.need(app, entry(self_harm_thoughts=1, pain=11))
        assert self.need(app, entry(day="2099-01-01", self_harm_thoughts=1))
        assert self.need(app, entry(self_harm_thoughts=1, trackers={TRACKER: 1}))
        assert self.need(app, entry(-1, self_harm_thoughts=1))
        assert self.need(app, entry(self_harm_thoughts=4, pain=1)) is None
