"""The REST addresses of the elders app."""

from __future__ import annotations

from django.urls import path
from rest_framework.routers import SimpleRouter

from elders.api import health, households, rights, views

app_name = "api-elders"
router = SimpleRouter()
router.register("elders", views.ElderViewSet, basename="elder")
router.register("instruments", views.InstrumentViewSet, basename="instrument")
router.register("assessments", views.AssessmentViewSet, basename="assessment")
router.register("triage", views.TriageViewSet, basename="triage")
router.register("data-requests", rights.DataRequestViewSet, basename="data-request")
router.register("households", households.HouseholdViewSet, basename="household")
urlpatterns = [
    *router.urls,
    path("elders/<int:pk>/readings/", health.ReadingsView.as_view(), name="readings"),
    path("elders/<int:pk>/observations/", health.ObservationsView.as_view(), name="observations"),
    path("elders/<int:pk>/mandates/", rights.MandatesView.as_view(), name="mandates"),
    path("elders/<int:pk>/mandates/<int:row>/end/", rights.MandateEndView.as_view(), name="mandate-end"),
    path("health/readings/", health.DeviceReadingsView.as_view(), name="device-readings"),
]
