"""The minutes of a meeting and all papers to take away."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

from carenet.documents import actions as documents
from carenet.documents.word import MIME as WORD
from carenet.parties.models import Organisation
from carenet.webkit import excel, once, refusals
from meetings import papers, policies, reports
from meetings.actions import minutes as records
from meetings.models import Meeting
from meetings.states import MeetingState, MinutesState
from meetings.web.finding import meeting_of, rights, secretarys_meeting
from meetings.web.forms import CommentForm, RemarksForm, SupplementForm
from meetings.web.meetings import tabs_of


@login_required
@once.once
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the minutes; write remarks, circulate, answer, confirm, seal, supplement."""
    found = meeting_of(request, pk)
    if found.state not in {MeetingState.OPEN, MeetingState.CLOSED}:
        raise Http404
    current = getattr(found, "minutes", None)
    what = request.POST.get("do", "")
    remarks = RemarksForm(
        request.POST if what == "write" else None, initial={"body": current.body if current else ""}
    )
    comment = CommentForm(
        request.POST if what == "comment" else None, organisations=_answering(request, found)
    )
    supplement = SupplementForm(request.POST if what == "supplement" else None)
    if request.method == "POST":
        done = _do(request, found, current, what, remarks, comment, supplement)
        if done is not None:
            return done
    bound = {"write": remarks, "comment": comment, "supplement": supplement}.get(what, remarks)
    return refusals.form_page(
        request,
        "meetings/minutes.html",
        bound,
        {
            **rights(request, found),
            "paper": papers.minutes_data(reports.minutes_paper(found)),
            "sections": reports.sections(found),
            "remarks": remarks,
            "comment": comment,
            "supplement": supplement,
            "may_answer": comment.fields["organisation"].queryset.exists() if current else False,  # type: ignore[attr-defined]
            "comments": list(current.comments.filter(version=current.version).select_related("organisation"))
            if current
            else [],
            "tabs": tabs_of(request, found, "minutes"),
        },
    )


STEPS: dict[str, tuple[Callable[..., object], str]] = {
    "circulate": (
        records.circulate,
        gettext_noop("The minutes are circulated; all who were there are told."),
    ),
    "revise": (records.revise, gettext_noop("The minutes are a draft again.")),
    "confirm": (records.confirm, gettext_noop("The minutes are confirmed. Next: seal them.")),
    "seal": (records.seal, gettext_noop("The minutes are sealed: number given, PDF stored.")),
}


def _do(  # type: ignore[no-untyped-def]
    request: HttpRequest,
    found: Meeting,
    current,
    what: str,
    remarks: RemarksForm,
    comment: CommentForm,
    supplement: SupplementForm,
) -> HttpResponse | None:
    now, back = timezone.now(), redirect("meetings:minutes", pk=found.pk)
    if what == "write":
        if remarks.is_valid():
            with refusals.refusals_on(remarks):
                records.draft(meeting=found, body=remarks.cleaned_data["body"], by=request.user, at=now)
                messages.success(request, _("The draft is saved."))
                return back
        return None
    if current is None:
        raise Http404
    if what == "comment":
        if comment.is_valid():
            data = comment.cleaned_data
            with refusals.refusals_on(comment):
                records.comment(
                    minutes=current, organisation=data["organisation"], agrees=data["answer"] == "yes",
                    words=data["words"] if data["answer"] == "no" else "", by=request.user, at=now,
                )  # fmt: skip
                messages.success(request, _("Thank you. Your answer is noted."))
                return back
        return None
    if what == "supplement":
        if supplement.is_valid():
            with refusals.refusals_on(supplement):
                records.supplement(
                    minutes=current, words=supplement.cleaned_data["words"], by=request.user, at=now
                )
                messages.success(request, _("The supplement is added."))
                return back
        return None
    if what not in STEPS:
        raise Http404
    action, sentence = STEPS[what]
    with refusals.refusals_told(request):
        action(minutes=current, by=request.user, at=now)
        messages.success(request, _(sentence))
    return back


def _answering(request: HttpRequest, found: Meeting):  # type: ignore[no-untyped-def]
    """The organisations for which the reader may answer circulated minutes."""
    current = getattr(found, "minutes", None)
    if current is None or current.state != MinutesState.CIRCULATED:
        return Organisation.objects.none()
    there = found.attendances.all()
    if not policies.may_prepare(request.user, found.community_id):
        there = there.filter(person_id=request.user.person_id)
    return Organisation.objects.filter(pk__in=there.values("organisation_id")).order_by("name")


@login_required
def paper(request: HttpRequest, pk: int, which: str, form: str) -> HttpResponse:
    """Agenda or minutes as PDF or Word. Sealed minutes are the stored file, checked against its fingerprint."""
    found = meeting_of(request, pk)
    language = translation.get_language() or "zh-hans"
    if which == "agenda":
        current_agenda = getattr(found, "agenda", None)
        may_prepare = policies.may_prepare(request.user, found.community_id)
        if current_agenda is None or (current_agenda.is_draft and not may_prepare):
            raise Http404
    if which == "minutes":
        if found.state not in {MeetingState.OPEN, MeetingState.CLOSED}:
            raise Http404
        current = getattr(found, "minutes", None)
        if form == "pdf" and current is not None and current.document is not None:
            return excel.attachment(
                documents.read(current.document), f"{current.document.number}.pdf", "application/pdf"
            )
    drawers = {
        ("agenda", "pdf"): papers.agenda_pdf, ("agenda", "docx"): papers.agenda_word,
        ("minutes", "pdf"): papers.minutes_pdf, ("minutes", "docx"): papers.minutes_word,
    }  # fmt: skip
    content = drawers[which, form](found, language=language)
    label = _("agenda") if which == "agenda" else pgettext("meeting", "minutes")
    return excel.attachment(
        content, f"{papers.name_of(found)} {label}.{form}", "application/pdf" if form == "pdf" else WORD
    )


@login_required
def calendar_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The date for one's own calendar."""
    found = meeting_of(request, pk)
    return excel.attachment(
        papers.calendar_file(found), f"{papers.name_of(found)}.ics", "text/calendar; charset=utf-8"
    )


@login_required
@once.once
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the minutes."""
    found = secretarys_meeting(request, pk)
    if request.method != "POST":
        raise Http404
    with refusals.refusals_told(request):
        records.draft(meeting=found, by=request.user, at=timezone.now())
    return redirect("meetings:minutes", pk=pk)
