"""docker-compose.yml and Dockerfile, read as Compose and Docker read them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config.environment import CHECKOUT

FILE = CHECKOUT / "docker-compose.yml"
COMPOSE = yaml.safe_load(FILE.read_text())
SERVICES = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "fortnight"]
RUNNING = [name for name in SERVICES if name != "migrate"]  # migrate ends by itself

INTERPOLATED = re.compile(
    r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+)(?:(?P<how>:[?-])(?P<rest>[^}]*))?\})"
)


class NotSet(Exception):
    """A variable that the file requires; the message is the one that Compose prints."""


def filled_in(text: str, variables: Mapping[str, str]) -> str:
    """`text` with ${NAME:?message} and ${NAME:-default} replaced, as Compose does it."""

    def value(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        given = variables.get(found["name"], "")
        if not given and found["how"] == ":?":
            raise NotSet(f"{found['name']}: {found['rest']}")
        return given or (found["rest"] if found["how"] == ":-" else "")

    return INTERPOLATED.sub(value, text)


def references() -> list[re.Match[str]]:
    """Every place where the file takes something from the operator."""
    return [found for found in INTERPOLATED.finditer(FILE.read_text()) if not found["dollar"]]


def healthcheck(service: str) -> list[str]:
    how, *command = SERVICES[service]["healthcheck"]["test"]
    return command if how == "CMD" else ["sh", "-c", *command]


# --- The image -----------------------------------------------------------------------------------


def instructions(name: str) -> list[str]:
    """What follows each `name` in the Dockerfile's last stage, continued lines joined."""
    return found_in(stages()[-1], name)


def stages() -> list[str]:
    """The Dockerfile in parts, one a stage; continued lines joined."""
    text = (CHECKOUT / "Dockerfile").read_text().replace("\\\n", " ")
    return [f"FROM {part}" for part in re.split(r"^FROM ", text, flags=re.MULTILINE)[1:]]


def found_in(text: str, name: str) -> list[str]:
    return [line.removeprefix(name).strip() for line in text.splitlines() if line.startswith(name)]


def image_environment() -> dict[str, str]:
    words = [word for line in instructions("ENV ") for word in shlex.split(line)]
    return dict(word.split("=", 1) for word in words)


def copied() -> list[tuple[str, str]]:
    """Pairs (path in the checkout, path in the image, below its working directory)."""
    return [
        (source, target)
        for *sources, target in (line.split() for line in instructions("COPY "))
        for source in sources
        if not sources[0].startswith("--from=")  # out of another stage, not out of the checkout
    ]


def required_by(*files: str) -> set[str]:
    """The packages that these requirement files name themselves."""
    return {canonicalize_name(wanted.name) for wanted in requirements(*files)}


def requirements(*files: str) -> list[Requirement]:
    lines = [line.partition("#")[0].strip() for file in files for line in lines_of(CHECKOUT / file)]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines()


def brought_along(wanted: list[Requirement]) -> set[str]:
    """All that installing `wanted` installs: their needs, and the needs of those."""
    seen: set[tuple[str, str]] = set()
    open_ends = [(canonicalize_name(one.name), extra) for one in wanted for extra in extras(one)]
    while open_ends:
        name, extra = open_ends.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in metadata.requires(name) or []:
            need = Requirement(line)
            if need.marker is None or need.marker.evaluate({"extra": extra}):
                open_ends += [(canonicalize_name(need.name), more) for more in extras(need)]
    return {name for name, _ in seen}


def extras(requirement: Requirement) -> list[str]:
    return ["", *requirement.extras]
