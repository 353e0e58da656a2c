"""Commands for operators: people made and taken out, files read in."""

from __future__ import annotations

from datetime import date
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command

from diary import record
from diary.models import DataKey, Diary, Pattern, Person, Record, Review
from tests.conftest import NOW, TODAY, days_before, phone_of, sign_in
from tests.diary.keeping import LOW, diary_of, keep, look, vault_of

pytestmark = pytest.mark.django_db

CARLA = "carla@diary.example"


def run(*words, **options):
    said = StringIO()
    call_command(*words, stdout=said, **options)
    return said.getvalue()


class TestAddPerson:
    def test_makes_a_verified_account_with_an_empty_diary_and_a_key(self):
        said = run("add_person", CARLA, password="a long sentence", time_zone="Asia/Kathmandu")
        carla = Person.objects.get(email=CARLA)
        assert said == f"Made {CARLA}, in Asia/Kathmandu.\n"
        assert carla.check_password("a long sentence")
        assert EmailAddress.objects.get(user=carla).verified
        assert (carla.diary.time_zone, carla.diary.seq) == ("Asia/Kathmandu", 0)
        assert vault_of(carla).user == carla.pk

    def test_lives_in_utc_unless_told(self):
        run("add_person", CARLA, password="a long sentence")
        assert Person.objects.get(email=CARLA).diary.time_zone == "UTC"

    def test_knows_an_address_in_any_case(self):
        run("add_person", "Carla@Diary.Example", password="a long sentence")
        assert Person.objects.get().email == CARLA
        with pytest.raises(CommandError, match="already"):
            run("add_person", "CARLA@diary.example", password="another sentence")

    @pytest.mark.parametrize(
        ("email", "time_zone", "says"),
        [
            ("carla", "UTC", "carla is no e-mail address"),
            (CARLA, "Europe/Atlantis", "There is no time zone Europe/Atlantis"),
            (CARLA, "../../etc/passwd", "There is no time zone"),
            (CARLA, "localtime", "There is no time zone"),
        ],
    )
    def test_refuses_what_cannot_be_and_makes_nobody(self, email, time_zone, says):
        with pytest.raises(CommandError, match=says):
            run("add_person", email, password="a long sentence", time_zone=time_zone)
        assert not Person.objects.exists()


class TestRemovePerson:
    def test_leaves_no_row_of_theirs_and_all_of_anothers(self, ana, ben):
        for person in (ana, ben):
            keep(person, dict.fromkeys(days_before(TODAY, 20), LOW))
        look()
        assert run("remove_person", ana.email) == f"Removed {ana.email}.\n"
        for table in (Diary, DataKey, Record, Review, Pattern):
            left = set(table.objects.values_list("user_id", flat=True))
            assert left == {ben.pk}, table
        assert list(Person.objects.all()) == [ben]
        assert list(EmailAddress.objects.values_list("user_id", flat=True)) == [ben.pk]

    def test_ends_their_sessions_and_nobody_elses(self, ana, ben):
        phones = {person.pk: phone_of(person) for person in (ana, ben)}
        for person in (ana, ben):
            key = sign_in(person).rpartition(".")[0]
            UserSession.objects.create(user=person, session_key=key, ip="127.0.0.1", user_agent="t")
        run("remove_person", ana.email.upper())
        assert phones[ana.pk].get("/api/v1/me").status_code == 401
        assert phones[ben.pk].get("/api/v1/me").status_code == 200
        kept = UserSession.objects.values_list("session_key", flat=True)
        assert Session.objects.filter(session_key__in=list(kept)).count() == 1

    def test_refuses_somebody_who_is_not_there(self):
        with pytest.raises(CommandError, match="no person with the address nobody@"):
            run("remove_person", "nobody@diary.example")


class TestImport:
    @pytest.fixture
    def file(self, tmp_path):
        file = tmp_path / "days.csv"
        file.write_text("date,pain,mood\n2026-03-01,4.25,\n2026-03-02,5,6\n")
        return file

    @pytest.fixture(autouse=True)
    def _today(self, time_machine):
        time_machine.move_to(NOW, tick=False)

    def bring_in(self, person, file):
        return run("import", str(file), format="days-csv", email=person.email)

    def test_writes_the_days_of_a_file(self, ana, file):
        assert self.bring_in(ana, file) == f"Imported 2 days for {ana.email}.\n"
        days = record.between(vault_of(ana), "entries", date(2026, 1, 1), TODAY)
        assert [(day.day, document.fields) for day, document in days] == [
            (2, {"pain": 5, "mood": 6}), (1, {"pain": 4.3}),
        ]  # fmt: skip
        assert diary_of(ana).changed_from == date(2026, 3, 1)

    def test_changes_nothing_the_second_time(self, ana, file):
        self.bring_in(ana, file)
        assert self.bring_in(ana, file) == f"Imported 0 days for {ana.email}.\n"
        assert diary_of(ana).seq == 2

    def test_leaves_what_people_entered_themselves(self, ana, file):
        keep(ana, {date(2026, 3, 2): {"pain": 9}})
        self.bring_in(ana, file)
        kept = record.read(vault_of(ana), "entries", "2026-03-02")
        assert kept.fields == {"pain": 9, "mood": 6}

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("date,pain\n2026-03-01,4\n2026-03-02,11\n", "line 3: pain is not within 0–10"),
            ("date,pain\n2026-03-01,4\n1999-12-31,4\n", "1999-12-31 is before 2000"),
            ("date,pain\n2026-03-22,4\n", "2026-03-22 is before 2000 or in the future"),
        ],
        ids=["out of range", "before 2000", "in the future"],
    )
    def test_of_a_bad_file_imports_nothing_and_says_where(self, ana, file, text, says):
        file.write_text(text)
        with pytest.raises(CommandError) as refusal:
            self.bring_in(ana, file)
        assert says in str(refusal.value)
        assert str(refusal.value).endswith("Nothing was imported.")
        assert diary_of(ana).seq == 0

    def test_takes_the_day_that_it_is_already_somewhere(self, ana, file):
        file.write_text("date,pain\n2026-03-21,4\n")
        assert self.bring_in(ana, file).startswith("Imported 1 days")

    def test_refuses_a_person_who_is_not_there_and_a_file_that_is_not(self, ana, file, tmp_path):
        with pytest.raises(CommandError, match="no person with the address"):
            run("import", str(file), format="days-csv", email="nobody@diary.example")
        for missing in (tmp_path / "none.csv", tmp_path):
            with pytest.raises(CommandError, match="cannot be read"):
                self.bring_in(ana, missing)

    def test_refuses_a_format_that_it_does_not_read(self, ana, file):
        with pytest.raises(CommandError, match="invalid choice"):
            run("import", str(file), "--format", "xlsx", "--for", ana.email)
