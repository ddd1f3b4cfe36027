"""What happens to a slip beside its redemption: the channel, who collects, the reminder, and that it lapsed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carenet.accounts.policies import require
from carenet.audit import actions as audit
from carenet.kernel.errors import DomainError
from carenet.notices import actions as notices
from volunteers import policies
from volunteers.actions import channels, rewards
from volunteers.models import Policy, Redemption, Reward, SlipNote, Volunteer
from volunteers.states import RedemptionState, SlipChannel

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

REMIND_DAYS = 2


class RelationMissing(DomainError):
    """Who collects for somebody says who they are to the volunteer."""

    code = "relation_missing"
    default_message = _(
        "Please choose who the person is to the volunteer, for example a daughter or a neighbour."
    )


class QuestionMissing(DomainError):
    """On the telephone nobody's points are touched before a question was asked back."""

    code = "question_missing"
    default_message = _(
        "Please ask the caller a question back first, for example the date of birth, and tick which one."
    )


@transaction.atomic
def take(
    *, volunteer: Volunteer, reward: Reward, key: str, by: User, on: date, at: datetime, points: int | None = None
) -> Redemption:  # fmt: skip
    """Redeem a gift as every door does it: only while the community gives goods for points; else like `rewards.redeem`,
    which stays the bare function that is measured. A key that has its slip finds it also when the shop has closed since.

    Raises NoGoodsForPoints and the refusals of `rewards.redeem`. Source: domain.md §4.3 channels (each a switch).
    """
    # As whoever books for a volunteer: first the record, then the accounts (see `services.actions.settlement.queue`).
    Volunteer.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=volunteer.pk)
    if not Redemption.objects.of(volunteer.community_id).filter(volunteer=volunteer, key=key).exists():
        channels.require_open(community_id=volunteer.community_id, channel="channel_goods", on=on)
    return rewards.redeem(
        volunteer=volunteer, reward=reward, key=key, by=by, on=on, at=at, points=points
    )  # fmt: skip


@transaction.atomic
def note_channel(
    *, redemption: Redemption, channel: str, by: User, at: datetime, asked_back: str = ""
) -> SlipNote:
    """Staff redeemed for somebody at the counter or on the telephone; it stands in the log of deeds.

    On the telephone the question asked back is part of the record. Repeats change nothing. Raises QuestionMissing,
    NotAllowed. Source: architecture.md law 9.
    """
    require(policies.may_hand_over(by, redemption.community_id))
    if channel == SlipChannel.PHONE and not asked_back:
        raise QuestionMissing(field="asked_back")
    note, new = SlipNote.objects.get_or_create(
        redemption=redemption,
        defaults={"community_id": redemption.community_id, "channel": channel, "asked_back": asked_back},
    )
    if new:
        audit.note(
            community=redemption.community_id, verb="volunteers.redeemed_for", object_kind="volunteers.redemption",
            object_id=redemption.pk, by=by, at=at, facts={"channel": channel, "asked_back": asked_back},
        )  # fmt: skip
    return note


@transaction.atomic
def name_proxy(*, redemption: Redemption, name: str, relation: str, by: User, at: datetime) -> SlipNote:
    """The owner says who will collect; the counter sees it. Named again it replaces the first; empty takes it back.

    Raises AlreadyCollected, AlreadyCancelled, RelationMissing, NotAllowed. Source: ux.md §6.2 (who may collect).
    """
    found = _open(redemption)
    require(policies.may_redeem(by, found.volunteer))
    facts = _proxy(name, relation, at)
    note, _new = SlipNote.objects.update_or_create(
        redemption=found, defaults=facts, create_defaults={"community_id": found.community_id, **facts}
    )
    return note


@transaction.atomic
def hand_over(
    *, redemption: Redemption, by: User, at: datetime, proxy_name: str = "", relation: str = ""
) -> Redemption:
    """Give the reward out; to somebody else only with name and relation, and the owner is told who it was.

    Raises NameMissing, RelationMissing, AlreadyCollected, AlreadyCancelled, NotAllowed. Source: ux.md §6.2.
    """
    if not proxy_name.strip():
        return rewards.hand_over(redemption=redemption, by=by, at=at)
    require(policies.may_hand_over(by, redemption.community_id))
    found = _open(redemption)
    facts = _proxy(proxy_name, relation, at)
    note = SlipNote.objects.filter(redemption=found).first()
    if note is None or (note.proxy_name, note.proxy_relation) != (
        facts["proxy_name"],
        facts["proxy_relation"],
    ):
        SlipNote.objects.update_or_create(
            redemption=found, defaults=facts, create_defaults={"community_id": found.community_id, **facts}
        )
    return rewards.hand_over(redemption=redemption, by=by, at=at, to_name=proxy_name, proxy=True)


def _proxy(name: str, relation: str, at: datetime) -> dict[str, Any]:
    name = name.strip()[:60]
    if not name:
        return {"proxy_name": "", "proxy_relation": "", "proxy_at": None}
    if not relation:
        raise RelationMissing(field="relation")
    return {"proxy_name": name, "proxy_relation": relation, "proxy_at": at}


def _open(redemption: Redemption) -> Redemption:
    found = (
        Redemption.objects.select_for_update(of=("self",), no_key=True)
        .select_related("volunteer__person", "community")
        .get(pk=redemption.pk)
    )
    if found.state == RedemptionState.COLLECTED:
        raise rewards.AlreadyCollected
    if found.state == RedemptionState.CANCELLED:
        raise rewards.AlreadyCancelled
    return found


def remind(*, community: Community, on: date, by: User, at: datetime, limit: int = 500) -> int:
    """Tell whoever has not collected two days before the last day, once. Returns how many were told."""
    waiting = (
        Redemption.objects.of(community).open()
        .filter(pick_up_by__gte=on, pick_up_by__lte=on + timedelta(days=REMIND_DAYS), redeemed_on__lt=on)
        .exclude(note__reminded_on__isnull=False).select_related("volunteer__person").order_by("pk")[:limit]
    )  # fmt: skip
    count = 0
    for each in waiting:
        with transaction.atomic():
            SlipNote.objects.update_or_create(
                redemption=each, defaults={"reminded_on": on},
                create_defaults={"community": community, "reminded_on": on},
            )  # fmt: skip
            notices.write(
                community=community, template="volunteers.slip_waiting", key=f"slip-waiting:{each.pk}",
                to_person=each.volunteer.person, due_at=at, by=by, at=at,
                params={
                    "reward": each.name, "place": each.place, "pick_up_by_on": each.pick_up_by.isoformat(), "uid": str(each.uid),
                },
            )  # fmt: skip
        count += 1
    return count


def lapse(*, community: Community, on: date, by: User, at: datetime, limit: int = 200) -> int:
    """Slips nobody collected within the days of grace end: points, backing and piece go back, once. Returns how many.

    What is due is a question to the rows, so a missed day or two workers at once change nothing.
    Source: domain.md §4.3 (shop stock); architecture.md law 5. Days of grace: the setting `slip_grace_days`.
    """
    grace = Policy.objects.values_on(community, on)["slip_grace_days"]
    late = (
        Redemption.objects.of(community).open().filter(pick_up_by__lt=on - timedelta(days=grace)).order_by("pk")[:limit]
    )  # fmt: skip
    count = 0
    for each in late:
        with transaction.atomic():
            locked = Redemption.objects.select_for_update(of=("self",), no_key=True).get(pk=each.pk)
            if locked.state != RedemptionState.REDEEMED:
                continue
            SlipNote.objects.update_or_create(
                redemption=each, defaults={"lapsed_on": on},
                create_defaults={"community": community, "lapsed_on": on},
            )  # fmt: skip
            rewards.take_back(
                redemption=each, by=by, at=at, reason=str(_("not collected in time")), template="volunteers.slip_lapsed"
            )  # fmt: skip
        count += 1
    return count
