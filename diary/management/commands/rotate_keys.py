"""Wrap every person's key by the newest line of the key ring."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from diary.models.keys import KEY_RING
from diary.rotation import reseal_factors, rewrap_data_keys


class Command(BaseCommand):
    help = (
        "Wrap every data key, and seal every second factor, by the newest key of the ring, while"
        " people write on. Afterwards the older lines can be taken out of the ring."
    )

    def handle(self, **options) -> None:
        closed = 0
        for what, turn in {"data keys": rewrap_data_keys, "second factors": reseal_factors}.items():
            done = 0
            # Until there is nothing left: a factor that is used in this moment is written back as
            # it was read.
            while turned := list(turn()):
                done += sum(batch.done for batch in turned)
                if not any(batch.done for batch in turned):
                    closed += sum(batch.closed for batch in turned)
                    break
            self.stdout.write(f"{done} {what} are now under {KEY_RING.newest}.")
        if closed:
            raise CommandError(
                f"{closed} open with no key of the ring and stay as they are: a line is missing."
            )
        self.stdout.write("Older lines of the ring are needed for older backups of keys alone.")
