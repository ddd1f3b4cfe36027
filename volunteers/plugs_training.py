"""What training, honours and certificates plug into the frame: menu, desk card, audit words, kind of document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import Role
from carenet.audit import fact_words, verbs
from carenet.documents import registry as documents
from carenet.webkit import dashboard, menu
from volunteers.actions.certificates import DOCUMENT
from volunteers.policies import OFFICE, READERS
from volunteers.states import AskedBy

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.documents.models import Document

VOLUNTEER = frozenset({Role.VOLUNTEER})
AUDIT = (
    ("volunteers.certificate_issued", _("issued a certificate of volunteer service")),
    ("volunteers.certificate_revoked", _("revoked a certificate of volunteer service")),
    ("volunteers.honour_revoked", _("revoked an honour")),
    ("volunteers.records_exported", _("exported the service records for the ministry")),
)


def register() -> None:
    """Called by the app's ready()."""
    for order, label, name, icon, roles, hint in (
        (18, _("My training"), "volunteers:my-training", "graduation-cap", VOLUNTEER, _("What you may do, courses")),
        (19, _("My certificates"), "volunteers:my-certificates", "file-badge", VOLUNTEER, _("Proof of your service")),
        (46, _("Training"), "volunteers:training", "graduation-cap", READERS, _("Courses, roll, results")),
        (47, _("Honours"), "volunteers:honours-office", "award", READERS, _("Nominate, notice, award")),
        (48, _("Certificates"), "volunteers:certificates", "file-badge", READERS, _("Register, revoke, export")),
        (95, _("Check a certificate"), "volunteers:verify", "badge-check", menu.PUBLIC, _("By code or QR")),
    ):  # fmt: skip
        menu.register(
            menu.MenuItem(label=label, url_name=name, roles=roles, icon=icon, order=order, hint=hint)
        )
    for verb, words in AUDIT:
        verbs.register(verb, words)
    fact_words.register("asked", dict(AskedBy.choices))
    documents.register(
        documents.DocumentKind(
            code=DOCUMENT,
            label=_("certificate of volunteer service"),
            pattern="{community}志愿证〔{year}〕{sequence}号",
            may_read=_may_read,
        )
    )
    dashboard.register(todo_card, roles=OFFICE, order=42)


def _may_read(user: User, document: Document) -> bool:
    """The volunteer the paper is about, and the office."""
    from volunteers.models import Certificate

    return Certificate.objects.visible_to(user).filter(document=document).exists()


def todo_card(request: HttpRequest) -> dashboard.Card | None:
    """What runs out, who waits for a decision, objections without an answer."""
    from volunteers.models import Nomination, Objection
    from volunteers.reports import learning

    community = getattr(request, "community", None)
    if community is None:
        return None
    today, user = timezone.localdate(), request.user
    nominations = Nomination.objects.visible_to(user).of(community)
    honours = reverse("volunteers:honours-office")
    todos = [
        dashboard.Todo(
            gettext("Qualifications running out"), len(learning.running_out(community, today)),
            reverse("volunteers:qualifications") + "?show=soon",
        ),
        dashboard.Todo(
            gettext("Nominations to decide"), nominations.filter(state="NOMINATED").count(), honours, tone="info"
        ),
        dashboard.Todo(
            gettext("Honours ready to award"), nominations.filter(state="ON_NOTICE", notice_to__lt=today).count(), honours,
            tone="info",
        ),
        dashboard.Todo(
            gettext("Objections to answer"),
            Objection.objects.visible_to(user).of(community).filter(answered_at__isnull=True).count(), honours,
        ),
    ]  # fmt: skip
    todos = [each for each in todos if each.count]
    return dashboard.TodoCard(gettext("Training and honours"), todos) if todos else None
