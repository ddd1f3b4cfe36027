"""The four kinds of sheets: what stands in them, who may bring them, how they are checked, entered and taken back.

The wizard (`importing`), the workbooks (`sheets`) and the pages know only this declaration. Source: ux.md §6.10;
issue 3 item 8; rights: domain.md §9.4 (categories and readings are C4).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.accounts import policies as accounts
from carenet.jobs.models import Job
from carenet.kernel import months
from carenet.parties.models import Community
from elders import policies
from elders.actions import (
    import_categories,
    import_check,
    import_households,
    import_moving,
    import_readings,
    import_register,
)
from elders.actions.import_rows import Checked
from elders.rules import sheet, sheet_kinds
from elders.rules.sheet import SheetColumn

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.webkit.excel import Row

Words = str | Promise


@dataclass(frozen=True)
class ImportKind:
    """One kind of sheet."""

    code: str
    label: Words
    title: Words
    sheet_name: Words
    columns: tuple[SheetColumn, ...]
    offered: dict[str, Sequence[str]]
    example: dict[str, str]
    notes: tuple[Words, ...]
    fields: tuple[str, ...]
    verb: str
    may: Callable[[User, int], bool]
    check: Callable[..., Checked]
    enter: Callable[..., None]
    take_back: Callable[..., int]
    export: Callable[..., tuple[list[list[str]], list[Any]]] | None = None
    has_days: bool = False
    icon: str = "users"

    @property
    def is_exported(self) -> bool:
        """Whether what is on file can be taken out in the same columns."""
        return self.export is not None

    @property
    def check_job(self) -> str:
        """The code of the job that checks; the register's is the oldest and has no ending."""
        return "elders.import_check" if self.code == "register" else f"elders.import_check.{self.code}"

    @property
    def enter_job(self) -> str:
        return "elders.import" if self.code == "register" else f"elders.import.{self.code}"


def _check_register(rows: Iterable[Row], *, community: Community, at: datetime) -> Checked:
    return import_check.check(rows, community=community, on=months.day_of(at))


def _enter_register(
    *, plans: Sequence[import_check.Entry], community: Community, job: Job, by: User, at: datetime
) -> None:
    import_register.import_rows(community=community, entries=plans, job=job, by=by, at=at)


def _may_import_categories(user: User, community_id: int) -> bool:
    return policies.may_import(user, community_id) and accounts.may_read_sensitive(user, community_id)


WHO_NOTE = _("Who a row is about: the file number is best. Else the ID number, else the name with the date of birth, the phone or the building. Nobody is guessed.")  # fmt: skip
EMPTY_NOTE = _(
    "An empty cell changes nothing. An unchanged export can be imported again: nothing will change."
)
UNDO_NOTE = _("Nothing is entered before you have seen the result and agreed; within 24 hours all of it can be taken back.")  # fmt: skip
TEXT_NOTE = _("The ID number and phone columns are set to text. When you paste, choose “values only”, so that Excel does not turn them into numbers.")  # fmt: skip
GREY_NOTE = _("The grey row is an example; it is not imported. You may delete it.")
_WHO = {"number": "00001", "name": "示例 王桂珍", "born_on": "1945-06-07"}
_FIRST_CATEGORIES: tuple[str, ...] = tuple(sheet_kinds.CATEGORY_OUT.values())

KINDS: dict[str, ImportKind] = {
    each.code: each
    for each in (
        ImportKind(
            code="register", label=pgettext_lazy("import", "Register"), title=_("Import the register"),
            sheet_name=pgettext_lazy("sheet", "Register"), columns=sheet.COLUMNS,
            offered={
                "sex": ("男", "女"),
                "living": ("独居", "空巢（夫妻）", "留守", "与残疾子女同住", "与子女同住", "其他"),
                "caregiver": ("有", "无"),
                "contact_relation": ("配偶", "儿子", "女儿", "儿媳", "女婿", "孙子", "孙女", "兄弟姐妹", "亲属", "邻居", "朋友", "保姆", "其他"),
            },
            example={
                "name": "示例 王桂珍", "id_number": "99999919450607002X", "sex": "女", "born_on": "1945-06-07",
                "phone": "13800000000", "door": "2-501", "living": "独居", "caregiver": "无",
                "categories": "低保、肢体残疾二级", "ethnicity": "白", "contact_name": "王小红",
                "contact_relation": "女儿", "contact_phone": "13900000000",
            },
            notes=(
                _("One row is one person of 60 or over. Columns with * are needed."), GREY_NOTE, TEXT_NOTE,
                _("Somebody without an ID number: leave it empty, write the date of birth and say why there is none."),
                _("Dates are written like 1946-03-05."),
                _("Several categories in one cell are divided by 、 . Disabilities: kind and grade, like 肢体残疾二级."),
                UNDO_NOTE,
            ),
            fields=("name",), verb="elders.exported", may=policies.may_import, check=_check_register,
            enter=_enter_register, take_back=import_register.take_back,
        ),
        ImportKind(
            code="households", label=pgettext_lazy("import", "Households"), title=_("Import households"),
            sheet_name=pgettext_lazy("sheet", "Households"), columns=sheet_kinds.HOUSEHOLDS,
            offered={"role": tuple(sheet_kinds.ROLE_OUT.values()), "relation": tuple(sheet_kinds.RELATION_OUT.values())},
            example={**_WHO, "door": "2-501", "role": "户主", "relation": "本人", "since": "2008-05-01"},
            notes=(
                _("One row is one person in one home: building, door, who, and what they are there. Columns with * are needed."),
                GREY_NOTE, WHO_NOTE, TEXT_NOTE,
                _("The head lives in the home; that needs no second row."),
                _("People who are not in the register (kin, carers): write name, role, relation and phone. You are asked once, then they are members of the household."),
                _("Who lives in another home by the register is asked about: ticked, they move, and their address changes with the day."),
                _("The building captain is elected for a whole building and named on the page of a home."),
                EMPTY_NOTE, UNDO_NOTE,
            ),
            fields=("name", "age", "address", "household"), verb="elders.households_exported",
            may=policies.may_import, check=import_households.check, enter=import_moving.enter,
            take_back=import_moving.take_back, export=import_households.export, icon="house",
        ),
        ImportKind(
            code="categories", label=pgettext_lazy("import", "Categories"), title=_("Import categories"),
            sheet_name=pgettext_lazy("sheet", "Categories"), columns=sheet_kinds.CATEGORIES,
            offered={
                "code": _FIRST_CATEGORIES, "kind": tuple(sheet_kinds.KIND_OUT.values()),
                "grade": tuple(sheet_kinds.GRADE_OUT.values()),
            },
            example={**_WHO, "code": "残疾", "evidence": "残疾人证 99999919450607002X42", "kind": "肢体", "grade": "二级", "since": "2024-03-01"},
            notes=(
                _("One row is one category of one person, from a day until the last day on which it holds. Columns with * are needed."),
                GREY_NOTE, WHO_NOTE, TEXT_NOTE,
                _("Without a first day the category holds from today. To end one, write its last day into “Valid until”."),
                _("The same category may not overlap with itself."), EMPTY_NOTE, UNDO_NOTE,
            ),
            fields=("name", "age", "address", "categories"), verb="elders.categories_exported",
            may=_may_import_categories, check=import_categories.check, enter=import_categories.enter,
            take_back=import_categories.take_back, export=import_categories.export, icon="tag",
        ),
        ImportKind(
            code="readings", label=pgettext_lazy("import", "Readings"), title=_("Import health readings"),
            sheet_name=pgettext_lazy("sheet", "Readings"), columns=sheet_kinds.READINGS,
            offered={
                "kind": tuple(sheet_kinds.MEASURE_OUT.values()), "unit": tuple(dict.fromkeys(sheet_kinds.UNIT_OUT.values())),
            },
            example={**_WHO, "kind": "血压", "value": "128", "second": "76", "unit": "mmHg", "taken_at": "2026-11-20 08:30"},
            notes=(
                _("One row is one reading of one person. Columns with * are needed."), GREY_NOTE, WHO_NOTE,
                _("Blood pressure: both numbers, in two cells or as 128/76. A day without a time counts as its noon."),
                _("Units: mmHg, 次/分, mmol/L, percent, ℃, kg. Only 斤 is converted (1 斤 is 0.5 kg); other units are asked back."),
                _("Unusual values are shown and enter only when somebody ticks that they are right. A value past a limit opens the same follow-up as by hand."),
                EMPTY_NOTE, UNDO_NOTE,
            ),
            fields=("name", "age", "address", "health"), verb="elders.readings_exported", may=policies.may_measure,
            check=import_readings.check, enter=import_readings.enter, take_back=import_readings.take_back,
            export=import_readings.export, has_days=True, icon="heart-pulse",
        ),
    )
}  # fmt: skip
BY_JOB: dict[str, ImportKind] = {
    code: each for each in KINDS.values() for code in (each.check_job, each.enter_job)
}


def of(job: Job) -> ImportKind:
    """The kind of sheet a job is about."""
    return BY_JOB[job.kind]
