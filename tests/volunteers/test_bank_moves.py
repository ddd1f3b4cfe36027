"""Coins that move with a volunteer to another community."""

from __future__ import annotations

from typing import Any

import pytest

from carenet.audit.models import Note
from carenet.ledger.check import check_books
from carenet.parties import scope
from carenet.parties.models import Person
from tests import make
from tests.make import NOW
from tests.volunteers.purse import TODAY, coins
from volunteers.actions import moves
from volunteers.models import Volunteer


def test_coins_move_to_another_community_by_one_entry_in_each_book(
    anna: Volunteer, director: Any, other_community: Any
) -> None:
    letter = moves.send(volunteer=anna, coins=300, reason="搬家", key="m", on=TODAY, at=NOW, by=director)
    code = moves.code_of(letter.hold_id)
    with pytest.raises(moves.AtHome):
        moves.receive(code=code, volunteer=anna, on=TODAY, at=NOW, by=director)
    there = make.user("DIRECTOR", other_community, username="there", display_name="李站长")
    with scope.within([other_community.pk]):
        same = make.volunteer(other_community, name=anna.person.name, born_on=anna.person.born_on)
        wrong = make.volunteer(other_community, name="别人")
        with pytest.raises(moves.NoSuchLetter):
            moves.receive(code="AAAA AAAA AAAA", volunteer=same, on=TODAY, at=NOW, by=there)
        with pytest.raises(moves.AnotherPerson):
            moves.receive(code=code, volunteer=wrong, on=TODAY, at=NOW, by=there)
        moves.receive(code=code.lower().replace(" ", "-"), volunteer=same, on=TODAY, at=NOW, by=there)
        with pytest.raises(moves.LetterUsed):
            moves.receive(code=code, volunteer=same, on=TODAY, at=NOW, by=there)
        assert coins(same) == 300 and check_books(other_community) == []
    assert coins(anna) == 300
    with pytest.raises(moves.LetterUsed):
        moves.call_back(move=letter, on=TODAY, at=NOW, by=director)
    assert check_books() == []


def test_a_letter_that_is_called_back_brings_the_coins_home(anna: Volunteer, director: Any) -> None:
    letter = moves.send(volunteer=anna, coins=300, reason="搬家", key="m", on=TODAY, at=NOW, by=director)
    moves.call_back(move=letter, on=TODAY, at=NOW, by=director)
    assert coins(anna) == 600


def test_a_name_alone_never_takes_coins_in(anna: Volunteer, director: Any, other_community: Any) -> None:
    """Where a birth date is missing the office compares the identity card, and the audit keeps that it did."""
    letter = moves.send(volunteer=anna, coins=300, reason="搬家", key="m", on=TODAY, at=NOW, by=director)
    there = make.user("DIRECTOR", other_community, username="there", display_name="李站长")
    with scope.within([other_community.pk]):
        same = make.volunteer(other_community, name=anna.person.name)
        same.person.born_on = None
        same.person.save(update_fields=["born_on"])
        facts = {
            "code": moves.code_of(letter.hold_id),
            "volunteer": same,
            "on": TODAY,
            "at": NOW,
            "by": there,
        }
        with pytest.raises(moves.CompareTheCard):
            moves.receive(**facts)
        stranger = make.volunteer(other_community, name="别人")
        with pytest.raises(moves.AnotherPerson):
            moves.receive(**(facts | {"volunteer": stranger, "card_seen": True}))
        moves.receive(card_seen=True, **facts)
        assert coins(same) == 300
    noted = Note.objects.get(verb="volunteers.coins_moved")
    assert noted.facts["known_by"] == "identity card"


def test_one_identity_number_in_both_books_is_enough_and_two_are_two_people(
    anna: Volunteer, director: Any, other_community: Any
) -> None:
    Person.objects.filter(pk=anna.person_id).update(
        id_index=b"a" * 32, id_sealed=b"x", id_tail_index=b"t", born_on=None
    )
    letter = moves.send(volunteer=anna, coins=300, reason="搬家", key="m", on=TODAY, at=NOW, by=director)
    there = make.user("DIRECTOR", other_community, username="there", display_name="李站长")
    with scope.within([other_community.pk]):
        same, twin = (make.volunteer(other_community, name=anna.person.name) for _ in range(2))
        for volunteer, index in ((same, b"a" * 32), (twin, b"b" * 32)):
            Person.objects.filter(pk=volunteer.person_id).update(
                id_index=index, id_sealed=b"x", id_tail_index=b"t"
            )
        facts = {"code": moves.code_of(letter.hold_id), "on": TODAY, "at": NOW, "by": there}
        with pytest.raises(moves.AnotherPerson):
            moves.receive(volunteer=Volunteer.objects.get(pk=twin.pk), card_seen=True, **facts)
        moves.receive(volunteer=Volunteer.objects.get(pk=same.pk), **facts)
        assert coins(same) == 300
