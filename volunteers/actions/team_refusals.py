"""Why hours do not move to or from the common account of a team: one plain sentence each, with what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import DomainError


class NoTeamAccount(DomainError):
    """The community has no common accounts, or the team has ended."""

    code = "no_team_account"
    default_message = _("This team holds no hours together. You can give them to the common pool instead.")


class NotOfTheTeam(DomainError):
    """Members give, the captain proposes, members answer."""

    code = "not_of_the_team"
    default_message = _("Only active members of the team can do this. Please ask the station.")


class NoLongerOpen(DomainError):
    """Somebody was faster, or the last day is over."""

    code = "no_longer_open"
    default_message = _("This was answered already or its time is over. Please look at the account again.")


class AnotherMustAgree(DomainError):
    """One confirmation on each side: nobody gives both."""

    code = "another_must_agree"
    default_message = _("Whoever offered or proposed it cannot also agree. Please let somebody else say yes.")


class TeamFull(DomainError):
    """The account of the team takes no more."""

    code = "team_full"
    default_message = _(
        "The account of the team is full. Give these hours to the common pool, or let the team give some on first."
    )


class TeamHasLess(DomainError):
    """Less is on the account than should go on."""

    code = "team_has_less"
    default_message = _("The team does not hold so many hours. Please choose fewer.")


class SaysWhatFor(DomainError):
    """Others decide by these words."""

    code = "says_what_for"
    default_message = _("Please write what the hours are for, so that the others can decide.")


class TeamHasEnded(DomainError):
    """Ended once."""

    code = "team_has_ended"
    default_message = _("This team has already ended. Please look at the list of teams.")
