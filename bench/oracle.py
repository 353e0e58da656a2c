"""The best that could be hoped for on pain and mood: a detector that knows what nobody knows.

It knows each person's true noise (how much of a day carries over, how far days scatter, how pain
and mood hang together, the week, the season, how slowly levels drift, how often flares come) and
the family of ramps, and asks each day how much more likely the answers are with a ramp in both
series, begun within the last eight weeks, than with none, with one in pain alone or with one in
mood alone. What it does not know is the person's level, the ramp's day, length, size and lag.

It reads the scale as if it had neither steps nor ends, and does not read missing days as a sign;
so it is a strong reference rather than a proof. Sequential likelihood ratio: Wald 1945; the mixture
over change points: Shiryaev 1963.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import solve_triangular
from scipy.special import logsumexp

from bench.counting import FOUND_WITHIN
from bench.pain_mood import (
    DAYS,
    DRIFT,
    FLARE_CHANCE,
    FLARE_SIZE,
    YEAR,
    Nature,
    PainMoodDiaries,
)
from diary.analysis.windows import Floats

FIRST_ASKED = 42  # the day from which on a score is given
STARTS = np.arange(14, DAYS, 3)
LENGTHS = (13.0, 19.0, 25.0)
LAGS = (1.0, 4.0)
SIZES = (1.75, 2.25, 2.75)  # points
# The weight of "one series alone" beside "nothing": about as many people with one are opened by
# the oracle then as by our rule.
ASIDE = 0.1
ROUNDING = 1 / 12  # variance of a whole point's step
LEVEL_RANGE = {"pain": 4.0, "mood": 3.0}  # points between the highest and the lowest level
UNKNOWN = 1e6  # variance of a day without an answer: it tells nothing


class Ramps(NamedTuple):
    """Hypotheses ``(…, days)``: how far a series has moved, for each start, length (and lag)."""

    pain: Floats  # (starts, lengths, 1, days)
    mood: Floats  # (starts, lengths, lags, days)


def score_by_oracle(diaries: PainMoodDiaries, flares: bool) -> Floats:
    """The log likelihood ratio on each day, ``(people, days)``; NaN on the first six weeks."""
    ramps = _family()
    recorded = np.stack([diaries.pain, diaries.mood], axis=-1) / 10
    score = np.full(diaries.pain.shape, np.nan)
    for person in range(len(recorded)):
        nature = Nature(*(field[person, 0] for field in diaries.nature))
        score[person, FIRST_ASKED:] = _score_one(recorded[person], nature, ramps, flares)
    return score


def _score_one(recorded: Floats, nature: Nature, ramps: Ramps, flares: bool) -> Floats:
    """One person's ratios from ``recorded`` ``(days, 2)``, in the order in which days came."""
    surprise, pain, mood = _whitened(recorded, nature, ramps, flares)
    seen = slice(2 * FIRST_ASKED + 1, None, 2)  # after both answers of a day
    along = (surprise * pain).cumsum(axis=-1)[..., seen]
    along_mood = (surprise * mood).cumsum(axis=-1)[..., seen]
    pain_square = (pain * pain).cumsum(axis=-1)[..., seen]
    mood_square = (mood * mood).cumsum(axis=-1)[..., seen]
    product = (pain * mood).cumsum(axis=-1)[..., seen]
    pain_alone = [a * along - a * a / 2 * pain_square for a in SIZES]
    mood_alone = [b * along_mood - b * b / 2 * mood_square for b in SIZES]
    both = [
        up + down - a * b * product
        for a, up in zip(SIZES, pain_alone, strict=True)
        for b, down in zip(SIZES, mood_alone, strict=True)
    ]
    one = np.log(ASIDE / 2) + np.logaddexp(_mean(pain_alone), _mean(mood_alone))
    return _mean(both) - np.logaddexp(np.log(1 - ASIDE), one)


def _mean(log_ratios: list[Floats]) -> Floats:
    """The log of the mean likelihood ratio over the family, of ramps begun within eight weeks."""
    today = np.arange(FIRST_ASKED, DAYS)
    since = today - STARTS[:, None]
    recent = ((since >= 0) & (since < FOUND_WITHIN))[:, None, None, :]
    ratios = np.stack(log_ratios)
    weights = np.broadcast_to(recent, ratios.shape)
    total = logsumexp(np.where(weights, ratios, -np.inf), axis=(0, 1, 2, 3))
    return total - np.log(weights.sum(axis=(0, 1, 2, 3)))


def _whitened(
    recorded: Floats, nature: Nature, ramps: Ramps, flares: bool
) -> tuple[Floats, Floats, Floats]:
    """What was recorded and the ramps of both series, as independent steps of variance 1.

    The last axis takes turns: the first day's pain, its mood, the second day's pain, …
    """
    answered = ~np.isnan(recorded)
    middle = np.stack(_expected(nature, flares), axis=-1)
    off = np.where(answered, recorded - middle, 0).reshape(-1)
    covariance = _covariance(nature, flares)
    covariance[np.diag_indices(2 * DAYS)] += np.where(answered, ROUNDING, UNKNOWN).reshape(-1)
    shapes = ramps.pain.shape[:3], ramps.mood.shape[:3]
    columns = np.zeros((2 * DAYS, 1 + np.prod(shapes[0]) + np.prod(shapes[1])))
    pains = 1 + np.prod(shapes[0])
    columns[:, 0] = off
    columns[::2, 1:pains] = ramps.pain.reshape(-1, DAYS).T
    columns[1::2, pains:] = -ramps.mood.reshape(-1, DAYS).T
    columns[:, 1:] *= answered.reshape(-1, 1)
    white = solve_triangular(np.linalg.cholesky(covariance), columns, lower=True).T
    return (
        white[0],
        white[1:pains].reshape(*shapes[0], -1),
        white[pains:].reshape(*shapes[1], -1),
    )


def _expected(nature: Nature, flares: bool) -> tuple[Floats, Floats]:
    day = np.arange(DAYS)
    week = nature.weekly * np.cos(2 * np.pi * day / 7 + nature.weekly_phase)
    often = FLARE_SIZE * _flaring() if flares else 0.0
    return 3.5 - week / 2 + often, 6.5 + week - often


def _covariance(nature: Nature, flares: bool) -> Floats:
    """Of all answers of one person, ``(2 days, 2 days)``, pain and mood in turn."""
    day = np.arange(DAYS)
    lag = np.abs(day[:, None] - day)
    carried = nature.phi**lag
    walk = DRIFT**2 * (np.minimum(day[:, None], day) + 1.0)
    walk = walk - walk.mean(axis=0) - walk.mean(axis=1)[:, None] + walk.mean()
    year = nature.yearly**2 / 2 * np.cos(2 * np.pi * lag / YEAR)
    flare = FLARE_SIZE**2 * _flare_covariance(lag) if flares else 0.0
    covariance = np.empty((DAYS, 2, DAYS, 2))
    own = LEVEL_RANGE["pain"] ** 2 / 12, LEVEL_RANGE["mood"] ** 2 / 12
    covariance[:, 0, :, 0] = nature.pain_sd**2 * carried + walk + year / 4 + flare + own[0]
    covariance[:, 1, :, 1] = (
        nature.mood_sd**2 * carried + (0.3**2 + 0.95**2) * walk + year + flare + own[1]
    )
    between = nature.coupling * nature.pain_sd * nature.mood_sd * carried
    covariance[:, 0, :, 1] = between - 0.3 * walk - year / 2 - flare
    covariance[:, 1, :, 0] = covariance[:, 0, :, 1]
    return covariance.reshape(2 * DAYS, 2 * DAYS)


def _flaring() -> float:
    """The share of days within a flare of two to four days."""
    return 1 - (1 - FLARE_CHANCE) ** 2 * (1 - 2 / 3 * FLARE_CHANCE) * (1 - FLARE_CHANCE / 3)


def _flare_covariance(lag: np.ndarray) -> Floats:
    """Of being within a flare, some days apart; nearly that of flares that never meet."""
    shared = np.maximum(2 - lag, 0) + np.maximum(3 - lag, 0) + np.maximum(4 - lag, 0)
    return FLARE_CHANCE * shared / 3


def _family() -> Ramps:
    since = np.arange(DAYS) - STARTS[:, None, None, None]
    length = np.reshape(LENGTHS, (1, -1, 1, 1))
    lag = np.reshape(LAGS, (1, 1, -1, 1))
    return Ramps(np.clip(since / length, 0, 1), np.clip((since - lag) / length, 0, 1))
