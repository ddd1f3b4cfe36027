"""The register as pictures: ages by sex, colours by grid, how many are assessed. Aggregates only, three queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, IntegerField, Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from carenet.parties.models import Community
from elders.models import Elder

COLOURS = ("RED", "YELLOW", "GREEN", "UNASSESSED")
BANDS = (60, 65, 70, 75, 80, 85, 90, 95)


@dataclass(frozen=True)
class GridLine:
    """One grid: its elders, the assessed ones, those with a consent to the file."""

    name: str
    pk: int | None
    total: int
    assessed: int
    current: int

    @property
    def percent(self) -> int:
        return round(self.assessed * 100 / self.total) if self.total else 0


@dataclass(frozen=True)
class Overview:
    """What the page draws."""

    total: int
    assessed: int
    current: int
    owned: int
    pyramid: list[tuple[str, list[int]]]
    colours: list[tuple[str, list[int]]]
    grids: list[GridLine]
    living: list[tuple[str, int]]


def of(community: Community, *, on: date) -> Overview:
    """All elders in care or paused on a day. Bands of five years; `current`: the next assessment lies ahead."""
    elders = Elder.objects.of(community).present()
    pyramid: dict[int, list[int]] = {each: [0, 0, 0] for each in BANDS}
    age = Coalesce(
        RawSQL("(select extract(year from age(%s, p.born_on))::int from parties_person p where p.id = person_id)", [on]),
        Value(-1), output_field=IntegerField(),
    )  # fmt: skip
    for years, sex, count in (
        elders.annotate(years=age).values_list("years", "person__sex").annotate(count=Count("pk"))
    ):
        if years < BANDS[0]:
            continue
        band = max(each for each in BANDS if each <= years)
        pyramid[band][0 if sex == 2 else 1 if sex == 1 else 2] += count
    by_grid: dict[tuple[str, int | None], dict[str, int]] = {}
    totals: dict[tuple[str, int | None], list[int]] = {}
    rows = elders.values_list("grid__name", "grid_id", "colour").annotate(
        count=Count("pk"), done=Count("pk", filter=Q(level__isnull=False)),
        current=Count("pk", filter=Q(level__isnull=False) & (Q(assessment_due_on__gte=on) | Q(assessment_due_on__isnull=True))),
        owned=Count("pk", filter=Q(owner__isnull=False)),
    )  # fmt: skip
    owned = 0
    for name, pk, colour, count, done, current, with_owner in rows:
        key = (name or _("without a grid"), pk)
        by_grid.setdefault(key, {})[colour] = count
        line = totals.setdefault(key, [0, 0, 0])
        for place, value in enumerate((count, done, current)):
            line[place] += value
        owned += with_owner
    grids = [GridLine(name, pk, *totals[name, pk]) for name, pk in sorted(totals, key=lambda each: each[0])]
    living = elders.values_list("living").annotate(count=Count("pk")).order_by("-count")
    labels = dict(Elder._meta.get_field("living").flatchoices)
    return Overview(
        total=sum(each.total for each in grids), assessed=sum(each.assessed for each in grids),
        current=sum(each.current for each in grids), owned=owned,
        pyramid=[(f"{band}–{band + 4}" if band < BANDS[-1] else f"{band}+", counts) for band, counts in pyramid.items()],
        colours=[
            (name, [by_grid[name, pk].get(colour, 0) for colour in COLOURS])
            for name, pk in sorted(by_grid, key=lambda each: each[0])
        ],
        grids=grids, living=[(str(labels.get(code, code)), count) for code, count in living],
    )  # fmt: skip
