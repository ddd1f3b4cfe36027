"""The monthly letter on the elder's or the family's own phone: this month, earlier months, to print."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import pgettext

from carenet.audit import reading
from carenet.documents import pdf
from carenet.kernel import months
from carenet.webkit import excel
from carenet.webkit.templatetags.carenet import month as month_words
from elders.actions import mandates
from elders.models import Elder
from elders.reports import my_letters as reports

FEW, ALL = ("name", "address"), ("name", "address", "health")


@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """My letter; whoever reads for several people chooses first."""
    elders = reports.letter_elders(request.user)  # type: ignore[arg-type]
    if not elders:
        raise Http404
    if len(elders) == 1:
        return redirect("elders:my-letter", pk=elders[0].pk)
    reading.record(request, [each.person for each in elders], ("name",))
    return render(request, "elders/my_letters.html", {"elders": elders})


@login_required
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """One month's letter in large type, the other months below it."""
    elder, chosen, words, whole = _opened(request, pk, "elders.letter_read")
    on = timezone.localdate()
    there = reports.months_of(elder, on)
    place = there.index(chosen)
    return render(
        request, "elders/my_letter.html",
        {
            "elder": elder, "letter": words, "month": chosen, "whole": whole, "months": there,
            "own": elder.person_id == request.user.person_id,  # type: ignore[union-attr]
            "several": len(reports.letter_elders(request.user)) > 1,  # type: ignore[arg-type]
            "is_running": chosen == months.first_of_month(on),
            "newer": there[place - 1] if place else None,
            "older": there[place + 1] if place + 1 < len(there) else None,
        },
    )  # fmt: skip


@login_required
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """The same letter as one page to print: only this elder's, never the paper of the whole community."""
    elder, chosen, words, _whole = _opened(request, pk, "elders.letter_printed")
    title = pgettext("letter", "Letter to %(name)s, %(month)s") % {
        "name": elder.person.name, "month": month_words(chosen),
    }  # fmt: skip
    is_chinese = (translation.get_language() or "").startswith("zh")
    content = pdf.render(
        "elders/letters.typ",
        {
            "doc_title": title, "community": elder.community.name, "lang": "zh" if is_chinese else "en",
            "letters": [words],
        },
        at=timezone.now(),
    )  # fmt: skip
    return excel.attachment(content, f"{title}.pdf", "application/pdf")


def _opened(request: HttpRequest, pk: int, verb: str) -> tuple[Elder, date, dict[str, Any], bool]:
    """The elder, the month and its words for this reader; the look and the use of the mandate are written down."""
    user: Any = request.user
    elder = next((each for each in reports.letter_elders(user) if each.pk == pk), None)
    if elder is None:
        raise Http404
    at = timezone.now()
    there = reports.months_of(elder, timezone.localdate(at))
    wanted = request.GET.get("month")
    chosen = next((each for each in there if f"{each:%Y-%m}" == wanted), there[0] if not wanted else None)
    if chosen is None:
        raise Http404
    whole = reports.reads_whole(user, elder)
    words = reports.letter_of(elder, of_month=chosen, whole=whole, at=at)
    reading.record(request, [elder.person], ALL if whole else FEW)
    mandates.use(
        elder=elder, scope="READ", verb=verb, object_kind="elders.elder", object_id=pk, by=user, at=at
    )
    return elder, chosen, words, whole
