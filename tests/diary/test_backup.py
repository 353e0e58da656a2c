"""Backups: whole or not at all, for nobody else to read, and of no use against those who left."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from contextlib import closing
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.module_loading import import_string

from diary import record
from diary import restore as restoring
from diary.erasure import erase
from diary.models import DataKey, Diary, Person, Reminder
from diary.reminders.fan import fan
from diary.reminders.plan import plan
from tests.api.conftest import phone_of
from tests.api.syncing import App, entry
from tests.conftest import NOW, TODAY, make_person, sign_in
from tests.diary.backups import archives
from tests.diary.keeping import diary_of, keep, vault_of
from tests.diary.living import everything
from tests.diary.reminders.reminding import at, carry, occurrences, pass_time, remind, told

pytestmark = pytest.mark.django_db(transaction=True)

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def own_database(transactional_db):
    """A database of this test alone, empty, with every table: a restore replaces all of it."""
    name = connection.settings_dict["NAME"]
    connection.close()
    with another("postgres") as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}_copy" WITH (FORCE)')
        # A template may have no other users, such as a thread of a test that has not ended.
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        server.execute(f'CREATE DATABASE "{name}_copy" TEMPLATE "{name}"')
    connection.settings_dict["NAME"] = f"{name}_copy"
    yield connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    with another("postgres") as server:
        server.execute(f'DROP DATABASE "{name}_copy" WITH (FORCE)')


def another(name: str):
    """A connection beside Django's own, as another process has one."""
    known = connection.settings_dict
    other = psycopg.connect(
        host=known["HOST"], port=known["PORT"], user=known["USER"], password=known["PASSWORD"],
        dbname=name, autocommit=True, application_name="fortnight",
    )  # fmt: skip
    return closing(other)


@pytest.fixture(autouse=True)
def noon(own_database, time_machine):
    time_machine.move_to(NOW, tick=False)
    return time_machine


@pytest.fixture
def ana(own_database):
    return make_person("ana@diary.example")


@pytest.fixture
def ben(own_database):
    return make_person("ben@diary.example")


@pytest.fixture
def base(tmp_path):
    return tmp_path / "backups"


def back_up(base) -> str:
    told = StringIO()
    call_command("backup", str(base), stdout=told)
    return told.getvalue()


def restore(base, **more) -> str:
    told = StringIO()
    call_command("restore", str(base), stdout=told, **more)
    return told.getvalue()


def pain_of(person, day=TODAY):
    return record.read(vault_of(person), "entries", day.isoformat()).fields.get("pain")


def contents(dump) -> str:
    tool = import_string(settings.POSTGRES_TOOL)("pg_restore")
    return subprocess.run([tool, "-f", "-", dump], capture_output=True, text=True).stdout


class TestABackup:
    def test_holds_the_diaries_in_one_place_and_the_keys_in_another(self, ana, base):
        keep(ana, {TODAY: {"pain": 4}})
        back_up(base)
        [diary], [keys] = archives(base, "diary"), archives(base, "keys")
        assert "data_key" not in contents(diary.dump)
        assert ana.email in contents(diary.dump)
        assert "COPY keys.data_key" in contents(keys.dump)
        assert contents(keys.dump).count("\nCOPY ") == 1

    def test_holds_nobodys_session(self, ana, base):
        token = sign_in(ana)
        back_up(base)
        assert Session.objects.exists()
        restore(base, over=True)
        assert not Session.objects.exists()
        [diary] = archives(base, "diary")
        assert "COPY public.django_session" not in contents(diary.dump)
        assert token.partition(".")[0] not in contents(diary.dump)

    def test_can_be_read_by_nobody_else(self, ana, base):
        back_up(base)
        for path in [base, *base.rglob("*")]:
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path

    def test_is_written_over_no_other(self, ana, base):
        back_up(base)
        before = {path: path.read_bytes() for path in base.rglob("*") if path.is_file()}
        with pytest.raises(CommandError, match="is there already"):
            back_up(base)
        after = {path: path.read_bytes() for path in base.rglob("*") if path.is_file()}
        assert before == after

    def test_keeps_keys_for_seven_days_and_says_so(self, ana, base, noon):
        back_up(base)
        noon.move_to(NOW + timedelta(days=7))
        assert "Removed" not in back_up(base)
        noon.move_to(NOW + timedelta(days=7, seconds=1))
        told = back_up(base)
        assert "keys are kept for 7 days" in told
        for manifest in (base / "keys").glob("*/manifest.json"):
            manifest.write_text("no JSON")  # they go in time all the same
        noon.move_to(NOW + timedelta(days=14, seconds=1))
        assert back_up(base).count("keys are kept for 7 days") == 1
        assert len(list((base / "keys").iterdir())) == 2
        assert len(archives(base, "diary")) == 4

    def test_that_fails_leaves_nothing_that_looks_like_one(self, ana, base, monkeypatch):
        with monkeypatch.context() as wrong:
            wrong.setitem(connection.settings_dict, "PASSWORD", "wrong")
            with pytest.raises(CommandError, match="pg_dump: "):
                back_up(base)
        assert [path for path in base.rglob("*") if path.is_file()] == []

    def test_clears_away_what_a_killed_one_left(self, ana, base):
        left = base / "diary" / "2026-03-19T12-00-00Z.new"
        left.mkdir(parents=True)
        (left / "dump").write_text("half")
        back_up(base)
        assert not left.exists()
        assert len(archives(base, "diary")) == 1

    def test_without_its_programs_says_what_to_install(self, ana, base, monkeypatch, tmp_path):
        monkeypatch.setenv("DIARY_PG_BIN", str(tmp_path))
        with pytest.raises(CommandError, match="No pg_dump was found"):
            back_up(base)


class TestARestore:
    def test_takes_the_newest_or_the_one_that_is_named_and_can_be_backed_up_itself(
        self, ana, base, noon
    ):
        keep(ana, {TODAY: {"pain": 4}})
        back_up(base)
        restore(base, over=True)
        noon.move_to(LATER)
        keep(ana, {TODAY: {"pain": 9}})
        back_up(base)
        restore(base, over=True)
        assert pain_of(ana) == 9
        restore(base, over=True, of="2026-03-20T12-00-00Z")
        assert pain_of(ana) == 4
        with pytest.raises(CommandError, match="There is no backup of a diary 2025"):
            restore(base, over=True, of="2025")

    def test_does_not_replace_people_unless_it_is_told_to(self, ana, base):
        keep(ana, {TODAY: {"pain": 4}})
        back_up(base)
        keep(ana, {TODAY: {"pain": 9}})
        with pytest.raises(CommandError, match="holds 1 people: with --over"):
            restore(base)
        assert pain_of(ana) == 9

    @pytest.mark.parametrize("kind", ["dump", "manifest.json"])
    def test_of_a_backup_that_was_changed_is_refused(self, ana, base, kind):
        back_up(base)
        [path] = (base / "diary").glob(f"*/{kind}")
        path.write_bytes(path.read_bytes()[:-9] + b"x" * 8)
        with pytest.raises(CommandError, match=r"damaged or changed|cannot be read"):
            restore(base, over=True)
        assert Person.objects.get() == ana

    def test_of_a_named_one_does_not_need_the_others(self, ana, base, noon):
        keep(ana, {TODAY: {"pain": 4}})
        back_up(base)
        [old] = archives(base, "diary")
        keep(ana, {TODAY: {"pain": 9}})
        noon.move_to(LATER, tick=False)
        back_up(base)
        archives(base, "diary")[-1].folder.joinpath("manifest.json").write_text("no JSON")
        with pytest.raises(CommandError, match="cannot be read"):
            restore(base, over=True)  # never an older one that nobody asked for
        restore(base, over=True, of=old.folder.name)
        assert pain_of(ana) == 4

    def test_of_a_newer_version_is_refused(self, ana, base):
        back_up(base)
        [path] = (base / "diary").glob("*/manifest.json")
        told = json.loads(path.read_text())
        told["migrations"].append(["diary", "0999_of_next_year"])
        path.write_text(json.dumps(told))
        with pytest.raises(CommandError, match="newer version, with diary 0999_of_next_year"):
            restore(base, over=True)

    def test_that_fails_leaves_what_was_there(self, ana, base, monkeypatch):
        keep(ana, {TODAY: {"pain": 4}})
        back_up(base)
        keep(ana, {TODAY: {"pain": 9}})
        before = everything()

        def fail(now):
            raise RuntimeError("a fault")

        monkeypatch.setattr("diary.restore.let_pass", fail)
        with pytest.raises(RuntimeError, match="a fault"):
            restore(base, over=True)
        assert everything() == before
        assert pain_of(ana) == 9

    def test_that_was_killed_is_undone_by_the_next(self, ana, base):
        keep(ana, {TODAY: {"pain": 4}})
        before = everything()
        back_up(base)
        with connection.cursor() as cursor:
            cursor.execute("ALTER SCHEMA public RENAME TO public_before_restore")
            cursor.execute("CREATE SCHEMA public")
        with pytest.raises(CommandError, match="with --over"):
            restore(base)
        assert everything() == before

    def test_that_has_succeeded_leaves_nothing_to_be_undone(self, ana, base, monkeypatch):
        """Killed in its last moment it is a restored diary, and people write on in it."""
        keep(ana, {TODAY: {"pain": 4}})
        back_up(base)
        begin_anew = restoring._begin_anew

        def killed_behind_it(now):
            begin_anew(now)
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(restoring, "_begin_anew", killed_behind_it)
            with pytest.raises(KeyboardInterrupt):
                restore(base, over=True)
        keep(ana, {TODAY: {"pain": 9}})
        with pytest.raises(CommandError, match="with --over"):
            restore(base)
        assert pain_of(ana) == 9

    def test_on_a_new_server_brings_the_keys_too(self, ana, base, own_database):
        keep(ana, {TODAY: {"pain": 4}})
        back_up(base)
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
            cursor.execute("DROP SCHEMA keys CASCADE")
        with another(own_database), pytest.raises(CommandError, match="Others use this database"):
            restore(base)
        told = restore(base)
        assert "Restored the keys of 2026-03-20 12:00" in told
        assert pain_of(ana) == 4

    def test_under_keys_of_quite_other_people_is_refused(self, ana, base):
        """Somebody was faster and signed up on the new server: nobody is removed for that."""
        back_up(base)
        erase(ana.pk, NOW)
        other = make_person("other@diary.example")
        with pytest.raises(CommandError, match="No key in the database is of anybody"):
            restore(base, over=True)
        assert Person.objects.get() == other

    def test_without_any_keys_is_refused(self, ana, base):
        back_up(base)
        shutil.rmtree(base / "keys")
        DataKey.objects.all().delete()
        with pytest.raises(CommandError, match="nothing opens"):
            restore(base, over=True)
        assert Person.objects.get() == ana


class TestWhoeverHasLeft:
    def test_is_not_brought_back_by_an_old_backup(self, ana, ben, base):
        """The erasure drill: an old dump, today's keys."""
        for person in (ana, ben):
            keep(person, {TODAY: {"pain": 4, "note": "the heron stood in the reeds"}})
        back_up(base)
        erase(ana.pk, NOW)
        told = restore(base, over=True)
        assert "Kept the keys that were there." in told
        assert "Removed 1 without a key" in told
        assert pain_of(ben) == 4
        assert Person.objects.get() == ben
        rows = [row for held in everything().values() for row in held]
        assert not [row for row in rows if str(ana.pk) in row or ana.email in row]

    def test_nothing_of_theirs_would_open(self, ana, ben, base, monkeypatch):
        keep(ana, {TODAY: {"pain": 4}})
        back_up(base)
        erase(ana.pk, NOW)
        monkeypatch.setattr("diary.restore.erase", lambda *left: True)  # it leaves them there
        restore(base, over=True)
        assert Person.objects.filter(pk=ana.pk).exists()
        with pytest.raises(DataKey.DoesNotExist):
            pain_of(ana)


class TestDevices:
    def test_begin_from_nothing_and_overwrite_nothing_newer(self, ana, ben, base):
        app = App(phone_of(ana))
        app.push(entry(pain=4))
        seen = app.pull()["checkpoint"]
        keep(ben, {TODAY: {"pain": 4}})
        Diary.objects.filter(user=ben).update(reviewed_seq=1)
        back_up(base)
        # Seen by this device alone, and lost.
        [lost] = app.push(entry(base=1, pain=6))
        restore(base, over=True)

        # Every session has ended.
        assert app.phone.get("/api/v1/me").status_code == 401
        app.phone = phone_of(ana)

        # A checkpoint of before is refused, and the diary comes anew.
        late = app.phone.get(f"/api/v1/sync?since={seen['seq']}&epoch={seen['epoch']}")
        assert late.status_code == 410
        [document] = app.phone.get("/api/v1/sync").json()["documents"]
        assert (document["pain"], document["rev"]) == (4, 1)

        # Other devices write on, so often that small revisions would meet the lost one again.
        other = App(phone_of(ana))
        rev = 1
        for pain in (1, 2, 3):
            [result] = other.push(entry(base=rev, pain=pain))
            rev = result["document"]["rev"]
        assert rev > 2**32
        [answer] = app.push(entry(base=lost["document"]["rev"], pain=9))
        assert (answer["status"], pain_of(ana)) == ("conflict", 3)

        # Due for a review is what was, and no diary besides.
        due = {who: diary_of(who).seq > diary_of(who).reviewed_seq for who in (ana, ben)}
        assert due == {ana: True, ben: False}


class TestReminders:
    def test_that_may_have_been_sent_are_not_sent_again_and_those_to_come_are_once(
        self, ana, ben, base, noon
    ):
        due, restored = at("2026-03-20 20:30"), at("2026-03-20 20:40")
        cleo = make_person("cleo@diary.example")
        for person in (ana, ben, cleo):
            carry(person, NOW, f"phone-{person.pk}")
        remind(ana, NOW)
        plan(due)
        fan(due)  # Ana's is on its way to a sender
        remind(ben, NOW)
        plan(due)  # Ben's is planned
        remind(cleo, NOW)  # Cleo's is not even that
        back_up(base)
        assert len(pass_time(due)) == 3
        noon.move_to(restored)
        restore(base, over=True)
        assert pass_time(restored) == []
        assert told(ana) == told(ben) == [("skipped", "restored")]
        assert occurrences(cleo) == []
        tomorrow = at("2026-03-21 20:30")
        assert {one.next_fire_at for one in Reminder.objects.all()} == {tomorrow}
        assert len(pass_time(tomorrow)) == 3
        assert pass_time(at("2026-03-21 20:31")) == []
