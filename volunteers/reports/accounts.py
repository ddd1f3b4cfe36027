"""A volunteer's accounts: balances, statements with the balance after each line, the year in twelve bars."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Max, Sum
from django.db.models.functions import TruncMonth
from django.utils import translation
from django.utils.translation import gettext as _

from carenet.kernel import months
from carenet.ledger import statements
from carenet.ledger.models import Account, Entry
from carenet.ledger.states import EntryKind, Unit
from carenet.parties.models import ServiceKind
from carenet.webkit.templatetags.carenet import day
from volunteers import rules
from volunteers.models import Attendance, Policy, Redemption, ServiceClaim, ShiftTemplate, Volunteer


@dataclass(frozen=True)
class Balances:
    """What a volunteer has: recorded minutes, coin-minutes, points."""

    minutes: int = 0
    coins: int = 0
    points: int = 0


@dataclass(frozen=True)
class Line:
    """One line of a statement in the volunteer's words."""

    posting_id: int
    on: date
    title: str
    detail: str
    amount: int
    balance: int
    is_correction: bool = False


@dataclass(frozen=True)
class Month:
    """The lines of one month and what came in and went out in them; `is_whole` when no other page holds more of them."""

    month: date
    lines: list[Line]
    is_whole: bool = True

    @property
    def came(self) -> int:
        return sum(each.amount for each in self.lines if each.amount > 0)

    @property
    def went(self) -> int:
        return -sum(each.amount for each in self.lines if each.amount < 0)


@dataclass(frozen=True)
class Statement:
    """A page of a statement, newest first; `before` opens the next page, 0 when there is none."""

    balance: int
    months: list[Month] = field(default_factory=list)
    before: int = 0

    @property
    def lines(self) -> list[Line]:
        """All lines as they were booked, newest first: each balance follows from the line below."""
        found = [line for month in self.months for line in month.lines]
        return sorted(found, key=lambda line: line.posting_id, reverse=True)


def balances(volunteer: Volunteer) -> Balances:
    """The three balances, in one query."""
    rows = dict(
        Account.objects.of(volunteer.community_id)
        .filter(code=volunteer.account_code)
        .values_list("unit", "balance")
    )
    return Balances(rows.get(Unit.MINUTE, 0), rows.get(Unit.COIN, 0), rows.get(Unit.POINT, 0))


def balances_of(volunteers: Iterable[Volunteer]) -> dict[int, Balances]:
    """The balances of many volunteers, in one query."""
    codes = {each.account_code: each.pk for each in volunteers}
    found: dict[int, dict[str, int]] = {pk: {} for pk in codes.values()}
    for code, unit, balance in Account.objects.filter(code__in=codes).values_list("code", "unit", "balance"):
        found[codes[code]][unit] = balance
    return {
        pk: Balances(rows.get(Unit.MINUTE, 0), rows.get(Unit.COIN, 0), rows.get(Unit.POINT, 0))
        for pk, rows in found.items()
    }


def statement(volunteer: Volunteer, unit: str, *, before: int | None = None, limit: int = 60) -> Statement:
    """The volunteer's lines on one account, grouped by month. Reads its own page only; five queries."""
    account = (
        Account.objects.of(volunteer.community_id).filter(code=volunteer.account_code, unit=unit).first()
    )
    if account is None:
        return Statement(balance=0)
    return page_of(account, _words, before=before, limit=limit)


Words = Callable[[list[statements.Line]], dict[int, tuple[str, str]]]


def page_of(account: Account, words_of: Words, *, before: int | None = None, limit: int = 60) -> Statement:
    """A page of any account by months; each month stands once. A line that was booked after its month says when."""
    rows = statements.lines(account, before=before, limit=limit + 1)
    shown, more = rows[:limit], len(rows) > limit
    words = words_of(shown)
    grouped: dict[date, list[Line]] = {}
    for row in shown:
        title, detail = words[row.entry_id]
        line = Line(
            posting_id=row.posting_id, on=row.on, title=title, detail=_booked_late(row, detail), amount=row.amount,
            balance=row.balance or 0, is_correction=row.kind == EntryKind.REVERSE,
        )  # fmt: skip
        grouped.setdefault(months.first_of_month(row.on), []).append(line)
    found = sorted(grouped, reverse=True)
    cut = ({found[0]} if before and found else set()) | ({found[-1]} if more else set())
    listed = [Month(month, grouped[month], month not in cut) for month in found]
    return Statement(account.balance, listed, shown[-1].posting_id if more else 0)


def _booked_late(row: statements.Line, detail: str) -> str:
    """A line of an earlier month stands among its month: the balance is that of the day it was booked."""
    booked = months.day_of(row.at)
    if months.first_of_month(booked) <= months.first_of_month(row.on):
        return detail
    late = _("Booked on %(day)s.") % {"day": day(booked)}
    return f"{detail} {late}".strip()


def _gift(row: statements.Line) -> str:
    if row.amount > 0:
        return _("Gift came back") if row.kind == EntryKind.RELEASE else _("Gift received")
    return _("Gift offered")


def _paid_with_coins(row: statements.Line) -> str:
    """A help that coins pay for; the memo names the service."""
    what = {"what": _titles().get(row.memo, row.memo)}
    if row.kind == EntryKind.REVERSE:
        return _("A help paid with coins")
    if row.kind == EntryKind.RELEASE:
        return _("Given back: %(what)s") % what
    if row.kind == EntryKind.SETTLE:
        return _("Set aside too much, came back: %(what)s") % what
    return _("Set aside for help: %(what)s") % what


# What the books call by its cause: coins and points beyond earning and redeeming.
BANK: dict[str, Callable[[statements.Line], str]] = {
    "volunteers.gift": _gift,
    "volunteers.team_gift": lambda row: (
        _("Gift to the team came back") if row.amount > 0 else _("Offered to the team")
    ),
    "volunteers.donation": lambda row: _("Given to the common pool"),
    "volunteers.overflow": lambda row: _("Taken over from the full account"),
    "volunteers.closing": lambda row: _("Inherited") if row.amount > 0 else _("Account closed"),
    "volunteers.dividend": lambda row: _("Share of a dividend or award"),
    "volunteers.honour": lambda row: _("Let go as an honour for %(name)s") % {"name": row.memo},
    "volunteers.expiry": lambda row: _("Ended after its time"),
    "volunteers.move": lambda row: (
        _("Called back from another community") if row.amount > 0 else _("Set aside for another community")
    ),
    "services.coins": _paid_with_coins,
    "volunteers.recruit": lambda row: _("Brought a volunteer who stayed"),
    "volunteers.arrival": lambda row: _("Came from another community"),
}


def _words(rows: list[statements.Line]) -> dict[int, tuple[str, str]]:
    """What each entry was about: a service, a gift, or the correction of one of them with its reason."""
    ids = {row.entry_id for row in rows}
    reversed_ids = dict(
        Entry.objects.filter(pk__in=ids, reverses__isnull=False).values_list("pk", "reverses")
    )
    wanted = ids | set(reversed_ids.values())
    served = {
        each.entry_id: each
        for each in Attendance.objects.filter(entry__in=wanted).only(
            "entry", "what", "minutes", "hour_minutes", "why", "served_on", "weighed"
        )
    }
    kinds = _titles() if served else {}
    gifts = dict(Redemption.objects.filter(entry__in=wanted).values_list("entry", "name"))
    claims = _claims(ids, {row.kind for row in rows}) | _paid_helps(rows)
    found: dict[int, tuple[str, str]] = {}
    for row in rows:
        about = reversed_ids.get(row.entry_id, row.entry_id)
        attendance = served.get(about)
        if attendance is not None:
            title, detail = (
                kinds.get(attendance.what, attendance.what) or _("Volunteer service"),
                attendance.sentence,
            )
        elif about in gifts:
            title, detail = gifts[about], ""
        elif row.entry_id in claims:
            title, detail = claims[row.entry_id]
        elif row.cause_kind in BANK:
            title, detail = BANK[row.cause_kind](row), row.memo if row.kind == EntryKind.POST else ""
        else:
            title, detail = row.memo or row.other, ""
        if row.kind == EntryKind.REVERSE:
            if row.cause_kind in BANK:
                title, detail = _("Corrected: %(what)s") % {"what": BANK[row.cause_kind](row)}, row.memo
            elif about in gifts:
                title = _("Cancelled: %(what)s") % {"what": title}
            else:
                title, detail = _("Corrected: %(what)s") % {"what": title}, row.memo
        elif about in gifts:
            title = _("Redeemed: %(what)s") % {"what": title}
        found[row.entry_id] = (title, detail)
    return found


def _titles() -> dict[str, str]:
    """Names of services in either language, and titles of shifts -> the name in the reader's."""
    kinds = ServiceKind.objects.only("code", "name", "name_en")
    found = {name: each.title for each in kinds for name in (each.name, each.name_en)}
    if (translation.get_language() or "").startswith("en"):
        shifts = ShiftTemplate.objects.exclude(title_en="").values_list("title", "title_en")
        found = dict(shifts) | found
    return found


def title_of(what: str) -> str:
    """What was done, in the reader's language, when it is one of the catalogue's services."""
    return _titles().get(what, what)


def _claims(entries: set[int], kinds: set[str]) -> dict[int, tuple[str, str]]:
    """The words of points set aside for a service, and given back; asked only when a page holds such lines."""
    if not kinds & {EntryKind.HOLD, EntryKind.RELEASE}:
        return {}
    holds = dict(Entry.objects.filter(pk__in=entries, resolves__isnull=False).values_list("resolves", "pk"))
    found: dict[int, tuple[str, str]] = {}
    for claim in ServiceClaim.objects.filter(hold__in=entries | set(holds)):
        found[claim.hold_id] = (_("Set aside: %(what)s") % {"what": claim.name}, "")
        if claim.hold_id in holds:
            found[holds[claim.hold_id]] = (_("Given back: %(what)s") % {"what": claim.name}, claim.words)
    return found


def _paid_helps(rows: list[statements.Line]) -> dict[int, tuple[str, str]]:
    """Coins set aside for a help that was given meanwhile read "paid"; asked only when a page holds such lines."""
    held = {
        row.entry_id: row for row in rows if row.cause_kind == "services.coins" and row.kind == EntryKind.HOLD
    }
    if not held:
        return {}
    settled = Entry.objects.filter(resolves__in=held, kind=EntryKind.SETTLE).values_list(
        "resolves", flat=True
    )
    titles = _titles()
    return {
        pk: (_("Paid for help: %(what)s") % {"what": titles.get(held[pk].memo, held[pk].memo)}, "")
        for pk in settled
        if pk
    }


def year(volunteer: Volunteer, on: date) -> list[tuple[date, int]]:
    """Recorded minutes of each of the last twelve months, the present one last."""
    first = months.first_of_month(on)
    wanted = [first]
    for _number in range(11):
        wanted.insert(0, months.previous_month(wanted[0]))
    sums = dict(
        Attendance.objects.credited()
        .filter(volunteer=volunteer, served_on__gte=wanted[0], served_on__lt=months.next_month(first))
        .annotate(month=TruncMonth("served_on"))
        .values_list("month")
        .annotate(minutes=Sum("hour_minutes"))
        .values_list("month", "minutes")
    )
    return [(each, sums.get(each, 0)) for each in wanted]


def star(volunteer: Volunteer, minutes: int, on: date) -> rules.Star:
    """The star level of so many recorded minutes under the settings of the day."""
    return rules.star(minutes, Policy.objects.values_on(volunteer.community_id, on))


def last_served(volunteers: Iterable[Volunteer]) -> dict[int, tuple[date, int]]:
    """For each volunteer the last day of service and how many services there were; one query."""
    return {
        pk: (last, count)
        for pk, last, count in Attendance.objects.standing()
        .filter(volunteer__in=[each.pk for each in volunteers])
        .values_list("volunteer")
        .annotate(last=Max("served_on"), count=Count("pk"))
    }
