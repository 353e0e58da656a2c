"""The demo people: one synthetic diary with both patterns, one real one with neither."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command

from api.activities import ACTIVITIES
from diary import record
from diary.demo import synthetic_activities, synthetic_answers, synthetic_days
from diary.measures import ACTIVITY_KINDS, ACTIVITY_SCALES, SCALES, SITES, SKIPPED, SYMPTOMS
from diary.merge import nested
from diary.models import Person
from diary.models.diary import FIRST_DATE
from diary.questionnaires import QUESTIONNAIRES, SELF_HARM, offered
from tests.conftest import NOW, TODAY, make_person
from tests.diary.keeping import diary_of, keep, look, look_until_done, state, told, vault_of

DEMO, REAL = "demo@fortnight.example", "knee@fortnight.example"
KINDS = ["pain_mood_worsening", "symptom_pattern"]
# Thirty dates over two years, every weekday, month ends and a leap day's neighbours among them.
MANY_TODAYS = [date(2026, 1, 31) + timedelta(days=25 * number) for number in range(29)]
MANY_TODAYS += [date(2028, 2, 29)]


def person(email):
    return Person.objects.get(email=email)


def entries(person):
    return dict(record.between(vault_of(person), "entries", FIRST_DATE, date.max))


class TestTheSyntheticDiary:
    def test_has_120_dates_that_end_today(self):
        days = synthetic_days(TODAY)
        assert len(days) == 120
        assert (min(days), max(days)) == (TODAY - timedelta(days=119), TODAY)

    def test_keeps_to_the_scales(self):
        for fields in synthetic_days(TODAY).values():
            assert fields.keys() & {"pain", "skipped"}
            assert fields.get("skipped") in {None, *(choice.name for choice in SKIPPED)}
            for name in fields.keys() & SCALES.keys():
                scale = SCALES[name]
                step = getattr(scale, "step", 1)
                assert scale.low <= fields[name] <= scale.high
                assert abs(fields[name] / step - round(fields[name] / step)) < 1e-9
            for site in fields.get("pain_sites", ()):
                assert site["site"] in {known.site for known in SITES}
                assert 0 <= site["intensity"] <= 10

    def test_answers_every_symptom_and_never_one_of_self_harm_above_nothing(self):
        for fields in synthetic_days(TODAY).values():
            if "skipped" not in fields:
                assert fields.keys() >= {symptom.name for symptom in SYMPTOMS}
                assert fields["self_harm_thoughts"] == 0

    def test_says_why_its_six_empty_days_are_empty(self):
        empty = [fields for fields in synthetic_days(TODAY).values() if "skipped" in fields]
        assert len(empty) == 6
        assert all(fields.keys() == {"skipped"} for fields in empty)

    def test_has_two_questionnaires_answered_five_times_and_never_one_of_self_harm(self):
        answers = synthetic_answers(TODAY)
        assert Counter(one["questionnaire"] for one in answers.values()) == {"phq-9": 5, "peg": 5}
        for one in answers.values():
            questionnaire = QUESTIONNAIRES[one["questionnaire"]]
            assert questionnaire.score(one["items"]) is not None
            assert all(questionnaire.low <= v <= questionnaire.high for v in one["items"].values())
            assert one["items"].get(SELF_HARM, 0) == 0

    def test_has_both_offered_again_today(self):
        newest = max(date.fromisoformat(one["date"]) for one in synthetic_answers(TODAY).values())
        assert offered(newest, TODAY, TODAY) == (TODAY, TODAY + timedelta(days=1))

    @pytest.mark.django_db
    @pytest.mark.parametrize("today", MANY_TODAYS, ids=str)
    def test_holds_one_open_pattern_of_each_kind_whatever_day_it_is(self, today):
        now = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        ana = make_person("ana@diary.example")
        keep(ana, synthetic_days(today), now)
        look(now)
        assert sorted((p.kind, p.status) for p in told(ana)) == [(kind, "open") for kind in KINDS]
        assert {kind: state(ana)[kind]["status"] for kind in KINDS} == dict.fromkeys(KINDS, "open")


DONE = list(synthetic_activities(TODAY).values())


class TestWhatTheSyntheticPersonDid:
    def test_lies_on_days_that_were_not_empty(self):
        days = synthetic_days(TODAY)
        for done in DONE:
            assert "skipped" not in days[date.fromisoformat(done["date"])]

    def test_is_of_known_kinds_and_keeps_to_the_scales(self):
        scales = {scale.name: scale for scale in ACTIVITY_SCALES}
        assert {done["kind"] for done in DONE} <= {kind.name for kind in ACTIVITY_KINDS}
        for done in DONE:
            for name in done.keys() & scales.keys():
                assert scales[name].low <= done[name] <= scales[name].high
                assert round(done[name] / scales[name].step, 6) % 1 == 0

    def test_is_enough_on_days_with_and_without_to_compare(self):
        for kind in ("walk", "social"):
            days = {done["date"] for done in DONE if done["kind"] == kind}
            assert 9 <= len(days) <= 60, kind

    def test_has_the_same_ids_each_time_and_on_no_two_days(self):
        assert synthetic_activities(TODAY) == synthetic_activities(TODAY)
        assert len(synthetic_activities(TODAY)) == len(DONE) > 60

    def test_is_taken_by_the_api(self):
        for key, done in synthetic_activities(TODAY).items():
            assert ACTIVITIES.change(key, done, whole=True, now=NOW).fields["kind"] == done["kind"]


def answers(person):
    rows = record.each(vault_of(person), "answers")
    return {key: nested(document.fields) for key, _, document in rows}


@pytest.mark.django_db
class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _demo_people(self, time_machine):
        time_machine.move_to(NOW, tick=False)
        call_command("demo", verbosity=0, stdout=None)
        look()
        self.at = time_machine

    def test_makes_two_people_who_can_sign_in(self):
        for email in (DEMO, REAL):
            assert person(email).check_password("fortnight-demo")
            assert EmailAddress.objects.get(email=email).verified
            assert person(email).diary.time_zone == "Europe/Berlin"

    def test_shows_one_open_pattern_of_each_kind(self):
        assert sorted((p.kind, p.status) for p in told(person(DEMO))) == [
            (kind, "open") for kind in KINDS
        ]

    def test_finds_nothing_in_the_real_diary(self):
        knee = person(REAL)
        assert told(knee) == []
        assert state(knee)["pain_mood_worsening"]["status"] == "learning"
        assert max(entries(knee)) == date(2021, 8, 30)

    def test_shows_answers_to_questionnaires(self):
        assert answers(person(DEMO)) == synthetic_answers(TODAY)
        assert answers(person(REAL)) == {}

    def test_changes_nothing_the_second_time(self):
        before = {email: diary_of(person(email)).seq for email in (DEMO, REAL)}
        call_command("demo", verbosity=0)
        assert {email: diary_of(person(email)).seq for email in (DEMO, REAL)} == before

    def test_leaves_what_was_entered_today_until_tomorrow(self):
        keep(person(DEMO), {TODAY: {"note": "mine"}})
        call_command("demo", verbosity=0)
        assert entries(person(DEMO))[TODAY].fields == {"note": "mine"}

    def test_has_done_what_the_synthetic_person_does_and_has_no_moments(self):
        demo = vault_of(person(DEMO))
        walks = [
            document.fields
            for _, _, document in record.page(demo, "activities", most=400)
            if document.fields["kind"] == "walk"
        ]
        assert len(walks) > 30
        assert record.keys(demo, "moments") == []

    def test_written_anew_it_holds_no_moment_of_whoever_tried_it(self):
        demo = vault_of(person(DEMO))
        mine = {"date": "2026-03-20", "at": "2026-03-20T09:00:00Z", "pain": 9}
        record.write(demo, [record.Change("moments", "m", mine)], now=NOW)
        self.at.move_to(NOW + timedelta(days=1), tick=False)
        call_command("demo", verbosity=0)
        assert record.keys(demo, "moments") == []

    @pytest.mark.parametrize("days", [1, 3, 30, 400])
    def test_ends_on_the_day_it_is_again_later(self, days):
        before = {pattern.kind: pattern.id for pattern in told(person(DEMO))}
        self.at.move_to(NOW + timedelta(days=days), tick=False)
        call_command("demo", verbosity=0)
        look_until_done(NOW + timedelta(days=days))
        demo, today = person(DEMO), TODAY + timedelta(days=days)
        assert sorted(entries(demo)) == sorted(synthetic_days(today))
        done = record.keys(vault_of(demo), "activities")
        assert sorted(done) == sorted(synthetic_activities(today))
        assert answers(demo) == synthetic_answers(today)
        standing = {p.kind: p.id for p in told(demo) if p.status == "open"}
        assert standing.keys() == set(KINDS)
        if days < 30:  # the same days are still among those of the pattern
            assert standing == before
