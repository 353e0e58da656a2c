"""Diaries to look over: made up, seeded, with the gaps and the dull weeks of real ones."""

import numpy as np

DAY_ONE = 738_000  # the ordinal of 2021-07-27; no test looks at the clock


def nine(*grades: float, others: float = 0) -> list[float]:
    """A day's nine answers: the first ones as given, the rest alike."""
    return [*grades, *[others] * (9 - len(grades))]


def symptom_days(*spells: tuple[int, list[float] | float]) -> np.ndarray:
    """One diary ``(1, 9, days)`` from spells of ``(days, nine grades)``; NaN for a blank spell."""
    days = [np.full((9, length), np.nan) for length, _ in spells]
    for day, (_, grades) in zip(days, spells, strict=True):
        day[:] = np.reshape(grades, (-1, 1))
    return np.concatenate(days, axis=1)[None]


def level_days(*spells: tuple[int, float]) -> np.ndarray:
    """One series ``(1, days)`` in tenths from spells of ``(days, level)``, one step up and down."""
    days = [np.full(length, float(level)) for length, level in spells]
    series = np.concatenate(days)
    series[1::2] += 1
    return series[None]


def random_symptoms(rng: np.random.Generator, diaries: int, days: int) -> np.ndarray:
    """``(diaries, 9, days)``: bad spells of every length, skipped questions, long silences."""
    ill = _spells(rng, diaries, days, mean_length=25) > 0
    grades = np.where(ill[:, None], 2, 0) + rng.integers(-1, 2, (diaries, 9, days))
    grades = np.where(rng.random((diaries, 9, days)) < 0.07, 3 - grades, grades)
    direction = np.where(rng.random((diaries, 9, days)) < 0.5, -1, 1)
    symptoms = np.clip(grades, 0, 3) * direction * 1.0
    symptoms[rng.random(symptoms.shape) < 0.08] = np.nan
    symptoms.swapaxes(1, 2)[_blank_days(rng, diaries, days)] = np.nan
    return symptoms


def random_levels(rng: np.random.Generator, diaries: int, days: int) -> tuple[np.ndarray, ...]:
    """Pain and mood ``(diaries, days)`` in tenths: worse spells that the two share in part."""
    shared = _spells(rng, diaries, days, mean_length=40)
    series = []
    for level, worse in ((30, 1), (65, -1)):
        own = 0.3 * _spells(rng, diaries, days, mean_length=20)
        noise = rng.normal(0, rng.uniform(4, 14, (diaries, 1)), (diaries, days))
        tenths = np.clip(np.rint(level + worse * 22 * (shared + own) + noise), 0, 100)
        tenths[rng.random(tenths.shape) < 0.05] = np.nan
        tenths[_blank_days(rng, diaries, days)] = np.nan
        series.append(tenths)
    return tuple(series)


def _spells(rng: np.random.Generator, diaries: int, days: int, mean_length: int) -> np.ndarray:
    changes = (rng.random((diaries, days)) < 1 / mean_length).cumsum(axis=1)
    heights = rng.choice([0.0, 0.0, 1.0, 1.6], (diaries, days + 1))
    return np.take_along_axis(heights, changes, axis=1)


def _blank_days(rng: np.random.Generator, diaries: int, days: int) -> np.ndarray:
    often = rng.uniform(0, 0.6, (diaries, 1))
    blank = rng.random((diaries, days)) < often
    for diary in range(diaries):
        for length in (18, 31, 95):
            begin = rng.integers(0, days)
            blank[diary, begin : begin + length] = True
    return blank


def as_lists(values: np.ndarray) -> list:
    """Arrays as the reference reads them: days first, None where NaN."""
    days_first = np.moveaxis(values, -1, 0)
    return np.where(np.isnan(days_first), None, days_first.astype(object)).tolist()
