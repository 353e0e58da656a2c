"""Stored patterns: one id for one episode, whatever is learnt of its days later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from diary import due, looking, memory, patterns
from diary.analysis import SYMPTOM_RULE, walk_symptoms
from diary.detectors import symptom_pattern
from diary.models import Diary, Pattern
from diary.patterns import Told, emptied, patterns_of
from tests.conftest import NOW, TODAY, days_before
from tests.diary.keeping import LOW, WELL, dates_from, forget, keep, look, told, vault_of


def withdrawn(pattern: Told, reason: str) -> Told:
    """The pattern as it is kept then: without a value of what was recorded."""
    return replace(pattern, withdrawn_reason=reason, evidence=emptied(pattern.evidence))


pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)
DATES = days_before(TODAY, 130)
LOW_DAYS = DATES[30:60]  # a pattern that is over
MIDDLE = DATES[60:90]


@pytest.fixture
def closed(ana):
    """A month of low days three months ago, and what was told of it."""
    keep(ana, dict.fromkeys(DATES, WELL) | dict.fromkeys(LOW_DAYS, LOW))
    look()
    [pattern] = told(ana)
    assert pattern.status == "closed"
    return pattern


def changed_at(person):
    return dict(Pattern.objects.filter(user=person).values_list("id", "changed_at"))


def use_rules(monkeypatch, name, symptom_rule=SYMPTOM_RULE):
    """Ship other rules: their name everywhere, and what they ask of a symptom pattern."""
    for module in (due, looking, memory, patterns):
        monkeypatch.setattr(module, "RULES", name)

    def by_this_rule(values, firsts, starts, history):
        symptoms = values[:, symptom_pattern._ROWS].copy()
        return walk_symptoms(symptoms, firsts, starts, history=history, rule=symptom_rule)

    monkeypatch.setattr(symptom_pattern, "look", by_this_rule)


class TestTheSameEpisode:
    def test_that_did_not_change_is_not_written_again(self, ana, closed):
        keep(ana, {TODAY: LOW}, LATER)
        look(LATER)
        assert told(ana) == [closed]
        assert changed_at(ana) == {closed.id: NOW}

    def test_that_did_not_change_is_not_written_by_a_recompute_either(self, ana, closed):
        due.Diary.objects.filter(user=ana).update(reviewed_rules="2020.01")
        look(LATER)
        assert changed_at(ana) == {closed.id: NOW}

    def test_that_ends_later_keeps_its_id(self, ana, closed):
        keep(ana, dict.fromkeys(MIDDLE[:5], LOW), LATER)
        look(LATER)
        [longer] = told(ana)
        assert longer.id == closed.id
        assert longer.closed_on > closed.closed_on
        assert longer.evidence == closed.evidence
        assert changed_at(ana) == {closed.id: LATER}

    def test_that_began_earlier_keeps_its_id_and_shows_the_earlier_days(self, ana, closed):
        keep(ana, dict.fromkeys(DATES[20:30], LOW), LATER)
        look(LATER)
        [longer] = told(ana)
        assert longer.id == closed.id
        assert longer.opened_on == closed.opened_on - 10 * DAY
        shown = longer.evidence["symptoms"]["low_mood"]["days"]
        assert shown[-1] == {"date": longer.opened_on.isoformat(), "value": 3}

    def test_that_reopens_within_two_weeks_is_still_one(self, ana, closed):
        again = dict.fromkeys(dates_from(closed.closed_on - 4 * DAY, 20), LOW)
        keep(ana, again, LATER)
        look(LATER)
        [longer] = told(ana)
        assert (longer.id, longer.opened_on) == (closed.id, closed.opened_on)


class TestWithdrawn:
    def test_where_its_days_were_corrected_and_back_under_its_id(self, ana, closed):
        keep(ana, dict.fromkeys(LOW_DAYS, WELL))
        look()
        [gone] = told(ana)
        assert gone == withdrawn(closed, "entries_changed")
        assert gone.status == "withdrawn"
        keep(ana, dict.fromkeys(LOW_DAYS, LOW))
        look()
        assert told(ana) == [closed]

    def test_where_its_days_were_deleted(self, ana, closed):
        keep(ana, dict.fromkeys(DATES))
        look()
        assert told(ana) == [withdrawn(closed, "entries_changed")]

    def test_only_once_and_without_being_written_again(self, ana, closed):
        keep(ana, dict.fromkeys(LOW_DAYS, WELL))
        look(LATER)
        keep(ana, {LOW_DAYS[0]: {"pain": 3}}, LATER + DAY)
        look(LATER + DAY)
        assert changed_at(ana) == {closed.id: LATER}

    def test_by_other_rules_says_so(self, ana, closed, monkeypatch):
        use_rules(monkeypatch, "2031.01", replace(SYMPTOM_RULE, symptoms_needed=9))
        look()
        assert told(ana) == [withdrawn(closed, "rules_changed")]

    def test_keeps_its_first_reason_under_other_rules(self, ana, closed, monkeypatch):
        keep(ana, dict.fromkeys(LOW_DAYS, WELL))
        look()
        use_rules(monkeypatch, "2031.01")
        look()
        assert told(ana) == [withdrawn(closed, "entries_changed")]

    def test_found_again_by_other_rules_is_the_same_under_their_name(
        self, ana, closed, monkeypatch
    ):
        use_rules(monkeypatch, "2031.01")
        look()
        assert told(ana) == [replace(closed, rules="2031.01")]

    def test_and_back_when_the_rules_go_back(self, ana, closed, monkeypatch):
        with monkeypatch.context() as meanwhile:
            use_rules(meanwhile, "2031.01", replace(SYMPTOM_RULE, symptoms_needed=9))
            look()
        look()
        assert told(ana) == [closed]


class TestMoreThanOne:
    def test_two_far_apart_have_ids_of_their_own(self, ana, closed):
        keep(ana, dict.fromkeys(DATES[100:], LOW), LATER)
        look(LATER)
        first, second = told(ana)
        assert first == closed
        assert (second.status, second.id != closed.id) == ("open", True)
        assert changed_at(ana)[closed.id] == NOW

    def test_joined_into_one_keep_the_earlier_id_and_part_again_as_they_were(self, ana, closed):
        keep(ana, dict.fromkeys(DATES[90:120], LOW))
        look()
        before = told(ana)
        assert len(before) == 2
        keep(ana, dict.fromkeys(MIDDLE, LOW))
        look()
        joined, gone = told(ana)
        assert (joined.id, joined.closed_on) == (closed.id, before[1].closed_on)
        assert gone == withdrawn(before[1], "entries_changed")
        keep(ana, dict.fromkeys(MIDDLE, WELL))
        look()
        assert told(ana) == before

    def test_a_standing_one_is_met_before_a_withdrawn_one(self, ana, closed):
        keep(ana, dict.fromkeys(LOW_DAYS, WELL))
        look()
        keep(ana, dict.fromkeys(DATES[62:92], LOW))
        look()
        withdrawn, standing = told(ana)
        assert (withdrawn.id, withdrawn.status) == (closed.id, "withdrawn")
        keep(ana, dict.fromkeys(LOW_DAYS + DATES[60:62], LOW))
        look()
        [now_one] = [pattern for pattern in told(ana) if not pattern.withdrawn_reason]
        assert now_one.id == standing.id


def test_a_pattern_is_the_same_packed_and_unpacked(ana, closed):
    assert Told.unpacked(closed.id, closed.packed()) == closed
    forget(ana)
    look()
    [again] = told(ana)
    assert replace(again, id=closed.id) == closed


def test_patterns_are_told_by_the_day_they_opened_not_by_when_they_were_found(ana):
    keep(ana, dict.fromkeys(DATES, WELL) | dict.fromkeys(DATES[100:], LOW))
    look()
    keep(ana, dict.fromkeys(LOW_DAYS, LOW))
    look()
    earlier, later = told(ana)
    assert earlier.opened_on < later.opened_on
    assert earlier.id > later.id


def test_a_pattern_of_a_day_that_a_move_west_turned_back_waits_for_that_day(ana):
    Diary.objects.filter(user=ana).update(time_zone="Pacific/Kiritimati")
    tomorrow = TODAY + DAY  # it has begun there
    opened = next(
        back
        for back in range(10, 20)
        if _opens_today(ana, dates_from(tomorrow - back * DAY, back + 1), tomorrow)
    )
    [pattern] = told(ana)

    Diary.objects.filter(user=ana).update(time_zone="Pacific/Niue")
    look()
    assert patterns_of(vault_of(ana), TODAY) == []
    assert told(ana) == [pattern], "nothing was changed, so nothing is said to be"

    look(NOW + DAY)
    assert patterns_of(vault_of(ana), tomorrow) == [pattern]
    assert opened


def _opens_today(person, low_days, today):
    """Whether a diary with these low days opens its pattern on the last of them."""
    keep(person, dict.fromkeys(DATES, WELL) | dict.fromkeys(low_days, LOW))
    look()
    standing = [one for one in told(person) if not one.withdrawn_reason]
    if [one.opened_on for one in standing] == [today]:
        return True
    Pattern.objects.filter(user=person).delete()
    forget(person)
    return False


def test_what_was_deleted_lives_on_in_no_evidence(ana):
    days = days_before(TODAY, 40)
    keep(ana, dict.fromkeys(days, LOW | {"pain": 8}))
    look()
    assert [one.status for one in told(ana)] == ["open"]
    keep(ana, dict.fromkeys(days, None))
    look()
    [gone] = told(ana)
    assert gone.status == "withdrawn"
    symptoms = gone.evidence["symptoms"].values()
    assert {day["value"] for symptom in symptoms for day in symptom["days"]} == {None}
    assert {(symptom["present"], symptom["probability"]) for symptom in symptoms} == {(0, None)}
    assert (gone.evidence["answered"], gone.evidence["of"]) == (0, 14)
