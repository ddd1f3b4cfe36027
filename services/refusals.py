"""What the services app says no with."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError, WrongStep


class AlreadyTaken(Conflict):
    """Another helper or dispatcher was faster."""

    code = "already_taken"
    default_message = _("%(name)s has already taken this on.")


class AlreadyDone(WrongStep):
    """The step was taken before, or another one ended the request."""

    code = "already_done"
    default_message = _("%(name)s was faster: %(what)s. Please look at the present state.")


class ElderNotServed(DomainError):
    """The elder is paused, has moved away or has died."""

    code = "elder_not_served"
    default_message = _("%(name)s is not in care at present. Please look at the register first.")


class AlarmsHaveTheirOwnDoor(DomainError):
    """An emergency is no ordinary request."""

    code = "use_the_alarm"
    default_message = _(
        "This is an emergency: please use the alarm, so that somebody answers within 15 minutes."
    )


class KeyUsed(Conflict):
    """The same key came with something else."""

    code = "key_reused"
    default_message = _("This was already sent with other content. Please open the page again.")


class NotEligible(DomainError):
    """The station may not send this helper."""

    code = "not_eligible"
    default_message = _("%(name)s cannot be sent: %(why)s")


class Promised(Conflict):
    """The helper's time is already promised."""

    code = "promised"
    default_message = _(
        "%(name)s is already promised somewhere else at that time. Please choose another time or helper."
    )


class PromisedShift(Promised):
    """The helper has promised a shift of the volunteers."""

    code = "promised_shift"
    default_message = _(
        "%(name)s has promised a shift at that time: %(what)s, %(when)s. Please choose another time or helper."
    )


class OfferOver(WrongStep):
    """The offer was answered, withdrawn or ran out."""

    code = "offer_over"
    default_message = _("This offer is over: %(what)s. Thank you for looking.")


class AlreadyRated(Conflict):
    """A request is rated once."""

    code = "already_rated"
    default_message = _("This service has already been rated. Thank you.")


class NotDeliveredYet(WrongStep):
    """There is nothing to rate yet."""

    code = "not_delivered"
    default_message = _("The service has not been given yet.")


class TimesWrong(DomainError):
    """Times that cannot be."""

    code = "times_wrong"
    default_message = _("The end cannot lie before the beginning or in the future.")


class WordsMissing(DomainError):
    """A reason in words is needed."""

    code = "words_missing"
    default_message = _("Please write down why, in a few words.")


class NothingToRecord(DomainError):
    """An empty roster."""

    code = "nothing_to_record"
    default_message = _("Please choose at least one person.")


class CoinsNotNow(WrongStep):
    """Coins are chosen before the help is done, and given back after it was paid."""

    code = "coins_not_now"
    default_message = _(
        "The time coins of this request cannot be changed any more. Please look at its present state."
    )


class PointsPayAlready(DomainError):
    """A gift for points."""

    code = "points_pay_already"
    default_message = _("This help is a gift for points: it is paid already.")


class VolunteersOnly(DomainError):
    """Who answers time coins."""

    code = "volunteers_only"
    default_message = _(
        "This help is paid with time coins, and %(name)s cannot give it for them. "
        "Choose another volunteer, or agree on another way to pay first."
    )


class PlanOver(WrongStep):
    """What the doctor ordered is no longer in force."""

    code = "plan_over"
    default_message = _("This treatment plan has ended. Please note a new one in the health file first.")


class CarriedAlready(Conflict):
    """The same case or service carries out the plan already."""

    code = "carried_already"
    default_message = _("This case or service already carries out this treatment plan.")


class LineOver(WrongStep):
    """The line of the care plan was loosened before."""

    code = "line_over"
    default_message = _("This was loosened already. Please look at the page again.")


class LookLater(DomainError):
    """The next look lies in the past, or more than a year ahead."""

    code = "look_later"
    default_message = _("Please choose a day after today, within a year, for the next look.")


class NoCarrier(DomainError):
    """Nothing that could carry out the plan was chosen."""

    code = "no_carrier"
    default_message = _("Please choose an open case of this elder, or a service.")


class CaseClosed(WrongStep):
    """A closed case stays with whose it was."""

    code = "case_closed"
    default_message = _("This case is closed and stays with whose it was.")


class HandedOverMeanwhile(Conflict):
    """Somebody else handed the case over first."""

    code = "handed_over_meanwhile"
    default_message = _("This case is %(name)s's by now. Please look at it again.")


class NoSuchOwner(DomainError):
    """The case cannot be given to this person."""

    code = "no_such_owner"
    default_message = _(
        "Please choose a social worker or supervisor of this station who does not have the case yet."
    )


class HandOverDay(DomainError):
    """The day of a hand-over lies in the future, or before the case was theirs."""

    code = "hand_over_day"
    default_message = _("Please choose a day between %(first)s and today.")
