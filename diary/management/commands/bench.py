"""Run a benchmark; the exit status is not 0 when one of its goals is missed."""

from __future__ import annotations

import pkgutil

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

# Named as strings: a server has neither the benches nor what they need.
BENCHES = {"detection": "bench.detection:main"}


class Command(BaseCommand):
    help = "Run a benchmark: prints its tables, fails when a goal is missed."
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("name", choices=sorted(BENCHES))
        parser.add_argument("--quick", action="store_true", help="a tenth of the people")
        parser.add_argument("--seed", type=int, help="of the simulated people")

    def handle(self, name: str, quick: bool, seed: int | None, **options) -> None:
        run = pkgutil.resolve_name(BENCHES[name])
        missed = run(quick=quick, seed=seed, today=timezone.localdate(), say=self.say)
        if missed:
            raise CommandError(f"{missed} of the goals are missed.")

    def say(self, line: str) -> None:
        """Print at once: a run takes minutes, and tells how far it is."""
        self.stdout.write(line)
        self.stdout.flush()
