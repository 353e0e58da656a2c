"""Starting child processes: as which account, and so that none outlives its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

SERVER_ACCOUNTS = ["postgres", "nobody"]
PR_SET_PDEATHSIG = 1  # linux/prctl.h

# Loaded here: between fork and exec a child had better not import anything.
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """Whom children run as when we are root; PostgreSQL refuses to run as root itself."""

    name: str
    uid: int
    gid: int


def account_for(state: Path) -> Account | None:
    """The account that servers of this state directory run as; None: our own.

    As root it is the ordinary account that owns the directory (or what it will be made in), so
    that root and the owner of a checkout use one and the same database; else `postgres`, `nobody`.
    """
    if os.geteuid() != 0:
        return None
    nearest = next(folder for folder in [state, *state.parents] if folder.exists())
    owner = nearest.stat().st_uid
    if owner:
        with contextlib.suppress(KeyError):  # an owner without a name, as in a container
            return named(pwd.getpwuid(owner))
    for name in SERVER_ACCOUNTS:
        with contextlib.suppress(KeyError):
            return named(pwd.getpwnam(name))
    raise LookupError("As root, PostgreSQL needs an account to run as: postgres or nobody.")


def named(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def make_folder(folder: Path, account: Account | None) -> Path:
    """Make a folder that is the account's alone; one that exists stays as it is."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        give(account, folder)
    return folder


def give(account: Account | None, *paths: Path) -> None:
    """Let these paths belong to the account."""
    if account:
        for path in paths:
            os.chown(path, account.uid, account.gid, follow_symlinks=False)


def as_account(account: Account | None) -> dict[str, object]:
    """The arguments of `Popen` that make a child run as the account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def can(account: Account | None, command: Sequence[str], folder: Path) -> bool:
    """Whether the account gets through `command` in `folder`: asked by trying it."""
    # The shell changes the folder: Popen would do so before it lets go of root.
    script = 'cd "$0" && exec "$@"'
    attempt = subprocess.run(
        ["/bin/sh", "-c", script, str(folder), *command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        **as_account(account),
    )
    return attempt.returncode == 0


def spawn(
    command: Sequence[str],
    *,
    account: Account | None,
    environment: dict[str, str],
    folder: Path,
    output: int | IO[bytes],
    dies_by: signal.Signals = signal.SIGKILL,
    pass_fds: Iterable[int] = (),
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own; if we are killed, the kernel sends it `dies_by`.

    The session keeps a terminal's Ctrl-C from it: the parent stops its children in order. Call
    this from the main thread, because Linux ties the death signal to the thread that forked.
    """
    parent = os.getpid()

    def tie_to_parent() -> None:
        # Runs after the change of account, which would undo it.
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, dies_by, 0, 0, 0)
            if os.getppid() != parent:  # killed between the fork and here
                os._exit(1)

    return subprocess.Popen(
        list(command),
        env=environment,
        cwd=folder,
        stdin=stdin,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=tie_to_parent,
        pass_fds=tuple(pass_fds),
        **as_account(account),
    )


def stop(process: subprocess.Popen[bytes], how: signal.Signals, limit: float) -> None:
    """Ask a child to end, wait up to `limit` seconds, then end whatever its session still has."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(limit)
        except subprocess.TimeoutExpired:
            end_session(process)


def end_session(process: subprocess.Popen[bytes]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
