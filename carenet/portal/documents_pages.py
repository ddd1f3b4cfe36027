"""Stored papers, for those who may open them. Here, because `documents` stands below `webkit`."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from carenet.documents import actions as documents
from carenet.documents import policies
from carenet.documents.models import Document
from carenet.webkit import excel


@login_required
def document(request: HttpRequest, uid: uuid.UUID) -> HttpResponse:
    """The file itself, checked against its fingerprint; 404 for everybody who may not read it."""
    found = get_object_or_404(Document.objects.visible_to(request.user), uid=uid)
    if not policies.may_read(request.user, found):
        raise Http404
    content = documents.read(found)
    ending = "." + found.stored_name.rpartition(".")[2] if "." in found.stored_name else ""
    response = excel.attachment(content, f"{found.number} {found.title}{ending}", found.mime)
    response["X-Content-Type-Options"] = "nosniff"
    return response


urlpatterns = [path("documents/<uuid:uid>/", document, name="document")]
