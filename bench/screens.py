"""`manage.py bench screens`: pictures of the app as the demo person sees it, into docs/screens.

Light and dark, on a phone and on a desk. With --quick only the phone's light ones.
"""

from __future__ import annotations

import os
import pkgutil
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date

import django

from config import npm
from config.environment import CHECKOUT
from config.testing import forget_the_real_ones, start_servers

Say = Callable[[str], None]

FOLDER = CHECKOUT / "docs" / "screens"
MOST = 3_000_000  # bytes, all together
# Named as a string: it cannot be imported before there is a database to speak of.
TAKE = "bench.pictures:take"


def main(*, quick: bool, seed: int | None, today: date, say: Say) -> int:
    """Take every picture; one goal is missed where they are too large to be kept."""
    with ExitStack() as cleanup:
        forget_the_real_ones()
        start_servers(cleanup)
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DIARY_LOG_LEVEL": "ERROR"}
        npm.fetch(npm.WEB, CHECKOUT / "var" / "npm")
        django.setup()
        pkgutil.resolve_name(TAKE)(FOLDER, quick, say)
    size = sum(picture.stat().st_size for picture in FOLDER.glob("*.png"))
    say(f"{size / 1e6:.1f} MB in {FOLDER.relative_to(CHECKOUT)}")
    return int(size > MOST)
