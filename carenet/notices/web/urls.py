"""Addresses of notices; the pages stand in `carenet.portal`, because `notices` may not reach up to `webkit`."""

from __future__ import annotations

from django.urls import include, path

app_name = "notices"
urlpatterns = [path("", include("carenet.portal.notices_pages"))]
