"""Walking diaries to their own today, many at once; nothing is written here.

A walk goes on from what the last review remembered. A changed day is looked over from the first
of its month, in the state that was kept of the evening before, until nothing differs any more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from diary.analysis import RULES, episodes
from diary.detectors import DETECTORS, state_of_nothing
from diary.findings import WINDOW, Found
from diary.memory import (
    AHEAD,
    BACK,
    BOTH,
    Both,
    Memory,
    end_of_month,
    first_of_month,
    nothing_known,
    same,
)
from diary.models import Diary
from diary.models.diary import FIRST_DATE
from diary.series import Series, dates_between, read_days
from diary.vault import Vault

QUIET = timedelta(days=90)  # after so long without an entry nothing is known any more
MOVES = timedelta(days=2)  # as far as a move across the date line can turn today back
SETTLED = timedelta(days=BACK + 1)  # a changed day is out of every window, frozen ones too

WINDOW_BACK = timedelta(days=WINDOW - 1)


@dataclass(slots=True)
class Looking:
    """One diary under review: where its walk stands, and what it has found so far."""

    user_id: UUID
    today: date
    memory: Memory | None
    changed_to: date | None
    first: date  # the first date to walk
    states: Both  # before it
    series: Series
    last_entry: date | None
    spans: list[tuple[date, date]]  # still to walk
    months: dict[date, Both] = field(default_factory=dict)
    found: dict[str, dict[date, Found]] = field(default_factory=dict)
    now: dict[str, Any] = field(default_factory=state_of_nothing)
    through: date | None = None
    settled_on: date | None = None  # the walk stopped here: from here on all is as it was
    stopped: Both | None = None  # the states in which it stopped

    @property
    def asleep(self) -> bool:
        if self.settled_on and self.memory.through < self.today:
            return False  # the days since are walked next
        return self.last_entry is None or self.today > self.last_entry + QUIET + MOVES


def look_over(
    diaries: Iterable[Diary],
    vaults: Mapping[UUID, Vault],
    memories: Mapping[UUID, Memory],
    now: datetime,
) -> list[Looking]:
    """Walk every diary to its own today; nothing is written."""
    starts = [_start(diary, memories.get(diary.user_id), now) for diary in diaries]
    looked = [_opened(start, days) for start, days in _days_of(starts, vaults)]
    while walking := [looking for looking in looked if looking.spans]:
        alike = defaultdict(list)
        for looking in walking:
            first, last = _next_stretch(looking)
            alike[last - first].append((looking, first, last))
        for group in alike.values():
            _walk(group)
    for looking in looked:
        _finish(looking)
    return looked


@dataclass(frozen=True, slots=True)
class _Start:
    """From where a diary is to be walked, and whether its entries have to be read for it."""

    diary: Diary
    today: date
    memory: Memory | None
    first: date
    states: Both
    reads: bool


def _start(diary: Diary, memory: Memory | None, now: datetime) -> _Start:
    today = diary.today(now)
    if memory is None or diary.reviewed_rules != RULES:
        return _Start(diary, today, None, FIRST_DATE, nothing_known(), reads=True)
    onward = memory.through + timedelta(days=1)
    # A day written ahead of today may lie behind silence; only the entries tell where that ends.
    known = memory.series is not None and not (memory.last_entry and memory.last_entry > onward)
    if diary.seq == diary.reviewed_seq and memory.through < today and known:
        return _Start(diary, today, memory, onward, memory.states, reads=False)
    changed = min(diary.changed_from or today, today)
    first = first_of_month(changed)
    if first >= onward:
        return _Start(diary, today, memory, onward, memory.states, reads=True)
    states = memory.states_on(first - timedelta(days=1))
    return _Start(diary, today, memory, first, states, reads=True)


def _days_of(starts: Sequence[_Start], vaults: Mapping[UUID, Vault]):
    """Each start with its entries by date; None where the memory's own series will do."""
    since: dict[date, list[_Start]] = defaultdict(list)
    for start in starts:
        if start.reads:
            since[max(FIRST_DATE, start.first - timedelta(days=BACK))].append(start)
        else:
            yield start, None
    for earliest, group in since.items():
        days = read_days(vaults, [start.diary.user_id for start in group], earliest)
        for start in group:
            yield start, days[start.diary.user_id]


def _opened(start: _Start, days: Mapping[date, Mapping[str, Any]] | None) -> Looking:
    memory = start.memory
    if days is None:
        series, last_entry = memory.series, memory.last_entry
        spans = _spans(start.first, start.today, [last_entry] if last_entry else [])
    else:
        dates = sorted(days)
        last_entry = dates[-1] if dates else None
        begin = min([*dates[:1], start.today])
        series = Series.of(days, begin, start.today + timedelta(days=AHEAD))
        spans = _spans(start.first, start.today, dates)
    # Where silence comes first, what was known before it does not reach the next entry.
    goes_on = bool(spans) and spans[0][0] == start.first
    return Looking(
        start.diary.user_id,
        start.today,
        memory,
        start.diary.changed_to,
        start.first,
        start.states if goes_on else nothing_known(),
        series,
        last_entry,
        spans,
    )


def _spans(first: date, today: date, entries: Iterable[date]) -> list[tuple[date, date]]:
    """The dates to walk: from each entry until 90 dates after it; the rest is known to be empty.

    >>> day = date(2026, 1, 1)
    >>> _spans(day, date(2026, 12, 31), [day, date(2026, 9, 1)])[0][1]
    datetime.date(2026, 4, 1)
    """
    spans: list[tuple[date, date]] = []
    for entry in entries:
        begin, end = max(entry, first), min(entry + QUIET, today)
        if begin > end:
            continue
        if spans and begin <= spans[-1][1] + timedelta(days=1):
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((begin, end))
    return spans


def _next_stretch(looking: Looking) -> tuple[date, date]:
    """The next dates to walk in one go.

    Far behind today they end with a month, so that the walk can stop as soon as its state
    agrees with the one that was kept.
    """
    first, last = looking.spans[0]
    if looking.memory is None or looking.changed_to is None:
        return first, last
    settled = max(first, looking.changed_to + SETTLED)
    return first, min(last, end_of_month(settled))


def _walk(group: Sequence[tuple[Looking, date, date]]) -> None:
    """Walk diaries that have equally many dates before them, all at once."""
    values = np.stack(
        [
            looking.series.between(first - timedelta(days=BACK), last)
            for looking, first, last in group
        ]
    )
    firsts = np.array([first.toordinal() for _, first, _ in group])
    starts = np.concatenate([looking.states for looking, _, _ in group])
    walks = {
        kind: detector.look(values, firsts, starts[kind], BACK)
        for kind, detector in DETECTORS.items()
    }
    for place, (looking, first, last) in enumerate(group):
        states = np.zeros((last - first).days + 1, BOTH)
        for kind, walk in walks.items():
            states[kind] = walk.states[place]
            _find(looking, kind, walk, place, first, last, starts[place][kind])
            looking.now[kind] = DETECTORS[kind].state(walk, place, -1)
        _take_in(looking, first, last, states)


def _find(
    looking: Looking, kind: str, walk: Any, place: int, first: date, last: date, before: np.void
) -> None:
    """Note the episodes that the walk touched, with evidence for those that opened on it."""
    detector, found = DETECTORS[kind], looking.found.setdefault(kind, {})
    states = walk.states[place]
    for episode in episodes(before, states, first.toordinal(), detector.MACHINE):
        if episode.opened_on >= first:
            window = dates_between(episode.opened_on - WINDOW_BACK, episode.opened_on)
            at = (episode.opened_on - first).days
            evidence = detector.evidence(walk, place, at, looking.series, window)
        else:
            earlier = found.get(episode.opened_on)
            evidence = earlier.evidence if earlier else None
        found[episode.opened_on] = Found(
            episode.opened_on, episode.closed_on, episode.reason, evidence
        )


def _take_in(looking: Looking, first: date, last: date, states: Both) -> None:
    """Note the walk's states, and decide whether it may stop here."""
    looking.through, looking.states = last, states[-1:].copy()
    end = end_of_month(first)
    while end <= last:
        at = (end - first).days
        if not same(states[at : at + 1], nothing_known()):
            looking.months[end] = states[at : at + 1].copy()
        end = end_of_month(end + timedelta(days=1))
    _, stop = looking.spans[0]
    looking.spans[0] = (last + timedelta(days=1), stop)
    if last == stop:
        looking.spans.pop(0)
        if looking.spans:
            looking.states = nothing_known()
    if _agrees(looking, last):
        looking.settled_on, looking.stopped = last + timedelta(days=1), looking.states
        looking.spans.clear()


def _agrees(looking: Looking, last: date) -> bool:
    """Whether all that follows is as it was: the changed days are far behind, the state equal."""
    memory = looking.memory
    return (
        memory is not None
        and looking.changed_to is not None
        and last == end_of_month(last)
        and last < memory.through
        and last >= looking.changed_to + SETTLED
        and same(looking.states, memory.states_on(last))
    )


def _finish(looking: Looking) -> None:
    """What is remembered beyond the walk: months before and after it, and the state of today."""
    memory = looking.memory
    if memory is not None:
        kept = {
            end: both
            for end, both in memory.months.items()
            if end < looking.first or (looking.settled_on and end >= looking.settled_on)
        }
        looking.months |= kept
    if looking.settled_on and memory is not None:
        looking.states, looking.now, looking.through = memory.states, memory.now, memory.through
        return
    if looking.through != looking.today:  # today lies in a silence, even if tomorrow is written
        looking.states, looking.now = nothing_known(), state_of_nothing()
    looking.through = looking.today
