"""The page that holds the app: the same for everybody, useful without scripts, closed to others."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from diary.support import support_block
from web import shell

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the text outside of scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def policy_of(answer) -> dict[str, str]:
    directives = answer["Content-Security-Policy"].split(";")
    return dict(each.strip().split(" ", 1) for each in directives)


@pytest.fixture
def page(client) -> Tags:
    return Tags(client.get("/").content.decode())


def test_the_front_door_is_the_app_and_needs_no_database(client):
    answer = client.get("/")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-cache"
    assert not answer.cookies


def test_no_script_or_style_is_written_into_the_page(client, page):
    assert policy_of(client.get("/")) == POLICY
    for tag, attributes in page.found:
        assert tag != "style"
        assert tag != "script" or attributes["src"].startswith("/static/web/")
        assert not {name for name in attributes if name == "style" or name.startswith("on")}


@pytest.mark.django_db
def test_everything_the_page_names_is_there(client, page):
    named = {
        attributes[name]
        for _, attributes in page.found
        for name in ("src", "href")
        if attributes.get(name, "").startswith("/static/")
    }
    assert len(named) > 20
    assert named <= shell.files().keys()
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200
        answer.close()


def test_without_scripts_the_page_says_so_and_shows_whom_to_call(page):
    assert "needs JavaScript" in page.text
    anywhere = support_block(None)
    assert anywhere["message"] in page.text
    links = [attributes.get("href") for tag, attributes in page.found if tag == "a"]
    assert [f"tel:{line['phone']}" for line in anywhere["lines"]] == [
        link for link in links if link and link.startswith("tel:")
    ]
    assert anywhere["directory"]["url"] in links
    assert "#help" in links
    assert [tag for tag, attributes in page.found if attributes.get("id") == "help"] == ["section"]


def test_the_worker_keeps_every_file_of_the_app(client):
    answer = client.get("/sw.js")
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    script = answer.content.decode()
    kept = re.search(r"^const FILES = \[(.*)\];$", script, re.MULTILINE)[1].replace('"', "")
    assert kept.split(", ") == ["/", *shell.files()]
    assert f'const EDITION = "{shell.edition()}";' in script
    assert shell.edition() in client.get("/").content.decode()


def test_another_edition_has_another_name(tmp_path, monkeypatch):
    before = shell.edition.__wrapped__()
    changed = tmp_path / "app.js"
    changed.write_text("// another\n")
    monkeypatch.setattr(shell, "files", lambda: {"/static/web/app.js": changed})
    assert shell.edition.__wrapped__() != before


@pytest.mark.parametrize("address", ["/", "/sw.js"])
def test_the_app_is_only_read(client, address):
    assert client.post(address).status_code == 405
