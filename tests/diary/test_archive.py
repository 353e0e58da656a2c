"""Backups as they lie on a disk: damaged, half written, or somewhere where nothing can be."""

from __future__ import annotations

import fcntl
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diary.archive import FORMAT, Refused, digest, make, newest
from tests.conftest import NOW
from tests.diary.backups import archives

OLD, NEW = "2026-03-19T12-00-00Z", "2026-03-20T12-00-00Z"
GOOD = {
    "fortnight_backup": FORMAT,
    "kind": "diary",
    "made_at": "2026-03-20T12:00:00+00:00",
    "sha256": "",
    "migrations": [["diary", "0001_initial"]],
}


def lay(base: Path, name: str, manifest: str | None = None) -> Path:
    """A backup of a diary in a folder of that name."""
    folder = base / "diary" / name
    folder.mkdir(parents=True)
    (folder / "dump").write_text("all of it")
    whole = json.dumps(GOOD | {"sha256": digest(folder / "dump")})
    (folder / "manifest.json").write_text(whole if manifest is None else manifest)
    return folder


def test_the_newest_is_found_and_any_by_its_name(tmp_path):
    old, new = lay(tmp_path, OLD), lay(tmp_path, NEW)
    assert newest(tmp_path, "diary").folder == new
    assert newest(tmp_path, "diary", OLD).folder == old
    assert newest(tmp_path, "diary", "2025") is None
    assert newest(tmp_path, "diary", f"../diary/{OLD}") is None
    assert newest(tmp_path, "keys") is None


def test_what_is_half_written_or_no_backup_is_none(tmp_path):
    lay(tmp_path, OLD)
    lay(tmp_path, f"{NEW}.new")
    lay(tmp_path, "a copy of the old one")
    assert [one.folder.name for one in archives(tmp_path, "diary")] == [OLD]
    assert newest(tmp_path, "diary").folder.name == OLD


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "no JSON",
        "[" * 200_000,
        "[]",
        "{}",
        json.dumps(GOOD | {"kind": "keys"}),
        json.dumps(GOOD | {"fortnight_backup": 99}),
        json.dumps(GOOD | {"made_at": "yesterday"}),
        json.dumps(GOOD | {"migrations": [["diary"]]}),
        json.dumps(GOOD | {"migrations": None}),
    ],
    ids=range(10),
)
def test_nothing_older_is_taken_in_the_place_of_an_unreadable_one(tmp_path, manifest):
    lay(tmp_path, OLD)
    lay(tmp_path, NEW, manifest)
    with pytest.raises(Refused, match=rf"{NEW}/manifest.json (cannot be read|is not of a backup)"):
        newest(tmp_path, "diary")


def test_nor_of_one_that_has_lost_its_manifest(tmp_path):
    lay(tmp_path, OLD)
    manifest = lay(tmp_path, NEW) / "manifest.json"
    manifest.unlink()
    for put in (lambda: None, manifest.mkdir):
        put()
        with pytest.raises(Refused, match="cannot be read"):
            newest(tmp_path, "diary")
    manifest.rmdir()
    manifest.symlink_to(manifest)
    with pytest.raises(Refused, match="cannot be read"):
        newest(tmp_path, "diary")


@pytest.mark.parametrize("words", ['[[null, null], ["diary", "x"]]', '[[1, "x"], ["diary", "y"]]'])
def test_migrations_have_names(tmp_path, words):
    lay(tmp_path, NEW, json.dumps(GOOD | {"migrations": json.loads(words)}))
    assert ("diary", json.loads(words)[1][1]) in newest(tmp_path, "diary").migrations
    assert sorted(newest(tmp_path, "diary").migrations)


def test_a_dump_that_was_changed_or_cannot_be_read_is_refused(tmp_path):
    dump = lay(tmp_path, NEW) / "dump"
    found = newest(tmp_path, "diary")
    found.check()
    dump.write_text("some of it")
    with pytest.raises(Refused, match="damaged or changed"):
        found.check()
    dump.unlink()
    with pytest.raises(Refused, match="damaged or changed"):
        found.check()
    dump.symlink_to("/proc/self/mem")
    with pytest.raises(Refused, match="cannot be read: "):
        found.check()


def test_an_instant_without_its_zone_is_one_of_utc(tmp_path):
    lay(tmp_path, NEW, json.dumps(GOOD | {"made_at": "2026-03-20T12:00:00"}))
    assert newest(tmp_path, "diary").made_at == datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("place", ["/dev/null/x", "/proc/x", __file__])
def test_where_nothing_can_be_written_it_says_so(place):
    with pytest.raises(Refused, match="cannot be written: "):
        make(Path(place), "diary", frozenset(), NOW)


def test_two_at_once_into_one_place_are_one_too_many(tmp_path):
    folder = lay(tmp_path, OLD).parent
    half = lay(tmp_path, f"{NEW}.new")
    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        with pytest.raises(Refused, match="is under way"):
            make(tmp_path, "diary", frozenset(), NOW)
    finally:
        os.close(descriptor)
    assert half.exists()
