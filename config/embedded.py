"""A PostgreSQL and a Valkey of our own on loopback, for `up` and for the tests."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

import psycopg
from psycopg import sql

from config import binaries
from config.children import Account, can, give, make_folder, spawn, stop
from config.environment import without_postgres_variables

ROLE = DATABASE = "fortnight"
TRIES = 5  # for a port that somebody takes between our asking for a free one and its use
RECOVERY_LIMIT = 60.0  # seconds; after a crash PostgreSQL first reads back its log
SERVER_ENVIRONMENT = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}

Pause = Callable[[float], None]

# R10, R18, R27: nothing acknowledged is lost, and no value of a statement reaches a log.
POSTGRES_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_min_error_statement": "panic",
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
}
DURABLE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",  # as in docker-compose.yml; what nothing is read into is not taken
}
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
}


class ServerFailed(Exception):
    """An embedded server did not start; the message says why in a line or two."""


@dataclass
class Server:
    """A started server: where it is, what it wrote, and how it is asked to end."""

    name: str
    version: str
    process: subprocess.Popen[bytes]
    url: str
    log: Path
    stop_signal: signal.Signals

    def stop(self, limit: float = 20.0) -> None:
        stop(self.process, self.stop_signal, limit)

    def last_words(self) -> str:
        return last_lines(self.log)


def server_home(preferred: Path, account: Account | None) -> Path:
    """A folder for data that the account can reach: the preferred one, else one under /var/tmp."""
    if can(account, ["true"], preferred):
        return preferred
    mark = sha256(str(preferred.resolve()).encode()).hexdigest()[:12]
    home = Path("/var/tmp") / f"fortnight-{os.geteuid()}-{mark}"
    make_folder(home, account)
    # /var/tmp is everybody's: somebody else may have made this name first, or a link of it.
    found = home.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), account_uid(account)}:
        raise ServerFailed(f"{home} belongs to somebody else; set DIARY_STATE_DIR.")
    return home


def account_uid(account: Account | None) -> int:
    return account.uid if account else os.geteuid()


# --- PostgreSQL ----------------------------------------------------------------------------------


def start_postgres(
    home: Path,
    account: Account | None,
    *,
    durable: bool,
    pause: Pause = time.sleep,
    pass_fds: tuple[int, ...] = (),
) -> Server:
    """Start PostgreSQL on the data under `home`, made on the first start; its URL is the role's.

    The role owns its database and may make others (tests do), but is no superuser. Raises
    `ServerFailed`, and `Missing` when there is no PostgreSQL to start.
    """
    program = binaries.runnable(binaries.postgres_bin() / "postgres", account, home)
    version = binaries.version_of(program)
    cluster = home / "pgdata"
    if not cluster.exists():
        make_cluster(program.parent, home, account, durable)
    refuse_other_major(cluster, version)
    if not (home / "postgres-password").exists():
        raise ServerFailed(f"{home}/postgres-password is missing: put it back to open {cluster}.")
    password = (home / "postgres-password").read_text().strip()
    settings = POSTGRES_SETTINGS | (DURABLE if durable else THROW_AWAY)

    def command(port: int) -> list[str]:
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(program), "-D", str(cluster), "-p", str(port), *options]

    def answers(port: int) -> bool:
        try:
            psycopg.connect(administrator(port, password)).close()
        except psycopg.OperationalError:
            return False
        return True

    log = home / "postgres.log"
    # Left alone it ends at once and reads its log back at the next start; asked to end, it first
    # writes out what is committed, which nobody waits for where the data is thrown away.
    at_once, in_order = signal.SIGQUIT, signal.SIGINT
    run = Starting("PostgreSQL", version, account, log, at_once, pause, pass_fds)
    process, port = run.on_free_port(command, answers)
    how = in_order if durable else at_once
    server = Server("PostgreSQL", version, process, "", log, how)
    server.url = make_role(home, account, administrator(port, password), port)
    return server


def make_cluster(folder: Path, home: Path, account: Account | None, durable: bool) -> None:
    """Run initdb beside the final place: an interrupted one leaves nothing that looks finished."""
    fresh = home / "pgdata.new"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password_file = write_secret(home / "postgres-password", secrets.token_hex(24), account)
    give(account, fresh)
    command = [folder / "initdb", "-D", fresh, "-U", "postgres", "-A", "scram-sha-256"]
    command += [f"--pwfile={password_file}", "--locale=C", "-E", "UTF8"]
    log = home / "initdb.log"
    with log.open("wb") as output:
        give(account, log)
        process = spawn(
            [str(part) for part in [*command, *([] if durable else ["--no-sync"])]],
            account=account,
            environment=SERVER_ENVIRONMENT,
            folder=Path("/"),
            output=output,
        )
        if process.wait() != 0:
            raise ServerFailed(f"PostgreSQL's initdb failed:\n{last_lines(log)}")
    fresh.replace(home / "pgdata")


def refuse_other_major(cluster: Path, version: str) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    if made_by != version.partition(".")[0]:
        raise ServerFailed(
            f"{cluster} was made by PostgreSQL {made_by}, this is {version}: "
            f"move {cluster} away to start empty (nothing is ever deleted here)."
        )


def administrator(port: int, password: str) -> str:
    # connect_timeout: a server in recovery accepts the connection and may then say nothing.
    return f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres?connect_timeout=5"


def make_role(home: Path, account: Account | None, administrator_url: str, port: int) -> str:
    """Make the application's role and database where they are missing; the URL to use them."""
    path = home / "database-password"
    if not path.exists():
        write_secret(path, secrets.token_hex(24), account)
    password = path.read_text().strip()
    name = sql.Identifier(ROLE)
    with psycopg.connect(administrator_url, autocommit=True) as connection:
        # Hashed here, so that no statement holds the password.
        verifier = connection.pgconn.encrypt_password(
            password.encode(), ROLE.encode(), b"scram-sha-256"
        ).decode()
        role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        verb = sql.SQL("ALTER" if role else "CREATE")
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN CREATEDB NOSUPERUSER PASSWORD {}").format(
                verb, name, sql.Literal(verifier)
            )
        )
        there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not there.fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), name)
            )
    return f"postgresql://{ROLE}:{password}@127.0.0.1:{port}/{DATABASE}"


# --- Valkey --------------------------------------------------------------------------------------


def start_valkey(
    home: Path,
    account: Account | None,
    *,
    durable: bool,
    pause: Pause = time.sleep,
    pass_fds: tuple[int, ...] = (),
) -> Server:
    """Start Valkey (or Redis) with its files under `home`; a new password at every start.

    Raises `ServerFailed`, and `Missing` when there is no server to start.
    """
    program = binaries.runnable(binaries.redis_server(), account, home)
    version = binaries.version_of(program)
    folder = make_folder(home / "valkey", account)
    # One for each port that is tried: on a port that was just taken, a stranger is told it.
    passwords: dict[int, str] = defaultdict(lambda: secrets.token_hex(24))

    def configuration(port: int) -> bytes:
        lines = {
            "bind": "127.0.0.1",
            "port": str(port),
            "requirepass": passwords[port],
            "dir": str(folder),
            "appendonly": "yes" if durable else "no",
            "save": '""',
            "maxmemory-policy": "noeviction",  # a broker refuses rather than forgets
            "databases": "64",
            "loglevel": "notice",
            "daemonize": "no",
        }
        return "".join(f"{name} {value}\n" for name, value in lines.items()).encode()

    def answers(port: int) -> bool:
        # A bare socket: the client library would retry a dead port for seconds.
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
                connection.sendall(f"AUTH {passwords[port]}\r\nPING\r\n".encode())
                return b"+PONG" in receive(connection, until=b"+PONG\r\n")
        except OSError:
            return False

    log = home / "valkey.log"
    name = "Valkey" if "valkey" in program.name else "Redis"
    run = Starting(name, version, account, log, signal.SIGTERM, pause, pass_fds)
    process, port = run.on_free_port(lambda port: [str(program), "-"], answers, configuration)
    url = f"redis://:{passwords[port]}@127.0.0.1:{port}/0"
    return Server(name, version, process, url, log, signal.SIGTERM)


def receive(connection: socket.socket, until: bytes) -> bytes:
    answer = b""
    while until not in answer and (part := connection.recv(512)):
        answer += part
    return answer


# --- What both need ------------------------------------------------------------------------------


@dataclass
class Starting:
    """One server's start: on a free port, watched until it answers, tried again if it was taken."""

    name: str
    version: str
    account: Account | None
    log: Path
    dies_by: signal.Signals
    pause: Pause
    pass_fds: tuple[int, ...]

    def on_free_port(
        self,
        command: Callable[[int], list[str]],
        answers: Callable[[int], bool],
        configuration: Callable[[int], bytes] = lambda port: b"",
    ) -> tuple[subprocess.Popen[bytes], int]:
        for _ in range(TRIES):
            port = free_port()
            with self.log.open("wb") as output:
                give(self.account, self.log)
                process = self.run(command(port), configuration(port), output)
            try:
                if self.is_ready(process, lambda port=port: answers(port)):
                    return process, port
            except BaseException:
                stop(process, self.dies_by, limit=5)
                raise
            if not re.search("address already in use", self.log.read_text(errors="replace"), re.I):
                break
        raise ServerFailed(f"{self.name} {self.version} did not start:\n{last_lines(self.log)}")

    def run(self, command: list[str], configuration: bytes, output: IO[bytes]) -> subprocess.Popen:
        process = spawn(
            command,
            account=self.account,
            environment=without_postgres_variables(SERVER_ENVIRONMENT),
            folder=Path("/"),
            output=output,
            dies_by=self.dies_by,
            pass_fds=self.pass_fds,
            stdin=subprocess.PIPE,
        )
        # Through stdin: a command line with a password could be read by everybody. A server that
        # ended before it read it says why in its log.
        with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
            stdin.write(configuration)
        return process

    def is_ready(self, process: subprocess.Popen[bytes], answers: Callable[[], bool]) -> bool:
        """Wait until the server answers; False when it has ended instead."""
        limit = time.monotonic() + RECOVERY_LIMIT
        while process.poll() is None:
            if answers():
                return True
            if time.monotonic() > limit:
                raise ServerFailed(f"{self.name} did not answer within {RECOVERY_LIMIT:.0f} s.")
            self.pause(0.02)
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def write_secret(path: Path, secret: str, account: Account | None) -> Path:
    """Write a secret that nobody but its owner can read, from its first instant on."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as file:
        file.write(secret + "\n")
    give(account, path)
    return path


def last_lines(log: Path, count: int = 6) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
