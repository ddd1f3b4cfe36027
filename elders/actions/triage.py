"""Triage: the station suggests, a named worker decides. Source: domain.md §1.13; PIPL Art. 24."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction

from carenet.accounts import policies as accounts
from carenet.accounts.states import Role
from carenet.kernel import months
from carenet.notices import actions as notices
from carenet.parties.models import Community
from elders import policies
from elders.actions import contacts, crises
from elders.actions.refusals import AlreadyDecided, NotInCare, Outdated, ReasonMissing, SecondPersonNeeded
from elders.models import Concern, Elder, Reminder, RuleAdoption, RuleSet, TriageDecision, TriageResult
from elders.reports import inputs, intervals
from elders.rules import gars
from elders.states import Colour, ConcernKind, ConcernState, OverrideReason, ReminderKind, RuleSetState

if TYPE_CHECKING:
    from carenet.accounts.models import User

DEFAULT_TIERS = {"YELLOW": "B", "GREEN": "STABLE"}


def adopted_rules(community: Community) -> RuleSet:
    """The rule set in use: what the community's director adopted last, else the shipped one."""
    adopted = (
        RuleAdoption.objects.filter(community=community).select_related("rule_set").order_by("-pk").first()
    )
    if adopted is not None:
        return adopted.rule_set
    return RuleSet.objects.get(code="GARS-carenet", state=RuleSetState.ADOPTED)


@transaction.atomic
def suggest(*, elder: Elder, by: User, at: datetime) -> TriageResult:
    """Compute a suggestion from what is known now; towards red it counts at once, provisionally.

    Stores all inputs with their ages and every rule that fired. The confirmed colour is not changed. Raises
    NotInCare, NotAllowed.
    """
    if elder.status not in ("ACTIVE", "PAUSED"):
        raise NotInCare
    found = suggest_many(community=elder.community, elders=[elder], by=by, at=at)[0]
    elder.refresh_from_db()
    return found


@transaction.atomic
def suggest_after_event(*, elder: Elder, by: User, at: datetime) -> TriageResult | None:
    """A suggestion caused by somebody else's work (a fall, a discharge): needs no right of its own."""
    if elder.status not in ("ACTIVE", "PAUSED"):
        return None
    return _suggest(elder.community, [elder], by=by, at=at)[0]


@transaction.atomic
def suggest_after_readings(
    *, community: Community, elders: Sequence[Elder], by: User, at: datetime
) -> list[TriageResult]:
    """Suggestions anew for whose readings have just reached a limit; constant number of statements.

    Whatever the rules in use read, what is known is looked at again with its present age: a suggestion, never the
    decision. Source: domain.md §1.13 (re-run events: risk events).
    """
    chosen = [each for each in elders if each.status in ("ACTIVE", "PAUSED")]
    return _suggest(community, chosen, by=by, at=at) if chosen else []


def suggest_after_health(*, elder: Elder, by: User, at: datetime) -> TriageResult | None:
    """A suggestion caused by a fact of the health home; none while the rules in use do not read it."""
    if not adopted_rules(elder.community).definition.get("health_home"):
        return None
    return suggest_after_event(elder=elder, by=by, at=at)


@transaction.atomic
def suggest_many(
    *, community: Community, elders: Iterable[Elder], by: User, at: datetime
) -> list[TriageResult]:
    """Suggestions for many elders in a constant number of statements. Raises NotAllowed."""
    accounts.require(policies.may_suggest_colour(by, community.pk))
    return _suggest(community, list(elders), by=by, at=at)


def _suggest(community: Community, elders: Sequence[Elder], *, by: User, at: datetime) -> list[TriageResult]:
    ids = sorted(each.pk for each in elders)
    locked = list(
        Elder.objects.of(community)
        .filter(pk__in=ids)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .select_related("person")
    )
    rule_set = adopted_rules(community)
    on = months.day_of(at)
    seen = inputs.snapshots(locked, on=on, limits=rule_set.definition)
    results = []
    for elder in locked:
        snapshot = seen[elder.pk]
        outcome = gars.triage(snapshot.known, rule_set.definition)
        results.append(
            TriageResult(
                community=community, elder=elder, rule_set=rule_set, inputs=snapshot.as_json(on),
                fired=list(outcome.fired), colour=outcome.colour, subtier=outcome.subtier,
                is_crisis=outcome.is_crisis, is_stale=snapshot.is_stale, indices=gars.indices(snapshot.known),
                previous_colour=elder.colour, by=by, at=at,
            )
        )  # fmt: skip
    TriageResult.objects.bulk_create(results, batch_size=500)
    _set_provisional(results, on=on)
    _raise_crises(results, at=at)
    return results


def _set_provisional(results: Sequence[TriageResult], *, on: date) -> None:
    """Towards red takes effect at once; a suggestion that is no worse than the confirmed colour clears it."""
    changed = []
    for result in results:
        elder = result.elder
        worse = gars.severity(result.colour, result.subtier) > gars.severity(elder.colour, elder.subtier)
        wanted = (result.colour, result.subtier) if worse else ("", "")
        if wanted != (elder.provisional_colour, elder.provisional_subtier):
            elder.provisional_colour, elder.provisional_subtier = wanted
            changed.append(elder)
    if changed:
        Elder.objects.bulk_update(changed, ["provisional_colour", "provisional_subtier"], batch_size=500)
        contacts.recompute(elder_ids=[each.pk for each in changed], on=on)


def _raise_crises(results: Sequence[TriageResult], *, at: datetime) -> None:
    """A crisis, and a provisional red, become worries that somebody must look into, once each."""
    rows = []
    for result in results:
        if result.is_crisis:
            for source in _sources_of_crisis(result):
                crises.report(elder=result.elder, source=source, by=result.by, at=at)
        elif result.elder.provisional_colour == Colour.RED:
            key = f"red:{result.elder_id}:{result.elder.colour_on or result.elder.registered_on}"
            rows.append((result, ConcernKind.PROVISIONAL_RED, key))
    Concern.objects.bulk_create(
        [
            Concern(
                community_id=result.community_id,
                elder_id=result.elder_id,
                kind=kind,
                source_key=key,
                raised_at=at,
            )
            for result, kind, key in rows
        ],
        ignore_conflicts=True,
    )


def _sources_of_crisis(result: TriageResult) -> list[str]:
    """Where the signs come from, so that a new event is a new concern and a repeat of the same is none."""
    return sorted(
        {
            result.inputs[name]["source"]
            for name in ("self_harm", "abuse", "phq9_item9")
            if name in result.inputs and result.inputs[name]["value"]
        }
    )


@transaction.atomic
def confirm(
    *, result: TriageResult, colour: str | None = None, subtier: str | None = None, override: str = "",
    reason: str = "", by: User, at: datetime,
) -> TriageDecision:  # fmt: skip
    """A named worker decides the colour, as suggested or with a reason otherwise.

    Leaving red takes two people: the first call writes a proposal (`is_final` False), a second person's call with
    the same colour puts it in force. Raises Outdated, AlreadyDecided, ReasonMissing, SecondPersonNeeded,
    NotAllowed. Source: domain.md §1.13 audit rules 2–4.
    """
    accounts.require(policies.may_confirm_colour(by, result.community_id))
    elder = Elder.objects.select_for_update(of=("self",)).get(pk=result.elder_id)
    _require_newest(result)
    colour = Colour(colour or result.colour)
    if colour == result.colour and subtier is None:
        subtier = result.subtier
    subtier = DEFAULT_TIERS.get(colour, "") if subtier is None or colour not in DEFAULT_TIERS else subtier
    subtier = subtier or DEFAULT_TIERS.get(colour, "")
    differs = (colour, subtier) != (result.colour, result.subtier)
    override = OverrideReason(override or (OverrideReason.OTHER if differs else ""))
    reason = reason.strip()[:300]
    leaving_red = elder.colour == Colour.RED and colour != Colour.RED
    if (differs or leaving_red) and not reason:
        raise ReasonMissing(field="reason")
    proposal = (
        TriageDecision.objects.filter(result=result, is_final=False, colour=colour).order_by("-pk").first()
    )
    if leaving_red and proposal is not None and proposal.by_id == by.pk:
        raise SecondPersonNeeded
    is_final = not leaving_red or proposal is not None
    decision = TriageDecision.objects.create(
        community_id=result.community_id, elder=elder, result=result, from_colour=elder.colour, colour=colour,
        subtier=subtier, is_final=is_final, proposed_by=proposal.by if proposal and leaving_red else None, by=by,
        at=at, override=override if differs else "", reason=reason,
    )  # fmt: skip
    if is_final:
        _put_in_force([decision], by=by, at=at)
    return decision


@transaction.atomic
def confirm_many(*, results: Iterable[TriageResult], by: User, at: datetime) -> list[TriageDecision]:
    """Confirm many suggestions as they are. Those that would leave red, are outdated or decided are left alone."""
    chosen = list(results)
    if not chosen:
        return []
    for community_id in {each.community_id for each in chosen}:
        accounts.require(policies.may_confirm_colour(by, community_id))
    ids = sorted(each.elder_id for each in chosen)
    elders = {
        each.pk: each
        for each in Elder.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    }
    newest = dict(
        TriageResult.objects.filter(elder_id__in=ids)
        .order_by("elder_id", "-pk")
        .distinct("elder_id")
        .values_list("elder_id", "pk")
    )
    decided = set(
        TriageDecision.objects.filter(result__in=newest.values(), is_final=True).values_list(
            "result_id", flat=True
        )
    )
    decisions = [
        TriageDecision(
            community_id=each.community_id, elder_id=each.elder_id, result=each,
            from_colour=elders[each.elder_id].colour, colour=each.colour, subtier=each.subtier, is_final=True,
            by=by, at=at,
        )
        for each in chosen
        if newest.get(each.elder_id) == each.pk
        and each.pk not in decided
        and not (elders[each.elder_id].colour == Colour.RED and each.colour != Colour.RED)
    ]  # fmt: skip
    TriageDecision.objects.bulk_create(decisions, batch_size=500)
    _put_in_force(decisions, by=by, at=at)
    return decisions


ENDED = """
select d.id, d.elder_id, (d.at at time zone 'Asia/Shanghai')::date
from elders_triagedecision d
join elders_elder e on e.id = d.elder_id
where d.community_id = %(community)s and d.is_final and d.override <> '' and e.status in ('ACTIVE', 'PAUSED')
  and not exists (select 1 from elders_triagedecision n where n.elder_id = d.elder_id and n.is_final and n.id > d.id)
  and (e.assessment_due_on < %(on)s
    or exists (select 1 from elders_assessment a where a.elder_id = d.elder_id and a.state = 'SIGNED'
               and a.final_level is not null and coalesce(a.countersigned_at, a.signed_at) > d.at))
  and not exists (select 1 from elders_reminder r where r.elder_id = d.elder_id and r.kind = 'OVERRIDE'
                  and r.due_on = (d.at at time zone 'Asia/Shanghai')::date)
order by d.elder_id
"""


@transaction.atomic
def end_overrides(*, community: Community, on: date, by: User, at: datetime) -> int:
    """A colour chosen by hand ends with the next full assessment, or on its day when none was made.

    The colour itself is left to a person (a suggestion is never the decision): the elder is computed anew and the
    responsible worker is asked, once a decision. Returns how many ended. Source: domain.md §1.13 audit rule 4.
    """
    with connection.cursor() as cursor:
        cursor.execute(ENDED, {"community": community.pk, "on": on})
        rows = cursor.fetchall()
    if not rows:
        return 0
    Reminder.objects.bulk_create(
        [
            Reminder(community=community, elder_id=elder, kind=ReminderKind.OVERRIDE, due_on=day, at=at)
            for _decision, elder, day in rows
        ],
        ignore_conflicts=True,
    )
    elders = {
        each.pk: each
        for each in Elder.objects.of(community)
        .filter(pk__in=[row[1] for row in rows])
        .select_related("person")
    }
    notices.write_many(
        community=community, template="elders.override_ended", due_at=at, by=by, at=at,
        letters=[
            notices.Letter(
                key=f"elders.override:{decision}",
                params={"name": elders[elder].person.name, "elder": elder},
                to_user_id=elders[elder].owner_id,
                to_role="" if elders[elder].owner_id else Role.SOCIAL_WORKER,
            )
            for decision, elder, _day in rows
        ],
    )  # fmt: skip
    _suggest(community, list(elders.values()), by=by, at=at)
    return len(rows)


def _require_newest(result: TriageResult) -> None:
    newest = (
        TriageResult.objects.filter(elder_id=result.elder_id)
        .order_by("-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if newest != result.pk:
        raise Outdated
    if TriageDecision.objects.filter(result=result, is_final=True).exists():
        raise AlreadyDecided


IN_FORCE = """
update elders_elder e
set colour = d.colour, subtier = d.subtier, provisional_colour = '', provisional_subtier = '',
    colour_on = case when e.colour <> d.colour or e.colour_on is null then %(on)s else e.colour_on end,
    archive_due_on = case
      when d.crisis and e.status in ('ACTIVE', 'PAUSED') then least(e.archive_due_on, %(review)s)
      else e.archive_due_on end
from unnest(%(elders)s::bigint[], %(colours)s::text[], %(subtiers)s::text[], %(crises)s::boolean[])
  as d (elder_id, colour, subtier, crisis)
where e.id = d.elder_id
"""


def _put_in_force(decisions: Sequence[TriageDecision], *, by: User, at: datetime) -> None:
    if not decisions:
        return
    on = months.day_of(at)
    days = intervals.days_on(decisions[0].community_id, on)
    with connection.cursor() as cursor:
        cursor.execute(
            IN_FORCE,
            {
                "on": on,
                "review": on + timedelta(days=days["archive:crisis"]),
                "elders": [each.elder_id for each in decisions],
                "colours": [str(each.colour) for each in decisions],
                "subtiers": [str(each.subtier) for each in decisions],
                "crises": [each.result.is_crisis for each in decisions],
            },
        )
    contacts.recompute(elder_ids=[each.elder_id for each in decisions], on=on)
    Concern.objects.filter(
        elder_id__in=[each.elder_id for each in decisions],
        kind=ConcernKind.PROVISIONAL_RED,
        state=ConcernState.OPEN,
    ).update(state=ConcernState.HANDLED, handled_at=at, handled_by=by)
