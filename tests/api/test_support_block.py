"""Help in the same answer: where thoughts of self-harm stand in a day, and for anybody who asks."""

from __future__ import annotations

import pytest

from diary.help_lines import HELP_LINES
from diary.support import support_block

pytestmark = pytest.mark.django_db

DAY = "/api/v1/entries/2026-03-20"
SUPPORT = "/api/v1/support"


@pytest.mark.parametrize("method", ["put", "patch"])
@pytest.mark.parametrize(
    ("grade", "shown"), [(None, False), (0, False), (1, True), (2, True), (3, True)]
)
def test_help_stands_in_the_answer_to_the_write(phone, method, grade, shown):
    answer = getattr(phone, method)(DAY, {"mood": 3, "self_harm_thoughts": grade})
    assert answer.status_code == 201
    assert answer.json()["support"] == (support_block(None) if shown else None)


def test_a_day_without_the_question_gets_none(phone):
    assert phone.patch(DAY, {"mood": 0, "low_mood": 3, "guilt": 3}).json()["support"] is None


def test_help_is_about_the_stored_day_not_the_sent_fields(phone):
    phone.put(DAY, {"self_harm_thoughts": 1})
    assert phone.patch(DAY, {"pain": 4}).json()["support"]
    assert phone.patch(DAY, {"pain": 4}).json()["support"]  # nothing changed, help stays
    assert phone.patch(DAY, {"self_harm_thoughts": 0}).json()["support"] is None


@pytest.mark.parametrize(
    "body", [{"self_harm_thoughts": None}, {"pain": 4}], ids=["null", "left out"]
)
def test_a_cleared_answer_ends_it(phone, body):
    phone.put(DAY, {"self_harm_thoughts": 3})
    assert phone.put(DAY, body).json()["support"] is None


def test_reading_shows_no_help(phone):
    phone.put(DAY, {"self_harm_thoughts": 3})
    assert "support" not in phone.get(DAY).json()
    assert all("support" not in item for item in phone.get("/api/v1/entries").json()["items"])


REFUSED = {
    "a wrong value": {"pain": 11},
    "a name that no field has": {"colour": "red"},
    "a tracker of nobody": {"trackers": {"0192f0c1-5a52-7cc1-a6a1-0d3a3c6f8e21": 1}},
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_help_stands_beside_what_is_refused_too(phone, method, wrong):
    write = getattr(phone, method.lower())
    answer = write(DAY, {"self_harm_thoughts": 3} | wrong)
    assert (answer.status_code, answer.json()["support"]) == (422, support_block(None))
    assert "support" not in write(DAY, {"self_harm_thoughts": 0} | wrong).json()
    assert "support" not in write(DAY, wrong).json()


def test_help_stands_beside_a_day_that_another_phone_has_changed(phone):
    phone.put(DAY, {"pain": 3})
    answer = phone.patch(DAY, {"self_harm_thoughts": 1}, HTTP_IF_MATCH='"99"')
    assert (answer.status_code, answer.json()["support"]) == (412, support_block(None))


@pytest.mark.parametrize("country", ["CH", "US", "ZZ", None])
def test_the_lines_are_those_of_the_country_that_was_chosen(phone, country):
    phone.patch("/api/v1/me", {"country": country, "time_zone": "Europe/Berlin"})
    block = phone.patch(DAY, {"self_harm_thoughts": 1}).json()["support"]
    assert block == support_block(country)
    assert block["country"] == (country if country in HELP_LINES else None)


def test_who_does_not_want_to_be_asked_and_answers_still_gets_help(phone):
    phone.patch("/api/v1/me", {"asks_self_harm": False})
    assert phone.patch(DAY, {"self_harm_thoughts": 1}).json()["support"]


@pytest.mark.parametrize("country", sorted(HELP_LINES))
def test_anybody_can_ask_for_the_lines_of_a_country(stranger, country):
    block = stranger.get(f"{SUPPORT}?country={country}").json()
    assert block == support_block(country)
    assert block["country"] == country
    assert all(line["phone"] for line in block["lines"])


@pytest.mark.parametrize("query", ["", "?country=ZZ", "?country=KP"])
def test_without_a_known_country_it_is_the_number_of_most_and_the_directory(stranger, query):
    block = stranger.get(SUPPORT + query).json()
    assert block == support_block(None)
    assert block["country"] is None
    assert [line["phone"] for line in block["lines"]] == ["112"]
    assert block["directory"]["url"].startswith("https://")


@pytest.mark.parametrize(
    "code", ["ch", "C", "CHE", "", "C1", "%C3%84%C3%96", "CH%00", "CH%0A", "%20CH"]
)
def test_a_malformed_country_is_refused(stranger, code):
    answer = stranger.get(f"{SUPPORT}?country={code}")
    [fault] = answer.json()["errors"]
    assert (answer.status_code, fault["parameter"], fault["code"]) == (422, "country", "choice")


def test_it_is_public_and_may_be_kept_by_any_cache(stranger, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = stranger.get(f"{SUPPORT}?country=CH")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("token", ["garbage", "a.b", "x" * 5_000])
def test_a_token_that_has_died_does_not_stand_in_the_way(stranger, token):
    assert stranger.get(SUPPORT, headers={"X-Session-Token": token}).status_code == 200


def test_it_says_so_when_the_lines_were_last_looked_over(stranger):
    block = stranger.get(SUPPORT).json()
    assert block["reviewed_on"] == support_block(None)["reviewed_on"]
    assert block["message"]
