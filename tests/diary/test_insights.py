"""What goes with what in a diary: from records to rows, whatever the order and the hour."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from diary import record
from diary.analysis import factors, lags, weekly
from diary.insights import MOST_KINDS, find_insights, kinds_of
from tests.conftest import NOW, TODAY, days_before
from tests.diary.keeping import keep, moment, vault_of

pytestmark = pytest.mark.django_db

SUNDAY = date(2026, 3, 15)  # the last one before TODAY, a Friday
MEASURES = ("sleep_hours", "pain", "mood", "company", "worry")


def activity(key, day, kind):
    fields = None if kind is None else {"date": day.isoformat(), "kind": kind}
    return record.Change("activities", key, fields, whole=True)


def do(person, kind, days):
    changes = [activity(f"{kind} {day}", day, kind) for day in days]
    record.write(vault_of(person), changes, now=NOW)


def restless(last, count, seed=1):
    """Days on which pain follows short nights, and nothing else anything."""
    chance = random.Random(seed)
    days = {}
    for day in days_before(last, count):
        nights = chance.choice([5, 6, 6.5, 7, 7.25, 8])
        days[day] = {
            "sleep_hours": nights,
            "pain": round(10 - nights + chance.choice([-1, -0.5, 0, 0.5, 1]), 1),
            **{name: chance.randint(3, 8) for name in ("mood", "company", "worry")},
        }
    return days


def links(person, today=TODAY):
    found, _ = find_insights(vault_of(person), today)
    return {tuple(link.pair)[:2]: link for link in found}


def activities(person, today=TODAY):
    _, found = find_insights(vault_of(person), today)
    return {(factor.kind, factor.measure): factor for factor in found}


SLEEP_PAIN = ("sleep_hours", "pain")


class TestLinks:
    def test_a_new_diary_lists_every_pair_and_says_how_far_it_is(self, ana):
        found, others = find_insights(vault_of(ana), TODAY)
        assert [link.pair for link in found] == list(lags.FAMILY)
        assert {(link.status, link.pairs, link.effect) for link in found} == {("not_yet", 0, None)}
        assert others == []

    @pytest.mark.parametrize(
        ("days", "pairs", "status"),
        [(60, 59, "not_yet"), (61, 60, "nothing_clear")],
        ids=["59 pairs", "60 pairs"],
    )
    def test_pairs_are_counted_to_today(self, ana, days, pairs, status):
        keep(ana, restless(TODAY, days))
        link = links(ana)[SLEEP_PAIN]
        assert (link.pairs, link.status, link.effect) == (pairs, status, None)

    def test_what_holds_for_three_weeks_is_clear(self, ana):
        keep(ana, restless(TODAY, 150))
        found = links(ana)
        link = found[SLEEP_PAIN]
        assert (link.status, link.pairs) == ("clear", 149)
        assert -1 < link.low < link.effect < link.high < 0
        assert link.effect == round(link.effect, 2)
        assert {other.status for pair, other in found.items() if pair != SLEEP_PAIN} == {
            "nothing_clear"
        }

    def test_nothing_is_told_before_the_third_week_with_sixty_pairs(self, ana):
        keep(ana, restless(SUNDAY, 61))
        weeks = [SUNDAY + timedelta(days=1 + 7 * later) for later in range(4)]
        keep(ana, restless(weeks[-1], 61 + 22))
        assert [links(ana, day)[SLEEP_PAIN].status for day in weeks] == [
            "nothing_clear", "nothing_clear", "clear", "clear",
        ]  # fmt: skip

    def test_what_has_become_too_little_is_not_told_any_more(self, ana):
        """On Sunday there were sixty pairs in the year; by Friday its first ones are too old."""
        year = SUNDAY - timedelta(days=weekly.SPAN - 1)
        keep(ana, restless(year + timedelta(days=60), 75))
        before, after = (links(ana, day)[SLEEP_PAIN] for day in (SUNDAY + timedelta(days=1), TODAY))
        assert (before.status, before.pairs) == ("not_yet", 59)
        assert (after.status, after.pairs, after.effect) == ("not_yet", 55, None)

    def test_days_since_sunday_change_no_effect(self, ana):
        keep(ana, restless(SUNDAY, 150))
        before = links(ana, SUNDAY + timedelta(days=1))[SLEEP_PAIN]
        since = [SUNDAY + timedelta(days=later) for later in (1, 2, 3, 4, 5)]
        keep(ana, {day: {"sleep_hours": 10, "pain": 10} for day in since})
        after = links(ana)[SLEEP_PAIN]
        assert (after.effect, after.low, after.high) == (before.effect, before.low, before.high)
        assert after.pairs == before.pairs + 5

    def test_nothing_depends_on_the_order_in_which_days_came(self, ana, ben):
        days = restless(TODAY, 150)
        keep(ana, days)
        shuffled = list(days.items())
        random.Random(2).shuffle(shuffled)
        keep(ben, {day: {"pain": 0, "note": "later"} for day, _ in shuffled[:40]})
        for begun in range(0, 150, 50):
            keep(ben, dict(shuffled[begun : begun + 50]))
        assert links(ana) == links(ben)

    def test_an_edit_of_a_day_is_seen(self, ana):
        days = restless(TODAY, 150)
        keep(ana, days)
        mixed = list(days.values())
        random.Random(3).shuffle(mixed)
        keep(ana, {day: {"sleep_hours": m["sleep_hours"]} | f for (day, f), m in
                   zip(days.items(), mixed, strict=True)})  # fmt: skip
        assert links(ana)[SLEEP_PAIN].status == "clear"
        keep(ana, {day: f | {"sleep_hours": m["sleep_hours"]} for (day, f), m in
                   zip(days.items(), mixed, strict=True)})  # fmt: skip
        assert links(ana)[SLEEP_PAIN].status == "nothing_clear"

    def test_a_year_is_looked_back_and_no_further(self, ana):
        keep(ana, restless(TODAY, 500))
        assert links(ana)[SLEEP_PAIN].pairs == 363
        assert links(ana, TODAY + timedelta(days=400))[SLEEP_PAIN].pairs == 0

    def test_a_day_ahead_of_today_waits(self, ana):
        keep(ana, restless(TODAY + timedelta(days=1), 62))
        assert links(ana)[SLEEP_PAIN].pairs == 60

    def test_moments_stand_for_what_an_entry_leaves_open(self, ana, ben):
        """Check-ins say the same of each day as entries would, so the same is found."""
        days = restless(TODAY, 150)
        keep(ana, days)
        keep(ben, {day: {"mood": fields["mood"]} for day, fields in days.items()})
        noted = [
            moment(f"{day} {hour}", day, {name: fields[name] for name in MEASURES if name != "mood"}
                   | {"at": f"{day}T{hour}:00:00Z", "mood": 0})
            for day, fields in days.items() for hour in ("09", "21")
        ]  # fmt: skip
        record.write(vault_of(ben), noted, now=NOW)
        assert links(ana) == links(ben)


class TestActivities:
    def walked(self, person, count=200, *, moves=2, seed=4):
        """Mood is better by `moves` on days with a walk."""
        chance = random.Random(seed)
        walks, days = [], {}
        for day in days_before(TODAY, count):
            walk = chance.random() < 0.4
            walks += [day] * walk
            mood = 5 + moves * walk + chance.choice([-1, -0.5, 0, 0.5, 1])
            days[day] = {"mood": mood, "pain": chance.randint(2, 6)}
        keep(person, days)
        do(person, "walk", walks)
        return walks

    def test_a_difference_is_told_in_points(self, ana):
        walks = self.walked(ana)
        found = activities(ana)
        assert list(found) == [("walk", "pain"), ("walk", "mood")]
        mood = found["walk", "mood"]
        assert (mood.status, mood.days_with, mood.days_without) == (
            "clear", len(walks), 200 - len(walks),
        )  # fmt: skip
        assert mood.low < mood.difference < mood.high
        assert mood.difference == pytest.approx(2, abs=0.3)
        pain = found["walk", "pain"]
        assert (pain.status, pain.difference) == ("nothing_clear", None)

    @pytest.mark.parametrize(
        ("walks", "status"), [(factors.NEEDED - 1, "not_yet"), (factors.NEEDED, "nothing_clear")]
    )
    def test_few_days_say_nothing_yet(self, ana, walks, status):
        keep(ana, {day: {"mood": 5, "pain": 5} for day in days_before(TODAY, 40)})
        do(ana, "walk", days_before(TODAY, 40)[::4][:walks])
        assert activities(ana)["walk", "mood"].status == status

    def test_a_day_without_an_entry_is_on_neither_side(self, ana):
        kept = days_before(TODAY, 40)
        keep(ana, {day: {"mood": 5, "pain": 5} for day in kept[::2]})
        do(ana, "walk", [*kept[::8], *kept[1::8]])
        mood = activities(ana)["walk", "mood"]
        assert (mood.days_with, mood.days_without) == (5, 15)

    def test_a_day_without_the_measure_is_on_neither_side_of_it(self, ana):
        kept = days_before(TODAY, 40)
        keep(ana, {day: {"mood": 5} for day in kept})
        do(ana, "walk", kept[::4])
        assert activities(ana)["walk", "pain"].days_without == 0
        assert activities(ana)["walk", "mood"].days_without == 30

    def test_days_before_activities_were_noted_are_not_days_without(self, ana):
        keep(ana, {day: {"mood": 5, "pain": 5} for day in days_before(TODAY, 100)})
        do(ana, "walk", days_before(TODAY, 20)[::2])
        mood = activities(ana)["walk", "mood"]
        assert (mood.days_with, mood.days_without) == (10, 10 + factors.FORTNIGHT)

    def test_another_kind_shows_that_activities_were_noted(self, ana):
        keep(ana, {day: {"mood": 5, "pain": 5} for day in days_before(TODAY, 100)})
        do(ana, "walk", days_before(TODAY, 20)[::2])
        do(ana, "rest", days_before(TODAY, 100)[::10])
        assert activities(ana)["walk", "mood"].days_without == 90

    def test_an_activity_just_before_the_year_shows_that_they_were_noted(self, ana):
        """Days are judged by what was noted around them, before the year too."""
        monday = SUNDAY + timedelta(days=1)
        year = monday - timedelta(days=weekly.SPAN - 1)
        days = [year + timedelta(days=later) for later in range(20)]
        keep(ana, {day: {"mood": 5} for day in days})
        do(ana, "walk", [year - timedelta(days=weekly.SPAN // 13), monday])
        assert activities(ana, monday)["walk", "mood"].days_without == 0
        do(ana, "rest", [year - timedelta(days=5)])
        assert activities(ana, monday)["walk", "mood"].days_without == 10

    def test_two_of_a_kind_on_one_day_are_one_day(self, ana):
        keep(ana, {day: {"mood": 5, "pain": 5} for day in days_before(TODAY, 30)})
        changes = [activity(f"{day} {n}", day, "walk") for day in days_before(TODAY, 12)
                   for n in range(3)]  # fmt: skip
        record.write(vault_of(ana), changes, now=NOW)
        assert activities(ana)["walk", "mood"].days_with == 12

    def test_a_deleted_one_is_gone(self, ana):
        self.walked(ana)
        walks = [factor for factor in activities(ana).values() if factor.kind == "walk"]
        assert walks
        gone = [activity(f"walk {day}", day, None) for day in days_before(TODAY, 200)]
        record.write(vault_of(ana), gone, now=NOW)
        assert activities(ana) == {}

    def test_what_was_never_done_in_the_last_year_is_not_listed(self, ana):
        do(ana, "walk", [TODAY - timedelta(days=500)])
        do(ana, "rest", [TODAY])
        assert {kind for kind, _ in activities(ana)} == {"rest"}

    def test_nothing_depends_on_the_order_in_which_they_came(self, ana, ben):
        walks = self.walked(ana)
        do(ana, "Yoga", days_before(TODAY, 60)[::3])
        do(ben, "Yoga", reversed(days_before(TODAY, 60)[::3]))
        do(ben, "walk", reversed(walks))
        self.walked(ben)
        assert find_insights(vault_of(ana), TODAY) == find_insights(vault_of(ben), TODAY)


class TestKinds:
    def test_stand_in_the_vocabularys_order_then_by_letter(self):
        days = {kind: [TODAY] for kind in ("yoga", "rest", "Aikido", "walk", "Zumba", "ärger")}
        assert kinds_of(days) == ["walk", "rest", "Aikido", "yoga", "Zumba", "ärger"]

    def test_of_very_many_own_words_the_most_noted_are_looked_at(self):
        days = {f"word {n:03}": days_before(TODAY, 1 + n % 5) for n in range(400)}
        kinds = kinds_of({"walk": [TODAY], **days})
        assert len(kinds) == MOST_KINDS
        assert kinds[0] == "walk"
        assert {len(days[kind]) for kind in kinds[1:]} == {5}

    def test_without_a_day_a_kind_is_none(self):
        assert kinds_of({"walk": []}) == []
