"""Whom to call, by country: emergency numbers, and help lines that were looked up one by one.

A number stands here only if a page of the service itself or of a public authority was read for
it; ``docs/help-lines.md`` names that page, number by number. A country without a help line is
one for which no such page could be read. A wrong number is worse than none.

The rows are sorted by country code, and each country begins with its emergency number. Whoever
changes a row sets ``VERSION``; ``REVIEWED_ON`` is the day on which the row that has waited
longest was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from diary.wording.support import (
    ALWAYS,
    BY_PREFECTURE,
    EMERGENCY,
    FIRE_AND_AMBULANCE,
    FREE,
    FREE_BY_TEXT_TOO,
    FREE_IN_FRENCH,
    FREE_IN_GERMAN_FRENCH_ITALIAN,
    IN_ESTONIAN_RUSSIAN_ENGLISH,
    IN_FINNISH,
    IN_MOST_PLACES,
    MEDICAL_EMERGENCY,
    NOT_FROM_SOME_INTERNET_PHONES,
    TEN_TO_MIDNIGHT,
)

VERSION = date(2026, 11, 26)  # of the rows
REVIEWED_ON = date(2026, 11, 22)  # since then, somebody has looked at every one of them


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

EMERGENCY_112 = HelpLine(EMERGENCY, "112")
EMERGENCY_911 = HelpLine(EMERGENCY, "911")
EMERGENCY_999 = HelpLine(EMERGENCY, "999")

# Shown where the country is not known or not below. It must stay true everywhere on earth.
ANYWHERE = HelpLine(EMERGENCY, "112", note=IN_MOST_PLACES)

# Where ambulance and police have different numbers, the ambulance comes first: it is the one
# that health authorities name for a life in danger.
HELP_LINES: dict[str, tuple[HelpLine, ...]] = {
    "AT": (
        EMERGENCY_112,
        HelpLine("Telefonseelsorge", "142", note=FREE),
    ),
    "AU": (
        HelpLine(EMERGENCY, "000"),
        HelpLine("Lifeline", "13 11 14"),
    ),
    "BE": (
        EMERGENCY_112,
        HelpLine("Centre de Prévention du Suicide", "0800 32 123", note=FREE_IN_FRENCH),
    ),
    "BG": (EMERGENCY_112,),
    "BR": (HelpLine("SAMU (ambulance)", "192", note=FREE),),
    "CA": (
        EMERGENCY_911,
        HelpLine("9-8-8 Suicide Crisis Helpline", "988", note=FREE_BY_TEXT_TOO),
    ),
    "CH": (
        EMERGENCY_112,
        HelpLine(
            "Die Dargebotene Hand, La Main Tendue, Telefono Amico",
            "143",
            note=FREE_IN_GERMAN_FRENCH_ITALIAN,
        ),
    ),
    "CY": (EMERGENCY_112,),
    "CZ": (EMERGENCY_112,),
    "DE": (
        EMERGENCY_112,
        HelpLine("TelefonSeelsorge", "0800 1110111", note=FREE),
        HelpLine("TelefonSeelsorge", "0800 1110222", note=FREE),
    ),
    "DK": (EMERGENCY_112,),
    "EE": (
        EMERGENCY_112,
        HelpLine(
            "Emotsionaalse toe ja hingehoiu telefon",
            "116 123",
            TEN_TO_MIDNIGHT,
            IN_ESTONIAN_RUSSIAN_ENGLISH,
        ),
    ),
    "ES": (
        EMERGENCY_112,
        HelpLine("Línea de atención a la conducta suicida", "024", note=FREE),
    ),
    "FI": (
        EMERGENCY_112,
        HelpLine("MIELI Kriisipuhelin", "09 2525 0111", note=IN_FINNISH),
    ),
    "FR": (
        EMERGENCY_112,
        HelpLine("Numéro national de prévention du suicide", "3114", note=FREE),
    ),
    "GB": (
        EMERGENCY_999,
        HelpLine("Samaritans", "116 123", note=FREE),
    ),
    "GR": (EMERGENCY_112,),
    "HK": (
        EMERGENCY_999,
        HelpLine("Mental Health Support Hotline", "18111"),
    ),
    "HR": (EMERGENCY_112,),
    "HU": (EMERGENCY_112,),
    "IE": (
        EMERGENCY_112,
        HelpLine("Samaritans", "116 123", note=FREE),
    ),
    "IN": (EMERGENCY_112,),
    "IS": (
        EMERGENCY_112,
        HelpLine("Hjálparsími Rauða krossins", "1717", note=FREE),
    ),
    "IT": (EMERGENCY_112,),
    "JP": (
        HelpLine(FIRE_AND_AMBULANCE, "119"),
        HelpLine(
            "こころの健康相談統一ダイヤル (mental health consultation)",
            "0570-064-556",
            BY_PREFECTURE,
            NOT_FROM_SOME_INTERNET_PHONES,
        ),
    ),
    "KR": (
        HelpLine(FIRE_AND_AMBULANCE, "119"),
        HelpLine("자살예방 상담전화 (suicide prevention line)", "109"),
    ),
    "LT": (EMERGENCY_112,),
    "LU": (EMERGENCY_112,),
    "LV": (EMERGENCY_112,),
    "MT": (EMERGENCY_112,),
    "MX": (EMERGENCY_911,),
    "NL": (
        EMERGENCY_112,
        HelpLine("113 Zelfmoordpreventie", "113", note=FREE),
    ),
    "NO": (
        HelpLine(MEDICAL_EMERGENCY, "113"),
        HelpLine("Mental Helse Hjelpetelefonen", "116 123"),
    ),
    "NZ": (
        HelpLine(EMERGENCY, "111"),
        HelpLine("Need to talk?", "1737", note=FREE_BY_TEXT_TOO),
    ),
    "PL": (
        EMERGENCY_112,
        HelpLine("Kryzysowy Telefon Zaufania", "116 123", note=FREE),
    ),
    "PT": (EMERGENCY_112,),
    "RO": (EMERGENCY_112,),
    "SE": (
        EMERGENCY_112,
        HelpLine("Mind Självmordslinjen", "90101"),
    ),
    "SG": (
        HelpLine(FIRE_AND_AMBULANCE, "995"),
        HelpLine("national mindline", "1771"),
    ),
    "SI": (
        EMERGENCY_112,
        HelpLine("Zaupni telefon Samarijan", "116 123", note=FREE),
    ),
    "SK": (EMERGENCY_112,),
    "TR": (EMERGENCY_112,),
    "US": (
        EMERGENCY_911,
        HelpLine("988 Suicide & Crisis Lifeline", "988", note=FREE_BY_TEXT_TOO),
    ),
    "ZA": (HelpLine(EMERGENCY, "112", note=FREE),),
}
