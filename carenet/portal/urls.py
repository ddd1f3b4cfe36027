"""Addresses of the front doors."""

from __future__ import annotations

from django.urls import path

from carenet.portal import street, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", views.desk, name="desk"),
    path("street/", street.area, name="street"),
    path("about/", views.about, name="about"),
    path("preferences/", views.preferences, name="preferences"),
]
