"""Trends, patterns and insights that have not changed cost nothing: no entry is touched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diary import vault
from diary.models import DataKey, Diary
from tests.api.conftest import keep, look, phone_of
from tests.api.test_patterns import both
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.django_db

COMPUTED = ["/api/v1/trends", "/api/v1/trends?measures=mood&bin=week", "/api/v1/patterns",
            "/api/v1/patterns?kind=symptom_pattern&limit=1", "/api/v1/insights"]  # fmt: skip
DAY = f"/api/v1/entries/{TODAY}"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(params=COMPUTED)
def path(request) -> str:
    return request.param


@pytest.fixture
def reviewed(ana) -> None:
    keep(ana, both())
    look()


def again(phone, path, tag, **more):
    return phone.get(path, headers={"If-None-Match": tag} | more)


def test_the_same_again_is_304_without_a_body(phone, reviewed, path):
    first = phone.get(path)
    for tag in (first["ETag"], f"W/{first['ETag']}", f'"other", {first["ETag"]}', "*"):
        second = again(phone, path, tag)
        assert (second.status_code, second.content) == (304, b"")
        for header in ("ETag", "Cache-Control", "Vary"):
            assert second[header] == first[header]


def test_it_opens_no_vault_and_takes_three_statements(
    phone, reviewed, path, monkeypatch, django_assert_max_num_queries
):
    tag = phone.get(path)["ETag"]

    def opened(*args):
        raise AssertionError("a value was looked at")

    monkeypatch.setattr(vault.Vault, "unseal", opened)
    monkeypatch.setattr(DataKey, "open", opened)
    with django_assert_max_num_queries(3):
        assert again(phone, path, tag).status_code == 304


CHANGES = {
    "an entry": lambda phone, ana, clock: phone.patch(DAY, {"note": "A heron."}),
    "an entry of long ago": lambda phone, ana, clock: phone.put("/api/v1/entries/2019-01-01", {}),
    "an entry gone": lambda phone, ana, clock: phone.delete(DAY),
    "a tracker": lambda phone, ana, clock: phone.post(
        "/api/v1/trackers", {"name": "Tea", "kind": "number"}
    ),
    "the next day": lambda phone, ana, clock: clock.move_to(NOW + timedelta(days=1), tick=False),
    "another time zone, where it is tomorrow": lambda phone, ana, clock: phone.patch(
        "/api/v1/me", {"time_zone": "Pacific/Kiritimati"}
    ),
    "a restored diary": lambda phone, ana, clock: Diary.objects.update(epoch=DAY_ZERO),
    "other rules": lambda phone, ana, clock: Diary.objects.update(reviewed_rules="2030.1"),
    "a review that saw more": lambda phone, ana, clock: Diary.objects.update(reviewed_seq=0),
    "a review of another day": lambda phone, ana, clock: Diary.objects.update(
        reviewed_through=TODAY + timedelta(days=1)
    ),
}
DAY_ZERO = "00000000-0000-7000-8000-000000000000"


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_may_change_the_answer_changes_its_tag(
    phone, ana, reviewed, path, change, time_machine
):
    first = phone.get(path)
    change(phone, ana, time_machine)
    second = again(phone, path, first["ETag"])
    assert second.status_code == 200
    assert second["ETag"] != first["ETag"]


def test_a_review_alone_changes_the_tag(phone, ana, path):
    """Before it nothing was found, and no entry changes with it."""
    keep(ana, both())
    before = phone.get(path)["ETag"]
    look()
    assert again(phone, path, before).status_code == 200


def test_another_language_is_another_answer(phone, reviewed, path, settings):
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    tag = phone.get(path, headers={"Accept-Language": "en"})["ETag"]
    assert again(phone, path, tag, **{"Accept-Language": "en"}).status_code == 304
    assert again(phone, path, tag, **{"Accept-Language": "de"}).status_code == 200


def test_another_question_and_another_person_have_other_tags(phone, bens_phone, ana):
    tags = [each.get(path)["ETag"] for each in (phone, bens_phone) for path in COMPUTED]
    assert len(set(tags)) == len(tags)


def test_another_phone_of_the_same_person_has_the_same_tags(phone, ana, reviewed, path):
    assert phone_of(ana).get(path)["ETag"] == phone.get(path)["ETag"]


def test_what_is_wrong_is_refused_whatever_is_known(phone, reviewed):
    for path in ("trends?bin=year", "trends?to=x", "patterns?status=x", "insights?x=1"):
        assert again(phone, f"/api/v1/{path}", "*").status_code == 422


def test_only_charts_may_be_kept_by_a_phone(phone, reviewed, path):
    answer = phone.get(path)
    if "trends" in path:
        assert answer["Cache-Control"] == "private, no-cache"
        assert {"Accept-Language", "X-Session-Token"} <= set(answer["Vary"].split(", "))
    else:
        assert answer["Cache-Control"] == "no-store"
