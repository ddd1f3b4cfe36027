"""Doors translate refusals: a DomainError becomes a form error, a message, or a page with its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from carenet.kernel.errors import DomainError

# Refusals that can only be about one field, whoever asks: the sentence stands there and not only above the form.
FIELDS = {
    "bad_id_number": "id_number", "bad_id_date": "id_number", "bad_id_check": "id_number", "bad_phone": "phone",
}  # fmt: skip


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Run an action; when the station says no, put its sentence on the form and undo what was written.

    `facts["field"]` names the field when the form has it. The block ends at the refusal: return the redirect
    inside it, and show the form again after it.
    """
    try:
        with transaction.atomic():
            yield
    except DomainError as refusal:
        field = refusal.facts.get("field") or FIELDS.get(refusal.code)
        form.add_error(field if field in form.fields else None, refusal.message)


@contextmanager
def refusals_told(request: HttpRequest) -> Iterator[None]:
    """Run an action; when the station says no, say so in a message on the next page."""
    try:
        with transaction.atomic():
            yield
    except DomainError as refusal:
        messages.error(request, refusal.message)


def form_page(
    request: HttpRequest, template: str, form: BaseForm, context: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of a form: 200 when it is fresh, 422 when it came back with errors (htmx swaps both)."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **(context or {})}, status=status)
