"""How `up` points a development stack at providers that only pretend."""

from __future__ import annotations

import importlib.util
import json

from config import pretended
from config.providers import BROWSERS, hosts


def test_they_need_their_server_and_their_files(monkeypatch, tmp_path):
    assert pretended.can_be_had()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not pretended.can_be_had()
    monkeypatch.undo()
    monkeypatch.setattr(pretended, "CHECKOUT", tmp_path)
    assert not pretended.can_be_had()


def test_their_keys_are_known_once_they_are_made_and_while_they_stay(tmp_path):
    assert pretended.known_settings(tmp_path) == {}
    named = {"DIARY_PUSH_CA": str(tmp_path / "authority.pem"), "DIARY_APNS_KEY_ID": "X"}
    (tmp_path / "settings.json").write_text(json.dumps(named))
    assert pretended.known_settings(tmp_path) == named
    (tmp_path / "settings.json").write_text("{")
    assert pretended.known_settings(tmp_path) == {}
    (tmp_path / "settings.json").write_text(json.dumps(named))
    moved = tmp_path / "moved"
    moved.mkdir()
    (tmp_path / "settings.json").rename(moved / "settings.json")
    assert pretended.known_settings(moved) == {}


def test_every_service_is_asked_there_and_real_browsers_where_they_are():
    settings = pretended.addresses(8443)
    urls = {name: text for name, text in settings.items() if name.endswith("URL")}
    assert len(urls) == 4
    assert all(text.startswith("https://127.0.0.1:8443") for text in urls.values())
    named = settings["DIARY_WEB_PUSH_HOSTS"].split(",")
    assert hosts(named) == (*BROWSERS, "127.0.0.1:8443")


def test_a_service_that_somebody_sets_up_is_left_to_them():
    settings = pretended.addresses(8443) | {"DIARY_FCM_ACCOUNT_FILE": "x", "DIARY_PUSH_CA": "y"}
    left = pretended.where_not_given(settings, ["DIARY_FCM_ACCOUNT", "PATH", "DIARY_APNS_KEY"])
    assert set(left) == {"DIARY_WEB_PUSH_HOSTS", "DIARY_PUSH_CA"}
    assert pretended.where_not_given(settings, ["PATH"]) == settings
