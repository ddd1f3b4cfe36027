"""What exports tell others: notices, deeds in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.audit import verbs
from carenet.notices import registry as notices
from carenet.notices.registry import NoticeTemplate


def register() -> None:
    """Called once by AppConfig.ready."""
    for code, title, body, icon in (
        (
            "exports.asked",
            _("Please approve a file: %(list)s"),
            _(
                "%(who)s asks for “%(list)s” as a file with personal data. Please look what for, and approve or refuse."
            ),
            "file-lock",
        ),
        (
            "exports.ready",
            _("Your file is ready: %(list)s"),
            _("It can be fetched until %(until_at)s; then it is deleted."),
            "file-down",
        ),
        (
            "exports.refused",
            _("Your file was refused: %(list)s"),
            _("Reason: %(reason)s"),
            "file-x",
        ),
        (
            "exports.expired",
            _("No file: %(list)s"),
            _(
                "Nobody decided within seven days, or the file could not be made. If you still need it, please ask again."
            ),
            "file-clock",
        ),
    ):
        notices.register(
            NoticeTemplate(
                code=code, title=title, body=body, url_name="exports:export", url_args=("export",), icon=icon
            )
        )
    verbs.register("exports.asked", _("asked for a file with personal data"))
    verbs.register("exports.approved", _("approved a file with personal data"))
    verbs.register("exports.refused", _("refused a file with personal data"))
    verbs.register("exports.withdrawn", _("withdrew the question for a file with personal data"))
    verbs.register("exports.made", _("had a file with personal data made"))
    verbs.register("exports.fetched", _("fetched a file with personal data"))
    verbs.register("exports.deleted", _("deleted a file with personal data"))
