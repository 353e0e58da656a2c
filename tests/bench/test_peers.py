"""The clock and its peers: where they differ we say why, and a fault of either is found."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from bench import peers
from bench.peers import (
    ANOTHER_TABLE,
    AT_THE_CHANGE,
    PAST_ITS_DATE,
    PEERS,
    RARE,
    SAME,
    SPURIOUS,
    THE_SECOND,
    TWICE,
    UNEXPLAINED,
    against_croniter,
    against_postgres,
    against_rrule,
    places,
)
from diary.reminders.clock import resolve

APIA, NUUK = ("Pacific/Apia", 2011, 540), ("America/Nuuk", 2026, 1410)
FALL, SPRING = ("America/New_York", 2026, 90), ("America/New_York", 2026, 150)

# So that a new version of any of them that does better is noticed.
KNOWN = {
    "a date that is not there": (APIA, {"rrule": SPURIOUS, "croniter": SPURIOUS}),
    "a gap at midnight": (NUUK, {"rrule": PAST_ITS_DATE, "croniter": TWICE}),
    "an hour twice": (FALL, {"croniter": TWICE, "PostgreSQL": THE_SECOND}),
    "an hour skipped": (SPRING, {"croniter": AT_THE_CHANGE}),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("place", "named"), KNOWN.values(), ids=KNOWN)
def test_they_differ_once_and_for_that_reason(place, named):
    for name, against in PEERS.items():
        seen = against(place)
        expected = {named[name]: 1} if name in named else {}
        differing = {kind: n for kind, n in seen.items() if kind not in (SAME, ANOTHER_TABLE)}
        if name != "PostgreSQL" or name in named:
            assert differing == expected, name


@pytest.mark.django_db
@pytest.mark.parametrize("name", PEERS)
def test_nothing_is_unexplained(name):
    seen = sum(map(PEERS[name], [*RARE, *places(4, seed=7)[len(RARE) :]]), Counter())
    assert seen[UNEXPLAINED] == 0
    assert seen[SAME] > 0.98 * seen.total()


@pytest.mark.django_db
@pytest.mark.parametrize("against", [against_rrule, against_croniter, against_postgres])
def test_a_clock_that_is_wrong_is_found_out(against, monkeypatch):
    def wrong(zone, day, minute):
        """An hour late on each first of a month."""
        at, rule = resolve(zone, day, minute)
        return at and at + timedelta(hours=day.day == 1), rule

    monkeypatch.setattr(peers, "resolve", lambda *slot: peers.Firing(*wrong(*slot)))
    assert against(("Europe/Berlin", 2026, 1230))[UNEXPLAINED] >= 12
