"""What a meeting refuses, in sentences for the person who asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError


class NoQuorum(DomainError):
    """Too few parties, or the wrong ones, at that moment. Source: S0-48."""

    code = "no_quorum"
    default_message = _(
        "No decision can be taken now: %(why)s. Write it down as a discussion without decision."
    )


class AlreadyCalled(Conflict):
    """There is a regular meeting in this month."""

    code = "already_called"
    default_message = _(
        "There is already a regular meeting of this kind in this month. Call an extra meeting instead."
    )


class OnePartyOnly(DomainError):
    """Source: station rule (domain.md §7.1)."""

    code = "one_party_only"
    default_message = _(
        "%(name)s already speaks for “%(party)s” in this meeting. A person may speak for one party only."
    )


class NotGoingOn(DomainError):
    """The meeting has not begun, or is over."""

    code = "not_going_on"
    default_message = _("The meeting is not going on. Begin it first.")


class AgendaPublished(DomainError):
    """Published agendas are left alone."""

    code = "agenda_published"
    default_message = _("The agenda is published and stays as it is. You can still add a late topic.")


class MinutesClosed(DomainError):
    """Confirmed and sealed minutes never change."""

    code = "minutes_closed"
    default_message = _(
        "The minutes are confirmed. What has to be corrected is added as a supplement after sealing."
    )


class StillObjected(DomainError):
    """A party wants something changed."""

    code = "still_objected"
    default_message = _("%(who)s asked for a change. Correct the draft and circulate it again.")


class StillOpenForComments(DomainError):
    """Two working days, or the answers of all parties that were there. Source: domain.md §7.3."""

    code = "still_open_for_comments"
    default_message = _(
        "The parties may comment until %(until)s. Wait for it, or for the answers of all who were there."
    )


class NotAParty(DomainError):
    """The organisation is neither a party nor a partner, or not of this community."""

    code = "not_a_party"
    default_message = _("This organisation cannot send a representative.")
