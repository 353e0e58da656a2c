"""What the web app is made of: the files that a browser keeps, and the name of this edition."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from django.conf import settings

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static"
CLASSIC = {"theme.js", "pushes.js", "worker.js"}  # scripts that are no modules
KEPT = {".js", ".css", ".svg", ".png", ".webmanifest"}
FROM_NPM = ("uPlot.iife.min.js", "uPlot.min.css")
WORKER = STATIC / "web" / "worker.js"  # served under /sw.js; a worker does not keep itself


@cache
def files() -> dict[str, Path]:
    """The address of each file that the app needs when it is offline."""
    found = sorted(path for path in STATIC.rglob("*") if path.suffix in KEPT and path != WORKER)
    ours = {settings.STATIC_URL + path.relative_to(STATIC).as_posix(): path for path in found}
    return ours | packages()


def packages() -> dict[str, Path]:
    """What the app takes from npm; nothing where npm could not be reached."""
    return {
        f"{settings.STATIC_URL}{prefix}/{name}": folder / name
        for prefix, folder in settings.STATICFILES_DIRS
        for name in FROM_NPM
        if (folder / name).exists()
    }


@cache
def edition() -> str:
    """Twelve hex digits that change with any file of the app."""
    content = hashlib.sha256()
    for path in [*files().values(), WORKER, *sorted((HERE / "templates").rglob("*.html"))]:
        content.update(path.read_bytes())
    return content.hexdigest()[:12]


@cache
def modules() -> list[str]:
    """Modules that every screen needs: a browser may fetch them all at once."""
    return [
        address
        for address, path in files().items()
        if path.parent == STATIC / "web" and path.suffix == ".js" and path.name not in CLASSIC
    ]
