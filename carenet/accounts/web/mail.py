"""One's own e-mail address: write it, type the code that was sent there, or take it out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from carenet.accounts.actions import mail
from carenet.accounts.web import forms
from carenet.webkit import once, refusals


@login_required
@never_cache
@sensitive_post_parameters("code", "address")
@once.once
def email(request: HttpRequest) -> HttpResponse:
    """The address, the code that waits, and the two forms."""
    user: Any = request.user
    now, what = timezone.now(), request.POST.get("do", "")
    address_form = forms.AddressForm(request.POST if what == "send" else None)
    code_form = forms.MailCodeForm(request.POST if what == "confirm" else None)
    if what == "remove":
        mail.remove(user=user, by=user, at=now)
        messages.success(request, _("The address is taken out. Nothing more is sent there."))
        return redirect("accounts:email")
    if what == "send" and address_form.is_valid():
        station = str(getattr(request, "community", None) or "carenet")
        refusal = mail.send_code(user=user, **address_form.cleaned_data, station=station, by=user, at=now)
        if refusal is None:
            return redirect("accounts:email")
        address_form.add_error("address", refusal.message)
    if what == "confirm" and code_form.is_valid():
        refusal = mail.confirm(user=user, **code_form.cleaned_data, by=user, at=now)
        if refusal is None:
            messages.success(request, _("The address is confirmed. Your notices are sent there too."))
            return redirect("accounts:settings")
        code_form.add_error("code", refusal.message)
    context = {
        "address_form": address_form,
        "code_form": code_form,
        "waiting": mail.waiting(user=user, at=now),
    }
    return refusals.form_page(
        request, "accounts/email.html", code_form if what == "confirm" else address_form, context
    )
