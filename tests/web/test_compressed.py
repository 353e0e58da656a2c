"""The app's files are small on their way; what is of a person is never compressed."""

from __future__ import annotations

import gzip

from web import shell


def asked(client, path):
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    return answer, b"".join(answer) if answer.streaming else answer.content


def test_a_file_of_the_app_comes_compressed_and_whole(client):
    for path, file in shell.files().items():
        if file.suffix in {".js", ".css"} and file.stat().st_size > 500:
            answer, body = asked(client, path)
            assert answer["Content-Encoding"] == "gzip"
            assert gzip.decompress(body) == file.read_bytes()


def test_whoever_cannot_read_that_gets_it_as_it_is(client):
    answer = client.get("/static/web/main.js")
    assert "Content-Encoding" not in answer
    assert b"".join(answer).startswith(b"//")


def test_an_answer_of_the_api_keeps_its_length_to_itself(phone, ana):
    phone.patch("/api/v1/entries/2026-03-20", {"note": "the same words over and over " * 40})
    answer = phone.get("/api/v1/entries/2026-03-20", headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) > 1_000
    assert "Content-Encoding" not in answer
