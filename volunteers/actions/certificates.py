"""Issue numbered certificates of a volunteer's own records, revoke them, look one up by its code."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.documents import actions as documents
from carenet.documents import registry as document_kinds
from carenet.kernel import months
from carenet.kernel.errors import DomainError, NotAllowed
from carenet.notices import actions as notices
from volunteers import papers, policies
from volunteers.actions import channels
from volunteers.models import Certificate, Volunteer
from volunteers.models.certificates import ALPHABET, CODE_LENGTH, fingerprint, new_code
from volunteers.reports import records
from volunteers.states import AskedBy, CertificateKind

if TYPE_CHECKING:
    from carenet.accounts.models import User

DOCUMENT = "volunteer-certificate"
CAUSE = "volunteers.certificate"


class NotYourRecords(NotAllowed):
    """Own records only. Source: Order 67; domain.md §4.4."""

    code = "not_your_records"
    default_message = _("A certificate shows your own records only. Please sign in as yourself.")


class PaperReasonMissing(DomainError):
    """The office prints for somebody who asked on paper, and says so."""

    code = "paper_reason_missing"
    default_message = _("Please write who asked on paper, and when. It is kept with the certificate.")


class NothingToCertify(DomainError):
    """No hour on record."""

    code = "nothing_to_certify"
    default_message = _("No hours are on record for these days. Please choose other days.")


class PeriodWrong(DomainError):
    """A certificate is about the past."""

    code = "period_wrong"
    default_message = _("The first day must come before the last, and the last cannot be in the future.")


class AlreadyRevoked(DomainError):
    """Only once."""

    code = "already_revoked"
    default_message = _("This certificate is already revoked. A new one can be issued.")


@transaction.atomic
def issue(
    *, volunteer: Volunteer, period_from: date, period_to: date, by: User, at: datetime,
    kind: str = CertificateKind.CERTIFICATE, paper_reason: str = "", origin: str = "",
) -> Certificate:  # fmt: skip
    """Freeze a volunteer's records of a period as a numbered, sealed paper with a code anybody can check.

    A volunteer asks for their own; the office only on a paper request, whose reason is kept and written to the audit.
    Numbers count without gaps per community and year under a lock held to the commit. `origin` is the address of the
    site that the printed code leads to. Raises NotYourRecords,
    PaperReasonMissing, PeriodWrong, NothingToCertify. Source: Order 67 Art. 3-4; S1-36; domain.md §4.4.
    """
    own = policies.is_own_record(by, volunteer)
    if not own and not policies.may_issue_on_paper(by, volunteer.community_id):
        raise NotYourRecords
    if not own and not paper_reason.strip():
        raise PaperReasonMissing(field="paper_reason")
    day = months.day_of(at)
    if not period_from <= period_to <= day:
        raise PeriodWrong(field="period_to")
    if kind == CertificateKind.STATEMENT:
        channels.require_open(community_id=volunteer.community_id, channel="channel_statement", on=day)
    community = volunteer.community
    sequence = documents.next_number(community=community, kind=DOCUMENT, year=day.year)  # the lock; then read
    number = document_kinds.find(DOCUMENT).number(community=community.name, year=day.year, sequence=sequence)
    facts = records.facts(volunteer, period_from=period_from, period_to=period_to, kind=kind)
    if facts["service"]["minutes"] < 1:
        raise NothingToCertify(field="period_from")
    code = new_code()
    facts |= {
        "number": number,
        "issued_on": day.isoformat(),
        "handler": "" if own else str(by),
        "code": code,
        "origin": origin,
    }
    paper = documents.freeze(
        community=community, kind=DOCUMENT, title=f"{CertificateKind(kind).label}",
        content=papers.certificate_pdf(facts, at=at), mime="application/pdf", cause=(CAUSE, volunteer.pk), by=by, at=at,
    )  # fmt: skip
    certificate = Certificate.objects.create(
        community=community, volunteer=volunteer, kind=kind, year=day.year, sequence=sequence, number=number, code=code,
        period_from=period_from, period_to=period_to, minutes=facts["service"]["minutes"], facts=facts,
        sha256=fingerprint(facts), document=paper, asked=AskedBy.OWN if own else AskedBy.PAPER,
        asked_reason="" if own else paper_reason.strip(), issued_on=day, issued_at=at, issued_by=by,
    )  # fmt: skip
    audit.note(
        community=community, verb="volunteers.certificate_issued", object_kind=CAUSE, object_id=certificate.pk, by=by, at=at,
        facts={"number": number, "asked": certificate.asked, "reason": certificate.asked_reason},
    )  # fmt: skip
    return certificate


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, by: User, at: datetime) -> Certificate:
    """It was wrong: the verify page says so at once, with no trace removed. Raises AlreadyRevoked, NotAllowed."""
    require(policies.may_issue_on_paper(by, certificate.community_id))
    found = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("community", "volunteer__person")
        .get(pk=certificate.pk)
    )
    if found.revoked_at is not None:
        raise AlreadyRevoked
    found.revoked_at, found.revoked_by, found.revoked_reason = at, by, reason
    found.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    audit.note(
        community=found.community_id, verb="volunteers.certificate_revoked", object_kind=CAUSE, object_id=found.pk, by=by,
        at=at, facts={"number": found.number, "reason": reason},
    )  # fmt: skip
    notices.write(
        community=found.community, template="volunteers.certificate_revoked", key=f"certificate-revoked:{found.pk}",
        params={"number": found.number, "reason": reason}, due_at=at, by=by, at=at, to_person=found.volunteer.person,
    )  # fmt: skip
    return found


def tidy(code: str) -> str:
    """A typed code without blanks and dashes, in capitals; empty when it cannot be one."""
    text = "".join(each for each in code.upper() if each.isalnum())
    return text if len(text) == CODE_LENGTH and all(each in ALPHABET for each in text) else ""


def find(code: str) -> tuple[int, int] | None:
    """The community and number of the certificate behind a code, before any scope is set."""
    plain = tidy(code)
    if not plain:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT community_id, id FROM volunteers_certificate_by_code(%s)", [plain])
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None
