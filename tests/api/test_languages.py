"""An answer is in the language that the phone asks for, if it is spoken here; else in English."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from diary.measures import MEASURES, SYMPTOMS
from tests.api.accounts import PASSWORD, ask
from tests.api.conftest import keep, look
from tests.api.test_patterns import PATTERNS, both
from tests.conftest import NOW
from tests.diary.wording.strange import strange

pytestmark = pytest.mark.django_db

ASKS = {"HTTP_ACCEPT_LANGUAGE": "cs, en;q=0.5"}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOW)


@pytest.mark.parametrize("asked", ["de", "fr-CH, fr;q=0.9", "cs", "*", "", "x" * 600, "en-GB"])
def test_english_is_what_is_spoken(phone, asked):
    answer = phone.get("/api/v1/measures", HTTP_ACCEPT_LANGUAGE=asked)
    assert answer["Content-Language"] == "en"
    assert "Accept-Language" in answer["Vary"]
    assert answer.json()["measures"][0]["label"] == "Pain"


def test_no_other_can_be_chosen_yet(phone):
    assert phone.get("/api/v1/me").json()["locale"] == "en"
    assert phone.patch("/api/v1/me", {"locale": "de"}).status_code == 422


@pytest.mark.usefixtures("strange_language")
class TestAnotherLanguage:
    def test_can_be_chosen_once_it_is_spoken(self, phone):
        assert phone.get("/api/v1/me", **ASKS)["Content-Language"] == "cs"

    def test_is_that_of_the_whole_vocabulary(self, phone):
        for part in phone.get("/api/v1/measures", **ASKS).json().values():
            for word in part:
                shown = [word["label"], word.get("help", ""), word.get("unit", "")]
                shown += [grade["label"] for grade in word.get("grades", ())]
                assert not re.search("[A-Za-z]", "".join(shown))

    def test_is_that_of_charts(self, phone):
        names = ",".join(scale.name for scale in (*MEASURES, *SYMPTOMS))
        series = phone.get(f"/api/v1/trends?measures={names}", **ASKS).json()["series"]
        assert series["sleep_hours"]["unit"] == strange("hours")
        assert not re.search("[A-Za-z]", "".join(one["label"] for one in series.values()))

    def test_is_that_of_patterns(self, ana, phone):
        keep(ana, both())
        look()
        for item in phone.get(PATTERNS, **ASKS).json()["items"]:
            whole = phone.get(f"{PATTERNS}/{item['id']}", **ASKS).json()
            said = [whole["summary"], whole["why"], *whole["would_change"]]
            said += [whole["look_at_pain"] or ""]
            assert not re.search("[A-Za-z]", "".join(said))

    def test_is_that_of_help(self, stranger, phone):
        asked = stranger.get("/api/v1/support?country=DE", **ASKS)
        block = phone.patch("/api/v1/entries/2026-03-20", {"self_harm_thoughts": 1}, **ASKS)
        assert strange("help is available") in asked.json()["message"]
        assert block.json()["support"]["message"] == asked.json()["message"]

    def test_is_that_of_mail(self, stranger, quick_guesses):
        body = {"email": "cleo@diary.example", "password": PASSWORD}
        stranger.credentials(**ASKS)
        ask(stranger, "signup", body)
        assert mail.outbox[0].subject == strange("Your code for Fortnight")

    def test_is_for_those_who_ask_for_it_alone(self, phone):
        phone.get("/api/v1/measures", **ASKS)
        assert phone.get("/api/v1/measures").json()["measures"][0]["label"] == "Pain"
