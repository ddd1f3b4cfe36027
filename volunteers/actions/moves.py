"""Coins move with a volunteer to another community: one entry in each book, confirmed by both stations.

The sending station sets the coins aside and prints a letter with a code; the receiving station takes them in with the
code. Until then they can be called back. Source: domain.md §4.3 move (通存通兑).
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.audit.actions import records as audit
from carenet.kernel import steps
from carenet.kernel.errors import DomainError, WrongStep
from carenet.ledger import accounts, posting
from carenet.ledger.states import Unit
from carenet.parties import scope
from volunteers import policies
from volunteers.actions import pool, resting
from volunteers.models import Arrival, Move, Policy, Volunteer
from volunteers.states_bank import MOVE_STEPS

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Person

_LETTERS = "ACDEFGHJKLMNPQRTUVWXY34679"  # nothing that is mistaken for something else


class MovesAreOff(DomainError):
    """The community does not take part."""

    code = "moves_are_off"
    default_message = _("Coins do not move between communities here. The station can change this setting.")


class NoSuchLetter(DomainError):
    """The code leads nowhere."""

    code = "no_such_letter"
    default_message = _("No letter has this code. Please read the twelve signs from the letter again.")


class LetterUsed(DomainError):
    """Taken in or called back."""

    code = "letter_used"
    default_message = _("This letter was already used or called back. Please ask the station that sent it.")


class AnotherPerson(DomainError):
    """Coins follow their person."""

    code = "another_person"
    default_message = _(
        "The letter is for somebody else. Please choose the volunteer whose name stands on it."
    )


class CompareTheCard(DomainError):
    """Two people may share a name."""

    code = "compare_the_card"
    default_message = _(
        "A birth date is missing, and a name alone is not enough. Compare the identity card, then tick the box."
    )


class AtHome(DomainError):
    """A letter is for elsewhere."""

    code = "at_home"
    default_message = _("This letter was sent from here. Call it back instead.")


def code_of(hold_id: int) -> str:
    """The twelve signs of the letter, in groups of four; made anew from the entry, never stored."""
    number = int.from_bytes(
        salted_hmac("volunteers.move", str(hold_id), algorithm="sha256").digest()[:16], "big"
    )
    signs = "".join(_LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(12))
    return f"{signs[:4]} {signs[4:8]} {signs[8:]}"


def _hash(code: str) -> bytes:
    return hashlib.sha256("".join(code.split()).replace("-", "").upper().encode()).digest()


@transaction.atomic
def send(
    *, volunteer: Volunteer, coins: int, reason: str, key: str, on: date, at: datetime, by: User
) -> Move:
    """Set coins aside for another community; the letter carries the code. The same key finds the first letter.

    Raises MovesAreOff, ReasonMissing, NotEnough, AccountFrozen, NotAllowed.
    """
    require(policies.may_set_rules(by, volunteer.community_id))
    if not Policy.objects.values_on(volunteer.community_id, on)["move_allowed"]:
        raise MovesAreOff
    if len(reason.strip()) < 2:
        raise pool.ReasonMissing(field="reason")
    if coins <= 0:
        raise pool.NotEnough(field="coins")
    try:
        held = posting.hold(
            community=volunteer.community_id, key=f"move:{volunteer.pk}:{key}",
            source=pool.account_of(volunteer=volunteer, unit=Unit.COIN), amount=coins, on=on, at=at, by=by,
            cause=("volunteers.move", volunteer.pk),
        )  # fmt: skip
    except posting.Overdrawn as short:
        raise pool.NotEnough(field="coins") from short
    except posting.Frozen as frozen:
        raise pool.AccountFrozen from frozen
    known = Move.objects.filter(hold_id=held.pk).first()
    if known is not None:
        return known
    move = Move.objects.create(
        community_id=volunteer.community_id, volunteer=volunteer, coins=coins, reason=reason.strip(),
        code_hash=_hash(code_of(held.pk)), hold_id=held.pk, sent_at=at, sent_by=by,
    )  # fmt: skip
    pool.tell(
        volunteer=volunteer, template="volunteers.move_set_aside", key=str(move.pk), params={"coin_minutes": coins}, by=by,
        at=at,
    )  # fmt: skip
    return move


@transaction.atomic
def call_back(*, move: Move, on: date, at: datetime, by: User) -> Move:
    """The coins come back to the account; the letter is worth nothing. Raises LetterUsed, NotAllowed."""
    require(policies.may_set_rules(by, move.community_id))
    found = (
        Move.objects.select_for_update(of=("self",))
        .select_related("hold", "volunteer__person", "volunteer__community")
        .get(pk=move.pk)
    )
    try:
        found.state = steps.take(MOVE_STEPS, "call_back", found.state)
    except WrongStep as late:
        raise LetterUsed from late
    with resting.woken(volunteer=found.volunteer, unit=Unit.COIN, by=by, at=at):
        posting.release(hold=found.hold, key=f"move-back:{found.pk}", on=on, at=at, by=by)
    found.closed_at, found.closed_by = at, by
    found.save(update_fields=["state", "closed_at", "closed_by"])
    pool.tell(
        volunteer=found.volunteer, template="volunteers.move_called_back", key=str(found.pk),
        params={"coin_minutes": found.coins}, by=by, at=at,
    )  # fmt: skip
    return found


@transaction.atomic
def receive(
    *, code: str, volunteer: Volunteer, on: date, at: datetime, by: User, card_seen: bool = False
) -> Arrival:
    """Take coins in with the code of the letter: the other book lets them go, this book takes them; both or neither.

    Name and birth date must be those of the sender; never the name alone: where a birth date is missing, the ID numbers
    on record must be the same, or somebody compared the identity card and says so (`card_seen`, kept in the audit).
    Raises NoSuchLetter, LetterUsed, AnotherPerson, CompareTheCard, AtHome, NoRoom, MovesAreOff, AccountFrozen, NotAllowed.
    Source: domain.md §4.3 move (通存通兑); station rule (identity).
    """
    require(policies.may_set_rules(by, volunteer.community_id))
    values = Policy.objects.values_on(volunteer.community_id, on)
    if not values["move_allowed"]:
        raise MovesAreOff
    with connection.cursor() as cursor:
        cursor.execute("SELECT community_id, id FROM volunteers_move(%s)", [_hash(code)])
        found = cursor.fetchone()
    if found is None:
        raise NoSuchLetter(field="code")
    there, number = found
    if there == volunteer.community_id:
        raise AtHome(field="code")
    with scope.within([there, volunteer.community_id]):
        move = (
            Move.objects.select_for_update(of=("self",))
            .select_related("volunteer__person", "community", "hold")
            .get(pk=number)
        )
        try:
            move.state = steps.take(MOVE_STEPS, "arrive", move.state)
        except WrongStep as late:
            raise LetterUsed(field="code") from late
        how = _same_person(move.volunteer.person, volunteer.person, card_seen=card_seen)
        if move.coins > pool.room(volunteer=volunteer, on=on):
            raise pool.NoRoom
        target = pool.account_of(volunteer=volunteer, unit=Unit.COIN)
        posting.settle(
            hold=move.hold, target=accounts.contra(community=move.community, unit=Unit.COIN, code="moved-out"),
            key=f"move-out:{move.pk}", on=on, at=at, by=by,
        )  # fmt: skip
        entry = pool.book(
            community=volunteer.community, key=f"move-in:{move.pk}", on=on, at=at, by=by,
            moves=[
                posting.Move(
                    accounts.contra(community=volunteer.community, unit=Unit.COIN, code="moved-in"), target, move.coins
                )
            ],
            cause=("volunteers.arrival", move.pk),
        )  # fmt: skip
        move.closed_at, move.closed_by, move.arrived_in = at, by, volunteer.community.name[:120]
        move.save(update_fields=["state", "closed_at", "closed_by", "arrived_in"])
        arrival = Arrival.objects.create(
            community=volunteer.community, volunteer=volunteer, move_id_there=move.pk,
            came_from=move.community.name[:120], coins=move.coins, entry=entry, at=at, by=by,
        )  # fmt: skip
        audit.note(
            community=move.community, verb="volunteers.coins_moved", object_kind="volunteers.move", object_id=move.pk, by=by,
            at=at, facts={"coins": move.coins, "to": volunteer.community.name, "known_by": how},
        )  # fmt: skip
    pool.tell(
        volunteer=volunteer, template="volunteers.move_arrived", key=str(arrival.pk),
        params={"coin_minutes": arrival.coins, "name": arrival.came_from}, by=by, at=at,
    )  # fmt: skip
    return arrival


def _same_person(sent: Person, here: Person, *, card_seen: bool) -> str:
    """How it is known that the letter and the account are of one person. Raises AnotherPerson, CompareTheCard."""
    if sent.name != here.name:
        raise AnotherPerson(field="code")
    if sent.id_index is not None and here.id_index is not None:
        if bytes(sent.id_index) != bytes(here.id_index):
            raise AnotherPerson(field="code")
        return "id number"
    if sent.born_on is not None and here.born_on is not None:
        if sent.born_on != here.born_on:
            raise AnotherPerson(field="code")
        return "birth date"
    if not card_seen:
        raise CompareTheCard(field="card_seen")
    return "identity card"
