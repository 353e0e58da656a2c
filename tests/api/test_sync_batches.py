"""A batch that comes again, late, or from two devices that take each other for one."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from diary import batch, record
from diary.models import Client, Record
from diary.models.clients import client_label
from tests.api.conftest import phone_of, seq_of
from tests.api.syncing import PATH, WALK, App, body, entry, gone, recorded, walk
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.fixture
def app(phone):
    return App(phone)


@pytest.fixture
def tablet(phone):
    return App(phone)


def today(app):
    return recorded(app.all()["entries", str(TODAY)])


class TestAgain:
    def test_the_same_batch_is_answered_alike_and_stores_nothing(self, app, tablet, ana):
        tablet.push(entry(pain=6))
        sent = [entry(pain=7, mood=3), walk(), gone(0, "moments", WALK), entry(pain=11), 5]
        first = app.send(*sent, batch=1).json()
        statuses = [result["status"] for result in first["results"]]
        assert statuses == ["conflict", "applied", "unchanged", "rejected", "rejected"]
        before = seq_of(ana)
        for _ in range(2):
            assert app.send(*sent, batch=1).json() == first
        assert seq_of(ana) == before

    def test_it_brings_the_documents_as_they_are_now(self, app, tablet):
        app.send(entry(pain=7), walk(), batch=1)
        tablet.push(entry(2, pain=8), gone(2, "activities", WALK))
        results = app.send(entry(pain=7), walk(), batch=1).json()["results"]
        assert [result["status"] for result in results] == ["applied", "applied"]
        assert recorded(results[0]["document"]) == {"pain": 8}
        assert results[1]["document"] == {
            "collection": "activities", "id": WALK, "rev": 4, "deleted": True,
        }  # fmt: skip

    def test_it_brings_help_when_the_first_answer_was_lost(self, app):
        sent = entry(self_harm_thoughts=1)
        assert app.send(sent, batch=1).json()["support"]
        assert app.send(sent, batch=1).json()["support"]
        rejected = entry(self_harm_thoughts=1, pain=11)
        assert app.send(rejected, batch=2).json()["support"]
        assert app.send(rejected, batch=2).json()["support"]

    def test_it_brings_no_help_that_is_not_asked_for_any_more(self, app, tablet):
        app.send(entry(self_harm_thoughts=1), batch=1)
        tablet.push(entry(1, self_harm_thoughts=0))
        assert app.send(entry(self_harm_thoughts=1), batch=1).json()["support"] is None

    def test_what_was_rejected_stays_so_even_when_it_would_be_valid_now(self, app, time_machine):
        tomorrow = entry(day=TODAY + timedelta(days=2), pain=6)
        first = app.send(tomorrow, batch=1).json()["results"]
        assert first[0]["problem"]["errors"][0]["code"] == "future_date"
        time_machine.move_to(NOW + timedelta(days=3))
        assert app.send(tomorrow, batch=1).json()["results"] == first
        assert app.status(tomorrow) == ["applied"]

    def test_names_in_another_order_are_the_same_changes(self, app):
        first = app.send(entry(pain=6, mood=3), batch=1).json()
        turned = dict(reversed(entry(mood=3, pain=6).items()))
        assert app.send(turned, batch=1).json() == first

    def test_the_same_number_with_other_changes_is_stale_and_not_lost_in_silence(self, app):
        """Two copies of one app, say from a backup: neither is told that its change is stored."""
        app.send(entry(pain=6), batch=1)
        assert app.send(entry(mood=3), batch=1).status_code == 409
        assert today(app) == {"pain": 6}


class TestLate:
    def test_an_older_batch_is_stale_and_turns_nothing_back(self, app):
        app.send(entry(pain=7), batch=1)
        app.send(entry(1, pain=8), batch=2)
        late = app.send(entry(pain=7), batch=1)
        assert late.status_code == 409
        assert late.json()["type"] == "/problems/stale-batch"
        assert today(app) == {"pain": 8}

    def test_without_the_guard_it_would(self, app, monkeypatch):
        monkeypatch.setattr(batch, "_last_batch", lambda vault, client, rows: (None, list(rows)))
        app.send(entry(pain=7), batch=1)
        app.send(entry(1, pain=8), batch=2)
        app.send(entry(pain=7), batch=1)
        assert today(app) == {"pain": 7}

    def test_numbers_may_leave_gaps(self, app):
        for number in (3, 10, 2**53 - 1):
            assert app.send(entry(pain=number % 10), batch=number).status_code == 200
        assert app.send(entry(pain=1), batch=11).status_code == 409

    def test_each_app_counts_for_itself(self, app, tablet):
        app.send(entry(pain=7), batch=9)
        assert tablet.send(entry(mood=3), batch=1).status_code == 200

    def test_so_does_each_person(self, app, bens_phone):
        app.send(entry(pain=7), batch=9)
        sent = body(entry(mood=3), client=app.client, batch=1)
        assert bens_phone.post(PATH, sent).status_code == 200

    def test_a_batch_that_is_not_valid_takes_no_number(self, app, phone):
        sent = body(entry(pain=6), client=app.client, batch=5)
        assert phone.post(PATH, sent | {"more": 1}).status_code == 422
        assert app.send(entry(pain=6), batch=1).status_code == 200


class TestAllOrNothing:
    def test_a_batch_that_breaks_off_stores_nothing_not_even_its_number(
        self, app, ana, monkeypatch
    ):
        def fail(*marks):
            raise RuntimeError("a fault")

        with monkeypatch.context() as broken:
            broken.setattr(record, "_mark", fail)
            with pytest.raises(RuntimeError):
                app.send(entry(pain=6), walk(), batch=1)
        assert (seq_of(ana), Record.objects.count(), Client.objects.count()) == (0, 0, 0)
        assert app.send(entry(pain=6), walk(), batch=1).json()["checkpoint"]["seq"] == 2

    def test_a_batch_of_nothing_but_faults_is_kept_too(self, app, ana):
        app.send(entry(pain=11), batch=4)
        assert (seq_of(ana), Client.objects.get().batch) == (0, 4)
        assert app.send(entry(pain=6), batch=3).status_code == 409


class TestWhatIsKept:
    def test_is_one_sealed_row_an_app_without_documents(self, app, ana):
        note = "the heron stood in the reeds until noon"
        for number in (1, 2):
            app.send(entry(note=f"{note} {number}"), entry(pain=11), batch=number)
        row = Client.objects.get()
        assert (row.user_id, str(row.id), row.batch) == (ana.pk, app.client, 2)
        for readable in (b"entries", b"applied", b"pain", str(TODAY).encode(), note.encode()):
            assert readable not in bytes(row.sealed)
        opened = ana.datakey.open().unseal(
            client_label(ana.pk, row.id, row.batch), bytes(row.sealed)
        )
        assert b"heron" not in opened
        assert b"applied" in opened

    def test_cannot_be_passed_off_as_another_apps_or_number(self, app, ana):
        app.send(entry(pain=6), batch=1)
        Client.objects.update(batch=2)
        answer = app.send(entry(pain=6), batch=2)
        assert answer.status_code == 503

    def test_goes_with_the_person(self, app, ana, bens_phone):
        app.push(entry(pain=6))
        App(bens_phone).push(entry(pain=6))
        ana.delete()
        assert Client.objects.count() == 1


def test_another_phone_of_the_person_goes_on_where_the_first_left_off(app, ana):
    app.send(entry(pain=6), batch=4)
    again = App(phone_of(ana))
    again.client = app.client
    assert again.send(entry(pain=6), batch=3).status_code == 409
    assert again.send(entry(1, pain=7), batch=5).json()["results"][0]["status"] == "applied"


def test_an_app_may_be_new_any_time(app):
    app.push(entry(pain=6))
    app.client, app.batch = str(uuid4()), 0
    assert app.status(entry(1, pain=7)) == ["applied"]
