"""The plug board: every door of every app, and nothing else."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("carenet.portal.urls")),
    path("", include("carenet.accounts.web.urls")),
    path("", include("carenet.audit.web.urls")),
    path("", include("carenet.notices.web.urls")),
    path("", include("carenet.jobs.web.urls")),
    path("", include("carenet.documents.web.urls")),
    path("", include("carenet.exports.web.urls")),
    path("", include("elders.web.urls")),
    path("", include("services.web.urls")),
    path("", include("volunteers.web.urls")),
    path("", include("charity.web.urls")),
    path("", include("meetings.web.urls")),
    path("api/v1/", include("carenet.api.urls")),
    path("api/v1/", include("carenet.accounts.api.urls")),
    path("api/v1/", include("elders.api.urls")),
    path("api/v1/", include("services.api.urls")),
    path("api/v1/", include("volunteers.api.urls")),
    path("api/v1/", include("charity.api.urls")),
    path("api/v1/", include("meetings.api.urls")),
    path("admin/", include("carenet.api.docs_urls")),
    path("admin/", admin.site.urls),
]

handler400 = "carenet.portal.errors.bad_request"
handler403 = "carenet.portal.errors.forbidden"
handler404 = "carenet.portal.errors.not_found"
handler500 = "carenet.portal.errors.server_error"
