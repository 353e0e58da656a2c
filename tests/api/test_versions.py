"""Apps that are too old are told so; routes that are on their way out say so in every answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from packaging.version import Version
from rest_framework.response import Response
from rest_framework.views import APIView

from api import document as words
from api.urls import urlpatterns as all_patterns
from api.versions import Deprecated
from tests.api.contract import operations

pytestmark = pytest.mark.django_db

ME = "/api/v1/me"


@pytest.fixture(autouse=True)
def oldest(settings):
    settings.OLDEST_APPS = {"fortnight-ios": Version("2.4"), "fortnight-android": Version("3")}


@pytest.mark.parametrize(
    "app",
    ["fortnight-ios/2.3", "fortnight-ios/2.3.99", "fortnight-ios/0", "fortnight-ios/2.4rc1",
     "fortnight-ios/2.4.0-beta.2", "fortnight-android/2.4"],
)  # fmt: skip
def test_an_app_that_is_too_old_is_told_which_version_it_needs(phone, stranger, app):
    for somebody in (phone, stranger):
        answer = somebody.get(ME, headers={"X-App": app})
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (426, "/problems/app-too-old")
        assert problem["min_app_version"] == ("2.4" if "ios" in app else "3")


def test_nothing_of_what_it_sent_is_stored(phone):
    day = "/api/v1/entries/2026-03-20"
    assert phone.put(day, {"pain": 4}, headers={"X-App": "fortnight-ios/1"}).status_code == 426
    assert phone.get(day).status_code == 404


@pytest.mark.parametrize(
    "app",
    ["fortnight-ios/2.4", "fortnight-ios/2.4.0", "fortnight-ios/2.10", "fortnight-ios/10",
     "other-app/0.1", "fortnight-ios", "fortnight-ios/", "/1", "/", "", "fortnight-ios/x",
     "fortnight-ios/1/2", "fortnight-ios 1", "Fortnight-iOS/1", "fortnight-ios/-1", "😀/1",
     "fortnight-ios/" + "1." * 5_000 + "0", "fortnight-ios/1\x00"],
)  # fmt: skip
def test_any_other_app_is_let_in(phone, app):
    assert phone.get(ME, headers={"X-App": app}).status_code == 200


def test_help_lines_are_shown_by_every_app(stranger):
    answer = stranger.get("/api/v1/support", headers={"X-App": "fortnight-ios/0.1"})
    assert answer.status_code == 200


def test_every_operation_that_needs_signing_in_says_426():
    for _, path_, said in operations():
        if path_.startswith("/api/v1/"):
            assert ("426" in said["responses"]) == bool(said["security"])


# ---- A route that is made up and on its way out ------------------------------------------------


class Old(APIView):
    deprecated = Deprecated(
        since=datetime(2026, 3, 1, tzinfo=UTC),
        sunset=datetime(2026, 9, 1, tzinfo=UTC),
        link="https://fortnight.example/docs/old",
    )

    @extend_schema(operation_id="read_old", responses=words.answers({200: None}, 401))
    def get(self, request):
        return Response({"items": [], "next": "/api/v1/old?after=x"})


urlpatterns = [path("api/v1/", include([path("old", Old.as_view())])), *all_patterns]
handler404 = "api.problems.not_found"


@pytest.mark.urls(__name__)
class TestDeprecated:
    def test_every_answer_says_since_when_until_when_and_why(self, phone, stranger, client):
        for answer in (
            phone.generic("GET", "/api/v1/old"),
            stranger.generic("GET", "/api/v1/old"),
            phone.generic("POST", "/api/v1/old"),
            client.get("/api/v1/old", headers={"X-App": "fortnight-ios/1"}),
        ):
            assert answer["Deprecation"] == "@1772323200"
            assert answer["Sunset"] == "Tue, 01 Sep 2026 00:00:00 GMT"
            link = '<https://fortnight.example/docs/old>; rel="deprecation"; type="text/html"'
            assert answer["Link"].endswith(link)

    def test_the_link_stands_beside_the_next_page(self, phone):
        assert phone.get("/api/v1/old")["Link"].startswith('</api/v1/old?after=x>; rel="next", <')

    def test_other_routes_say_nothing_of_the_kind(self, phone):
        answer = phone.get(ME)
        assert not {"Deprecation", "Sunset", "Link"} & set(answer.headers)

    def test_the_document_says_so_too(self):
        paths = SchemaGenerator(urlconf=__name__).get_schema(request=None, public=True)["paths"]
        assert paths["/api/v1/old"]["get"]["deprecated"] is True
        assert "deprecated" not in paths[ME]["get"]
        headers = paths["/api/v1/old"]["get"]["responses"]["401"]["headers"]
        assert {"Deprecation", "Sunset", "Link"} <= headers.keys()
