"""People who answer nine questions: what the detection notes say of them is true of them."""

import numpy as np
import pytest

from bench.nine_symptoms import BASE, DAYS, SPELLS, keep_symptoms

PEOPLE = 300


def people(kind: str, missing: float = 0, seed: int = 1):
    return keep_symptoms(np.random.default_rng(seed), kind, PEOPLE, missing)


def often(diaries, first: int, last: int) -> np.ndarray:
    """Each person's share of days with each symptom, ``(people, 9)``, counted from the start."""
    since = np.arange(DAYS) - diaries.start[:, None]
    inside = ((since >= first) & (since < last))[:, None]
    return np.nansum(diaries.symptoms / 2 * inside, axis=2) / inside.sum(axis=2)


def brought(diaries, last: int = 30) -> np.ndarray:
    """Which symptoms a spell brought: those that are there on most of its days."""
    return often(diaries, 0, last) >= 0.6


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("episode", 6, 8), ("borderline", 5, 5), ("3-4 symptoms", 3, 4), ("no core", 5, 6)],
)
def test_a_spell_brings_as_many_symptoms_as_its_kind_says(kind, least, most):
    count = brought(people(kind)).sum(axis=1)

    assert ((count >= least) & (count <= most)).mean() > 0.93


@pytest.mark.parametrize("kind", ["episode", "borderline", "3-4 symptoms"])
def test_a_core_symptom_is_among_them(kind):
    assert brought(people(kind))[:, :2].any(axis=1).mean() > 0.98


def test_people_without_a_core_symptom_have_none():
    assert brought(people("no core"))[:, :2].any(axis=1).mean() < 0.02


def test_symptoms_of_an_episode_are_there_nearly_every_day():
    diaries = people("episode")
    inside = often(diaries, 0, 35)

    assert inside[brought(diaries)].mean() == pytest.approx(0.915, abs=0.02)
    assert inside[~brought(diaries)].mean() == pytest.approx(0.17, abs=0.04)


def test_an_episode_climbs_for_ten_days_and_then_begins():
    diaries = people("episode")
    load = [float(often(diaries, first, first + 5).mean()) for first in (-20, -10, -5, 0)]

    assert load[0] == pytest.approx(often(diaries, -40, -20).mean(), abs=0.02)
    assert load == sorted(load)
    assert load[2] < load[3] / 1.6


def test_an_episode_lasts_five_to_ten_weeks():
    diaries = people("episode")

    assert often(diaries, 30, 35).mean() > 0.6
    assert often(diaries, 69, 75).mean() == pytest.approx(often(diaries, -60, -15).mean(), abs=0.03)


def test_a_brief_spell_is_over_after_eight_days():
    diaries = people("brief")

    assert often(diaries, 0, 4).mean() > 0.6
    assert often(diaries, 8, 20).mean() < 0.12
    assert often(diaries, -8, 0).mean() < 0.12


def test_cyclic_spells_come_back_every_four_weeks():
    diaries = people("cyclic")

    assert often(diaries, 28, 34).mean() > 0.5
    assert often(diaries, 7, 27).mean() < 0.12


def test_healthy_people_have_the_base_rates():
    everyone = np.nanmean(people("healthy").symptoms, axis=(0, 2)) / 2

    # A lognormal factor of sd 0.5 has the mean 1.13.
    assert everyone == pytest.approx(1.13 * BASE, rel=0.15, abs=0.004)


def test_chronic_pain_takes_energy_sleep_and_focus():
    everyone = np.nanmean(people("chronic pain").symptoms, axis=(0, 2)) / 2

    assert everyone[[2, 4, 7]] == pytest.approx([0.65, 0.65, 0.35], abs=0.04)
    assert everyone[:2].max() < 0.1


def test_symptoms_of_one_day_come_together():
    symptoms = people("healthy").symptoms / 2
    count = symptoms.sum(axis=1)
    apart = (symptoms.var(axis=2)).sum(axis=1)

    assert count.var(axis=1).mean() > 1.2 * apart.mean()


def test_a_day_is_missing_whole_and_answers_one_by_one():
    symptoms = people("healthy", 0.3).symptoms
    gone = np.isnan(symptoms).all(axis=1)

    assert gone.mean() == pytest.approx(0.29, abs=0.03)
    kept = np.isnan(symptoms).swapaxes(1, 2)[~gone]
    assert kept.mean() == pytest.approx(0.03, abs=0.005)


def test_half_the_days_of_an_episode_are_missing_where_three_of_ten_are():
    diaries = people("episode", 0.3)
    since = np.arange(DAYS) - diaries.start[:, None]
    inside = (since >= 0) & (since < 35)

    assert np.isnan(diaries.symptoms).all(axis=1)[inside].mean() == pytest.approx(0.48, abs=0.05)


@pytest.mark.parametrize("kind", SPELLS)
def test_the_same_seed_makes_the_same_people(kind):
    once, again = people(kind, 0.3), people(kind, 0.3)

    assert np.array_equal(once.symptoms, again.symptoms, equal_nan=True)
