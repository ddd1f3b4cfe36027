"""Pages of a list with links ready to print, and a count that never scans a whole city."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)
COUNTED = 2_000


@dataclass(frozen=True)
class PageLink:
    """A numbered link of the pager; `url` empty for the gap between numbers."""

    number: int
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list."""

    items: Sequence[Row]
    number: int
    pages: int
    total: int
    capped: bool
    per_page: int
    links: list[PageLink] = field(default_factory=list)
    previous_url: str = ""
    next_url: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def first_row(self) -> int:
        """The number of the first row on this page, counted over the whole list."""
        return (self.number - 1) * self.per_page + 1 if self.items else 0

    @property
    def last_row(self) -> int:
        """The number of the last row on this page."""
        return (self.number - 1) * self.per_page + len(self.items)


def _numbers(current: int, pages: int) -> list[int]:
    """The page numbers worth showing; 0 marks a gap."""
    wanted = sorted({1, 2, current - 1, current, current + 1, pages} & set(range(1, pages + 1)))
    shown: list[int] = []
    for number in wanted:
        if shown and number - shown[-1] == 2:
            shown.append(number - 1)
        elif shown and number - shown[-1] > 2:
            shown.append(0)
        shown.append(number)
    return shown


def _rows(queryset: QuerySet[Any], start: int, per_page: int) -> list[Any]:
    """The rows of a page. A later page of whole rows of a model skips over bare keys."""
    if not start or queryset.query.combinator or queryset.query.values_select:
        return list(queryset[start : start + per_page])
    keys = list(queryset.values_list("pk", flat=True)[start : start + per_page])
    return _by_keys(queryset, keys)


def _by_keys(queryset: QuerySet[Any], keys: list[Any]) -> list[Any]:
    """The rows with these keys, in the keys' order."""
    found = {each.pk: each for each in queryset.order_by().filter(pk__in=keys)} if keys else {}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def page(
    request: HttpRequest,
    queryset: QuerySet[Any],
    per_page: int = 50,
    parameter: str = "page",
    keyset: str = "",
    short: bool = False,
) -> Page[Any]:
    """The page that `?page=` asks for; a number out of range gives the nearest page.

    Two queries; three on a later page, whose rows are first found by number alone, so that what is skipped is not
    joined. Rows beyond the 2,000th are not counted. A list that is ordered by a whole number, unique in it (`keyset`), goes on
    behind its last counted page with `?after=`, as far as it reaches and at the same cost; other lists are narrowed by filters.
    Of a list that is known to be `short` the keys are read in order at once: that counts it, too, and joins only the page's rows.
    """
    after = request.GET.get("after", "")
    if keyset and after.isascii() and after.isdigit() and len(after) < 18:
        queryset = queryset.filter(**{f"{keyset}__gt": int(after)})
    keys = list(queryset.values_list("pk", flat=True)[: COUNTED + 1]) if short else []
    total = len(keys) if short else queryset.order_by()[: COUNTED + 1].count()
    capped = total > COUNTED
    total = min(total, COUNTED)
    pages = max(1, -(-total // per_page))
    wanted = request.GET.get(parameter, "1")
    number = min(max(int(wanted), 1), pages) if wanted.isascii() and wanted.isdigit() else 1

    def url(target: int) -> str:
        parameters = request.GET.copy()
        parameters[parameter] = str(target)
        return f"?{parameters.urlencode()}"

    start = (number - 1) * per_page
    if short:
        items = _by_keys(queryset, keys[start : start + per_page])
    else:
        items = _rows(queryset, start, per_page) if total else []

    def further() -> str:
        parameters = request.GET.copy()
        parameters.pop(parameter, None)
        parameters["after"] = str(getattr(items[-1], keyset))
        return f"?{parameters.urlencode()}"

    return Page(
        items=items,
        number=number,
        pages=pages,
        total=total,
        capped=capped,
        per_page=per_page,
        links=[PageLink(each, url(each) if each else "", each == number) for each in _numbers(number, pages)],
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if number < pages else further() if capped and keyset and items else "",
    )
