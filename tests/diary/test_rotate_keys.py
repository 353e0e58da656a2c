"""Changing the ring key while people write: nothing fails, and then the old key opens nothing."""

from __future__ import annotations

import base64
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from api.factors import Factors
from diary.checks import check_key_ring
from diary.erasure import erase
from diary.models import DataKey
from diary.models.keys import KEY_RING
from diary.rotation import Turned, rewrap_data_keys
from diary.vault import KeyRing, Unsealable
from tests.api.conftest import phone_of
from tests.api.contract import document
from tests.conftest import NOW, TODAY, make_person
from tests.diary.keeping import keep, vault_of

NEW = f"test-2 {base64.b64encode(bytes(range(32))).decode()}"
SECRETS = {"totp": ("secret", "JBSWY3DPEHPK3PXP"), "recovery_codes": ("seed", "ab" * 40)}


@pytest.fixture
def use(monkeypatch):
    """From here on every process has this ring."""

    def use(text: str) -> None:
        ring = KeyRing(text)
        monkeypatch.setattr(KEY_RING, "_ciphers", ring._ciphers)
        monkeypatch.setattr(KEY_RING, "newest", ring.newest)

    return use


def rotate() -> str:
    told = StringIO()
    call_command("rotate_keys", stdout=told)
    return told.getvalue()


def protect(person) -> None:
    for kind, (name, secret) in SECRETS.items():
        sealed = {name: Factors().encrypt(secret), "used_mask": 0}
        Authenticator.objects.create(user=person, type=kind, data=sealed)


def ring_keys() -> set[str]:
    return set(DataKey.objects.values_list("ring_key", flat=True))


@pytest.mark.django_db
def test_every_key_and_every_second_factor_goes_under_the_newest(ana, ben, use):
    for person in (ana, ben):
        keep(person, {TODAY: {"pain": 4}})
        protect(person)
    use(f"{settings.KEY_RING}\n{NEW}")
    told = rotate()
    assert "2 data keys are now under test-2." in told
    assert "4 second factors are now under test-2." in told
    use(NEW)  # the old line is taken out
    for person in (ana, ben):
        assert vault_of(person).user == person.pk
        assert keep(person, {TODAY: {"pain": 5}})
    for row in Authenticator.objects.all():
        name, secret = SECRETS[row.type]
        assert Factors().decrypt(row.data[name]) == secret


@pytest.mark.django_db
def test_a_diary_is_not_sealed_anew(ana, use):
    keep(ana, {TODAY: {"pain": 4}})
    before = bytes(ana.record_set.get().sealed)
    key_id, wrapped = ana.datakey.key_id, bytes(ana.datakey.wrapped)
    use(f"{settings.KEY_RING}\n{NEW}")
    rotate()
    after = DataKey.objects.get()
    assert bytes(ana.record_set.get().sealed) == before
    assert (after.key_id, bytes(after.wrapped) == wrapped) == (key_id, False)


@pytest.mark.django_db
def test_the_second_time_there_is_nothing_to_do(ana, use):
    protect(ana)
    use(f"{settings.KEY_RING}\n{NEW}")
    rotate()
    before = [bytes(row.wrapped) for row in DataKey.objects.all()]
    assert "0 data keys" in (told := rotate())
    assert "0 second factors" in told
    assert [bytes(row.wrapped) for row in DataKey.objects.all()] == before


@pytest.mark.django_db
def test_one_that_was_stopped_goes_on_where_it_was(use):
    for number in range(7):
        make_person(f"p{number}@diary.example")
    use(f"{settings.KEY_RING}\n{NEW}")
    stopped = rewrap_data_keys(batch=3)
    assert next(stopped) == Turned(3, 0)
    stopped.close()
    assert DataKey.objects.filter(ring_key="test-2").count() == 3
    assert "4 data keys" in rotate()


@pytest.mark.django_db
def test_what_no_line_opens_is_left_and_told(ana, ben, use):
    DataKey.objects.filter(user=ana).update(ring_key="lost")
    use(f"{settings.KEY_RING}\n{NEW}")
    with pytest.raises(CommandError, match="1 open with no key of the ring"):
        rotate()
    assert DataKey.objects.get(user=ana).ring_key == "lost"
    assert vault_of(ben)


@pytest.mark.django_db
def test_without_the_rotation_the_old_line_is_still_needed(ana, use):
    use(NEW)
    with pytest.raises(Unsealable):
        vault_of(ana)


@pytest.mark.django_db
def test_a_line_that_was_taken_out_too_soon_is_noticed_at_the_start(ana):
    assert check_key_ring(None, ["default"]) == []
    DataKey.objects.update(ring_key="spring")
    [warning] = check_key_ring(None, ["default"])
    assert warning.msg == "Keys of people are wrapped by spring, which is not in the key ring."


@pytest.mark.django_db(transaction=True)
def test_people_write_come_and_leave_meanwhile_and_nothing_fails(use):
    document()  # made once, before there are threads
    people = [make_person(f"p{number}@diary.example") for number in range(40)]
    phones = [phone_of(person) for person in people[:4]]
    leaving = people[30:]
    use(f"{settings.KEY_RING}\n{NEW}")
    rotated, started = threading.Event(), threading.Barrier(7)

    def write(phone) -> list[int]:
        told = []
        started.wait()
        for number in itertools.count():
            day = TODAY - timedelta(days=number)
            told.append(phone.put(f"/api/v1/entries/{day}", {"pain": 4}).status_code)
            told.append(phone.get(f"/api/v1/entries/{day}").status_code)
            if rotated.is_set() and number > 5:
                connection.close()
                return told
        return told

    def come() -> list[int]:
        started.wait()
        for number in itertools.count():
            make_person(f"new{number}@diary.example")
            if rotated.is_set():
                connection.close()
                return []
        return []

    def leave() -> list[int]:
        started.wait()
        for person in leaving:
            assert erase(person.pk, NOW)
        connection.close()
        return []

    with ThreadPoolExecutor(6) as pool:
        running = [pool.submit(write, phone) for phone in phones]
        running += [pool.submit(come), pool.submit(leave)]
        started.wait()
        for _ in rewrap_data_keys(batch=2):
            pass
        rotated.set()
        told = [status for one in running for status in one.result()]
    assert len(told) > 40
    assert set(told) <= {200, 201}
    assert ring_keys() == {"test-2"}
    use(NEW)
    for phone in phones:
        assert phone.get(f"/api/v1/entries/{TODAY}").json()["pain"] == 4
