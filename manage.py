#!/usr/bin/env python3
"""Fortnight's command line: it sets itself up, then runs `up`, `test` or a Django command."""

import os
import pkgutil
import sys

from config import bootstrap

# Named as strings: none of these can be imported before the set-up has run.
COMMANDS = {
    "up": "config.stack:up",
    "test": "config.suite:test",
    "bench": "bench.command:main",
    "fake_providers": "tests.providers.serve:main",
}
DJANGO = "django.core.management:execute_from_command_line"


def main(argv):
    bootstrap.prepare(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    run = pkgutil.resolve_name(COMMANDS.get(argv[1] if len(argv) > 1 else "", DJANGO))
    try:
        return run(argv)
    except pkgutil.resolve_name("django.core.exceptions:ImproperlyConfigured") as wrong:
        if "--traceback" in argv:
            raise
        return str(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
