"""What lies in the database: nothing that can be read, nothing that can be moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from diary import record
from diary.models import DataKey, Pattern, Record, Review
from diary.series import read_days
from diary.vault import Unsealable
from tests.conftest import TODAY
from tests.diary.keeping import HURT, LOW, dates_from, keep, look, told, vault_of

pytestmark = pytest.mark.django_db

CANARY = "kanarienvogel"
YESTERDAY = TODAY - timedelta(days=1)


def read(person, day=TODAY):
    return record.read(vault_of(person), "entries", day.isoformat())


def move(person, **to):
    """Relabel the person's record of today, as somebody with the database in hand could."""
    assert Record.objects.filter(user=person, date=TODAY).update(**to) == 1


def everything_stored():
    """Every row of every table, as text, binary columns in hex and in plain."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)"
            " FROM information_schema.tables WHERE table_schema IN ('public', 'keys')"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            for (row,) in cursor.fetchall():
                yield row
    for table in (Record, Review, Pattern):
        for sealed in table.objects.values_list("sealed", flat=True):
            yield bytes(sealed).decode("latin-1")


def test_no_stored_row_holds_a_word_or_a_name_of_a_field(ana):
    days = dates_from(TODAY - timedelta(days=60), 61)
    keep(ana, {day: LOW | HURT | {"note": CANARY} for day in days})
    look()
    assert told(ana)
    stored = list(everything_stored())
    assert len(stored) > 60
    for word in (CANARY, CANARY.encode().hex(), "low_mood", "pain", "symptom_pattern", "opened_on"):
        assert not [row for row in stored if word in row and "migrat" not in row], word


MOVES = {
    "another date": {"date": YESTERDAY},
    "no date": {"date": None},
    "another day's key": {"key": YESTERDAY.isoformat()},
    "another collection": {"collection": "moments"},
    "deleted": {"deleted": True},
    "a later revision": {"rev": F("rev") + 1},
}


@pytest.mark.parametrize("to", MOVES.values(), ids=MOVES)
def test_a_row_that_was_relabelled_is_refused_on_reading(ana, to):
    keep(ana, {TODAY: HURT})
    move(ana, **to)
    row = Record.objects.get(user=ana)
    with pytest.raises(Unsealable):
        record.read(vault_of(ana), row.collection, row.key)


def test_a_row_given_to_another_person_is_refused(ana, ben):
    keep(ana, {TODAY: HURT})
    move(ana, user=ben)
    with pytest.raises(Unsealable):
        read(ben)


def test_two_rows_whose_values_were_swapped_are_both_refused(ana):
    keep(ana, {TODAY: HURT, YESTERDAY: LOW})
    values = dict(Record.objects.filter(user=ana).values_list("date", "sealed"))
    Record.objects.filter(user=ana, date=TODAY).update(sealed=values[YESTERDAY])
    Record.objects.filter(user=ana, date=YESTERDAY).update(sealed=values[TODAY])
    for day in (TODAY, YESTERDAY):
        with pytest.raises(Unsealable):
            read(ana, day)


def test_a_review_refuses_a_row_that_was_moved_too(ana):
    keep(ana, {TODAY: HURT})
    move(ana, date=YESTERDAY)
    with pytest.raises(Unsealable):
        read_days({ana.pk: vault_of(ana)}, [ana.pk], YESTERDAY)


def test_what_a_review_sealed_is_bound_to_its_person_and_counter(ana):
    keep(ana, {TODAY: HURT})
    look()
    Review.objects.filter(user=ana).update(seq=F("seq") + 1)
    keep(ana, {TODAY: LOW})
    with pytest.raises(Unsealable):
        look()


def test_a_write_does_not_paper_over_a_row_that_does_not_open(ana):
    keep(ana, {TODAY: HURT})
    move(ana, rev=7)
    with pytest.raises(Unsealable):
        keep(ana, {TODAY: LOW})
    assert Record.objects.get(user=ana).rev == 7


def test_without_its_key_a_diary_is_lost_for_good(ana):
    keep(ana, {TODAY: HURT})
    DataKey.objects.filter(user=ana).delete()
    DataKey.objects.make(ana.pk)
    with pytest.raises(Unsealable):
        read(ana)


def test_another_persons_vault_finds_no_row_and_opens_none(ana, ben):
    keep(ana, {TODAY: HURT})
    assert record.read(vault_of(ben), "entries", TODAY.isoformat()).deleted
    with pytest.raises(Unsealable):
        read_days({ana.pk: vault_of(ben)}, [ana.pk], TODAY)
