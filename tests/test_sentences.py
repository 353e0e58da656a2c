"""No sentence for people outside `diary/wording/`: every other text says whom it is for.

Texts of three words or more are looked for in the code, and in templates. Where one stands
decides what it may be: an error for a client, the API's document, a line for an operator.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

HOUSE = Path(__file__).resolve().parent.parent
FILES = [
    path
    for package in ("api", "diary")
    for path in sorted((HOUSE / package).rglob("*.py"))
    if not {"wording", "migrations"} & set(path.parts)
]
TEMPLATES = [
    path
    for package in ("api", "diary")
    for path in sorted((HOUSE / package).rglob("templates/**/*.*"))
]
WORDS = 3  # from which on a text may be a sentence

# Files that hold nothing but one kind of text.
WHOLE_FILES = {
    "api/problems.py": "the titles of errors",
    "api/document.py": "the API's document",
    "api/document_examples.py": "the API's document",
    "api/document_headers.py": "the API's document",
    "diary/checks.py": "system checks, for whoever runs a server",
    "diary/measures.py": "the vocabulary, which the catalogue takes from here",
    "diary/help_lines.py": "the names of services, which are not translated",
    "diary/demo/__init__.py": "what the demo people wrote in their diaries",
}
WHOLE_FOLDERS = {
    "diary/management/": "what commands print",
    "diary/analysis/": "what programmers are told; it knows no people",
}
# Calls whose texts are for clients and their developers, by the name that is called.
ERRORS = {
    "refuse", "fault", "_fault", "problem", "BadParameter", "Unreadable", "TooLarge",
    "ErrorDetail", "PreconditionFailed", "NotReady", "respond",
    "on_scale", "WholeNumber", "Bound", "Measure",  # what a scale is called when it is refused
}  # fmt: skip
DOCUMENT = {
    "extend_schema", "extend_schema_field", "inline_serializer", "bodies_like",
    "OpenApiParameter", "OpenApiExample", "OpenApiResponse", "Collection",
}  # fmt: skip
# Constants, by name, that hold one kind of text.
CONSTANTS = {
    "detail": "an error for clients",
    "NOT_TODAY": "an error for clients",
    "COUNT": "a script for Redis",
    "EXAMPLE": "the API's document",
    "_EXAMPLES": "the API's document",
    "_WITHIN": "the API's document",
}
LOGS = {"log", "debug", "info", "warning", "error", "exception"}
SQL = re.compile(r"\s*(WITH|SELECT|WHERE|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|SET|LOCK)\b")


def kind_of(place: list[ast.AST]) -> str | None:
    """Whom a text is for, by what it stands in, outermost first; None for who knows."""
    text = said(place[-1])
    if SQL.match(text):
        return "SQL"
    for outer, inner in pairwise(place):
        match outer:
            case ast.Raise():
                return "an exception"
            case ast.Call() if called(outer) in ERRORS:
                return "an error for clients"
            case ast.Call() if called(outer) in DOCUMENT or called(outer).endswith("_parameter"):
                return "the API's document"
            case ast.Dict(keys=keys) if any(said(key) == "operation_id" for key in keys if key):
                return "the API's document"
            case ast.Call() if called(outer) in LOGS:
                return "a line in the log"
            case ast.keyword(arg="help_text" | "description"):
                return "the API's document"
            case ast.Assign(targets=[ast.Name(id=name)]) if name in CONSTANTS:
                return CONSTANTS[name]
            case ast.FunctionDef(name="__str__" | "__repr__" | "get_security_definition"):
                return "for programmers"
            case ast.Expr(value=value) if value is inner and isinstance(inner, ast.Constant):
                return "a docstring"
    return None


def called(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def said(node: ast.AST) -> str:
    """The text of a literal; what an f-string puts in is "…"."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
        )
    return str(getattr(node, "value", ""))


def texts(node: ast.AST, place: tuple[ast.AST, ...] = ()) -> Iterator[list[ast.AST]]:
    """Every text literal with all that it stands in, outermost first."""
    here = (*place, node)
    if isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    ):
        yield list(here)
        return
    for child in ast.iter_child_nodes(node):
        yield from texts(child, here)


def sentences_in(source: str) -> list[str]:
    return [
        said(place[-1])
        for place in texts(ast.parse(source))
        if looks_like_one(said(place[-1])) and kind_of(place) is None
    ]


def looks_like_one(text: str) -> bool:
    """Words with blanks between them; not a name, a pattern, a header or an address."""
    if "-src " in text:  # a policy for browsers
        return False
    words = re.findall(r"(?<!\S)[(“\"]?[A-Za-zÀ-ž’'-]{2,}[.,:;!?)”\"]*(?!\S)", text)
    return len(words) >= WORDS


def name_of(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_sentence_for_people_stands_outside_wording(path):
    name = name_of(path)
    if name in WHOLE_FILES or any(name.startswith(folder) for folder in WHOLE_FOLDERS):
        return
    assert sentences_in(path.read_text()) == [], "it belongs into diary/wording/, for translation"


def test_no_template_holds_a_sentence():
    holding = [
        name_of(path) for path in TEMPLATES if looks_like_one(without_tags(path.read_text()))
    ]
    assert holding == [], "it belongs into diary/wording/, and into the context"


def without_tags(template: str) -> str:
    return re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>", " ", template, flags=re.DOTALL)


def test_a_sentence_in_a_template_is_found():
    assert looks_like_one(without_tags("{% load x %}<p>Your code is {{ code }} now.</p>"))
    assert not looks_like_one(without_tags("{% comment %}<p class='a b c'>{{ says }}</p>"))


def test_every_file_and_folder_that_is_let_through_is_there():
    for name in (*WHOLE_FILES, *WHOLE_FOLDERS):
        assert (HOUSE / name).exists(), name


@pytest.mark.parametrize(
    "source",
    [
        'MESSAGE = "Pain was higher today."',
        'def why(): return "Later entries no longer showed it."',
        'def summary(n): return f"You wrote on {n} days this week."',
        'send(subject="Your week is ready")',
        'Response({"summary": "Nothing clear yet."})',
        'STATUSES = {"open": "This is there now."}',
        'says = " ".join([first, "It stayed like this."])',
        'Response({"operation": "open", "why": "This is there now."})',
    ],
)
def test_a_sentence_is_found(source):
    assert len(sentences_in(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        'raise ValueError(f"there is no day {day} here")',
        'detail = "A country is two letters."',
        'refuse("A text is expected here.", "type")',
        'extend_schema(summary="Your settings and what day it is")',
        'Field(help_text="How strong it is there.")',
        'log("diaries were set aside: %d")',
        'said = {"operation_id": "list_days", "summary": "The days, newest first, all of them"}',
        'LIMIT = number_parameter("limit", "How many of them")',
        "CSP = \"default-src 'none'; form-action 'self'\"",
        'cursor.execute("SELECT name FROM settings WHERE name")',
        '"""What this file is for."""',
        'def week():\n    """What this function is for."""',
        'PATTERN = r"[A-Za-z]+ [a-z]+"',
        'HEADER = "private, max-age=3600"',
    ],
)
def test_what_is_for_others_is_let_through(source):
    assert sentences_in(source) == []
