"""What a walk tells about one diary, episode by episode."""

from datetime import date, timedelta

from diary.analysis import Episode, episodes, initial_states
from diary.analysis.symptoms import SYMPTOM_MACHINE
from diary.analysis.worsening import WORSENING_MACHINE

from .diaries import DAY_ONE
from .test_states import DULL, ILL, MIDDLING, NOTHING, USUAL, WELL, WORSE, live

START = date.fromordinal(DAY_ONE)


def day(number: int) -> date:
    return START + timedelta(days=number)


def told(machine, *spells, walked_from=0):
    """The episodes of a walk over the last days of a life."""
    states = live(machine, *spells)
    start = states[walked_from - 1] if walked_from else initial_states(1)[0]
    return episodes(start, states[walked_from:], DAY_ONE + walked_from, machine)


def test_a_quiet_diary_has_no_episodes():
    assert told(SYMPTOM_MACHINE, (30, DULL)) == []


def test_no_walked_days_touch_nothing():
    assert told(SYMPTOM_MACHINE, (30, ILL), walked_from=30) == []


def test_an_open_episode_has_no_end():
    assert told(SYMPTOM_MACHINE, (30, ILL)) == [Episode(day(1), None, None)]


def test_episodes_come_in_the_order_of_their_days_with_their_reasons():
    spells = (44, WORSE), (1, USUAL), (20, MIDDLING), (2, WORSE), (5, USUAL), (15, MIDDLING)

    assert told(WORSENING_MACHINE, *spells, (2, WORSE), (28, NOTHING)) == [
        Episode(day(1), day(43), "new_usual"),
        Episode(day(66), day(71), "cleared"),
        Episode(day(88), day(116), "lapsed"),
    ]


def test_a_continued_episode_is_one():
    spells = (2, ILL), (7, WELL), (2, ILL), (7, WELL)

    assert told(SYMPTOM_MACHINE, *spells) == [Episode(day(1), day(17), "cleared")]


def test_a_forgotten_episode_is_still_told():
    assert told(SYMPTOM_MACHINE, (2, ILL), (200, NOTHING)) == [Episode(day(1), day(29), "lapsed")]


def test_one_that_was_open_at_the_start_is_told_with_its_own_first_day():
    spells = (5, ILL), (7, WELL), (3, DULL)

    assert told(SYMPTOM_MACHINE, *spells, walked_from=4) == [Episode(day(1), day(11), "cleared")]


def test_one_that_the_first_day_could_still_reopen_is_told_whether_it_does_or_not():
    quiet = (2, ILL), (7, WELL), (30, DULL)
    again = (2, ILL), (7, WELL), (12, DULL), (2, ILL)

    assert told(SYMPTOM_MACHINE, *quiet, walked_from=22) == [Episode(day(1), day(8), "cleared")]
    assert told(SYMPTOM_MACHINE, *again, walked_from=22) == [Episode(day(1), None, None)]


def test_one_that_was_over_before_the_walk_is_not_told():
    assert told(SYMPTOM_MACHINE, (2, ILL), (7, WELL), (30, DULL), walked_from=23) == []
    assert told(WORSENING_MACHINE, (2, WORSE), (5, USUAL), (9, MIDDLING), walked_from=7) == []


def test_one_that_opens_on_the_first_walked_day_is_told():
    assert told(SYMPTOM_MACHINE, (2, ILL), walked_from=1) == [Episode(day(1), None, None)]


def test_one_that_was_open_at_the_start_is_told_though_it_is_forgotten_in_the_end():
    spells = (2, ILL), (100, NOTHING)

    assert told(SYMPTOM_MACHINE, *spells, walked_from=2) == [Episode(day(1), day(29), "lapsed")]


def test_a_new_one_does_not_bring_back_the_one_before_it():
    spells = (2, WORSE), (5, USUAL), (15, WORSE)

    assert told(WORSENING_MACHINE, *spells, walked_from=10) == [Episode(day(21), None, None)]
