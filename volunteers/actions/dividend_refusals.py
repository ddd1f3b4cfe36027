"""Why a dividend is not shared so, or not yet: one plain sentence each, with what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError


class YearNotOver(DomainError):
    """Shares go by what was served already."""

    code = "year_not_over"
    default_message = _("Please choose a year up to %(year)s: shares go by what was served.")


class SaysWhatAndWho(DomainError):
    """Members judge by these words."""

    code = "says_what_and_who"
    default_message = _("Please write what was achieved, and who gives the dividend by which decision.")


class NothingToShare(DomainError):
    """No points and no money, or nobody who served."""

    code = "nothing_to_share"
    default_message = _(
        "Nobody served in this year, or nothing is to be shared. Please check year and amounts."
    )


class ListExists(DomainError):
    """One list of a kind, year and team at a time."""

    code = "list_exists"
    default_message = _("There is already such a list for this year. Please take that one back first.")


class ListIsClosed(DomainError):
    """Somebody was faster, or the last day is over."""

    code = "list_is_closed"
    default_message = _("This was decided already or its time is over. Please look at the list again.")


class NotOnTheList(DomainError):
    """Whoever has a share objects."""

    code = "not_on_the_list"
    default_message = _("Only those on the list or in the team can object. Please tell the station.")


class WordsNeeded(DomainError):
    """Others read why."""

    code = "words_needed"
    default_message = _("Please write a few words, so that others understand it.")


class StillOnShow(DomainError):
    """Members have time to object."""

    code = "still_on_show"
    default_message = _("Members can object until %(day)s. Please book the list after that day.")


class ObjectionsOpen(DomainError):
    """Each objection has an answer."""

    code = "objections_open"
    default_message = _("An objection waits for an answer. Please answer it first, or do not book the list.")


class AnotherMustDecide(DomainError):
    """Four eyes, and nobody decides about the own share."""

    code = "another_must_decide"
    default_message = _(
        "Whoever proposed the list or has a share in it cannot book it. Please let a colleague do it."
    )


class SomebodyLeft(DomainError):
    """Points do not go to a closed record."""

    code = "somebody_left"
    default_message = _("%(names)s left meanwhile. Please take the list back and propose it anew.")


class SpentMeanwhile(DomainError):
    """Points that are gone cannot come back."""

    code = "spent_meanwhile"
    default_message = _(
        "Somebody used points of this list already, so it cannot be taken back whole. Please correct single people."
    )
