"""The REST addresses of the elders app."""

from __future__ import annotations

from rest_framework.routers import SimpleRouter

from elders.api import views

app_name = "api-elders"
router = SimpleRouter()
router.register("elders", views.ElderViewSet, basename="elder")
router.register("instruments", views.InstrumentViewSet, basename="instrument")
router.register("assessments", views.AssessmentViewSet, basename="assessment")
router.register("triage", views.TriageViewSet, basename="triage")
urlpatterns = router.urls
