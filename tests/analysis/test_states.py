"""The machine by itself: scores in, states out."""

from dataclasses import replace

import numpy as np
import pytest

from diary.analysis import REASONS, STATE, initial_states, is_open, pack, unpack
from diary.analysis.states import step
from diary.analysis.symptoms import SYMPTOM_MACHINE
from diary.analysis.worsening import WORSENING_MACHINE

from .diaries import DAY_ONE

# A day in the tables below: a symptom probability or a worsening score, None = not evaluable.
ILL, DULL, WELL = 0.80, 0.24, 0.23
WORSE, MIDDLING, USUAL = 2.05, 1.03, 1.02
NOTHING = None


def live(machine, *spells):
    """The states after each day of the spells ``(days, score)``, from the initial one."""
    return live_on(initial_states(1), DAY_ONE, machine, *spells)


def live_on(state, today, machine, *spells):
    states = []
    for length, score in spells:
        evaluable = np.array([score is not None])
        for _ in range(length):
            scores = np.array([np.nan if score is None else score])
            state = step(state, np.array([today]), evaluable, scores, machine)
            states.append(state)
            today += 1
    return np.concatenate(states)


def story(states):
    """(opened on, closed on, reason) of each episode, days counted from 0; reopening shows too."""
    told = []
    for state in states:
        if state["opened_on"]:
            closed = state["closed_on"] - DAY_ONE if state["closed_on"] else None
            episode = (state["opened_on"] - DAY_ONE, closed, REASONS[state["reason"]])
            if episode not in told[-1:]:
                told.append(episode)
    return told


SYMPTOM_STORIES = {
    "one high day opens nothing": ([(1, ILL), (30, DULL)], []),
    "the second high day opens": ([(2, ILL)], [(1, None, None)]),
    "a score just below does not": ([(30, 0.799)], []),
    "a day between high ones begins the count anew": ([(1, ILL), (1, DULL), (1, ILL)], []),
    "an unevaluable day between does not": (
        [(1, ILL), (3, NOTHING), (1, ILL)],
        [(4, None, None)],
    ),
    "six low days close nothing": ([(2, ILL), (6, WELL), (9, DULL)], [(1, None, None)]),
    "the seventh low day closes": (
        [(2, ILL), (7, WELL)],
        [(1, None, None), (1, 8, "cleared")],
    ),
    "a score at the closing one is not low": ([(2, ILL), (40, DULL)], [(1, None, None)]),
    "a day between low ones begins the count anew": (
        [(2, ILL), (6, WELL), (1, DULL), (6, WELL)],
        [(1, None, None)],
    ),
    "an unevaluable day between low ones does not": (
        [(2, ILL), (6, WELL), (3, NOTHING), (1, WELL)],
        [(1, None, None), (1, 11, "cleared")],
    ),
    "low days before the opening do not help to close": (
        [(6, WELL), (2, ILL), (1, WELL)],
        [(7, None, None)],
    ),
    "27 unevaluable days leave it open": ([(2, ILL), (27, NOTHING)], [(1, None, None)]),
    "28 unevaluable days end it without a recovery": (
        [(2, ILL), (28, NOTHING)],
        [(1, None, None), (1, 29, "lapsed")],
    ),
    "an evaluable day in the silence keeps it": (
        [(2, ILL), (27, NOTHING), (1, DULL), (27, NOTHING)],
        [(1, None, None)],
    ),
    "opening again 14 days after the closing continues it": (
        [(2, ILL), (7, WELL), (12, DULL), (2, ILL)],
        [(1, None, None), (1, 8, "cleared"), (1, None, None)],
    ),
    "opening again 15 days after the closing is another": (
        [(2, ILL), (7, WELL), (13, DULL), (2, ILL)],
        [(1, None, None), (1, 8, "cleared"), (23, None, None)],
    ),
    "one high day after a lapse does not continue it": (
        [(2, ILL), (28, NOTHING), (1, ILL)],
        [(1, None, None), (1, 29, "lapsed")],
    ),
    "two high days after a lapse do": (
        [(2, ILL), (28, NOTHING), (2, ILL)],
        [(1, None, None), (1, 29, "lapsed"), (1, None, None)],
    ),
    "a continued episode needs seven low days again": (
        [(2, ILL), (7, WELL), (2, ILL), (6, WELL), (1, DULL)],
        [(1, None, None), (1, 8, "cleared"), (1, None, None)],
    ),
    "a symptom pattern never becomes a new usual": ([(200, ILL)], [(1, None, None)]),
}


@pytest.mark.parametrize(("spells", "expected"), SYMPTOM_STORIES.values(), ids=SYMPTOM_STORIES)
def test_a_symptom_pattern_opens_and_closes(spells, expected):
    assert story(live(SYMPTOM_MACHINE, *spells)) == expected


OPENED_ON_1 = (1, None, None)
WORSENING_STORIES = {
    "the second high day opens": ([(2, WORSE)], [OPENED_ON_1]),
    "a score just below does not": ([(30, 2.049)], []),
    "four low days close nothing": ([(2, WORSE), (4, USUAL), (9, MIDDLING)], [OPENED_ON_1]),
    "the fifth low day closes": ([(2, WORSE), (5, USUAL)], [OPENED_ON_1, (1, 6, "cleared")]),
    "a score at the closing one is not low": ([(2, WORSE), (39, MIDDLING)], [OPENED_ON_1]),
    "28 unevaluable days end it": (
        [(2, WORSE), (28, NOTHING)],
        [OPENED_ON_1, (1, 29, "lapsed")],
    ),
    "for 41 days it is a worsening": ([(43, WORSE)], [OPENED_ON_1]),
    "after 42 days it is the new usual": ([(44, WORSE)], [OPENED_ON_1, (1, 43, "new_usual")]),
    "on an unevaluable day too": (
        [(40, WORSE), (4, NOTHING)],
        [OPENED_ON_1, (1, 43, "new_usual")],
    ),
    "low days that end on the 42nd have cleared it": (
        [(39, WORSE), (5, USUAL)],
        [OPENED_ON_1, (1, 43, "cleared")],
    ),
    "a silence that ends on the 42nd has lapsed": (
        [(16, WORSE), (28, NOTHING)],
        [OPENED_ON_1, (1, 43, "lapsed")],
    ),
    "a new usual does not open again at its own level": (
        [(200, WORSE)],
        [OPENED_ON_1, (1, 43, "new_usual")],
    ),
    "nor from a middling score": (
        [(44, WORSE), (30, MIDDLING), (30, WORSE)],
        [OPENED_ON_1, (1, 43, "new_usual")],
    ),
    "but once the score has been low": (
        [(44, WORSE), (20, MIDDLING), (1, USUAL), (2, WORSE)],
        [OPENED_ON_1, (1, 43, "new_usual"), (66, None, None)],
    ),
    "nothing opens on the 14 days after a closing": (
        [(2, WORSE), (5, USUAL), (14, WORSE)],
        [OPENED_ON_1, (1, 6, "cleared")],
    ),
    "a level that lasts opens on the fifteenth": (
        [(2, WORSE), (5, USUAL), (15, WORSE)],
        [OPENED_ON_1, (1, 6, "cleared"), (21, None, None)],
    ),
    "a rest that ends in silence waits for a day to show": (
        [(2, WORSE), (5, USUAL), (12, WORSE), (5, NOTHING), (1, WORSE)],
        [OPENED_ON_1, (1, 6, "cleared"), (24, None, None)],
    ),
    "a lapse does not ask for a low score": (
        [(2, WORSE), (28, NOTHING), (15, WORSE)],
        [OPENED_ON_1, (1, 29, "lapsed"), (44, None, None)],
    ),
}


@pytest.mark.parametrize(("spells", "expected"), WORSENING_STORIES.values(), ids=WORSENING_STORIES)
def test_a_worsening_opens_and_closes(spells, expected):
    assert story(live(WORSENING_MACHINE, *spells)) == expected


@pytest.mark.parametrize("machine", [SYMPTOM_MACHINE, WORSENING_MACHINE])
class TestForgetting:
    def test_83_unevaluable_days_are_remembered(self, machine):
        states = live(machine, (2, 3.0), (83, NOTHING))

        assert states[-1]["closed_on"] == DAY_ONE + 29

    def test_the_84th_forgets_everything(self, machine):
        states = live(machine, (50, 3.0), (84, NOTHING))

        assert states[-1:] == initial_states(1)

    def test_nothing_happens_in_the_silence_after(self, machine):
        states = live(machine, (50, 3.0), (300, NOTHING))

        assert (states[-217:] == initial_states(1)).all()

    def test_what_is_seen_in_the_silence_is_not_forgotten_again(self, machine):
        learning = initial_states(1)
        learning["seen"] = 9

        states = live_on(learning, DAY_ONE, machine, (2, NOTHING))

        assert states[-1]["seen"] == 9


@pytest.mark.parametrize(
    ("machine", "spells"),
    [
        pytest.param(SYMPTOM_MACHINE, [(2, ILL), (7, WELL)], id="symptoms cleared"),
        pytest.param(SYMPTOM_MACHINE, [(2, ILL), (28, NOTHING)], id="symptoms lapsed"),
        pytest.param(WORSENING_MACHINE, [(2, WORSE), (5, USUAL)], id="worsening cleared"),
        pytest.param(WORSENING_MACHINE, [(2, WORSE), (28, NOTHING)], id="worsening lapsed"),
        pytest.param(WORSENING_MACHINE, [(44, WORSE)], id="new usual"),
    ],
)
def test_high_days_before_a_closing_do_not_count_after_it(machine, spells):
    assert live(machine, *spells)[-1]["up"] == 0


@pytest.mark.parametrize(
    ("machine", "spells"),
    [
        pytest.param(SYMPTOM_MACHINE, [(2, ILL), (6, WELL), (28, NOTHING)], id="lapsed"),
        pytest.param(WORSENING_MACHINE, [(41, WORSE), (3, USUAL)], id="new usual"),
    ],
)
def test_low_days_before_a_lapse_or_a_new_usual_do_not_count_after_it(machine, spells):
    assert live(machine, *spells)[-1]["down"] == 0


def test_an_episode_does_not_close_on_the_day_that_reopens_it():
    machine = replace(SYMPTOM_MACHINE, longest=5)

    states = live(machine, (7, ILL), (1, WELL), (2, ILL))

    assert story(states) == [(1, None, None), (1, 6, "new_usual"), (1, None, None)]


def test_only_a_new_usual_disarms():
    cleared = live(WORSENING_MACHINE, (2, WORSE), (5, USUAL))
    lapsed = live(WORSENING_MACHINE, (2, WORSE), (28, NOTHING))
    settled = live(WORSENING_MACHINE, (44, WORSE))

    assert (cleared[-1]["armed"], lapsed[-1]["armed"], settled[-1]["armed"]) == (True, True, False)


def test_counters_stop_where_they_have_decided():
    ill, well = live(SYMPTOM_MACHINE, (300, ILL)), live(SYMPTOM_MACHINE, (300, WELL))

    assert (ill[-1]["up"], well[-1]["down"]) == (2, 7)


def test_the_days_of_others_move_nothing():
    scores = np.array([ILL, WELL, np.nan])
    states = initial_states(3)
    for day in range(3):
        today = np.full(3, DAY_ONE + day)
        states = step(states, today, ~np.isnan(scores), scores, SYMPTOM_MACHINE)

    assert is_open(states).tolist() == [True, False, False]
    assert states["down"].tolist() == [0, 3, 0]
    assert states["idle"].tolist() == [0, 0, 84]


def test_a_step_leaves_the_states_before_it_as_they_were():
    before = initial_states(1)

    step(before, np.array([DAY_ONE]), np.array([True]), np.array([ILL]), SYMPTOM_MACHINE)

    assert before == initial_states(1)


def test_a_packed_state_is_small_and_comes_back_whole():
    states = live(WORSENING_MACHINE, (44, WORSE), (3, NOTHING), (2, USUAL))

    packed = pack(states)

    assert {len(state) for state in packed} == {STATE.itemsize}
    assert STATE.itemsize <= 40
    assert (unpack(packed) == states).all()
    assert pack(unpack(packed)) == packed


def test_an_unpacked_state_can_be_walked_on():
    states = unpack(pack(initial_states(1)))

    states["up"] += 1

    assert states["up"] == 1


@pytest.mark.parametrize("packed", [b"", b"\0" * 13, b"\0" * 28])
def test_bytes_that_are_no_state_are_refused(packed):
    with pytest.raises(ValueError, match="14 bytes"):
        unpack([packed])


def test_no_packed_states_are_no_states():
    assert unpack([]).shape == (0,)
