"""A Chromium to test with: the one on PATH, else Debian's own, unpacked under var/ without root."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from config.environment import CHECKOUT

PLACE = CHECKOUT / "var" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Typefaces of its own, so that pages look alike wherever they are tried: Inter, and a Palatino.
PACKAGES = ("chromium", "chromium-common", "fonts-inter", "fonts-urw-base35")
DOWNLOAD = ("--download-only", "--yes", "--no-install-recommends")
PROGRAM = "usr/lib/chromium/chromium"
LIKE = {"sans-serif": "Inter", "system-ui": "Inter", "serif": "P052", "Iowan Old Style": "P052"}
ALIAS = '  <alias binding="same"><family>{}</family><accept><family>{}</family></accept></alias>'
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{root}/usr/share/fonts/opentype</dir>
  <dir>/usr/share/fonts/truetype</dir>
  <cachedir>{place}/fonts</cachedir>
{aliases}
</fontconfig>
"""


class NoChromium(Exception):
    """There is none and none can be had; the message says in one line how to get one."""


class Chromium:
    """A program, and what its environment needs besides."""

    def __init__(self, program: Path, environment: dict[str, str] | None = None) -> None:
        self.program = program
        self.environment = environment or {}

    def version(self) -> str | None:
        """What it says of itself; None when it does not run."""
        try:
            said = subprocess.run(
                [self.program, "--version", "--no-sandbox"],
                capture_output=True,
                text=True,
                env={**os.environ, **self.environment},
            )
        except OSError:
            return None
        return said.stdout.strip() if said.returncode == 0 else None


def chromium(path: str | None = None, place: Path = PLACE) -> Chromium:
    """The Chromium to use; the first call on a fresh machine downloads it (some 120 MB).

    Raises NoChromium where there is none on `path` and apt cannot fetch one.
    """
    for name in NAMES:
        found = shutil.which(name, path=path)
        if found and Chromium(Path(found)).version():
            return Chromium(Path(found))
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # parallel workers take turns; the first one pays
        unpacked = place / "root"
        if not unpacked.exists():
            unpack(fetch(place / "apt"), unpacked)
            shutil.rmtree(place / "apt")
        return from_packages(unpacked, place)


def fetch(apt: Path) -> list[Path]:
    """The packages that this machine lacks for Chromium, downloaded with lists of our own."""
    for folder in ("lists/partial", "cache/archives/partial"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    options = {
        "Dir::State": apt,
        "Dir::State::lists": apt / "lists",
        "Dir::State::status": "/var/lib/dpkg/status",
        "Dir::Cache": apt / "cache",
        "Dir::Cache::archives": apt / "cache" / "archives",
        "APT::Sandbox::User": "root",  # as root: its own account could not write here
        "Acquire::Languages": "none",
        "Debug::NoLocking": "1",
    }
    words = ["apt-get", "-qq", *(f"-o{name}={value}" for name, value in options.items())]
    run([*words, "update"], check=False)  # a source that is down need not be Debian's
    # Also what is installed and does not run, or was asked to be left aside; its needs are there.
    run([*words, "install", "--reinstall", *DOWNLOAD, *PACKAGES])
    return sorted((apt / "cache" / "archives").glob("*.deb"))


def unpack(packages: list[Path], root: Path) -> None:
    fresh = root.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for package in packages:
        run(["dpkg-deb", "-x", str(package), str(fresh)])
    fresh.rename(root)


def from_packages(root: Path, place: Path) -> Chromium:
    """The unpacked program, with the libraries and typefaces that came along."""
    fonts = place / "fonts.conf"
    aliases = "\n".join(ALIAS.format(*both) for both in LIKE.items())
    fonts.write_text(FONTS.format(root=root, place=place, aliases=aliases))
    # Some libraries look for others in a folder below their own, by a path from the root.
    folders = sorted({str(library.parent) for library in root.glob("**/lib/*-linux-gnu/**/*.so*")})
    found = Chromium(
        root / PROGRAM,
        {"LD_LIBRARY_PATH": ":".join(folders), "FONTCONFIG_FILE": str(fonts)},
    )
    if not found.version():
        raise NoChromium(f"The Chromium in {root} does not run here. {ADVICE}")
    return found


ADVICE = "Put one on PATH; on Debian: apt-get install chromium"


def run(words: list[str], *, check: bool = True) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True)
    except FileNotFoundError:
        raise NoChromium(f"No Chromium on PATH, and no {words[0]} to fetch one. {ADVICE}") from None
    if check and done.returncode:
        last = (done.stderr.strip().splitlines() or ["no word why"])[-1]
        raise NoChromium(f"No Chromium on PATH, and {words[0]} failed ({last}). {ADVICE}")
