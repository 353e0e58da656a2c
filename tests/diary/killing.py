"""A worker like ours that is killed, as if out of memory, whenever it reviews one certain diary.

KILLED_BY=<id of a person> celery --app tests.diary.killing worker
"""

from __future__ import annotations

import os
import pkgutil
import signal

from celery.signals import worker_process_init

from config.celery import app

__all__ = ["app"]


@worker_process_init.connect
def die_of_one_diary(**_) -> None:
    review = pkgutil.resolve_name("diary.review")  # importable only once the app is set up
    look_over = review.look_over

    def look_over_or_die(diaries, *rest):
        if os.environ["KILLED_BY"] in {str(diary.user_id) for diary in diaries}:
            os.kill(os.getpid(), signal.SIGKILL)
        return look_over(diaries, *rest)

    review.look_over = look_over_or_die
