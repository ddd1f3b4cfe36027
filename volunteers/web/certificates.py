"""The register of certificates, one certificate as a page, revocation, a paper request, the ministry's table."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from carenet.accounts.states import FieldClass
from carenet.audit import actions as audit
from carenet.audit import reading
from carenet.webkit import excel, once, paging, refusals
from volunteers import papers, policies
from volunteers.actions import certificates as issuing
from volunteers.filters import CertificateFilter
from volunteers.models import Certificate, Volunteer
from volunteers.reports import records as record_book
from volunteers.web.access import allowed, community_of
from volunteers.web.forms_training import PaperForm, SpanForm, WhyForm

see, issue = allowed(policies.may_see_list), allowed(policies.may_issue_on_paper)


@see
def register(request: HttpRequest) -> HttpResponse:
    """Every certificate by number, revoked ones too."""
    community = community_of(request)
    rows = (
        Certificate.objects.visible_to(request.user)
        .of(community)
        .select_related("volunteer__person", "issued_by")
        .defer("facts")
        .order_by("-year", "-sequence")
    )
    filters = CertificateFilter(request.GET, queryset=rows)
    if request.GET.get("format") == "xlsx":
        return _table(request, list(filters.qs))
    page = paging.page(request, filters.qs, per_page=50)
    reading.record(
        request, [each.volunteer.person for each in page.items], ["name"], _("register of certificates")
    )
    return render(
        request,
        "volunteers/certificates.html",
        {
            "page": page, "filter_form": filters.form,
            "may_export": policies.may_export_records(request.user, community.pk),
        },
    )  # fmt: skip


def _table(request: HttpRequest, rows: list[Certificate]) -> HttpResponse:
    reading.record(request, [each.volunteer.person for each in rows], ["name"], _("register of certificates"))
    columns = [
        excel.Column(_("Number"), text=True), excel.Column(_("Name")), excel.Column(_("Volunteer number"), text=True),
        excel.Column(_("Paper")), excel.Column(_("From")), excel.Column(_("Until")), excel.Column(_("Hours"), text=True),
        excel.Column(_("Issued on")), excel.Column(_("Asked")), excel.Column(_("Revoked")), excel.Column(_("Reason")),
    ]  # fmt: skip
    return excel.xlsx_response(
        "certificates", columns,
        [
            [
                each.number, each.volunteer.person.name, each.volunteer.number, each.get_kind_display(), each.period_from,
                each.period_to, papers.hours(each.minutes), each.issued_on, each.asked_reason or each.get_asked_display(),
                _("yes") if each.revoked_at else "", each.revoked_reason,
            ]
            for each in rows
        ],
    )  # fmt: skip


@login_required
def certificate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The certificate as it was frozen, to read, print, download; own or by the office."""
    found = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related(
            "volunteer__person", "document", "community", "revoked_by"
        ),
        uid=uid,
    )
    own = policies.is_own_record(request.user, found.volunteer)
    paper = papers.certificate_view(found.facts, {found.community.name: found.community.title})
    reading.record(
        request, [found.volunteer.person], ["name", "born_on", "id_number"], _("certificate of service")
    )
    return render(
        request,
        "volunteers/certificate.html",
        {
            "certificate": found, "paper": paper, "own": own,
            "tables": {
                "kinds": _labelled(paper["kind_heads"], [*paper["kinds"], paper["total"]]),
                "training": _labelled(paper["training_heads"], paper["training"]),
                "lines": _labelled(paper["line_heads"], paper["lines"]),
            },
            "seal": mark_safe(papers.seal_svg(found.facts)),  # our own drawing; every word in it is escaped
            "verify_url": papers.verify_address(found.code, request.build_absolute_uri("/")),
            "may_revoke": not found.revoked_at and policies.may_issue_on_paper(request.user, found.community_id),
        },
    )  # fmt: skip


def _labelled(heads: list[str], rows: list[list[str]]) -> list[list[dict[str, str]]]:
    """Each cell with its heading, for phones where a row becomes a card."""
    return [[{"label": head, "value": cell} for head, cell in zip(heads, row, strict=True)] for row in rows]


@issue
@once.once
def revoke(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = get_object_or_404(
        Certificate.objects.visible_to(request.user).select_related("volunteer__person"), uid=uid
    )
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            issuing.revoke(
                certificate=found, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
            )
            messages.success(request, _("Revoked. Whoever checks the code reads it from now on."))
            return redirect("volunteers:certificate", uid=uid)
    return refusals.form_page(
        request,
        "volunteers/training_reason.html",
        form,
        {
            "title": _("Revoke a certificate"), "words": f"{found.number} · {found.volunteer.person.name}",
            "label": _("Revoke"), "back": "volunteers:certificate", "back_pk": found.uid,
        },
    )  # fmt: skip


@issue
@once.once
def on_paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Print for somebody who asked on paper."""
    volunteer = get_object_or_404(
        Volunteer.objects.visible_to(request.user).select_related("person", "community"), pk=pk
    )
    form = PaperForm(request.POST or None, today=timezone.localdate(), joined_on=volunteer.joined_on)
    if request.method == "POST" and form.is_valid():
        with refusals.refusals_on(form):
            facts = form.cleaned_data
            found = issuing.issue(
                volunteer=volunteer, period_from=facts["period_from"], period_to=facts["period_to"], kind=facts["kind"],
                paper_reason=facts["paper_reason"], by=request.user, at=timezone.now(),
                origin=request.build_absolute_uri("/"),
            )  # fmt: skip
            messages.success(request, _("Issued as %(number)s.") % {"number": found.number})
            return redirect("volunteers:certificate", uid=found.uid)
    return refusals.form_page(request, "volunteers/certificate_paper.html", form, {"volunteer": volunteer})


@allowed(policies.may_export_records)
def records(request: HttpRequest) -> HttpResponse:
    """The service records of a period in the ministry's common fields, as Excel."""
    today = timezone.localdate()
    form = SpanForm(
        request.GET if "since" in request.GET else None,
        initial={"since": date(today.year, 1, 1), "until": today},
    )
    if form.is_bound and form.is_valid():
        return _ministry(request, form.cleaned_data["since"], form.cleaned_data["until"])
    return refusals.form_page(request, "volunteers/records_export.html", form)


MINISTRY_HEADS = (
    ("姓名", False), ("性别", False), ("出生日期", False), ("证件类型", False), ("证件号码", True), ("居住区域", False),
    ("联系方式", True), ("服务技能", False), ("志愿者编号", True), ("活动名称", False), ("服务日期", False), ("服务地点", False),
    ("服务内容", False), ("服务时长（小时）", True), ("岗位", False), ("活动负责人", False), ("记录人", False),
)  # fmt: skip
MINISTRY_CLASSES = {
    "出生日期": FieldClass.PERSONAL, "联系方式": FieldClass.PERSONAL, "性别": FieldClass.PERSONAL,
    "证件号码": FieldClass.SENSITIVE,
}  # fmt: skip


def _ministry(request: HttpRequest, since: date, until: date) -> HttpResponse:
    """Fixed Chinese column names: a form of the authority, the same in every language."""
    community = community_of(request)
    columns = [
        excel.Column(each, text=text, field_class=MINISTRY_CLASSES.get(each, FieldClass.INTERNAL))
        for each, text in MINISTRY_HEADS
    ]
    excel.check(
        _("service records for the ministry"), columns,
        lambda: sum(1 for _row in record_book.ministry_rows(community, since, until)),
    )  # fmt: skip
    people: dict[int, Any] = {}
    identity: dict[int, tuple[Any, ...]] = {}
    lines = []
    for volunteer, service in record_book.ministry_rows(community, since, until):
        if volunteer.pk not in identity:
            person = people[volunteer.person_id] = volunteer.person
            number = person.id_number()
            identity[volunteer.pk] = (
                person.name, person.get_sex_display(), person.born_on, "居民身份证" if number else "", number,
                community.name, person.phone(), "、".join(volunteer.skills), volunteer.number,
            )  # fmt: skip
        lines.append(
            [
                *identity[volunteer.pk], service.what, service.served_on, community.name, service.what,
                papers.hours(service.hour_minutes), "志愿者", community.name, str(service.by),
            ]
        )  # fmt: skip
    reading.record(
        request, people.values(), ["name", "id_number", "phone"], _("service records for the ministry")
    )
    audit.note(
        community=community, verb="volunteers.records_exported", object_kind="volunteers.attendance", by=request.user,
        at=timezone.now(), facts={"since": since.isoformat(), "until": until.isoformat(), "rows": len(lines)},
    )  # fmt: skip
    return excel.xlsx_response(_("service records for the ministry"), columns, lines, is_form=True)
