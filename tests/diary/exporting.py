"""Verbs of the tests: ask for an export, have it written, and open what came of it."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZipFile

from diary.exports import due
from diary.exports.ask import ask_for
from diary.exports.make import make
from diary.exports.parts import opened
from diary.models import Export
from tests.conftest import NOW
from tests.diary.keeping import vault_of


def ask(person, formats=("json", "csv"), key=None, now=NOW):
    return ask_for(vault_of(person), formats, key, now)


def write_all(now=NOW):
    """Write what was asked for, as tick and worker do; how many exports that were."""
    count = 0
    while claims := due.claim(now):
        for claim in claims:
            make(claim, now)
        count += len(claims)
    return count


def export_of(person):
    """The person's newest export as it stands now."""
    return Export.objects.filter(user=person).order_by("-created_at", "-id").first()


def whole_of(person):
    """The bytes of the person's newest export."""
    return b"".join(opened(vault_of(person), export_of(person)))


def unpacked(content):
    """The members of a zip by their names."""
    with ZipFile(BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def exported(person, now=NOW):
    """What `fortnight.json` says of the person, asked for and written now."""
    ask(person, ["json"], now=now)
    write_all(now)
    return json.loads(unpacked(whole_of(person))["fortnight.json"])
