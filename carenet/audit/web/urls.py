"""Addresses of the auditor's pages."""

from __future__ import annotations

from django.urls import path

from carenet.audit.web import views

app_name = "audit"
urlpatterns = [
    path("audit/", views.reads, name="reads"),
    path("audit/notes/", views.notes, name="notes"),
    path("audit/rights/", views.rights, name="rights"),
    path("audit/city/", views.city, name="city"),
    path("audit/rows/", views.rows, name="rows"),
    path("audit/rows/<str:kind>/<int:pk>/", views.row, name="row"),
    path("me/looks/", views.my_looks, name="my-looks"),
]
