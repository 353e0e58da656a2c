"""Many small pieces of work, done by a few processes, with a line now and then on how far it is."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

Say = Callable[[str], object]
Each = Callable[[str, Callable, list[tuple]], list[Any]]

# Every process has one core to itself; libraries that start threads of their own only get in
# each other's way.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@contextmanager
def crew(processes: int, say: Say) -> Iterator[Each]:
    """A function ``each(what, work, jobs)``: the work done on every job, results in their order.

    With one process everything happens here and nothing is started.
    """

    def report(what: str, done: int, of: int) -> None:
        if done == of or done % max(1, of // 8) == 0:
            say(f"{what}: {done} of {of}")

    def collect(what: str, results: Iterator[Any], of: int) -> list[Any]:
        collected = []
        for result in results:
            collected.append(result)
            report(what, len(collected), of)
        return collected

    if processes == 1:
        yield lambda what, work, jobs: collect(what, (work(*job) for job in jobs), len(jobs))
        return
    os.environ.update(ONE_THREAD)
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield lambda what, work, jobs: collect(
            what, pool.map(_call, [(work, job) for job in jobs]), len(jobs)
        )


def _call(work_and_job: tuple[Callable, tuple]) -> Any:
    work, job = work_and_job
    return work(*job)
