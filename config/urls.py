from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("web.urls")),
    path("", include("api.urls")),
    path("_allauth/", include("allauth.headless.urls")),
]

handler400 = "api.problems.bad_request"
handler404 = "api.problems.not_found"
handler500 = "api.problems.server_error"
