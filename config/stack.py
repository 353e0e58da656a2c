"""`python3 manage.py up`: the whole of Fortnight on one machine, under one supervisor."""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import os
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from config import environment, npm, pretended
from config.ask import ask
from config.binaries import Missing
from config.children import Account, account_for, can, give, make_folder
from config.embedded import Server, ServerFailed, server_home, start_postgres, start_valkey
from config.keys import make_secrets
from config.supervisor import Failed, Stopped, Supervisor, ending, say, words

PORTS = range(8000, 8020)
API_PROCESSES = 2
READY_LIMIT = 60.0  # seconds
FIRST_REVIEW_LIMIT = 20.0  # seconds
HEARTBEAT_LIMIT = 60.0  # seconds; beat has been seen to stop sending without a word
HEARTBEAT_EVERY = 10.0  # seconds between two looks at it
EARLIER_RUN_LIMIT = 20.0  # seconds that what a killed run left may take to end
DEMO_PEOPLE = ["demo@fortnight.example", "knee@fortnight.example"]
DEMO_PASSWORD = "fortnight-demo"

PYTHON = sys.executable
CELERY = [PYTHON, "-m", "celery", "--quiet", "--app", "config.celery"]
ALONE = ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
WORKER = ["worker", "--queues", "written,nightly,exports", "--concurrency", "2", *ALONE]
# Ticks have a worker of their own: behind long reviews they would all come too late.
TICKER = ["worker", "--queues", "ticks", "--pool", "solo", "--hostname", "ticker@%h", *ALONE]
# Reminders are planned by one and sent by another: a provider that hangs stops no planning.
PLANNER = ["worker", "--queues", "plan", "--pool", "solo", "--hostname", "planner@%h", *ALONE]
SENDER = [
    "worker",
    "--queues",
    "send.fcm,send.apns,send.webpush,send.email",
    "--concurrency",
    "4",
    "--hostname",
    "sender@%h",
    *ALONE,
]
# Run as another account to learn whether it can read the environment and all of the checkout.
CAN_RUN = (
    "import django, pathlib;"
    "[path.read_bytes() for path in pathlib.Path().glob('[!.]*/**/*.py')];"
    "pathlib.Path('manage.py').read_bytes()"
)


def up(argv: list[str]) -> int:
    """Start everything and keep it running until a signal; with --once, try it and stop."""
    options = arguments(argv[2:])
    state = environment.state_dir()
    try:
        account = account_for(state)
        make_folder(state, account)
        with only_one(state, account) as lock:
            return Stack(options, state, account, lock).run()
    except (AlreadyRunning, LookupError) as refusal:
        say(str(refusal))
    except PermissionError as refusal:
        say(f"{refusal.filename} belongs to another account; set DIARY_STATE_DIR to use another.")
    return 1


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description=up.__doc__)
    parser.add_argument("--once", action="store_true", help="post a day, see it reviewed, stop")
    parser.add_argument("--port", type=int, help="the API's port (8000, or the next free one)")
    parser.add_argument(
        "--demo", action="store_true", help="make the demo people in a DATABASE_URL of your own too"
    )
    return parser.parse_args(words)


class AlreadyRunning(Exception):
    """Another `up` holds this state directory; the message has its address."""


@contextlib.contextmanager
def only_one(state: Path, account: Account | None) -> Iterator[TextIO]:
    """Hold the lock of the state directory; the file names who holds it."""
    with open(state / "lock", "a+") as lock:
        give(account, state / "lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyRunning(
                f"Already running for this checkout: {lock.read().strip() or 'just starting'}"
            ) from None
        write_over(lock, f"starting, process {os.getpid()}")
        try:
            yield lock
        finally:
            write_over(lock, "")


def write_over(file: TextIO, text: str) -> None:
    file.seek(0)
    file.truncate()
    file.write(text)
    file.flush()


class Stack:
    """PostgreSQL, Valkey, worker, beat and API, from their start to their end."""

    def __init__(
        self, options: argparse.Namespace, state: Path, account: Account | None, lock: TextIO
    ) -> None:
        self.options = options
        self.state = state
        self.account = account
        self.lock = lock
        self.servers: list[Server] = []
        self.settings: dict[str, str] = {}
        self.own_database = not os.environ.get("DATABASE_URL")
        self.makes_demo_people = self.own_database or options.demo
        # Every child inherits this lock, so it is free only when the last of them is gone.
        self.alive = os.open(state / "alive", os.O_RDWR | os.O_CREAT, 0o600)
        give(account, state / "alive")
        self.supervisor = Supervisor(environment.CHECKOUT, pass_fds=(self.alive,))

    def run(self) -> int:
        """Start, watch, stop; the exit code. A signal that asks to stop is no failure."""
        try:
            self.start()
            if self.options.once:
                return self.try_out()
            self.watch()
        except Stopped:
            return 0
        except (Failed, ServerFailed, Missing) as failure:
            say(f"\n{failure}")
            return 1
        finally:
            self.stop()
        return 0

    # --- Starting ------------------------------------------------------------------------------

    def start(self) -> None:
        say(f"Fortnight, state in {self.state}")
        environment.forget(self.state)  # a killed run left its own, and now the lock is held again
        self.wait_for_earlier_run()
        self.listening = open_socket(self.options.port)
        self.address = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        home = server_home(self.state, self.account)
        # Before the first database is made, so that there is none without its key ring.
        has_diaries = self.own_database and (home / "pgdata").exists()
        secrets = make_secrets(self.state, self.account, has_diaries)
        self.start_servers(home)
        self.prepare_settings(secrets)
        with step("charts") as done:
            done(npm.fetch_charts())
        self.app_account = self.account if self.account and self.can_run_app() else None
        self.pretends = pretended.can_be_had()
        if self.pretends:
            self.point_to_providers()
        if has_tables := has_diaries and environment.has_tables(self.state):  # no need to wait
            self.start_app()
        self.manage("database", "migrate", "--no-input", "--verbosity", "0")
        if self.own_database:
            environment.note_tables(self.state)
        if not has_tables:
            self.start_app()
        if self.makes_demo_people:
            self.manage("demo people", "demo")  # while the others are still starting
        self.wait_for_app()
        if self.pretends:
            self.start_providers()  # last: nobody waits for them
        write_over(self.lock, self.address)
        give(self.account, environment.write(self.state, self.settings))
        self.greet()

    def wait_for_earlier_run(self) -> None:
        until = time.monotonic() + EARLIER_RUN_LIMIT
        while True:
            try:
                return fcntl.flock(self.alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Failed(
                        f"Processes of an earlier, killed run still hold {self.state / 'alive'}."
                    ) from None
            self.supervisor.pause(0.1)

    def start_servers(self, home: Path) -> None:
        common = {"durable": True, "pause": self.supervisor.pause, "pass_fds": (self.alive,)}
        for setting, start in {"DATABASE_URL": start_postgres, "REDIS_URL": start_valkey}.items():
            given = os.environ.get(setting)
            if given:
                self.settings[setting] = given
                continue
            with step(start_label(setting)) as done:
                server = start(home, self.account, **common)
                self.servers.append(server)
                done(f"{server.name} {server.version}")
            self.settings[setting] = server.url

    def prepare_settings(self, secrets: dict[str, str]) -> None:
        given = {name: text for name, text in os.environ.items() if name.startswith("DIARY_")}
        own = {"DIARY_DEVELOPMENT": "1", "DIARY_PUBLIC_URL": self.address}
        self.settings |= own | given | secrets | {"DIARY_STATE_DIR": str(self.state)}
        self.environment = environment.without_postgres_variables(dict(os.environ))
        self.environment |= self.settings | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DIARY_NO_VENV": "1",  # the children run in this very environment
            "PYTHONUNBUFFERED": "1",
            "PYTHONUTF8": "1",
            "CELERY_SKIP_CHECKS": "1",  # the API makes them at its start; to workers they are slow
            # Where the worker stays root: the account cannot read this checkout.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }
        for name in ("mail", "run"):
            make_folder(self.state / name, self.account)

    def point_to_providers(self) -> None:
        """Push services that only pretend, so that a reminder is delivered and can be seen."""
        folder = make_folder(self.state / "providers", self.account)
        self.providers = [*pretended.COMMAND, "--folder", str(folder)]
        if not pretended.known_settings(folder):
            with step("keys of providers"):
                command = [*self.providers, "--prepare"]
                self.supervisor.run("providers", command, self.environment, self.app_account)
        # It listens from here on; whoever sends before they run waits a moment.
        self.pretending = open_socket(None, pretended.PORTS)
        settings = pretended.addresses(self.pretending.getsockname()[1])
        settings |= pretended.known_settings(folder)
        settings = pretended.where_not_given(settings, os.environ)
        self.settings, self.environment = settings | self.settings, settings | self.environment

    def start_providers(self) -> None:
        descriptor = self.pretending.fileno()
        command = [*self.providers, "--fd", str(descriptor)]
        run = self.supervisor
        run.start("providers", command, self.environment, self.app_account, (descriptor,))

    def can_run_app(self) -> bool:
        return can(self.account, [PYTHON, "-c", CAN_RUN], environment.CHECKOUT)

    def manage(self, label: str, *words: str) -> None:
        with step(label):
            command = [PYTHON, "manage.py", *words]
            self.supervisor.run(words[0], command, self.environment, self.app_account)

    def start_app(self) -> None:
        account, run = self.app_account, self.supervisor
        # Kept in memory: after a clock that was set back, a start anew is all it needs.
        beat = [*CELERY, "beat", "--pidfile=", "--scheduler", "celery.beat:Scheduler"]
        descriptor = self.listening.fileno()
        serve = [PYTHON, "-m", "config.serve", "--fd", str(descriptor)]
        self.began = time.monotonic()
        self.worker = run.start("worker", [*CELERY, *WORKER], self.environment, account)
        self.ticker = run.start("ticker", [*CELERY, *TICKER], self.environment, account)
        self.planner = run.start("planner", [*CELERY, *PLANNER], self.environment, account)
        self.sender = run.start("sender", [*CELERY, *SENDER], self.environment, account)
        self.beat = run.start("beat", beat, self.environment, account)
        for number in range(1, API_PROCESSES + 1):
            run.start(f"api-{number}", serve, self.environment, account, (descriptor,))

    def wait_for_app(self) -> None:
        with step("worker, beat, API"):
            self.supervisor.wait_for("The API", self.api_is_ready, READY_LIMIT)
            # A beat younger than this start went all the way: beat, Valkey, worker, database.
            self.supervisor.wait_for("The worker", self.worker_has_run, READY_LIMIT)
            if self.makes_demo_people:
                self.wait_for_patterns()
        self.supervisor.pump(0)  # what was written until now is no news
        for child in self.supervisor.children:
            child.quiet = self.options.once  # a smoke test is read for what it tried

    def worker_has_run(self) -> bool:
        return self.heartbeat() < time.monotonic() - self.began

    def wait_for_patterns(self) -> None:
        """Whoever signs in at once should find what was found in the demo people's diaries."""
        until = time.monotonic() + FIRST_REVIEW_LIMIT
        while ask(self.address + "/health/jobs")[1].get("oldest_due_s") != 0:
            if time.monotonic() > until:
                return say("  Some diaries still wait for their review.")
            self.supervisor.pause(0.1)

    def greet(self) -> None:
        say(f"\nFortnight is up: {self.address}   (what it offers: {self.address}/api/docs)")
        if self.makes_demo_people:
            say(f"Sign in as {' or '.join(DEMO_PEOPLE)}, password {DEMO_PASSWORD}")
        if self.pretends:
            pushed = self.state / "providers" / pretended.RECEIVED
            say(f"What is sent lies in {pushed} and {self.state / 'mail'}")
        if not self.options.once:
            say("Ctrl-C stops everything.\n")

    # --- Watching ------------------------------------------------------------------------------

    def try_out(self) -> int:
        """The smoke test: a new person posts a day and reads back what Celery made of it."""
        command = [PYTHON, "-m", "config.smoke", self.address]
        watched = list(self.supervisor.children)
        code = self.supervisor.run("smoke", command, self.environment, self.app_account, False)
        if code:
            say("\n".join(words(child) for child in watched))
        return 1 if code else 0

    def watch(self) -> None:
        look_again = time.monotonic() + HEARTBEAT_EVERY
        while True:
            self.supervisor.pause(0.5)
            self.supervisor.watch()
            for server in self.servers:
                if server.process.poll() is not None:
                    raise Failed(
                        f"{server.name} ended by itself ({ending(server.process)}), so everything "
                        f"stops. It last wrote:\n{server.last_words()}"
                    )
            if time.monotonic() > look_again:
                self.revive_jobs()
                look_again = time.monotonic() + HEARTBEAT_EVERY

    def revive_jobs(self) -> None:
        """Start beat and the workers again when nothing was looked over for a minute."""
        age = self.oldest_heartbeat()
        jobs = (self.beat, self.ticker, self.worker, self.planner, self.sender)
        newest_start = max(child.started_at for child in jobs)
        had_time = time.monotonic() - newest_start > HEARTBEAT_LIMIT
        if had_time and HEARTBEAT_LIMIT < age < float("inf"):
            say(f"A job has not run for {age:.0f} s: starting beat and workers again.")
            for child in jobs:
                self.supervisor.restart(child)

    def api_is_ready(self) -> bool:
        status, _ = ask(self.address + "/health/ready")
        return status == 200

    def heartbeat(self) -> float:
        """Seconds since a worker last looked for due diaries; infinite when not known."""
        return self.heartbeats().get("look_over", float("inf"))

    def oldest_heartbeat(self) -> float:
        """The same of whichever job is longest ago: reminders have a worker of their own."""
        return max(self.heartbeats().values(), default=float("inf"))

    def heartbeats(self) -> dict[str, float]:
        """Of a beat in the future, after the clock was set back, the distance counts as well."""
        _, jobs = ask(self.address + "/health/jobs")
        told = jobs.get("heartbeats", {})
        return {name: abs(float(seconds)) for name, seconds in told.items()}

    # --- Stopping ------------------------------------------------------------------------------

    def stop(self) -> None:
        say("Stopping.")
        write_over(self.lock, "it is just stopping; try again in a moment")
        environment.forget(self.state)
        # The API first, so that nothing is taken in that nobody would look after; servers last.
        self.supervisor.stop()
        for server in reversed(self.servers):
            server.stop()
        os.close(self.alive)


def start_label(setting: str) -> str:
    return {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Valkey"}[setting]


@contextlib.contextmanager
def step(label: str) -> Iterator:
    """Say what was done and how long it took; the body may give it a better name."""
    began, names = time.monotonic(), [label]
    yield names.append
    say(f"  {names[-1]:<24}{time.monotonic() - began:5.1f} s")


def open_socket(port: int | None, among: Sequence[int] | None = None) -> socket.socket:
    """Listen on the port asked for, or on the first free one of PORTS; `Failed` when taken."""
    for candidate in [port] if port else among or PORTS:
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", candidate))
        except OSError as error:
            listening.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
            continue
        listening.listen(1024)
        return listening
    raise Failed(f"Port {port or f'{PORTS[0]} to {PORTS[-1]}'} is taken; choose one with --port.")
