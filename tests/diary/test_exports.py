"""The job that writes exports: claimed once, counted first, consistent, and nothing half."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from diary import record
from diary.exports import due, parts
from diary.exports.make import make
from diary.exports.parts import Overtaken, Parts, opened
from diary.models import Export, ExportPart, Heartbeat
from diary.tasks import export as export_tick
from diary.tasks import write_export
from diary.vault import Unsealable
from tests.conftest import NOW, TODAY, days_before
from tests.diary.exporting import ask, export_of, exported, unpacked, whole_of, write_all
from tests.diary.keeping import HURT, keep, vault_of

pytestmark = pytest.mark.django_db(transaction=True)

MEBIBYTE = 2**20


def elsewhere(do):
    """What somebody else does meanwhile, on their own connection."""

    def on_its_own():
        try:
            done.append(do())
        finally:
            connections.close_all()

    done = []
    thread = threading.Thread(target=on_its_own)
    thread.start()
    thread.join(20)
    return done[0]


def after(seconds):
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def breaking(monkeypatch):
    """The next attempts break where the first document is written."""

    def break_(*args):
        raise RuntimeError("a fault")

    monkeypatch.setattr(Parts, "count", break_)
    return monkeypatch


class TestClaims:
    def test_take_the_one_that_waits_longest_and_as_many_as_may_be(self, ana, ben, settings):
        first, second = ask(ben, now=NOW), ask(ana, now=after(1))
        assert [claim.export_id for claim in due.claim(after(2))] == [first.id]
        assert due.claim(after(2)) == []
        settings.EXPORTS_AT_ONCE = 2
        assert [claim.export_id for claim in due.claim(after(2))] == [second.id]

    def test_pass_over_what_another_looks_at_just_now(self, ana):
        ask(ana)
        connection.set_autocommit(False)
        try:
            Export.objects.select_for_update().get()
            assert elsewhere(lambda: due.claim(NOW)) == []
        finally:
            connection.rollback()
            connection.set_autocommit(True)
        assert len(due.claim(NOW)) == 1

    def test_are_over_with_their_lease(self, ana):
        ask(ana)
        due.claim(NOW)
        assert due.claim(NOW + due.LEASE) == []
        assert len(due.claim(after(due.LEASE.seconds + 1))) == 1

    def test_take_nothing_that_is_ready_failed_or_over(self, ana):
        ask(ana)
        for state in ("ready", "failed"):
            Export.objects.update(state=state)
            assert due.claim(NOW) == []
        Export.objects.update(state="queued")
        assert due.claim(NOW + timedelta(hours=24)) == []

    def test_that_come_too_late_write_nothing(self, ana):
        ask(ana)
        [claim] = due.claim(NOW)
        make(claim, after(due.LEASE.seconds + 1))
        assert export_of(ana).attempts == 0
        assert not ExportPart.objects.exists()


class TestAttempts:
    def test_are_counted_before_anything_is_written(self, ana, breaking):
        keep(ana, {TODAY: HURT})
        ask(ana)
        with pytest.raises(RuntimeError):
            write_all()
        assert (export_of(ana).attempts, export_of(ana).state) == (1, "queued")
        breaking.undo()
        assert write_all() == 0  # it waits a little
        assert write_all(after(5)) == 1
        assert export_of(ana).state == "ready"
        assert unpacked(whole_of(ana))

    def test_are_three_and_then_it_has_failed(self, ana, breaking):
        keep(ana, {TODAY: HURT})
        ask(ana)
        for seconds in (0, 5, 30):
            with pytest.raises(RuntimeError):
                write_all(after(seconds))
        write_all(after(120))
        export = export_of(ana)
        assert (export.state, export.attempts, export.lease_token) == ("failed", 3, None)
        assert due.claim(after(1_000)) == []

    def test_of_a_worker_that_dies_count_too(self, ana, ben):
        ask(ana)
        for number in range(due.ATTEMPTS):
            [claim] = due.claim(after(100 * number))
            assert due.begin(claim, after(100 * number))  # and nothing more is heard of it
        ask(ben, now=after(400))
        assert write_all(after(400)) == 2
        assert (export_of(ana).state, export_of(ben).state) == ("failed", "ready")

    def test_of_a_task_that_comes_twice_are_one(self, ana, monkeypatch):
        """The broker brings a task again that it takes for lost, while the first still writes."""
        keep(ana, {TODAY: HURT})
        ask(ana)
        [claim] = due.claim(NOW)
        again = []

        def come_again(self):
            again.append(elsewhere(lambda: due.begin(claim, NOW)))

        monkeypatch.setattr(Parts, "count", come_again)
        make(claim, NOW)
        assert again == [None, None]  # in the JSON and in its sheet
        assert (export_of(ana).state, export_of(ana).attempts) == ("ready", 1)

    def test_leave_nothing_to_the_next_one(self, ana, monkeypatch):
        keep(ana, dict.fromkeys(days_before(TODAY, 100), HURT))
        ask(ana)
        monkeypatch.setattr(parts, "PART", 100)
        monkeypatch.setattr(Parts, "finish", lambda self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_all()
        assert ExportPart.objects.count() > 1
        monkeypatch.undo()
        write_all(after(5))
        [part] = ExportPart.objects.all()
        assert (part.number, part.last) == (0, True)


class TestWhoeverWasOvertaken:
    def test_writes_nothing_more(self, ana, monkeypatch):
        keep(ana, {TODAY: HURT})
        ask(ana)
        monkeypatch.setattr(parts, "TOLD_EVERY", 0.0)
        another, count = uuid4(), Parts.count

        def overtake(self):
            elsewhere(lambda: Export.objects.update(lease_token=another))
            count(self)

        monkeypatch.setattr(Parts, "count", overtake)
        write_all()
        export = export_of(ana)
        assert (export.state, export.lease_token, export.size) == ("running", another, None)
        assert not ExportPart.objects.exists()

    def test_cannot_add_a_part_nor_finish(self, ana):
        ask(ana)
        [claim] = due.claim(NOW)
        _, claim = due.begin(claim, NOW)
        file = Parts(claim, vault_of(ana), NOW)
        Export.objects.update(lease_token=uuid4())
        with pytest.raises(Overtaken):
            file.write(os.urandom(2 * parts.PART))
        with pytest.raises(Overtaken):
            file.finish()
        file.close()
        assert not ExportPart.objects.exists()

    def test_by_the_end_of_the_account_stops_quietly(self, ana, monkeypatch):
        keep(ana, {TODAY: HURT})
        ask(ana)
        monkeypatch.setattr(parts, "TOLD_EVERY", 0.0)
        count = Parts.count

        def remove(self):
            elsewhere(lambda: call_command("remove_person", ana.email))
            count(self)

        monkeypatch.setattr(Parts, "count", remove)
        assert write_all() == 1
        assert not Export.objects.exists()
        assert not ExportPart.objects.exists()


def test_the_diary_is_written_as_it_stood_at_one_instant(ana, monkeypatch):
    """Entries come before activities: what is added between the two is in neither."""
    keep(ana, {TODAY: HURT})
    walk = {"date": TODAY.isoformat(), "kind": "walk"}
    changes = [record.Change("activities", str(uuid4()), walk)]
    count = Parts.count

    def write_meanwhile(self):
        if changes:
            change = changes.pop()
            vault = vault_of(ana)
            elsewhere(lambda: record.write(vault, [change], now=NOW))
        count(self)

    monkeypatch.setattr(Parts, "count", write_meanwhile)
    whole = exported(ana)
    assert not changes
    assert (len(whole["entries"]), whole["activities"]) == (1, [])
    assert len(exported(ana, after(1))["activities"]) == 1


def test_its_progress_can_be_watched(ana, monkeypatch):
    keep(ana, dict.fromkeys(days_before(TODAY, 8), HURT))
    ask(ana)
    monkeypatch.setattr(parts, "TOLD_EVERY", 0.0)
    seen, count = [], Parts.count

    def watch(self):
        count(self)
        seen.append(elsewhere(lambda: Export.objects.get().progress))

    monkeypatch.setattr(Parts, "count", watch)
    write_all()
    assert seen[:8] == [number / 16 for number in range(1, 9)]  # JSON, and the sheets to come
    assert export_of(ana).progress == 1


def test_what_is_stored_shows_not_even_the_names_of_its_files(ana):
    keep(ana, {TODAY: HURT})
    exported(ana)
    for name in (b"fortnight.json", b"PK"):
        assert name in whole_of(ana)
        assert name not in bytes(ExportPart.objects.get().sealed)[:200]


class TestParts:
    @pytest.fixture
    def written(self, ana):
        """An export of two and a half parts; what went into it."""
        ask(ana)
        [claim] = due.claim(NOW)
        _, claim = due.begin(claim, NOW)
        content = os.urandom(2 * parts.PART + parts.PART // 2)
        file = Parts(claim, vault_of(ana), NOW)
        for start in range(0, len(content), 100_000):
            file.write(content[start : start + 100_000])
        file.finish()
        file.close()
        return content

    def read(self, person):
        return b"".join(opened(vault_of(person), export_of(person)))

    def test_are_of_a_mebibyte_at_most_and_make_the_whole(self, ana, written):
        rows = ExportPart.objects.order_by("number")
        assert [(row.number, row.last) for row in rows] == [(0, False), (1, False), (2, True)]
        assert all(len(row.sealed) <= MEBIBYTE for row in rows)
        assert (self.read(ana), export_of(ana).size) == (written, len(written))

    @pytest.mark.parametrize(
        "harm",
        [
            lambda rows: rows.filter(number=2).delete(),
            lambda rows: rows.filter(number=1).delete(),
            lambda rows: rows.filter(number=0).update(last=True),
            lambda rows: rows.filter(number=1).update(last=True),
            lambda rows: rows.filter(number=0).update(sealed=rows.get(number=1).sealed),
            lambda rows: rows.filter(number=2).update(sealed=rows.get(number=1).sealed, last=True),
        ],
        ids=["cut off", "a hole", "one is all", "two are all", "twice", "the end made up"],
    )
    def test_that_were_tampered_with_do_not_open(self, ana, written, harm):
        harm(ExportPart.objects.all())
        with pytest.raises(Unsealable):
            self.read(ana)

    def test_of_another_export_do_not_open_in_its_place(self, ana, written):
        ExportPart.objects.update(export=(other := ask(ana, now=after(1))).id)
        with pytest.raises(Unsealable):
            b"".join(opened(vault_of(ana), other))


class TestWhatIsOver:
    def test_is_taken_away_with_its_parts_and_nothing_else(self, ana, ben):
        ask(ana)
        ask(ben, now=after(60))
        write_all(after(60))
        assert due.take_away(after(24 * 3_600 - 1)) == 0
        assert due.take_away(after(24 * 3_600)) == 1
        assert set(Export.objects.values_list("user_id", flat=True)) == {ben.pk}
        assert set(ExportPart.objects.values_list("user_id", flat=True)) == {ben.pk}
        assert unpacked(whole_of(ben))

    def test_goes_with_the_account_at_once(self, ana, ben):
        for person in (ana, ben):
            ask(person)
            write_all()
        ana.delete()
        assert set(ExportPart.objects.values_list("user_id", flat=True)) == {ben.pk}


class TestTheTick:
    def test_tells_a_worker_three_ids_and_no_more(self, ana, monkeypatch):
        told = []
        monkeypatch.setattr(write_export, "apply_async", lambda *w, **n: told.append((w, n)))
        export = ask(ana, now=timezone.now())
        export_tick()
        export.refresh_from_db()
        ids = (str(export.lease_token), str(ana.pk), str(export.id))
        assert told == [((ids,), {"queue": "exports"})]
        export_tick()
        assert len(told) == 1
        assert Heartbeat.objects.filter(name="export").exists()
        write_export(*ids)
        assert export_of(ana).state == "ready"

    def test_takes_away_what_is_over(self, ana):
        ask(ana, now=timezone.now() - timedelta(hours=24))
        export_tick()
        assert not Export.objects.exists()

    def test_is_made_without_celery_too(self, ana, ben):
        for person in (ana, ben):
            ask(person, now=timezone.now())
        call_command("dispatch")
        call_command("dispatch")
        assert {export_of(person).state for person in (ana, ben)} == {"ready"}
