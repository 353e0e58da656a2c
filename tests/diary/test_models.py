"""The tables: keyed by person, open-ended, keys apart, and as the migrations make them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from diary.feedback import Opinion, keep_feedback
from diary.models import (
    Access,
    Channel,
    Client,
    DataKey,
    Delivery,
    Device,
    DeviceAddress,
    Diary,
    Export,
    ExportPart,
    Feedback,
    Heartbeat,
    Mark,
    NotificationSettings,
    Occurrence,
    Pattern,
    Person,
    Record,
    Reminder,
    ReportedZone,
    Review,
)
from diary.models.diary import ASLEEP, FIRST_DATE, last_date
from tests.conftest import NOW, TODAY
from tests.diary.keeping import HURT, keep, look

OURS = list(apps.get_app_config("diary").get_models())
OF_NOBODY = {Heartbeat, Channel, Mark}
OF_A_PERSON = [table for table in OURS if table not in {Person, *OF_NOBODY}]
# What sort of a reminder it is may be read, when it fires as well; its words are sealed.
REMINDING = {
    Reminder, Occurrence, Delivery, Device, DeviceAddress, NotificationSettings, ReportedZone,
}  # fmt: skip


def primary_key(table):
    """The columns of a table's primary key, in their order, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_index JOIN pg_attribute ON attrelid = indrelid"
            " AND attnum = ANY (indkey) WHERE indrelid = %s::regclass AND indisprimary"
            " ORDER BY array_position(indkey, attnum)",
            [table._meta.db_table],
        )
        return [column for (column,) in cursor.fetchall()]


@pytest.mark.django_db
class TestTables:
    def test_there_are_no_others(self):
        diary = {Client, DataKey, Diary, Feedback, Pattern, Person, Record, Review}
        assert {*OURS} == diary | REMINDING | OF_NOBODY | {Access, Export, ExportPart}

    @pytest.mark.parametrize("table", OF_A_PERSON, ids=lambda table: table.__name__)
    def test_every_key_begins_with_the_person(self, table):
        # An address is looked up to learn whose it is; the device itself lies with its person.
        first = "platform" if table is DeviceAddress else "user_id"
        assert primary_key(table)[0] == first

    def test_a_records_key_is_person_collection_and_key(self):
        assert primary_key(Record) == ["user_id", "collection", "key"]

    def test_no_index_knows_what_a_claim_writes(self):
        """Else each claim, and each look of the fence, would write to all of them."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_indexdef(indexrelid), reloptions FROM pg_index"
                " JOIN pg_class ON pg_class.oid = indrelid WHERE indrelid = 'delivery'::regclass"
            )
            indexes, options = zip(*cursor.fetchall(), strict=True)
        assert {*map(tuple, options)} == {("fillfactor=50",)}  # room for the new version
        written = ("state", "lease", "attempts")
        assert not [index for index in indexes if any(word in index for word in written)]

    def test_a_persons_key_is_the_person(self):
        assert primary_key(Person) == ["id"]

    @pytest.mark.parametrize("table", OF_A_PERSON, ids=lambda table: table.__name__)
    def test_nothing_of_one_person_can_collide_with_anothers(self, table):
        unique = [field for field in table._meta.fields if field.unique and not field.primary_key]
        assert unique == []

    @pytest.mark.parametrize("table", OURS, ids=lambda table: table.__name__)
    def test_no_column_lists_its_choices(self, table):
        assert [field.name for field in table._meta.fields if field.choices] == []

    @pytest.mark.parametrize("table", OURS, ids=lambda table: table.__name__)
    def test_no_column_could_hold_a_value_in_clear(self, table):
        readable = {field.name for field in table._meta.fields} & {
            "pain", "mood", "note", "fields", "evidence", "kind", "status", "document",
            "verdict",
        }  # fmt: skip
        assert readable <= ({"kind"} if table in REMINDING else set())
        assert not any(isinstance(field, models.JSONField) for field in table._meta.fields)

    def test_keys_lie_in_a_schema_of_their_own_with_nothing_else(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'keys'")
            assert cursor.fetchall() == [("data_key",)]
            cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename = 'data_key'")
            assert cursor.fetchone() == (1,)

    def test_either_side_of_the_keys_can_be_restored_alone(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_constraint WHERE contype = 'f'"
                " AND 'keys.data_key'::regclass IN (conrelid, confrelid)"
            )
            assert cursor.fetchone() == (0,)

    def test_the_migrations_make_these_tables_and_no_others(self):
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)

    @pytest.mark.parametrize("table", OURS, ids=lambda table: table.__name__)
    def test_a_row_prints_its_key_and_no_value(self, table, ana):
        keep(ana, {TODAY: HURT})
        look()
        keep_feedback(ana.datakey.open(), ana.pk, Opinion("unsure"))
        row = table(name="look_over") if table in OF_NOBODY else table.objects.first()
        if row:
            assert str(row).split()[-1] in {str(ana.pk), "look_over"}


@pytest.mark.django_db
class TestAPerson:
    def test_begins_with_an_empty_diary_and_a_key(self):
        person = Person.objects.begin("Carla@Diary.Example", "a long sentence", time_zone="UTC")
        assert person.email == "carla@diary.example"
        assert (person.diary.seq, person.diary.reviewed_through) == (0, ASLEEP)
        assert person.datakey.open().user == person.pk

    def test_begins_wholly_or_not_at_all(self, monkeypatch):
        def fail(*row):
            raise RuntimeError("a fault")

        monkeypatch.setattr(DataKey.objects, "make", fail)
        with pytest.raises(RuntimeError):
            Person.objects.begin("carla@diary.example", None)
        assert (Person.objects.count(), Diary.objects.count()) == (0, 0)

    def test_has_an_address_of_their_own(self, ana):
        with pytest.raises(IntegrityError), transaction.atomic():
            Person.objects.begin(ana.email.upper(), None)

    def test_opens_vaults_of_those_asked_for_alone(self, ana, ben):
        assert DataKey.objects.open_all([ana.pk]).keys() == {ana.pk}
        assert DataKey.objects.open_all([]) == {}


class TestTheLastDate:
    @pytest.mark.parametrize(
        ("hour", "date"), [(9, "2026-03-20"), (10, "2026-03-21"), (23, "2026-03-21")]
    )
    def test_is_that_of_where_a_day_begins_first(self, hour, date):
        assert str(last_date(datetime(2026, 3, 20, hour, tzinfo=UTC))) == date

    def test_lies_between_the_first_and_never(self):
        assert FIRST_DATE < last_date(NOW) < ASLEEP - timedelta(days=1)
