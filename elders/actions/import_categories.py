"""Categories from a sheet: new ones with their evidence, ended ones, and nothing twice; taken back as a whole.

`valid_to` is the first day on which a category no longer holds; a sheet says the last day on which it does, as the
papers do. A category that an undone import had made ends on the day it began: it never held. Source: domain.md §2.9.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q

from carenet.jobs.models import Job
from carenet.kernel import months
from carenet.parties.models import Community
from elders.actions import import_rows, import_undo, triage
from elders.actions.import_people import PRESENT, Finder, elder_of
from elders.actions.import_rows import CHANGED, NEW, SAME, Checked, SheetRow
from elders.models import Elder, ElderCategory, ImportChange
from elders.rules import sheet, sheet_kinds
from elders.states import CategoryCode

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.webkit.excel import Row

THING = "category"
DAY = timedelta(days=1)
FIELDS = ("evidence", "disability_kind", "disability_grade", "valid_from", "valid_to")


@dataclass
class CategoryPlan:
    """One row of the sheet beside the row of the register it means, if there is one."""

    row: int
    state: str
    elder: Elder
    facts: dict[str, Any]
    held: ElderCategory | None = None

    @property
    def key(self) -> tuple[int, str]:
        return (self.elder.pk, self.facts["code"])


def check(rows: Iterable[Row], *, community: Community, at: datetime) -> Checked:
    """Check every row. Raises ColumnsMissing. Four statements, however many rows."""
    on = months.day_of(at)
    found = list(import_rows.rows_of(rows, sheet_kinds.CATEGORIES))
    finder = Finder(found, community=community, on=on)
    elders = {row.number: elder_of(person) for row in found if (person := finder.person(row)) is not None}
    held: dict[tuple[int, str], list[ElderCategory]] = defaultdict(list)
    for each in _real(ElderCategory.objects.of(community)).filter(
        elder_id__in={elder.pk for elder in elders.values() if elder is not None}
    ):
        held[each.elder_id, each.code].append(each)
    plans = [
        plan
        for row in found
        if (elder := elders.get(row.number)) is not None and (plan := _plan(row, elder, held, on)) is not None
    ]
    _overlaps(found, plans, held)
    return import_rows.outcome(found, plans)


def _real(rows: Any) -> Any:
    """Without rows of no length: those never held."""
    return rows.exclude(valid_to=F("valid_from"))


def _plan(
    row: SheetRow, elder: Elder, held: dict[tuple[int, str], list[ElderCategory]], on: date
) -> CategoryPlan | None:
    named = sheet_kinds.category(row["code"])
    if named is None:
        row.fault("code", "unknown_one_category" if row["code"] else "category_missing")
        return None
    code, kind, grade = named
    kind, grade = _disability(row, code, kind, grade)
    since = row.day("since", today=on)
    until = row.day("until")
    valid_to = until + DAY if until else None
    if row.is_faulty:
        return None
    target = _meant(held[elder.pk, code], since, on)
    facts: dict[str, Any]
    if target is None:
        since = since or on
        facts = {
            "code": code, "evidence": row["evidence"], "disability_kind": kind, "disability_grade": grade,
            "valid_from": since, "valid_to": valid_to,
        }  # fmt: skip
        plan = CategoryPlan(row.number, NEW, elder, facts)
    else:
        # An empty cell says nothing: what is on file stays.
        facts = {
            "code": code, "evidence": row["evidence"] or target.evidence,
            "disability_kind": kind or target.disability_kind,
            "disability_grade": grade or target.disability_grade,
            "valid_from": target.valid_from, "valid_to": valid_to or target.valid_to,
        }  # fmt: skip
        is_same = all(facts[name] == getattr(target, name) for name in FIELDS)
        plan = CategoryPlan(row.number, SAME if is_same else CHANGED, elder, facts, target)
    if facts["valid_to"] is not None and facts["valid_to"] <= facts["valid_from"]:
        row.fault("until", "bad_order")
        return None
    if len(facts["evidence"]) > 120:
        row.fault("evidence", "too_long", most=120)
        return None
    return plan


def _meant(held: Sequence[ElderCategory], since: date | None, on: date) -> ElderCategory | None:
    """The row on file that begins on that day; without a day the one that holds now."""
    for each in held:
        if since is not None and each.valid_from == since:
            return each
        if since is None and (each.valid_to is None or each.valid_to > on):
            return each
    return None


def _disability(
    row: SheetRow, code: str, kind: int | None, grade: int | None
) -> tuple[int | None, int | None]:
    if row["kind"]:
        kind = sheet.KINDS.get(row["kind"].removesuffix("残疾").strip())
        if kind is None:
            row.fault("kind", "unknown_word")
    if row["grade"]:
        grade = sheet_kinds.grade(row["grade"])
        if grade is None:
            row.fault("grade", "unknown_word")
    if code != CategoryCode.DISABLED and (row["kind"] or row["grade"]):
        row.fault("kind" if row["kind"] else "grade", "not_disabled")
    return kind, grade


def _overlaps(
    rows: Sequence[SheetRow], plans: Sequence[CategoryPlan], held: dict[tuple[int, str], list[ElderCategory]]
) -> None:
    """No two spans of one category may overlap: as they would stand after the import."""
    by_row = {each.number: each for each in rows}
    spans: dict[tuple[int, str], list[CategoryPlan]] = defaultdict(list)
    for plan in plans:
        spans[plan.key].append(plan)
    for key, mine in spans.items():
        touched = {plan.held.pk for plan in mine if plan.held is not None}
        for index, plan in enumerate(mine):
            row = by_row[plan.row]
            other = next((each for each in mine[:index] if _cross(plan.facts, each.facts)), None)
            if other is not None:
                row.fault("since", "overlap_in_file", other=other.row)
                continue
            if plan.state == SAME:
                continue
            for each in held[key]:
                if each.pk not in touched and _cross(
                    plan.facts, {name: getattr(each, name) for name in FIELDS}
                ):
                    until = (each.valid_to - DAY).isoformat() if each.valid_to else "—"
                    row.fault("since", "overlap", since=each.valid_from.isoformat(), until=until)
                    break


def _cross(one: dict[str, Any], other: dict[str, Any]) -> bool:
    last = date.max
    return bool(
        one["valid_from"] < (other["valid_to"] or last) and other["valid_from"] < (one["valid_to"] or last)
    )


@transaction.atomic
def enter(*, plans: Sequence[CategoryPlan], community: Community, job: Job, by: User, at: datetime) -> None:
    """Write what was planned in few statements, and suggest colours anew. The caller has asked for the right."""
    if not plans:
        return
    changed = [each for each in plans if each.held is not None]
    rows: list[tuple[CategoryPlan, ElderCategory, dict[str, Any]]] = []
    for plan in changed:
        assert plan.held is not None
        before = _facts(plan.held)
        for name in FIELDS:
            setattr(plan.held, name, plan.facts[name])
        plan.held.checked_by = by
        rows.append((plan, plan.held, before))
    ElderCategory.objects.bulk_update(
        [row for _plan, row, _before in rows], [*FIELDS, "checked_by"], batch_size=500
    )
    made = [
        ElderCategory(community=community, elder=each.elder, checked_by=by, **each.facts)
        for each in plans
        if each.held is None
    ]
    ElderCategory.objects.bulk_create(made, batch_size=500)
    rows += [
        (plan, row, {}) for plan, row in zip([each for each in plans if each.held is None], made, strict=True)
    ]
    ImportChange.objects.bulk_create(
        [
            ImportChange(
                community=community, job=job, row=plan.row, thing=THING, thing_id=row.pk, before=before,
                after=_facts(row),
            )
            for plan, row, before in rows
        ],
        batch_size=500,
    )  # fmt: skip
    _suggest(community, {each.elder.pk for each in plans}, by=by, at=at)


def _facts(row: ElderCategory) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value := getattr(row, name), date) else value for name in FIELDS
    }


def _suggest(community: Community, elder_ids: set[int], *, by: User, at: datetime) -> None:
    """A category is an input of the colour: the suggestion is made anew, a person decides."""
    elders = list(Elder.objects.of(community).filter(pk__in=elder_ids, status__in=PRESENT))
    if elders:
        triage.suggest_many(community=community, elders=elders, by=by, at=at)


@transaction.atomic
def take_back(*, job: Job, by: User, at: datetime) -> int:
    """Everything as before. Refused with names when somebody changed one of the rows since. Raises RowsInUse."""
    changes = {each.thing_id: each for each in ImportChange.objects.filter(job=job, thing=THING)}
    rows = list(
        ElderCategory.objects.filter(pk__in=changes)
        .order_by("pk")
        .select_for_update(of=("self",))
        .select_related("elder__person")
    )
    import_undo.require_untouched(
        each.elder.person.name for each in rows if _facts(each) != changes[each.pk].after
    )
    for each in rows:
        before = changes[each.pk].before
        if not before:
            each.valid_to = each.valid_from
            continue
        for name in FIELDS:
            is_day = name in ("valid_from", "valid_to") and before[name]
            setattr(each, name, date.fromisoformat(before[name]) if is_day else before[name])
    # Rows of the import first: what it had ended may only open again when its own have gone.
    rows.sort(key=lambda each: bool(changes[each.pk].before))
    ElderCategory.objects.bulk_update(
        [each for each in rows if not changes[each.pk].before], FIELDS, batch_size=500
    )
    ElderCategory.objects.bulk_update(
        [each for each in rows if changes[each.pk].before], FIELDS, batch_size=500
    )
    _suggest(job.community, {each.elder_id for each in rows}, by=by, at=at)
    return len(rows)


def export(*, community: Community) -> tuple[list[list[str]], list[Any]]:
    """Every category of everybody in care, in the columns of the sheet, and whose they are."""
    rows = list(
        _real(ElderCategory.objects.of(community))
        .filter(Q(elder__status__in=PRESENT))
        .select_related("elder__person", "elder__building")
        .order_by("elder__number", "code", "valid_from")
    )
    lines = [
        [
            *who(each.elder), sheet_kinds.CATEGORY_OUT[CategoryCode(each.code)], each.evidence,
            sheet_kinds.KIND_OUT.get(each.disability_kind or 0, ""),
            sheet_kinds.GRADE_OUT.get(each.disability_grade or 0, ""), each.valid_from.isoformat(),
            (each.valid_to - DAY).isoformat() if each.valid_to else "",
        ]
        for each in rows
    ]  # fmt: skip
    return lines, [each.elder.person for each in rows]


def who(elder: Elder) -> list[str]:
    """The columns that say whom a row is about; ID number and phone stay empty: the file number is enough."""
    person = elder.person
    return [
        elder.number_text, person.name, "", person.born_on.isoformat() if person.born_on else "", "",
        elder.building.name if elder.building else "",
    ]  # fmt: skip
