"""Questionnaires: which codes they have, how they are scored, and when they are offered."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest

from diary.detectors import state_of_nothing
from diary.questionnaires import ITEMS, QUESTIONNAIRES, SELF_HARM, offered
from diary.record import Change, write
from diary.wording.questionnaires import item_label, label
from tests.conftest import NOW, TODAY
from tests.diary.keeping import (
    diary_of,
    episodes,
    keep,
    look_until_done,
    memory_bytes,
    snapshot,
    state,
    told,
    vault_of,
)
from tests.diary.test_review import DAY, hurt_from, low_from

# What was published of each: items in their order, days looked back over, ends of an item and
# of the score. Found by reading, not by running: docs/questionnaires.md names the sources.
PUBLISHED = {
    "phq-9": (
        "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8",
        14, (0, 3), (0, 27), "sum",
    ),
    "phq-2": ("44250-9 44255-8", 14, (0, 3), (0, 6), "sum"),
    "gad-7": (
        "69725-0 68509-9 69733-4 69734-2 69735-9 69689-8 69736-7", 14, (0, 3), (0, 21), "sum",
    ),
    "peg": ("peg_pain peg_enjoyment peg_activity", 7, (0, 10), (0, 10), "mean"),
}  # fmt: skip
# Answers and totals as others have published them: HL7's Personal Health Record guide, the German
# medical informatics initiative, HL7's PACIO sample patient. PEG: thirds, by hand.
SCORED = [
    ("phq-9", [0, 0, 1, 1, 1, 0, 0, 0, 0], 3),
    ("phq-9", [3] * 9, 27),
    ("gad-7", [1, 1, 1, 2, 2, 0, 0], 7),
    ("gad-7", [2, 2, 2, 1, 1, 2, 2], 12),
    ("gad-7", [2, 1, 1, 2, 0, 1, 2], 9),
    ("phq-2", [1, 2], 3),
    ("peg", [5, 5, 5], 5),
    ("peg", [7, 6, 6], 6.33),
    ("peg", [7, 7, 6], 6.67),
]
ANSWERED = date(2026, 3, 1)
BEGAN = date(2025, 6, 10)


def answers(code, values):
    return dict(zip(QUESTIONNAIRES[code].items, values, strict=True))


class TestTheTable:
    def test_holds_these_four(self):
        assert QUESTIONNAIRES.keys() == PUBLISHED.keys()
        assert all(one.code == code for code, one in QUESTIONNAIRES.items())

    @pytest.mark.parametrize("code", PUBLISHED)
    def test_says_what_was_published(self, code):
        one = QUESTIONNAIRES[code]
        items, recall_days, ends, score_ends, how = PUBLISHED[code]
        assert one.items == tuple(items.split())
        assert (one.recall_days, (one.low, one.high)) == (recall_days, ends)
        assert (one.ends, one.how) == (score_ends, how)

    def test_of_phq_2_is_the_beginning_of_phq_9(self):
        assert QUESTIONNAIRES["phq-9"].items[:2] == QUESTIONNAIRES["phq-2"].items

    def test_asks_about_self_harm_in_phq_9_alone_as_its_ninth_item(self):
        assert [c for c, one in QUESTIONNAIRES.items() if SELF_HARM in one.items] == ["phq-9"]
        assert QUESTIONNAIRES["phq-9"].items.index(SELF_HARM) == 8

    def test_knows_every_item_once(self):
        assert len(ITEMS) == 9 + 7 + 3

    @pytest.mark.parametrize("code", [code for code in ITEMS if not code.startswith("peg_")])
    def test_holds_loinc_codes_with_a_true_check_digit(self, code):
        number, _, check = code.partition("-")
        assert mod10(number) == int(check)

    def test_has_a_short_label_for_each_and_no_two_alike(self):
        labels = [item_label(code) for code in ITEMS]
        assert len(set(labels)) == len(labels)
        assert all(0 < len(text) <= 32 for text in labels)
        for code, one in QUESTIONNAIRES.items():
            assert label(code).endswith(f"({one.name})")


def mod10(number: str) -> int:
    """LOINC's check digit (its Users' Guide, appendix C): that of Luhn."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(number))]
    return -sum(value // 10 + value % 10 for value in doubled) % 10


class TestTheScore:
    @pytest.mark.parametrize(("code", "values", "score"), SCORED)
    def test_is_that_of_the_published_examples(self, code, values, score):
        assert QUESTIONNAIRES[code].score(answers(code, values)) == score

    @pytest.mark.parametrize("code", PUBLISHED)
    def test_reaches_from_end_to_end(self, code):
        one = QUESTIONNAIRES[code]
        for value, end in zip((one.low, one.high), one.ends, strict=True):
            assert one.score(dict.fromkeys(one.items, value)) == end

    @pytest.mark.parametrize("code", PUBLISHED)
    def test_is_unknown_where_any_one_item_is_missing(self, code):
        one = QUESTIONNAIRES[code]
        whole = dict.fromkeys(one.items, 1)
        for missing in one.items:
            assert one.score({item: 1 for item in whole if item != missing}) is None
            assert one.score(whole | {missing: None}) is None
        assert one.score({}) is None

    def test_of_nothing_but_zeros_is_zero_and_not_unknown(self):
        assert QUESTIONNAIRES["gad-7"].score(answers("gad-7", [0] * 7)) == 0

    def test_of_peg_has_two_decimals_whatever_is_answered(self):
        for values in product(range(11), repeat=3):
            score = QUESTIONNAIRES["peg"].score(answers("peg", values))
            assert abs(score - sum(values) / 3) <= 0.005
            assert round(score, 2) == score


class TestTheOffer:
    @pytest.mark.parametrize(
        ("days", "open_since"),
        [
            (-1, None),  # answered ahead, in a zone further east
            (0, None),
            (1, None),
            (13, None),
            (14, 0),
            (15, 1),
            (16, None),  # missed: nobody is asked again the day after
            (27, None),
            (28, 0),
            (29, 1),
            (30, None),
            (14 * 40, 0),
        ],
    )
    def test_comes_every_14_days_after_an_answer_and_stays_for_two(self, days, open_since):
        today = ANSWERED + timedelta(days=days)
        assert offered(ANSWERED, BEGAN, today) == window(today, open_since)

    @pytest.mark.parametrize(
        ("days", "open_since"),
        [(-1, None), (0, 0), (1, 1), (2, None), (13, None), (14, 0), (15, 1)],
    )
    def test_comes_at_the_very_first_to_somebody_who_has_never_answered(self, days, open_since):
        today = BEGAN + timedelta(days=days)
        assert offered(None, BEGAN, today) == window(today, open_since)

    def test_ends_with_the_answer(self):
        second_day = ANSWERED + timedelta(days=15)
        assert offered(ANSWERED, BEGAN, second_day)
        assert offered(second_day, BEGAN, second_day) is None
        assert offered(second_day, BEGAN, second_day + timedelta(days=14))

    def test_takes_a_seventh_of_all_days_however_long_nobody_answers(self):
        days = [ANSWERED + timedelta(days=number) for number in range(14 * 50)]
        assert sum(offered(ANSWERED, BEGAN, day) is not None for day in days) == 2 * 49

    def test_before_the_diary_began_counts_too_if_that_was_answered(self):
        long_ago = BEGAN - timedelta(days=5)
        assert offered(long_ago, BEGAN, BEGAN + timedelta(days=9))


def window(today, open_since):
    if open_since is None:
        return None
    first = today - timedelta(days=open_since)
    return first, first + timedelta(days=1)


@pytest.mark.django_db
class TestBesideTheDiary:
    def test_answers_change_no_finding_and_no_day_that_is_looked_at(self, ana, ben):
        days = hurt_from(TODAY - timedelta(days=100), 101) | low_from(TODAY - 24 * DAY, 25)
        for person in (ana, ben):
            keep(person, days)
        answer_fortnightly(ben)
        look_until_done()
        assert episodes(ana)
        assert snapshot(ben) == snapshot(ana)
        assert memory_bytes(ben) == memory_bytes(ana)

    def test_nor_do_they_where_they_come_after_the_review(self, ana):
        keep(ana, low_from(TODAY - 24 * DAY, 25))
        look_until_done()
        before = snapshot(ana), memory_bytes(ana)
        answer_fortnightly(ana)
        assert diary_of(ana).changed_from is None
        look_until_done()
        assert (snapshot(ana), memory_bytes(ana)) == before

    def test_a_diary_of_answers_alone_has_nothing_to_be_found_in(self, ana):
        answer_fortnightly(ana)
        look_until_done()
        assert told(ana) == []
        assert state(ana) == state_of_nothing()


def answer_fortnightly(person):
    """Every questionnaire at its worst, every two weeks up to today."""
    changes = [
        Change(
            "answers",
            str(UUID(int=1000 * back + number)),
            {
                "date": (TODAY - back * DAY).isoformat(),
                "questionnaire": one.code,
                "items": dict.fromkeys(one.items, one.high),
            },
        )
        for back in range(0, 98, 14)
        for number, one in enumerate(QUESTIONNAIRES.values())
    ]
    write(vault_of(person), changes, now=NOW)
