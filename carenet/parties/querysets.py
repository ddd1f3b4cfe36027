"""The words that scope rows: a person sees the rows of the communities they work or live in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import connections, models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from carenet.parties import sealed

if TYPE_CHECKING:
    from carenet.accounts.models import User

M = TypeVar("M", bound=models.Model)


def _grams(wanted: str) -> tuple[list[str], str]:
    """What the gram index is asked: the characters, or all pairs and the whole to check them by."""
    if len(wanted) <= 2:
        return [wanted], ""
    return [wanted[i : i + 2] for i in range(len(wanted) - 1)], wanted


@models.CharField.register_lookup
class Prefix(models.Lookup):  # type: ignore[type-arg]
    """`name__prefix="wang"`: like `startswith`, by the operator `^@`.

    LIKE is not leakproof, so behind row security it may not use an index; `^@` is and may. Source: proof.md §4.
    """

    lookup_name = "prefix"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, left_parameters = self.process_lhs(compiler, connection)
        right, right_parameters = self.process_rhs(compiler, connection)
        return f"{left} ^@ {right}", (*left_parameters, *right_parameters)


class ScopedQuerySet(models.QuerySet[M]):
    """Rows of a table that stands behind row security; every one carries a community."""

    def visible_to(self, user: User) -> Self:
        """Rows of the communities in which the user holds a role; narrower rules override this."""
        return self.filter(community_id__in=user.community_ids)

    def of(self, community: Any) -> Self:
        """Rows of one community (an object or its id)."""
        return self.filter(community_id=getattr(community, "pk", community))


class CommunityQuerySet(models.QuerySet[M]):
    """Communities are reference data; which of them a user may enter is decided by roles."""

    def active(self) -> Self:
        """Communities whose station is open."""
        return self.filter(closed_on__isnull=True)

    def visible_to(self, user: User) -> Self:
        return self.filter(pk__in=user.community_ids)


def told_of(person: str, text: str) -> Q:
    """The search of names row by row, for a text that so many people share that no index helps: a page of them is found
    soonest by going through the list itself. `person` is the way to the person, such as "person__"."""
    wanted = "".join(text.split())
    if wanted.isascii():
        return Q(**{f"{person}pinyin__prefix": wanted.lower()}) | Q(
            **{f"{person}initials__prefix": wanted.lower()}
        )
    return Q(**{f"{person}name__contains": wanted})


class PersonQuerySet(ScopedQuerySet[M]):
    """Persons by name, pinyin, initials, phone tail or ID number."""

    def living_records(self) -> Self:
        """Without the records that were merged into another one."""
        return self.filter(merged_into__isnull=True)

    def search(self, text: str) -> Self:
        """Find by what staff type: Chinese characters, pinyin, initials, a phone (tail) or an ID number.

        One and two characters use the gram index; longer names the grams plus a recheck; ASCII letters are
        a prefix of pinyin or initials; 4 digits a phone or ID tail; more digits a whole number.
        Source: proof.md §1d.
        """
        wanted = "".join(text.split())
        if not wanted:
            return self
        if wanted.isascii():
            return self._search_ascii(wanted)
        # The function uses the gram index, which row security forbids to the operator itself (migration 0006).
        return self.filter(pk__in=RawSQL("SELECT parties_named(%s::text[], %s)", _grams(wanted)))

    def few(self, text: str, most: int) -> list[int] | None:
        """The numbers of all whom the search finds, or None when they are more than `most`."""
        wanted = "".join(text.split())
        if not wanted or wanted.isascii():
            found = list(self.search(wanted).order_by().values_list("pk", flat=True)[: most + 1])
            return found if len(found) <= most else None
        # Counted in the function: it stops at the first too many, before anything else is asked of the rows.
        with connections[self.db].cursor() as cursor:
            cursor.execute("SELECT parties_named(%s::text[], %s, %s)", [*_grams(wanted), most + 1])
            named = [int(row[0]) for row in cursor.fetchall()]
        if len(named) > most:
            return None
        return list(self.filter(pk__in=named).values_list("pk", flat=True)) if named else []

    def _search_ascii(self, wanted: str) -> Self:
        if wanted.isdigit() and len(wanted) == 4:
            return self.filter(
                Q(phone_tail_index=sealed.index(wanted, "phone-tail"))
                | Q(id_tail_index=sealed.index(wanted, "id-tail"))
            )
        if len(wanted) >= 11 and wanted[:-1].isdigit():
            return self.filter(
                Q(phone_index=sealed.index(wanted, "phone")) | Q(id_index=sealed.index(wanted.upper(), "id"))
            )
        lower = wanted.lower()
        return self.filter(Q(pinyin__prefix=lower) | Q(initials__prefix=lower))
