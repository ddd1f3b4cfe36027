"""Who may do what in the register; nothing else decides rights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from carenet.accounts import policies as accounts
from carenet.accounts.states import FieldClass, Role

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from elders.models import Assessment, Elder

# Trained people assess and decide colours; committee staff keep the register. Source: GB/T 42195 (assessors),
# domain.md §1.1.3.
ASSESSORS = frozenset({Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.DIRECTOR})


def may_keep_register(user: User, community_id: int) -> bool:
    """Register, move, pause, end: staff of the community, or the station's own tasks."""
    return accounts.is_staff_of(user, community_id) or accounts.is_station(user)


def may_read_register(user: User, community_id: int) -> bool:
    """Read the register and its files (field classes up to C4)."""
    return accounts.is_staff_of(user, community_id)


def may_assess(user: User, community_id: int) -> bool:
    """Start, answer and sign assessments."""
    return user.has_role(community_id, *ASSESSORS)


def may_fill(user: User, community_id: int, definition: Mapping[str, Any]) -> bool:
    """Fill in a form: assessors; the short ones that volunteers may ask, any member of staff. Source: domain.md §1.0."""
    if definition.get("who") == "STAFF":
        return accounts.is_staff_of(user, community_id)
    return may_assess(user, community_id)


def may_turn_forms(user: User, community_id: int) -> bool:
    """Turn forms on or off, propose and adopt rule sets: the director, who answers for licences and rules."""
    return user.has_role(community_id, Role.DIRECTOR)


def may_be_second_assessor(user: User, community_id: int) -> bool:
    """The second signature: any member of staff who was there."""
    return accounts.is_staff_of(user, community_id)


def may_suggest_colour(user: User, community_id: int) -> bool:
    """Compute a suggestion: assessors, or the station when something changed."""
    return accounts.is_staff_of(user, community_id) or accounts.is_station(user)


def may_confirm_colour(user: User, community_id: int) -> bool:
    """Decide a colour: a named assessor, never the station itself. Source: PIPL Art. 24."""
    return user.has_role(community_id, *ASSESSORS)


def may_record_review(user: User, community_id: int) -> bool:
    """Write down a democratic review, print its sheet: the station's staff. Source: domain.md §1.13 audit rule 8."""
    return accounts.is_staff_of(user, community_id)


def may_warn(user: User, community_id: int) -> bool:
    """Enter a weather warning, call it off: the station's staff. Source: domain.md §8.4."""
    return accounts.is_staff_of(user, community_id)


def may_reveal(user: User, elder: Elder) -> bool:
    """See the full ID number and phone, with a reason, written to the read log."""
    return accounts.may_read_sensitive(user, elder.community_id)


def may_import(user: User, community_id: int) -> bool:
    """Import and export the register."""
    return user.has_role(community_id, Role.COMMITTEE, Role.DIRECTOR, Role.SUPERVISOR) or accounts.is_station(
        user
    )


def may_issue_help_card(user: User, community_id: int) -> bool:
    """Issue and revoke one-tap help cards."""
    return may_keep_register(user, community_id)


def may_touch(user: User, community_id: int) -> bool:
    """Contacts are written down by the action that caused them, whoever did it: any role of the community."""
    return bool(user.roles(community_id)) or accounts.is_station(user)


def may_read_health(user: User, community_id: int) -> bool:
    """Open the health home and somebody's health file (C4). Source: PIPL Art. 28; domain.md §9.4."""
    return accounts.is_staff_of(user, community_id) and accounts.may_read_sensitive(user, community_id)


def may_read_restricted(user: User, community_id: int) -> bool:
    """Read what tells of suicide or abuse (C5): social work and the director. Source: domain.md §9.4."""
    return accounts.may_read(user, community_id, FieldClass.RESTRICTED)


def may_read_every_answer(user: User, assessment: Assessment) -> bool:
    """Read also the answers about suicide and abuse: whoever heard them, and who reads C5. Source: domain.md §9.4."""
    heard = user.pk in (assessment.assessor_id, assessment.second_assessor_id)
    return heard or may_read_restricted(user, assessment.community_id)


def may_keep_health(user: User, community_id: int) -> bool:
    """Note and end diseases, medicines, allergies, plans and limits."""
    return may_read_health(user, community_id)


def may_set_limits(user: User, community_id: int) -> bool:
    """Set the station's own limits of readings: who answers for it."""
    return user.has_role(community_id, Role.DIRECTOR, Role.SUPERVISOR)


def may_read_privacy(user: User, community_id: int) -> bool:
    """Read the registers about personal data: the director and the auditor. Source: PIPL Art. 51, 54."""
    return user.has_role(community_id, Role.DIRECTOR, Role.AUDITOR)


def may_keep_privacy(user: User, community_id: int) -> bool:
    """Write into them: the director answers for it; the auditor changes nothing."""
    return user.has_role(community_id, Role.DIRECTOR)


def may_measure(user: User, community_id: int) -> bool:
    """Record readings: staff, and the station itself (imports, demonstration)."""
    return may_keep_health(user, community_id) or accounts.is_station(user)


def may_write_letters(user: User, community_id: int) -> bool:
    """Write the monthly letters to the elders; they hold health words."""
    return may_read_health(user, community_id) or accounts.is_station(user)


def acts_for(user: User, elder: Elder) -> bool:
    """The elder themselves, or somebody with a mandate in force."""
    if user.person_id is not None and user.person_id == elder.person_id:
        return True
    return elder.mandates.open().filter(user=user).exists()


def may_decide_retention(user: User, community_id: int) -> bool:
    """Have old files made anonymous, publish the wording of consents: the director, who answers for the station."""
    return user.has_role(community_id, Role.DIRECTOR)


def may_copy_file(user: User, community_id: int) -> bool:
    """Make the copy of a whole file for the elder or the family: those who read all of it."""
    return accounts.may_read_sensitive(user, community_id) and accounts.is_staff_of(user, community_id)
