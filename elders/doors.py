"""What the elders app registers at start: notice templates, background jobs, menu items, dashboard cards."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.accounts.states import STAFF_ROLES, Role
from carenet.documents import registry as documents
from carenet.documents.registry import DocumentKind
from carenet.notices import registry as notices
from carenet.notices.registry import NoticeTemplate


def register() -> None:
    """Called once by AppConfig.ready."""
    from elders.actions import importing  # noqa: F401  (its decorators register the background jobs)

    _notices()
    documents.register(
        DocumentKind(code="elders.import", label=_("register file"), may_read=lambda _user, _document: False)
    )


def _notices() -> None:
    notices.register(
        NoticeTemplate(
            code="elders.reassessment_due",
            title=_("%(name)s: assessment due on %(due_on)s"),
            body=_("Please agree a day for the ability assessment of %(name)s. It is due on %(due_on)s."),
            url_name="elders:file",
            url_args=("elder",),
            icon="clipboard-check",
        )
    )
    notices.register(
        NoticeTemplate(
            code="elders.reassessments_due",
            title=_("%(count)s assessments are coming due"),
            body=_("%(count)s elders are waiting for an assessment, the first one on %(due_on)s."),
            url_name="elders:due",
            icon="clipboard-check",
        )
    )
    notices.register(
        NoticeTemplate(
            code="elders.archive_due",
            title=_("%(name)s: archive update due on %(due_on)s"),
            body=_("Please look through the file of %(name)s and note what has changed."),
            url_name="elders:file",
            url_args=("elder",),
            icon="folder-clock",
        )
    )
    notices.register(
        NoticeTemplate(
            code="elders.archives_due",
            title=_("%(count)s archive updates are due"),
            body=_("The files of %(count)s elders must be looked through, the first one since %(due_on)s."),
            url_name="elders:due",
            icon="folder-clock",
        )
    )
