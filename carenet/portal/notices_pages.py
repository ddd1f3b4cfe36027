"""The bell, and what could not be delivered. Here, because `notices` stands below `webkit`."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carenet.notices import policies
from carenet.notices.actions import reading
from carenet.notices.models import Outbox
from carenet.webkit import once, paging, refusals


@login_required
@once.once
def bell(request: HttpRequest) -> HttpResponse:
    """The reader's notices, the newest first."""
    now = timezone.now()
    if request.method == "POST":
        read = reading.mark_all_read(by=request.user, at=now)
        if read:
            messages.success(request, _("All messages are marked as read."))
        return redirect("notices:bell")
    found = Outbox.objects.bell(request.user, at=now).with_read(request.user).order_by("-due_at", "-pk")
    community = getattr(request, "community", None)
    oversees = community is not None and policies.may_oversee(request.user, community.pk)
    return render(
        request,
        "notices/bell.html",
        {
            "page": paging.page(request, found, per_page=30),
            "unread": Outbox.objects.bell(request.user, at=now).unread(request.user).count(),
            "failed": Outbox.objects.of(community).failed().count() if oversees else 0,
        },
    )


@login_required
@once.once
def opened(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a notice: it is read, and the reader is where it leads."""
    now = timezone.now()
    notice = get_object_or_404(Outbox.objects.bell(request.user, at=now), pk=pk)
    if request.method != "POST":
        raise Http404
    reading.mark_read(notice=notice, by=request.user, at=now)
    return redirect(notice.url() or reverse("notices:bell"))


@login_required
@once.once
def failed(request: HttpRequest) -> HttpResponse:
    """What did not arrive: send again, or phone and note it."""
    community = getattr(request, "community", None)
    if community is None or not policies.may_oversee(request.user, community.pk):
        raise Http404
    found = Outbox.objects.visible_to(request.user).of(community).failed()
    if request.method == "POST":
        number = request.POST.get("row", "")
        notice = get_object_or_404(found, pk=number if number.isdigit() else 0)
        with refusals.refusals_told(request):
            if request.POST.get("do") == "retry":
                reading.retry(notice=notice, by=request.user, at=timezone.now())
                messages.success(request, _("It is sent again."))
            else:
                reading.settled_by_hand(notice=notice, by=request.user, at=timezone.now())
                messages.success(request, _("Noted: told by phone or in person."))
        return redirect("notices:failed")
    rows = found.select_related("to_person", "to_user").order_by("-failed_at", "-pk")
    return render(request, "notices/failed.html", {"page": paging.page(request, rows, per_page=50)})


urlpatterns = [
    path("notices/", bell, name="bell"),
    path("notices/<int:pk>/open/", opened, name="open"),
    path("notices/failed/", failed, name="failed"),
]
