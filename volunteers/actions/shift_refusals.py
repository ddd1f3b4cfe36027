"""What the rules of shifts say no to, each with what to do next."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError


class NotOpen(DomainError):
    """Only a published shift can be promised."""

    code = "shift_not_open"
    default_message = _("This shift is not open. Please choose another one.")


class ShiftOver(DomainError):
    """What is over cannot be promised."""

    code = "shift_over"
    default_message = _("This shift is over. If you were there, please ask for late hours.")


class Full(Conflict):
    """The last place went to somebody else."""

    code = "shift_full"
    default_message = _("All places are taken. You can go on the waiting list.")


class Elsewhere(Conflict):
    """Nobody is in two places at once."""

    code = "elsewhere"
    default_message = _(
        "You have promised another shift at that time. Step back from it first, or choose another shift."
    )


class Helping(Elsewhere):
    """The hour is promised to an elder."""

    code = "helping"
    default_message = _(
        "Help is already promised at that time: %(what)s, %(when)s. Please choose another shift, or ask the station to "
        "move the help."
    )


class TickWarnings(DomainError):
    """What a helper must know before they say yes."""

    code = "tick_warnings"
    default_message = _("Please tick every point, so that we know you have read it.")


class NotServing(DomainError):
    """A pausing volunteer promises nothing."""

    code = "not_serving"
    default_message = _("You are pausing. Please call the station when you want to serve again.")


class NotQualified(DomainError):
    """A service needs its training."""

    code = "not_qualified"
    default_message = _(
        "This shift needs training you do not have yet. Please ask the station about the next course."
    )


class NotInsured(DomainError):
    """Service with a risk needs insurance on the day. Source: Volunteer Service Ordinance Art. 17."""

    code = "not_insured"
    default_message = _(
        "Your accident insurance does not cover that day. Please call the station to renew it."
    )


class OverLimit(DomainError):
    """Fit for age and health. Source: Volunteer Service Ordinance Art. 15."""

    code = "over_limit"
    default_message = _(
        "This shift asks for something you said you will not do: %(what)s. Please choose another shift."
    )


class TooHeavy(DomainError):
    """Heavy work only below an age that the station sets."""

    code = "too_heavy"
    default_message = _(
        "This shift is heavy work and only for people below %(age)s. Please choose an easier one."
    )


class GuardianMissing(DomainError):
    """Minors serve with their guardian's consent. Source: Volunteer Service Ordinance Art. 7."""

    code = "guardian_missing"
    default_message = _("You are under 18. Please bring your guardian's consent to the station first.")


class AlreadyCounted(DomainError):
    """A word that was excused or missed is corrected on the roster, not promised again."""

    code = "already_counted"
    default_message = _("You are already on the list of this shift. Please ask the captain to correct it.")


class TooLateToStepBack(DomainError):
    """After the beginning the captain notes why somebody is missing."""

    code = "too_late_to_step_back"
    default_message = _("The shift has begun. Please call the captain or the station.")


class NotWanted(DomainError):
    """Somebody else stands in already, or the colleague comes after all."""

    code = "no_stand_in_wanted"
    default_message = _("A stand-in is no longer wanted. Thank you for offering.")


class TooEarly(DomainError):
    """The roster opens half an hour before the shift."""

    code = "too_early"
    default_message = _("Checking in opens half an hour before the shift. Please come back then.")


class OwnTick(DomainError):
    """Nobody ticks themselves on the roster. Source: four eyes, domain.md §4.3."""

    code = "own_tick"
    default_message = _("You cannot tick yourself. Scan the code at the place, or ask the station.")


class OtherEyes(DomainError):
    """Own hours, and those a captain of a team led together ticked, are booked by somebody else.

    Source: four eyes, domain.md §4.3; stages of autonomy, S2-48.
    """

    code = "other_eyes"
    default_message = _(
        "These hours are your own, or nobody but you saw them. Please ask the station to book them."
    )


class BadTimes(DomainError):
    """Come, then leave, within the shift."""

    code = "bad_times"
    default_message = _("Please check the times: they must lie within the shift and not in the future.")


class NoTime(DomainError):
    """Somebody came and left at the same minute."""

    code = "no_time"
    default_message = _("The times of %(name)s give no minute. Please correct them first.")


class NotOverYet(DomainError):
    """Hours are booked when they were served."""

    code = "not_over_yet"
    default_message = _("The shift is not over yet. Please book the hours afterwards.")


class NobodyCame(DomainError):
    """There is nothing to book."""

    code = "nobody_came"
    default_message = _("Nobody is ticked. Please tick who came, or cancel the shift.")


class SomebodyHere(DomainError):
    """What has begun is not cancelled."""

    code = "somebody_here"
    default_message = _("Somebody has checked in already. Please book the hours instead.")


class ReasonMissing(DomainError):
    """Everybody is told why."""

    code = "reason_missing"
    default_message = _("Please write the reason: everybody who promised will read it.")


class TooFewPlaces(DomainError):
    """Fewer places than promises."""

    code = "too_few_places"
    default_message = _("More people have promised than that. Please ask somebody to step back first.")


class NoDates(DomainError):
    """A series without a single day."""

    code = "no_dates"
    default_message = _("No day fits. Please choose weekdays that lie between the first and the last day.")


class TooManyDates(DomainError):
    """A series stays something people can look over."""

    code = "too_many_dates"
    default_message = _("That is more than %(most)s shifts. Please choose an earlier last day.")


class InThePast(DomainError):
    """Shifts are planned ahead."""

    code = "in_the_past"
    default_message = _(
        "This time is over. Please choose a later one; hours already served are entered as late hours."
    )


class TitleTaken(DomainError):
    """One title, one kind of shift."""

    code = "title_taken"
    default_message = _("A kind of shift with this title already exists. Please choose another title.")


class OwnHours(DomainError):
    """Four eyes. Source: domain.md §4.3."""

    code = "own_hours"
    default_message = _("Somebody else must approve these hours: you asked for them or they are yours.")


class HoursKnown(DomainError):
    """The time was credited already."""

    code = "hours_known"
    default_message = _("These hours are already on record. Please look at your hours first.")


class NoVote(DomainError):
    """The election is over or there is none."""

    code = "no_vote"
    default_message = _("This election is closed. Please look at its result.")


class NotAMember(DomainError):
    """Only members choose and are chosen."""

    code = "not_a_member"
    default_message = _("Only active members of the team take part. Please ask the station to add you.")


class VotedAlready(Conflict):
    """One vote a member."""

    code = "voted_already"
    default_message = _("You have voted already. Thank you; the result comes when the election closes.")


class NoRecord(DomainError):
    """Somebody has the role, but nobody has enrolled them yet."""

    code = "no_record"
    default_message = _("Your volunteer record is still missing. Please call the station.")
