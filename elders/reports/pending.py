"""Suggestions that wait for a person: the newest of each elder, undecided, and different from the confirmed colour."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from elders.models import Elder, TriageDecision, TriageResult


def newest_results(elders: QuerySet[Any]) -> QuerySet[Any]:
    """Elders with `newest_result` (id of their newest suggestion)."""
    newest = TriageResult.objects.filter(elder=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    return elders.annotate(newest_result=Subquery(newest))


def awaiting(elders: QuerySet[Elder]) -> QuerySet[TriageResult]:
    """The suggestions to decide on, the most urgent first."""
    newer = TriageResult.objects.filter(elder=OuterRef("elder"), pk__gt=OuterRef("pk"))
    decided = TriageDecision.objects.filter(result=OuterRef("pk"), is_final=True)
    return (
        TriageResult.objects.filter(elder__in=elders)
        .filter(~Exists(newer), ~Exists(decided))
        .filter(~Q(colour=F("elder__colour")) | ~Q(subtier=F("elder__subtier")))
    )
