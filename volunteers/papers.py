"""The certificate on paper: A4, large type, seal, code and QR. It prints the frozen facts and nothing else.

Papers are in the station's language (Order 67: Chinese). The same facts are drawn on the page by `certificate_view`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from carenet.documents import pdf
from carenet.parties.catalogue_words import service_name
from volunteers import seal
from volunteers.states import CertificateKind

CHINESE = "zh-hans"


def certificate_pdf(facts: dict[str, Any], *, at: datetime) -> bytes:
    """The PDF of frozen facts, in Chinese."""
    with translation.override(CHINESE):
        return pdf.render("volunteers/certificate.typ", certificate_paper(facts), at=at)


def verify_address(code: str, origin: str = "") -> str:
    """Where anybody checks a certificate: at the host it was issued on, else the installation's first own address."""
    path = reverse("volunteers:verify-code", args=[code]) if code else reverse("volunteers:verify")
    host = origin or next(iter(getattr(settings, "CSRF_TRUSTED_ORIGINS", ())), "")
    return f"{str(host).rstrip('/')}{path}"


def in_groups(code: str) -> str:
    """ABCD-EFGH-JKMN."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))


def seal_svg(facts: dict[str, Any]) -> str:
    """The issuer's seal; the demonstration's says that it is none."""
    return seal.svg(
        facts["issuer"],
        below=_("Volunteer service"),
        mark=_("DEMO · not valid") if facts["is_demo"] else "",
        label=_("Seal of %(issuer)s") % {"issuer": facts["issuer"]},
    )


def _day(text: str) -> str:
    if not text:
        return "—"
    day = date.fromisoformat(text)
    zh = (translation.get_language() or "zh").startswith("zh")
    return f"{day.year}年{day.month}月{day.day}日" if zh else f"{day.day} {day:%b} {day.year}"


def _word(text: str, names: Mapping[str, str]) -> str:
    """A frozen Chinese word for a reader of another language, where its name is known; the paper keeps it as it is."""
    if (translation.get_language() or "zh").startswith("zh"):
        return text
    known = {"男": _("male"), "女": _("female")} | dict(names)
    return known.get(text) or service_name(text)


def hours(minutes: int) -> str:
    """Hours with one decimal: the unit of Order 67."""
    tenths = round(minutes / 6)
    return f"{tenths // 10}.{tenths % 10}" if tenths % 10 else f"{tenths // 10}"


def certificate_view(facts: dict[str, Any], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The frozen facts in words of the reader's language, for page and paper; `names`: frozen name → reader's name."""
    names = names or {}
    person, service, period = facts["person"], facts["service"], facts["period"]
    none, passed = pgettext("certificate", "none"), pgettext("course", "passed")
    full = facts["kind"] == CertificateKind.CERTIFICATE
    evaluation = facts.get("evaluation", {})
    rated = (
        _("%(average)s of 5 stars from %(count)d ratings")
        % {"average": f"{evaluation['average'] / 10:.1f}", "count": evaluation["ratings"]}
        if evaluation.get("ratings")
        else _("no rating yet")
    )
    return {
        "title": str(CertificateKind(facts["kind"]).label),
        "full": full,
        "number": facts["number"],
        "number_label": _("No."),
        "opening": _(
            "This is to certify that %(name)s served as a volunteer from %(from)s to %(to)s: %(times)d services, %(hours)s hours."
        )
        % {
            "name": person["name"], "from": _day(period["from"]), "to": _day(period["to"]), "times": service["times"],
            "hours": hours(service["minutes"]),
        },
        "person_title": _("1. Person") if full else _("Person"),
        "person": [
            {"label": pgettext("person", "name"), "value": person["name"]},
            {"label": _("Sex"), "value": _word(person["sex"], names)},
            {"label": _("Date of birth"), "value": _day(person["born_on"])},
            {"label": _("Resident ID number"), "value": person["id_number"] or "—"},
            {"label": _("Place of residence"), "value": _word(person["residence"], names)},
            {"label": _("Volunteer number"), "value": person["number"]},
            {"label": _("Registered on"), "value": _day(person["joined_on"])},
            {"label": _("Skills"), "value": pgettext("between facts", ", ").join(person["skills"]) or none},
        ],
        "service_title": _("2. Service") if full else _("Service"),
        "kind_heads": [_("Kind of service"), _("Times"), _("Hours")],
        "kinds": [[_word(each["what"], names), str(each["times"]), hours(each["minutes"])] for each in service["kinds"]],
        "total": [pgettext("certificate", "Total"), str(service["times"]), hours(service["minutes"])],
        "line_title": _("The last %(n)d services") % {"n": len(service["lines"])},
        "line_heads": [_("Day"), _("Service"), _("Hours")],
        "lines": [[_day(each["on"]), _word(each["what"], names), hours(each["minutes"])] for each in service["lines"]],
        "training_title": _("3. Training"),
        "training_heads": [_("Course"), _("Organiser"), _("Days"), _("Hours")],
        "training": [
            [
                each["name"] + (f" ({passed})" if each["passed"] else ""), each["organiser"],
                f"{_day(each['from'])} – {_day(each['to'])}", hours(each["minutes"]),
            ]
            for each in facts.get("training", [])
        ],
        "qualification_title": _("Qualifications in force"),
        "qualifications": [
            f"{each['name']} ({each['issuer']}, {_day(each['from'])} – {_day(each['to']) if each['to'] else _('without end')})"
            for each in facts.get("qualifications", [])
        ],
        "award_title": _("4. Awards and evaluation"),
        "awards": [f"{each['title']} ({each['by']}, {_day(each['on'])})" for each in facts.get("awards", [])],
        "evaluation": [
            {"label": _("Star level by the station"), "value": "★" * evaluation.get("stars", 0) or _("no star yet")},
            {"label": _("Ratings by the people served"), "value": rated},
        ],
        "none": none,
        "facts_of_issue": [
            {"label": _("Issued by"), "value": _word(facts["issuer"], names)},
            {"label": _("Issued on"), "value": _day(facts["issued_on"])},
            {"label": _("Handled by"), "value": facts["handler"] or _("the platform, at the volunteer's own request")},
            {"label": _("Contact"), "value": facts["phone"] or "—"},
        ],
        "code": in_groups(facts["code"]),
        "code_label": _("Verification code"),
        "check": _("Check: scan the code, or type it at %(address)s") % {"address": verify_address("", facts["origin"])},
        "free": _("Issued free of charge. Hours are the time actually served. Source: Order 67 of the Ministry of Civil Affairs."),
        "demo": _("Demonstration: this paper is not valid.") if facts["is_demo"] else "",
    }  # fmt: skip


def certificate_paper(facts: dict[str, Any]) -> dict[str, Any]:
    """What the typst template prints: the view, the seal and the QR as drawings."""
    import segno

    view = certificate_view(facts)
    qr = segno.make(verify_address(facts["code"], facts["origin"]), error="m").svg_inline(border=0)
    lang = (translation.get_language() or CHINESE)[:2]
    return view | {
        "doc_title": f"{view['title']} {facts['number']}",
        "lang": lang,
        "community": facts["issuer"],
        "name": view["title"],
        "seal": seal_svg(facts),
        "seal_label": _("Seal of %(issuer)s") % {"issuer": facts["issuer"]},
        "qr": qr if qr.lstrip().startswith("<svg xmlns") else qr.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1),
        "qr_label": _("QR code of the verify page"),
        "page_of": ["第 ", " 页，共 ", " 页"] if lang == "zh" else ["Page ", " of ", ""],
    }  # fmt: skip
