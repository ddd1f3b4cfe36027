"""What the health home's rules say no to, each with a sentence for the person who asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError, WrongStep


class DoctorMissing(DomainError):
    """Limits are confirmed by a doctor with a name."""

    code = "doctor_missing"
    default_message = _("Please write the doctor's name and where the doctor works.")


class NotANumber(DomainError):
    """What was typed is no number of this kind."""

    code = "not_a_number"
    default_message = _("This is not a number that fits here, like 128 or 7.8. Please type it again.")


class Impossible(DomainError):
    """Beyond what a living person can have; nobody can confirm it."""

    code = "impossible_value"
    default_message = _("%(text)s cannot be right for %(kind)s. Please measure again.")


class Unusual(Conflict):
    """Rare, or far from the elder's own last value: somebody looks again and confirms."""

    code = "unusual_value"
    default_message = _(
        "%(text)s is unusual (last time: %(last)s). Is it right? Tick “yes, it is right” and save again."
    )


class MeasuredInFuture(DomainError):
    code = "measured_in_future"
    default_message = _("The time of the reading lies in the future. Please check it.")


class UnknownElder(DomainError):
    """Not in this community's register, or no longer cared for."""

    code = "unknown_elder"
    default_message = _("This person is not in the care of the station. Please check the number.")


class AlreadyNoted(Conflict):
    code = "already_noted"
    default_message = _("This is on file already. End the old entry first if it has changed.")


class AlreadyTakenBack(WrongStep):
    code = "already_taken_back"
    default_message = _("This reading was taken back already.")


class NobodyChosen(DomainError):
    code = "nobody_chosen"
    default_message = _("Nobody was chosen. Please choose at least one person, or a grid or building.")


class TooManyInLine(DomainError):
    code = "too_many_in_line"
    default_message = _("More than %(most)s people do not fit in one list. Please make a list for each grid.")
