"""The time zones that a person can live in: IANA names, without the aliases for machines."""

from __future__ import annotations

from zoneinfo import available_timezones

ZONES = frozenset(
    zone
    for zone in available_timezones()
    if zone not in {"Factory", "localtime"} and not zone.startswith(("posix/", "right/"))
)
