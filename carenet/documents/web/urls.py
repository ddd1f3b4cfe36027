"""Addresses of documents; the pages stand in `carenet.portal`, because `documents` may not reach up to `webkit`."""

from __future__ import annotations

from django.urls import include, path

app_name = "documents"
urlpatterns = [path("", include("carenet.portal.documents_pages"))]
