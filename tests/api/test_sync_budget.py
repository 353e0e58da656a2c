"""What sync may cost: so many statements, sign-in and transaction included, however much it is."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests.api.conftest import phone_of
from tests.api.syncing import PATH, TRACKER, App, entry, gone, of, walk
from tests.conftest import NOW, TODAY, make_person

PUSH, PULL, NOT_MODIFIED = 8, 4, 3


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


def days(count, base=0, **fields):
    return [entry(base, day=TODAY - timedelta(days=back), **fields) for back in range(count)]


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 200])
class TestStatements:
    def test_of_a_push(self, phone, django_assert_max_num_queries, count):
        app = App(phone)
        for fields in ({"mood": 3}, {"mood": 4, "pain": 2}):  # new ones, then known ones
            with django_assert_max_num_queries(PUSH):
                assert app.status(*days(count, **fields)) == ["applied"] * count

    def test_of_a_push_of_all_kinds(self, phone, django_assert_max_num_queries, count):
        app = App(phone)
        app.push(of("trackers", TRACKER, name="Aura", kind="number"))
        mixed = [walk(key=str(uuid4())) for _ in range(count)]
        mixed += days(count, trackers={TRACKER: 4}, self_harm_thoughts=1)
        mixed += [gone(0, "moments", str(uuid4())), entry(pain=11)]
        with django_assert_max_num_queries(PUSH):
            app.push(*mixed)

    def test_of_a_push_that_changes_nothing(self, phone, django_assert_max_num_queries, count):
        app = App(phone)
        app.push(*days(count, mood=3))
        with django_assert_max_num_queries(PUSH - 1):
            assert app.status(*days(count, mood=3)) == ["unchanged"] * count

    def test_of_the_same_batch_again(self, phone, django_assert_max_num_queries, count):
        app = App(phone)
        app.send(*days(count, mood=3), batch=1)
        with django_assert_max_num_queries(PUSH - 2):
            app.send(*days(count, mood=3), batch=1)

    def test_of_a_pull(self, phone, django_assert_num_queries, count):
        app = App(phone)
        app.push(*days(count, mood=3))
        with django_assert_num_queries(PULL):
            assert len(app.pull(limit=1000)["documents"]) == count

    def test_of_a_pull_of_nothing_new(self, phone, django_assert_num_queries, count):
        app = App(phone)
        app.push(*days(count, mood=3))
        tag = phone.get(PATH)["ETag"]
        with django_assert_num_queries(NOT_MODIFIED):
            assert phone.get(PATH, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [1, 200])
def test_a_push_in_a_transaction_of_its_own_counts_begin_and_commit_too(
    django_assert_num_queries, count
):
    app = App(phone_of(make_person("ana@diary.example")))
    with django_assert_num_queries(PUSH):
        app.push(*days(count, mood=3))
