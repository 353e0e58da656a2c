"""A walk is the same walk however it is cut: by day, by batch, by memory layout."""

import numpy as np
import pytest

from diary.analysis import (
    SYMPTOM_RULE,
    WORSENING_RULE,
    initial_states,
    is_open,
    pack,
    unpack,
    walk_symptoms,
    walk_worsening,
)
from diary.analysis import windows as windows_module

from .diaries import DAY_ONE, random_levels, random_symptoms

HISTORY = WORSENING_RULE.history
DAYS = 260


def symptom_walk(symptoms, first, start):
    return walk_symptoms(symptoms, first, start, history=HISTORY)


def worsening_walk(levels, first, start):
    return walk_worsening(levels[:, 0], levels[:, 1], first, start, history=HISTORY)


KINDS = {"symptoms": symptom_walk, "worsening": worsening_walk}


@pytest.fixture(scope="module")
def diaries():
    rng = np.random.default_rng(28)
    symptoms = random_symptoms(rng, 8, HISTORY + DAYS)
    levels = np.stack(random_levels(rng, 8, HISTORY + DAYS), axis=1)
    return {"symptoms": symptoms, "worsening": levels}


def told(walk) -> dict[str, np.ndarray]:
    """Every array of a walk under its name, with the arrays of its parts."""
    arrays = {}
    for name, value in vars(walk).items():
        if isinstance(value, tuple):
            arrays |= {f"{name}.{field}": part for field, part in value._asdict().items()}
        else:
            arrays[name] = value
    return arrays


def assert_same_bits(one, other):
    one, other = told(one), told(other)
    assert one.keys() == other.keys()
    for name, array in one.items():
        assert array.shape == other[name].shape, name
        assert array.tobytes() == other[name].tobytes(), name


def in_pieces(walk, values, first, lengths):
    """The same days in several walks, the state packed and unpacked between them."""
    state, begin, pieces = initial_states(len(values)), 0, []
    for length in lengths:
        piece = walk(values[..., begin : begin + HISTORY + length], first + begin, state)
        state = unpack(pack(piece.states[:, -1]))
        pieces.append(told(piece))
        begin += length
    return {name: np.concatenate([piece[name] for piece in pieces], axis=-1) for name in pieces[0]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", [1, 7, 30], ids="{} days at a time".format)
def test_a_walk_in_pieces_is_the_walk_from_nothing(diaries, kind, length):
    values, walk = diaries[kind], KINDS[kind]
    first = np.full(8, DAY_ONE)
    lengths = [length] * (DAYS // length) + ([DAYS % length] if DAYS % length else [])

    whole = told(walk(values, first, initial_states(8)))
    pieces = in_pieces(walk, values, first, lengths)

    for name, array in whole.items():
        assert pieces[name].tobytes() == np.ascontiguousarray(array).tobytes(), name


@pytest.mark.parametrize("kind", KINDS)
def test_the_pieces_met_open_episodes(diaries, kind):
    walk = KINDS[kind](diaries[kind], np.full(8, DAY_ONE), initial_states(8))

    opened = is_open(walk.states)
    assert opened.any(axis=1).sum() >= 4
    assert (~opened).any(axis=1).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 2, 7, 500])
def test_a_person_gets_the_same_bits_in_any_batch(diaries, kind, size):
    walk, person = KINDS[kind], diaries[kind][3:4, ..., : HISTORY + 150]
    others = np.resize(diaries[kind][..., : HISTORY + 150], (size, *person.shape[1:]))
    place = size // 2
    others[place] = person[0]
    first = DAY_ONE + np.arange(size)
    first[place] = DAY_ONE

    alone = walk(person, np.array([DAY_ONE]), initial_states(1))
    assert is_open(alone.states).any()
    batch = told(walk(others, first, initial_states(size)))

    for name, array in told(alone).items():
        assert batch[name][place].tobytes() == array[0].tobytes(), name


@pytest.mark.parametrize("kind", KINDS)
def test_the_memory_layout_changes_no_bit(diaries, kind):
    values, walk = diaries[kind], KINDS[kind]
    first, start = np.full(8, DAY_ONE), initial_states(8)
    wide = np.repeat(values, 2, axis=-1)
    layouts = [
        np.asfortranarray(values),
        wide[..., ::2],
        np.ascontiguousarray(values[..., ::-1])[..., ::-1],
        np.moveaxis(np.ascontiguousarray(np.moveaxis(values, 0, -1)), -1, 0),
    ]

    for layout in layouts:
        assert not layout.flags.c_contiguous
        assert_same_bits(walk(layout, first, start), walk(values, first, start))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("block", [1, 8 * 7, 10**6])
def test_the_size_of_the_blocks_changes_no_bit(diaries, kind, block, monkeypatch):
    values, walk = diaries[kind], KINDS[kind]
    first, start = np.full(8, DAY_ONE), initial_states(8)
    whole = walk(values, first, start)

    monkeypatch.setattr(windows_module, "BLOCK", block)

    assert_same_bits(walk(values, first, start), whole)


@pytest.mark.parametrize("kind", KINDS)
def test_a_walk_leaves_its_arguments_alone(diaries, kind):
    values, start = diaries[kind].copy(), initial_states(8)

    KINDS[kind](values, np.full(8, DAY_ONE), start)

    assert values.tobytes() == diaries[kind].tobytes()
    assert (start == initial_states(8)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_more_history_than_needed_changes_no_bit(diaries, kind):
    values, walk = diaries[kind], KINDS[kind]
    more = np.concatenate([np.full((*values.shape[:-1], 40), 1.0), values], axis=-1)
    longer = {
        "symptoms": lambda: walk_symptoms(
            more, np.full(8, DAY_ONE), initial_states(8), history=HISTORY + 40
        ),
        "worsening": lambda: walk_worsening(
            more[:, 0], more[:, 1], np.full(8, DAY_ONE), initial_states(8), history=HISTORY + 40
        ),
    }

    assert_same_bits(longer[kind](), walk(values, np.full(8, DAY_ONE), initial_states(8)))


@pytest.mark.parametrize("kind", KINDS)
def test_no_days_and_no_diaries_are_walks_too(diaries, kind):
    values, walk = diaries[kind], KINDS[kind]

    no_days = walk(values[..., :HISTORY], np.full(8, DAY_ONE), initial_states(8))
    no_diaries = walk(values[:0], np.full(0, DAY_ONE), initial_states(0))

    assert no_days.states.shape == (8, 0)
    assert no_diaries.states.shape == (0, DAYS)


@pytest.mark.parametrize("kind", KINDS)
def test_more_than_90_silent_dates_end_in_the_initial_state(diaries, kind):
    """So a walk may leave such a stretch out. ``seen`` of symptoms is the next test's."""
    values, walk = diaries[kind], KINDS[kind]
    silent = values.copy()
    silent[..., -91:] = np.nan

    before = walk(silent[..., :-91], np.full(8, DAY_ONE), initial_states(8)).states[:, -1]
    after = walk(silent, np.full(8, DAY_ONE), initial_states(8)).states[:, -1]

    assert (before != initial_states(8)).any()
    after["seen"][before["idle"] == 84] = 0
    assert (after == initial_states(8)).all()


def test_a_diary_that_was_never_evaluable_goes_on_learning_through_a_silence():
    symptoms = np.full((1, 9, 13 + 120), np.nan)
    symptoms[0, 0, 13] = 2

    walk = walk_symptoms(symptoms, np.array([DAY_ONE]), initial_states(1), history=13)

    assert walk.states["seen"][0, [0, 1, 12, 13, 14, 119]].tolist() == [1, 2, 13, 14, 14, 14]


def test_symptoms_are_learnt_for_14_dates_from_the_first_answer():
    symptoms = np.full((1, 9, 13 + 30), np.nan)
    symptoms[0, 4, 13 + 5] = 0
    symptoms[0, :, 13 + 6 :] = 0

    walk = walk_symptoms(symptoms, np.array([DAY_ONE]), initial_states(1), history=13)

    assert walk.states["seen"][0, 4:7].tolist() == [0, 1, 2]
    assert walk.reading.enough[0].argmax() == 14
    assert walk.evaluable[0].argmax() == 18
    assert (walk.status[0, :18] == 0).all()
    assert np.isnan(walk.reading.probability[0, :18]).all()
    assert np.isnan(walk.reading.symptom_probability[0, :, :18]).all()
    assert walk.reading.probability[0, 18] == 0


def test_answers_from_before_the_walk_are_read_but_not_seen():
    symptoms = np.zeros((1, 9, 13 + 20))
    symptoms[..., 13] = np.nan

    walk = walk_symptoms(symptoms, np.array([DAY_ONE]), initial_states(1), history=13)

    assert walk.reading.answered[0, 0] == 13
    assert walk.states["seen"][0, :2].tolist() == [0, 1]


def test_a_missing_history_of_symptoms_is_refused():
    symptoms = np.zeros((1, 9, 30))

    with pytest.raises(ValueError, match="begins before the first day"):
        walk_symptoms(symptoms, np.array([DAY_ONE]), initial_states(1), history=12)


@pytest.mark.parametrize("grade", [4, -4, 1.5])
def test_grades_that_do_not_exist_are_refused(grade):
    symptoms = np.zeros((1, 9, 30))
    symptoms[0, 8, 20] = grade

    with pytest.raises(ValueError, match="a symptom's grade"):
        walk_symptoms(symptoms, np.array([DAY_ONE]), initial_states(1), history=13)


def test_the_shipped_history_reaches_from_a_frozen_usual_to_today():
    assert WORSENING_RULE.history == 83 + 42
    assert SYMPTOM_RULE.window - 1 == 13
