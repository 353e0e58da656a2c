"""The time zones that a person can live in: IANA names, without the aliases for machines."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from zoneinfo import available_timezones

ZONES = frozenset(
    zone
    for zone in available_timezones()
    if zone not in {"Factory", "localtime"} and not zone.startswith(("posix/", "right/"))
)


def same_clock(one: str, other: str) -> bool:
    """Whether two names stand for one clock, as an old name of a city does beside its new one.

    >>> same_clock("Europe/Kiev", "Europe/Kyiv"), same_clock("Europe/Kyiv", "Europe/Berlin")
    (True, False)
    """
    return one == other or _table(one) == _table(other)


@lru_cache(maxsize=1_000)
def _table(zone: str) -> bytes:
    return resources.files("tzdata").joinpath("zoneinfo", *zone.split("/")).read_bytes()
