"""Other rules for "pain and mood worsen together": what is often built, and near relatives of ours.

A rule reads diaries ``(people, days)`` and gives a score ``(people, days)``, NaN where it has too
little; how high a score must be is chosen elsewhere, at one false-alarm rate for all. Pain counts
upwards, mood downwards. Detection notes, sections A and F.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bench.counting import FIRST_DAY
from diary.analysis import WORSENING_RULE, WorseningRule, WorseningWalk, initial_states
from diary.analysis import walk_worsening as walk
from diary.analysis.usual import PRIOR
from diary.analysis.windows import Bools, Floats

WEEKS = 14  # days
NO_CLIP = 1e3  # standard deviations
NEVER = 255  # days in a row; no simulated diary is as long
# The rule of the study from which ours came, and what it measured beside it.
TWO_WEEKS = replace(
    WORSENING_RULE,
    weights=(1,) * WEEKS,
    recent_needed=5,
    reach=2.0,
    least_reach=0.0,
    drift=0.40,
    least_shown=1e-9,
    prior=PRIOR._replace(days=10, pairs=20),
)
FOUR_WEEKS = replace(
    TWO_WEEKS,
    weights=tuple(round(1e6 * 0.92**age) for age in range(2 * WEEKS)),
    shown_days=2 * WEEKS,
)
Score = Callable[[Floats, Floats], Floats]


def look_over(pain: Floats, mood: Floats, rule: WorseningRule = WORSENING_RULE) -> WorseningWalk:
    """Our rule over diaries ``(people, days)`` in tenths, each from its first day on."""
    people = len(pain)
    before = np.full((people, rule.history), np.nan)
    return walk(
        np.concatenate([before, pain], axis=1),
        np.concatenate([before, mood], axis=1),
        np.full(people, FIRST_DAY),
        initial_states(people),
        history=rule.history,
        rule=rule,
    )


def legs(pain: Floats, mood: Floats, rule: WorseningRule) -> tuple[Floats, Floats]:
    """Both z ``(people, days)`` by the usual of each day, NaN where the day is not evaluable."""
    unfrozen = replace(rule, machine=replace(rule.machine, open_days=NEVER))
    walked = look_over(pain, mood, unfrozen)
    return tuple(np.where(walked.evaluable, leg.z, np.nan) for leg in (walked.pain, walked.mood))


def by(rule: WorseningRule) -> Score:
    """The score of our rule with other numbers: the smaller z."""
    return lambda pain, mood: np.minimum(*legs(pain, mood, rule))


def sum_with_floor(pain: Floats, mood: Floats) -> Floats:
    """Stouffer's sum of both z, where each is at least 1 (else the sum may be one leg's alone)."""
    first, second = legs(pain, mood, replace(TWO_WEEKS, drift=0.0, reach=NO_CLIP))
    score = (first + second) / np.sqrt(2)
    return np.where(np.minimum(first, second) >= 1, score, np.minimum(score, 0))


def slope(values: Floats, length: int = WEEKS, needed: int = 7) -> Floats:
    """The t statistic of a least-squares line through the answered days of each window."""
    window, answered = _windows(values, length)
    count = answered.sum(axis=-1)
    day = np.where(answered, np.arange(length), 0.0)
    days_off = np.where(answered, day - (day.sum(axis=-1) / np.maximum(count, 1))[..., None], 0)
    off = np.where(answered, window - (window.sum(axis=-1) / np.maximum(count, 1))[..., None], 0)
    square = (days_off**2).sum(axis=-1)
    steep = (days_off * off).sum(axis=-1) / np.maximum(square, 1)
    rest = ((off - steep[..., None] * days_off) ** 2).sum(axis=-1) / np.maximum(count - 2, 1)
    # A tenth of a point at least: a line through equal values would be infinitely sure.
    t = steep / np.sqrt(np.maximum(rest, 1) / np.maximum(square, 1))
    return _from_day(np.where(count >= needed, t, np.nan), values.shape[1])


def mann_kendall(values: Floats, length: int = WEEKS, needed: int = 7) -> Floats:
    """The z of the Mann-Kendall trend test in each window, with its correction for ties."""
    window, answered = _windows(values, length)
    rises = np.zeros(window.shape[:-1])
    for lag in range(1, length):
        both = answered[..., lag:] & answered[..., :-lag]
        rises += (np.sign(window[..., lag:] - window[..., :-lag]) * both).sum(axis=-1)
    count = answered.sum(axis=-1)
    variance = _kendall_variance(count)
    for points in range(11):
        variance -= _kendall_variance(((window == 10 * points) & answered).sum(axis=-1))
    z = (rises - np.sign(rises)) / np.sqrt(np.maximum(variance, 1))
    return _from_day(np.where(count >= needed, z, np.nan), values.shape[1])


def corrected_mann_kendall(values: Floats) -> Floats:
    """Mann-Kendall over 28 days, less sure the more a day carries over to the next."""
    window, answered = _windows(values, 2 * WEEKS)
    count = np.maximum(answered.sum(axis=-1), 1)
    off = np.where(answered, window - (window.sum(axis=-1) / count)[..., None], 0)
    pairs = (answered[..., 1:] & answered[..., :-1]).sum(axis=-1)
    products = (off[..., 1:] * off[..., :-1]).sum(axis=-1) / np.maximum(pairs, 1)
    phi = np.clip(products / np.maximum((off**2).sum(axis=-1) / count, 1), 0, 0.8)
    uncertain = _from_day(np.sqrt((1 + phi) / (1 - phi)), values.shape[1])
    return mann_kendall(values, 2 * WEEKS, needed=14) / uncertain


def fortnights(values: Floats, needed: int = 5) -> Floats:
    """The mean of the last 14 days minus that of the 14 before, in points."""
    recent = fortnight_mean(values, needed)
    earlier = np.full_like(recent, np.nan)
    earlier[:, WEEKS:] = recent[:, :-WEEKS]
    return (recent - earlier) / 10


def fortnight_mean(values: Floats, needed: int) -> Floats:
    window, answered = _windows(values, WEEKS)
    count = answered.sum(axis=-1)
    mean = window.sum(axis=-1) / np.maximum(count, 1)
    return _from_day(np.where(count >= needed, mean, np.nan), values.shape[1])


def zero_filled(values: Floats) -> Floats:
    """As ``fortnights``, but a day without an entry counts as 0."""
    return fortnights(np.nan_to_num(values))


def last_entries(values: Floats) -> Floats:
    """As ``fortnights``, but "14 days" are the last 14 entries, whenever they were made."""
    change = np.full(values.shape, np.nan)
    for row, answers in enumerate(values):
        days = np.flatnonzero(~np.isnan(answers))
        moved = fortnights(answers[days][None])[0] if days.size else days
        change[row, days] = moved
    return change


def exponential(values: Floats, weight: float = 0.1, learnt: int = 42) -> Floats:
    """An EWMA chart: how far the moving mean has left the mean of the first six weeks."""
    first = values[:, :learnt]
    answered = ~np.isnan(first)
    count = np.maximum(answered.sum(axis=1), 2)
    mean = np.nan_to_num(first).sum(axis=1) / count
    square = np.where(answered, first - mean[:, None], 0) ** 2
    sd = np.sqrt((square.sum(axis=1) + 10 * 12.0**2) / (count - 1 + 10))
    moving = mean.copy()
    chart = np.full(values.shape, np.nan)
    for day in range(learnt, values.shape[1]):
        recorded = ~np.isnan(values[:, day])
        step = np.where(recorded, weight * (np.nan_to_num(values[:, day]) - moving), 0)
        moving = moving + step
        chart[:, day] = (moving - mean) / (sd * np.sqrt(weight / (2 - weight)))
    return np.where((answered.sum(axis=1) >= 14)[:, None], chart, np.nan)


def smaller(measure: Callable[[Floats], Floats]) -> Score:
    """Both series by one measure of getting larger: the smaller of pain up and mood down."""
    return lambda pain, mood: np.minimum(measure(pain), -measure(mood))


UNCLIPPED = replace(TWO_WEEKS, drift=0.0, reach=NO_CLIP, recent_needed=7)
OURS = "three weeks, newer days more, against the usual (ours)"
SCORES: dict[str, Score] = {
    OURS: by(WORSENING_RULE),
    "two weeks, all days alike": by(TWO_WEEKS),
    "four fading weeks": by(FOUR_WEEKS),
    "two weeks without clipping and drift": by(UNCLIPPED),
    "against the six weeks before, no gap": by(replace(UNCLIPPED, usual_days=42, usual_ends=14)),
    "sum of both z, each at least 1": sum_with_floor,
    "EWMA charts of both": smaller(exponential),
    "last 14 days minus the 14 before": smaller(fortnights),
    "the same, missing = 0": smaller(zero_filled),
    "the same by the last 14 entries": smaller(last_entries),
    "slope of 14 days, both": smaller(slope),
    "Mann-Kendall of 14 days, both": smaller(mann_kendall),
    "Mann-Kendall of 28 days, corrected": smaller(corrected_mann_kendall),
}


def _windows(values: Floats, length: int) -> tuple[Floats, Bools]:
    """Windows ending on each day from the first whole one on; 0 where not recorded."""
    window = np.lib.stride_tricks.sliding_window_view(values, length, axis=-1)
    answered = ~np.isnan(window)
    return np.where(answered, window, 0.0), answered


def _from_day(score: Floats, days: int) -> Floats:
    """Scores of whole windows, NaN put before them for the days that have none."""
    before = np.full((len(score), days - score.shape[1]), np.nan)
    return np.concatenate([before, score], axis=1)


def _kendall_variance(count: np.ndarray) -> Floats:
    return count * (count - 1) * (2 * count + 5) / 18.0
