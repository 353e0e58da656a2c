"""Whom to call, by country: emergency numbers, and help lines that were looked up one by one.

A number stands here only if a page of the service itself or of a public authority was read for
it; ``docs/help-lines.md`` names that page, number by number. A country without a help line is
one for which no such page could be read. A wrong number is worse than none.

The rows are sorted by country code, and each country begins with its emergency number. Whoever
changes a row sets ``VERSION``; whoever has looked at every row again sets ``REVIEWED_ON``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

VERSION = date(2026, 11, 22)  # of the rows
REVIEWED_ON = date(2026, 11, 22)  # of the latest look at all of them

ALWAYS = "24 hours a day"


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One number to call; ``note`` is what a caller should know before dialling."""

    name: str
    phone: str
    hours: str = ALWAYS
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Directory:
    """Where to look for more lines, in every country."""

    name: str
    url: str


DIRECTORY = Directory("Find A Helpline", "https://findahelpline.com/")

EMERGENCY_112 = HelpLine("Emergency services", "112")
EMERGENCY_911 = HelpLine("Emergency services", "911")

# Shown where the country is not known or not below. It must stay true everywhere on earth.
ANYWHERE = HelpLine(
    "Emergency services",
    "112",
    note="112 works in most of Europe, and from most mobile phones elsewhere. "
    "Where it does not, dial your local emergency number.",
)

# Where ambulance and police have different numbers, the ambulance comes first: it is the one
# that health authorities name for a life in danger.
HELP_LINES: dict[str, tuple[HelpLine, ...]] = {
    "AT": (
        EMERGENCY_112,
        HelpLine("Telefonseelsorge", "142", note="Free."),
    ),
    "AU": (
        HelpLine("Emergency services", "000"),
        HelpLine("Lifeline", "13 11 14"),
    ),
    "BE": (
        EMERGENCY_112,
        HelpLine("Centre de Prévention du Suicide", "0800 32 123", note="Free. In French."),
    ),
    "BG": (EMERGENCY_112,),
    "BR": (HelpLine("SAMU (ambulance)", "192", note="Free."),),
    "CA": (
        EMERGENCY_911,
        HelpLine("9-8-8 Suicide Crisis Helpline", "988", note="Free. Call or text."),
    ),
    "CH": (
        EMERGENCY_112,
        HelpLine(
            "Die Dargebotene Hand, La Main Tendue, Telefono Amico",
            "143",
            note="Free. In German, French and Italian.",
        ),
    ),
    "CY": (EMERGENCY_112,),
    "CZ": (EMERGENCY_112,),
    "DE": (
        EMERGENCY_112,
        HelpLine("TelefonSeelsorge", "0800 1110111", note="Free."),
        HelpLine("TelefonSeelsorge", "0800 1110222", note="Free."),
    ),
    "DK": (EMERGENCY_112,),
    "EE": (EMERGENCY_112,),
    "ES": (EMERGENCY_112,),
    "FI": (EMERGENCY_112,),
    "FR": (
        EMERGENCY_112,
        HelpLine("Numéro national de prévention du suicide", "3114", note="Free."),
    ),
    "GB": (
        HelpLine("Emergency services", "999"),
        HelpLine("Samaritans", "116 123", note="Free."),
    ),
    "GR": (EMERGENCY_112,),
    "HR": (EMERGENCY_112,),
    "HU": (EMERGENCY_112,),
    "IE": (EMERGENCY_112,),
    "IN": (EMERGENCY_112,),
    "IS": (
        EMERGENCY_112,
        HelpLine("Hjálparsími Rauða krossins", "1717", note="Free."),
    ),
    "IT": (EMERGENCY_112,),
    "JP": (
        HelpLine("Fire and ambulance", "119"),
        HelpLine(
            "こころの健康相談統一ダイヤル (mental health consultation)",
            "0570-064-556",
            "Hours differ by prefecture",
            "Some internet phones cannot reach it.",
        ),
    ),
    "KR": (
        HelpLine("Fire and ambulance", "119"),
        HelpLine("자살예방 상담전화 (suicide prevention line)", "109"),
    ),
    "LT": (EMERGENCY_112,),
    "LU": (EMERGENCY_112,),
    "LV": (EMERGENCY_112,),
    "MT": (EMERGENCY_112,),
    "MX": (EMERGENCY_911,),
    "NL": (
        EMERGENCY_112,
        HelpLine("113 Zelfmoordpreventie", "113", note="Free."),
    ),
    "NO": (
        HelpLine("Medical emergency", "113"),
        HelpLine("Mental Helse Hjelpetelefonen", "116 123"),
    ),
    "NZ": (
        HelpLine("Emergency services", "111"),
        HelpLine("Need to talk?", "1737", note="Free. Call or text."),
    ),
    "PL": (EMERGENCY_112,),
    "PT": (EMERGENCY_112,),
    "RO": (EMERGENCY_112,),
    "SE": (
        EMERGENCY_112,
        HelpLine("Mind Självmordslinjen", "90101"),
    ),
    "SG": (HelpLine("Fire and ambulance", "995"),),
    "SI": (EMERGENCY_112,),
    "SK": (EMERGENCY_112,),
    "TR": (EMERGENCY_112,),
    "US": (
        EMERGENCY_911,
        HelpLine("988 Suicide & Crisis Lifeline", "988", note="Free. Call or text."),
    ),
    "ZA": (HelpLine("Emergency services", "112", note="Free."),),
}
