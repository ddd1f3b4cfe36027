"""The register's pages."""

from __future__ import annotations

from django.urls import path

from elders.web import assessing, due, duplicates, files, importing, registry, triaging

app_name = "elders"
urlpatterns = [
    path("elders/", registry.listing, name="list"),
    path("elders/register/", registry.register, name="register"),
    path("elders/register/check/", registry.check_entry, name="register-check"),
    path("elders/import/", importing.upload, name="import"),
    path("elders/import/template/", importing.template, name="import-template"),
    path("elders/import/<int:pk>/", importing.result, name="import-result"),
    path("elders/import/<int:pk>/errors/", importing.errors, name="import-errors"),
    path("elders/import/<int:pk>/enter/", importing.enter, name="import-enter"),
    path("elders/import/<int:pk>/cancel/", importing.cancel, name="import-cancel"),
    path("elders/duplicates/", duplicates.queue, name="duplicates"),
    path("elders/duplicates/<int:one>/<int:other>/", duplicates.compare, name="duplicate"),
    path("elders/merges/<int:pk>/undo/", duplicates.undo, name="merge-undo"),
    path("elders/due/", due.listing, name="due"),
    path("elders/due/confirm/", due.confirm_many, name="confirm-many"),
    path("elders/<int:pk>/", files.file, name="file"),
    path("elders/<int:pk>/reveal/", files.reveal, name="reveal"),
    path("elders/<int:pk>/help-card/", files.help_card, name="help-card"),
    path("elders/<int:pk>/help-card/revoke/", files.revoke_card, name="help-card-revoke"),
    path("elders/<int:pk>/assess/", assessing.start, name="assess"),
    path("elders/<int:pk>/suggest/", triaging.suggest, name="suggest"),
    path("elders/<int:pk>/<slug:verb>/", files.do, name="do"),
    path("elders/<int:pk>/<slug:verb>/<int:row>/", files.do, name="do-row"),
    path("assessments/<int:pk>/", assessing.assessment, name="assessment"),
    path("assessments/<int:pk>/answer/", assessing.answer, name="assessment-answer"),
    path("assessments/<int:pk>/void/", assessing.void, name="assessment-void"),
    path("triage/<int:pk>/", triaging.decide, name="triage"),
]
