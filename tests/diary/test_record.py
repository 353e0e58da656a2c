"""Writing: counters, revisions and marks, all or nothing, few statements for many as for one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from diary import record
from diary.merge import NOTHING, Status
from diary.models import Diary, Record
from diary.record import Change, write
from tests.conftest import NOW, TODAY
from tests.diary.keeping import dates_from, diary_of, keep, look, moment, vault_of

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def entry(day, fields, **how):
    return Change("entries", day.isoformat(), fields, **how)


def marks(person):
    diary = diary_of(person)
    return diary.changed_from, diary.changed_to, diary.due_since


class TestRevisions:
    def test_each_write_raises_the_counter_and_is_its_records_revision(self, ana):
        outcomes = [keep(ana, {TODAY: {"pain": pain}})[0] for pain in (6, 7)]
        assert [outcome.document.rev for outcome in outcomes] == [1, 2]
        assert diary_of(ana).seq == 2
        assert Record.objects.get(user=ana).rev == 2

    def test_a_batch_takes_a_revision_for_each_record_that_changes(self, ana):
        days = dates_from(TODAY - timedelta(days=2), 3)
        outcomes = keep(ana, {day: {"pain": 6} for day in days})
        assert [outcome.document.rev for outcome in outcomes] == [1, 2, 3]
        assert diary_of(ana).seq == 3

    def test_the_same_content_again_changes_nothing(self, ana):
        keep(ana, {TODAY: {"pain": 6, "mood": 3}})
        before, sealed = diary_of(ana), bytes(Record.objects.get(user=ana).sealed)
        [outcome] = keep(ana, {TODAY: {"mood": 3, "pain": 6}}, LATER)
        assert (outcome.status, outcome.document.rev) == (Status.UNCHANGED, 1)
        after = diary_of(ana)
        assert (after.seq, after.due_since) == (before.seq, before.due_since)
        assert bytes(Record.objects.get(user=ana).sealed) == sealed

    def test_a_revision_only_grows_over_a_deletion_too(self, ana):
        revs = [
            keep(ana, {TODAY: fields})[0].document.rev
            for fields in ({"pain": 6}, None, {"pain": 6})
        ]
        assert revs == [1, 2, 3]

    def test_deleting_what_is_not_there_stores_nothing(self, ana):
        [outcome] = keep(ana, {TODAY: None})
        assert outcome.status == Status.UNCHANGED
        assert (diary_of(ana).seq, Record.objects.count()) == (0, 0)

    def test_what_is_new_says_so_once(self, ana):
        assert [keep(ana, {TODAY: {"pain": pain}})[0].created for pain in (6, 7)] == [True, False]
        keep(ana, {TODAY: None})
        assert keep(ana, {TODAY: {"pain": 6}})[0].created

    def test_one_persons_writes_leave_anothers_diary_alone(self, ana, ben):
        keep(ana, {TODAY: {"pain": 6}})
        assert diary_of(ben).seq == 0
        assert record.read(vault_of(ben), "entries", TODAY.isoformat()) is NOTHING


class TestAWholeOrAPart:
    def test_a_part_leaves_the_other_fields(self, ana):
        keep(ana, {TODAY: {"pain": 6, "mood": 3}})
        [outcome] = keep(ana, {TODAY: {"mood": 4}}, whole=False)
        assert outcome.document.fields == {"pain": 6, "mood": 4}

    def test_a_whole_clears_what_it_does_not_name_trackers_too(self, ana):
        keep(ana, {TODAY: {"pain": 6, "note": "x", "trackers": {"a": 1}, "time_zone": "UTC"}})
        [outcome] = keep(ana, {TODAY: {"mood": 4}})
        assert outcome.document.fields == {"mood": 4}

    def test_a_condition_sees_what_is_stored_and_may_refuse(self, ana):
        keep(ana, {TODAY: {"pain": 6}})
        seen = []
        change = entry(TODAY, {"pain": 7}, condition=lambda stored: seen.append(stored.rev))
        [outcome] = write(vault_of(ana), [change], now=NOW)
        assert (outcome.status, seen) == (Status.REFUSED, [1])
        assert record.read(vault_of(ana), "entries", TODAY.isoformat()).fields == {"pain": 6}


class TestABatch:
    def test_is_judged_in_its_order(self, ana):
        changes = [entry(TODAY, {"pain": 6}), entry(TODAY, None), entry(TODAY, {"mood": 3})]
        outcomes = write(vault_of(ana), changes, now=NOW)
        assert [outcome.status for outcome in outcomes] == [Status.APPLIED] * 3
        assert outcomes[2].document.rev == 3
        assert record.read(vault_of(ana), "entries", TODAY.isoformat()).fields == {"mood": 3}

    def test_that_fails_in_the_middle_stores_nothing(self, ana):
        def fail(stored):
            raise RuntimeError("a fault")

        changes = [entry(TODAY, {"pain": 6}), entry(TODAY, {"pain": 7}, condition=fail)]
        with pytest.raises(RuntimeError):
            write(vault_of(ana), changes, now=NOW)
        assert (diary_of(ana).seq, Record.objects.count()) == (0, 0)

    def test_that_fails_at_its_very_end_stores_nothing(self, ana, monkeypatch):
        def fail(*marks):
            raise RuntimeError("a fault")

        monkeypatch.setattr(record, "_mark", fail)
        with pytest.raises(RuntimeError):
            keep(ana, {TODAY: {"pain": 6}})
        assert (diary_of(ana).seq, Record.objects.count()) == (0, 0)

    @pytest.mark.parametrize("count", [1, 200])
    def test_takes_six_statements_at_most(self, ana, count):
        vault = vault_of(ana)
        days = dates_from(TODAY - timedelta(days=count), count)
        for pain in (6, 7):
            with CaptureQueriesContext(connection) as statements:
                write(vault, [entry(day, {"pain": pain}) for day in days], now=NOW)
            assert len(statements) <= 6
        assert diary_of(ana).seq == 2 * count


class TestMarks:
    def test_a_write_marks_its_dates_and_since_when_it_waits(self, ana):
        early, late = TODAY - timedelta(days=40), TODAY - timedelta(days=10)
        keep(ana, {late: {"pain": 6}, early: {"pain": 6}})
        assert marks(ana) == (early, late, NOW)

    def test_marks_widen_and_the_oldest_wait_counts(self, ana):
        earliest, latest = TODAY - timedelta(days=20), TODAY - timedelta(days=1)
        between = TODAY - timedelta(days=10)
        for now, day in [(NOW, between), (LATER, earliest), (LATER, latest), (LATER, between)]:
            keep(ana, {day: {"pain": 6, "note": str(now)}}, now)
        keep(ana, {TODAY: None}, LATER)  # there was nothing to delete
        assert marks(ana) == (earliest, latest, NOW)

    def test_a_deletion_marks_its_date(self, ana):
        keep(ana, {TODAY - timedelta(days=5): {"pain": 6}})
        look()
        assert marks(ana) == (None, None, None)
        keep(ana, {TODAY - timedelta(days=5): None}, LATER)
        assert marks(ana) == (TODAY - timedelta(days=5), TODAY - timedelta(days=5), LATER)

    def test_what_clashes_wholly_marks_nothing(self, ana):
        keep(ana, {TODAY: {"pain": 6}}, client="phone")
        look()
        write(vault_of(ana), [entry(TODAY, {"pain": 7}, base=0)], client="tablet", now=LATER)
        assert marks(ana) == (None, None, None)

    def test_what_no_review_reads_raises_the_counter_and_marks_no_date(self, ana):
        write(
            vault_of(ana),
            [Change("activities", "a", {"date": "2026-03-20", "kind": "walk"})],
            now=NOW,
        )
        assert marks(ana) == (None, None, NOW)
        assert diary_of(ana).seq == 1

    def test_a_moment_that_moves_marks_where_it_was_and_where_it_is(self, ana):
        there, here = TODAY - timedelta(days=30), TODAY
        write(vault_of(ana), [moment("m", there, {"pain": 6})], now=NOW)
        look()
        write(vault_of(ana), [moment("m", here, {"pain": 6.5})], now=NOW)
        assert marks(ana)[:2] == (there, here)

    def test_a_deleted_moment_marks_where_it_was_and_keeps_no_date(self, ana):
        there = TODAY - timedelta(days=30)
        write(vault_of(ana), [moment("m", there, {"pain": 6})], now=NOW)
        look()
        write(vault_of(ana), [moment("m", None, None)], now=NOW)
        assert marks(ana)[:2] == (there, there)
        assert Record.objects.get(user=ana, key="m").date is None

    def test_a_deleted_entry_keeps_its_date(self, ana):
        keep(ana, {TODAY: {"pain": 6}})
        keep(ana, {TODAY: None})
        assert Record.objects.get(user=ana).date == TODAY

    def test_a_write_lifts_a_quarantine(self, ana):
        Diary.objects.filter(user=ana).update(quarantined_at=NOW, attempts=5)
        keep(ana, {TODAY: {"pain": 6}})
        assert (diary_of(ana).quarantined_at, diary_of(ana).attempts) == (None, 0)


class TestReading:
    def test_between_two_dates_newest_first_without_deleted_ones(self, ana):
        days = dates_from(date(2026, 1, 1), 6)
        keep(ana, {day: {"pain": number} for number, day in enumerate(days)})
        keep(ana, {days[3]: None})
        read = record.between(vault_of(ana), "entries", days[1], days[4])
        assert [(day, document.fields["pain"]) for day, document in read] == [
            (days[4], 4), (days[2], 2), (days[1], 1),
        ]  # fmt: skip
        assert record.between(vault_of(ana), "entries", days[0], days[5], most=2)[1][0] == days[4]

    def test_the_first_date_is_that_of_the_first_entry_that_is_there(self, ana):
        assert record.first_date(vault_of(ana), "entries") is None
        days = dates_from(date(2026, 1, 1), 3)
        keep(ana, {day: {"pain": 6} for day in days})
        keep(ana, {days[0]: None})
        assert record.first_date(vault_of(ana), "entries") == days[1]
