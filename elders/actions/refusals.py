"""What the register's rules say no to, each with a sentence for the person who asked."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carenet.kernel.errors import Conflict, DomainError, WrongStep


class TooYoung(DomainError):
    """Source: 老年人权益保障法 Art. 2 (60 and over)."""

    code = "too_young"
    default_message = _("The register is for people of 60 and over. Please check the date of birth.")


class BirthDateMissing(DomainError):
    code = "birth_date_missing"
    default_message = _("Please write the date of birth, or the ID number that contains it.")


class IdReasonMissing(DomainError):
    code = "id_reason_missing"
    default_message = _("Please write the ID number, or say why there is none.")


class UnknownPlace(DomainError):
    """The building or grid is not part of the community."""

    code = "unknown_place"
    default_message = _("This building does not belong to the community. Please choose one from the list.")


class AlreadyElder(Conflict):
    """The person is in the register already."""

    code = "already_elder"
    default_message = _("This person is already in the register. Please open the existing file.")


class LooksLikeSomebody(Conflict):
    """Somebody with the same name and birth date, or the same phone, is registered; a person must decide."""

    code = "looks_like_somebody"
    default_message = _(
        "Somebody in the register looks like this person. Please say whether it is the same person."
    )


class NotInCare(WrongStep):
    code = "not_in_care"
    default_message = _("The station does not care for this person at present.")


class DateOutOfOrder(DomainError):
    code = "date_out_of_order"
    default_message = _("This date cannot be right. Please check it.")


class NothingCorrected(DomainError):
    code = "nothing_corrected"
    default_message = _("Nothing is different from what is on file. Please write what is to be corrected.")


class NothingToUndo(WrongStep):
    code = "nothing_to_undo"
    default_message = _("Only the latest event can be taken back, and only once.")


class EventStays(WrongStep):
    code = "event_stays"
    default_message = _(
        "This event was taken back already, or a service told it: then it is taken back there."
    )


class BadAnswer(DomainError):
    code = "bad_answer"
    default_message = _("“%(item)s” has no such answer. Please choose one from the list.")


class NotComplete(DomainError):
    code = "not_complete"
    default_message = _("%(count)s questions are not answered yet. Please answer them before signing.")


class AlreadySigned(WrongStep):
    code = "already_signed"
    default_message = _("This assessment is signed and cannot be changed. Please start a new one.")


class SecondAssessorMissing(DomainError):
    code = "second_assessor_missing"
    default_message = _("This assessment is made by two people. Please name the second assessor.")


class NotTheSecondAssessor(DomainError):
    """The second signature is the named second assessor's own; the first one never gives both."""

    code = "not_the_second_assessor"
    default_message = _("Only the second assessor named here can sign, with an own sign-in.")


class FormNotInUse(WrongStep):
    code = "form_not_in_use"
    default_message = _("This station does not use this form. The director can turn it on.")


class FormIsNeeded(DomainError):
    code = "form_is_needed"
    default_message = _("The ability assessment is always in use: levels and colours rest on it.")


class NoInstrument(DomainError):
    code = "no_instrument"
    default_message = _("There is no such assessment form.")


class Outdated(WrongStep):
    code = "outdated"
    default_message = _("There is a newer suggestion. Please decide on that one.")


class AlreadyDecided(WrongStep):
    code = "already_decided"
    default_message = _("A colour was already confirmed for this suggestion.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    default_message = _("Please write the reason.")


class SecondPersonNeeded(DomainError):
    """Leaving red takes two people."""

    code = "second_person_needed"
    default_message = _("You proposed this yourself. Leaving red must be confirmed by a second person.")


class TokenRevoked(WrongStep):
    code = "token_revoked"
    default_message = _("This help card is no longer valid.")


class ConsentAlready(Conflict):
    code = "consent_already"
    default_message = _("This consent is already recorded.")


class RowsInUse(Conflict):
    """An import cannot be undone because some of its people have been worked with."""

    code = "rows_in_use"
    default_message = _("%(names)s: already in use since the import. Please take these back one by one.")


class ColumnsMissing(DomainError):
    """The sheet has no such heading in its first row."""

    code = "columns_missing"
    default_message = _(
        "The sheet has no column %(columns)s. Please use the template and keep its first row."
    )


class NothingToImport(WrongStep):
    code = "nothing_to_import"
    default_message = _("There is nothing to import, or it has been imported already.")


class NothingToExport(DomainError):
    code = "nothing_to_export"
    default_message = _("There is nothing on file to export.")


class TooMuchToExport(DomainError):
    code = "too_much_to_export"
    default_message = _("More than %(most)s rows do not fit in one file. Please choose fewer days.")


class MergeRefused(Conflict):
    """The record to be closed still holds something that cannot follow."""

    code = "merge_refused"
    default_message = _("These two records cannot be merged yet: %(why)s")


class DifferentIds(Conflict):
    """Two different ID numbers are two people, or one number is wrong."""

    code = "different_ids"
    default_message = _(
        "The two records have different ID numbers. If it is one person, correct the wrong number first."
    )


class SaidDifferent(Conflict):
    code = "said_different"
    default_message = _("Somebody has said that these are two different people. Please ask before merging.")


class PauseRunning(WrongStep):
    code = "pause_running"
    default_message = _("A pause is running or planned already. Please end or cancel it first.")


class MandateMissing(DomainError):
    """The mandate does not cover this."""

    code = "mandate_missing"
    default_message = _("Your mandate does not cover this. Please ask the station.")


class MandateAlready(Conflict):
    code = "mandate_already"
    default_message = _("This person may act for the elder already. Please end the old mandate first.")


class TextVersionExists(Conflict):
    code = "text_version_exists"
    default_message = _("There is a text of this version already. Please give the new text a new version.")


class PaperMissing(DomainError):
    code = "paper_missing"
    default_message = _("Please add the photo of the signed paper.")


class NotAPaper(DomainError):
    code = "not_a_paper"
    default_message = _("Please choose a photo (JPEG, PNG) or a PDF of up to 8 MB.")


class NobodyOfThisName(DomainError):
    code = "nobody_of_this_name"
    default_message = _(
        "Nobody with this phone or user name has an account here. Please open an account for this person first."
    )


class OneHome(Conflict):
    code = "one_home"
    default_message = _(
        "This person lives in another household. Please end that first, or choose another role."
    )


class OneHead(Conflict):
    code = "one_head"
    default_message = _("There is such a role in this household already. Please end it first.")


class PlanChanged(Conflict):
    """What the plan counted is no longer so."""

    code = "plan_changed"
    default_message = _("The records have changed since the plan was made. Please make a new plan.")


class NameTaken(Conflict):
    code = "name_taken"
    default_message = _("You have a filter of this name already. Please choose another name.")


class ReligionNeedsReason(DomainError):
    """Source: PIPL Art. 28, 29."""

    code = "religion_needs_reason"
    default_message = _(
        "Religion is kept only for a purpose (diet, funeral custom) and with its own consent. Please write the purpose and record the consent “religion” first."
    )


class CopyNotAsked(DomainError):
    """A copy without approval is the elder's right, nobody else's."""

    code = "copy_not_asked"
    default_message = _(
        "No request for a copy is on file. Please write down first that the elder or the family asks for it, or ask for an approval."
    )


class ThresholdWrong(DomainError):
    code = "threshold_wrong"
    default_message = _("A threshold is a whole number from 0 to 400.")


class NothingDifferent(DomainError):
    code = "nothing_different"
    default_message = _("These are the thresholds in use already. Please change at least one.")


class NotTriedYet(WrongStep):
    """A version counts only after a trial beside the rules in use now."""

    code = "not_tried_yet"
    default_message = _(
        "Please run a trial beside the rules in use now, look at it, then put the version in force."
    )
