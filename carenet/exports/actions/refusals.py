"""Sentences of exports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError, NotAllowed


class NothingToApprove(DomainError):
    """The address makes no file with personal data, or not for this person."""

    code = "nothing_to_approve"
    default_message = _(
        "This address makes no file that needs an approval. Please go back to the list and choose “Excel” there."
    )


class AskedAlready(Conflict):
    """The same person asks for the same file a second time."""

    code = "export_asked_already"
    default_message = _("You have asked for this file already; it waits for approval.")


class NobodyApproves(DomainError):
    """The station has no second person who may approve."""

    code = "nobody_approves"
    default_message = _(
        "Nobody else at this station may approve files with personal data. Please ask the director or the street office "
        "to give a second person the role of a committee member, a director or a supervisor."
    )


class NotYourDecision(NotAllowed):
    """Four eyes: the asker, or somebody who is no approver."""

    code = "not_your_decision"
    default_message = _("You cannot decide about this file. It can be approved by: %(who)s.")


class TooLateToDecide(Conflict):
    """The week is over."""

    code = "too_late_to_decide"
    default_message = _("The time to decide is over. Please let the asker ask again.")


class FileGone(DomainError):
    """Not made, or deleted again."""

    code = "export_file_gone"
    default_message = _("This file is not there (any more). Please ask for it again.")


class ListClosed(DomainError):
    """When the file is made, the asker may not open the list any more, or it gives no file."""

    code = "export_list_closed"
    default_message = _("%(name)s may not open this list any more, or it is gone. No file was made.")


class FileTooLarge(DomainError):
    """More than can be kept."""

    code = "export_too_large"
    default_message = _("The file would be larger than 40 MB. Please narrow the list and ask again.")
