"""The REST addresses of the elders app."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from elders.api import health, views

app_name = "api-elders"
router = SimpleRouter()
router.register("elders", views.ElderViewSet, basename="elder")
router.register("instruments", views.InstrumentViewSet, basename="instrument")
router.register("assessments", views.AssessmentViewSet, basename="assessment")
router.register("triage", views.TriageViewSet, basename="triage")
urlpatterns = [
    *router.urls,
    path("elders/<int:pk>/readings/", health.ReadingsView.as_view(), name="readings"),
    path("elders/<int:pk>/observations/", health.ObservationsView.as_view(), name="observations"),
    path("health/readings/", health.DeviceReadingsView.as_view(), name="device-readings"),
]
