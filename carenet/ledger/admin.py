"""The books in the office: to read, to export, never to write. Source: architecture.md law 3, examples.md pattern 14."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carenet.accounts.states import Role
from carenet.kernel.money import yuan
from carenet.ledger import names, statements
from carenet.ledger.models import Account, AccountFreeze, Entry, Hold, PeriodLock, Posting
from carenet.ledger.states import Unit
from carenet.webkit.admin import StationModelAdmin, StationTabularInline
from carenet.webkit.admin_words import unit_words

READERS = frozenset({Role.COMMITTEE, Role.DIRECTOR, Role.SUPERVISOR, Role.AUDITOR})
IN_FEN = frozenset({Unit.FEN, Unit.VOUCHER_FEN})
LINES = 200


def shown(amount: int | None, unit: str) -> str:
    """An amount in the words of its unit."""
    if amount is None:
        return "—"
    return yuan(amount) if unit in IN_FEN else f"{amount:,}"


class ReadOnlyAdmin(StationModelAdmin):
    """No add, change or delete, whatever the role."""

    view_roles = READERS
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [each.name for each in self.model._meta.fields] + list(self.readonly_fields)


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Accounts with their statement."""

    list_display = ("title", "unit", "kind", "amount", "frozen_at")
    list_filter = ("unit", "kind")
    search_fields = ("code", "name")
    ordering = ("unit", "code")
    menu_icon = "account_balance"
    logs_reads = ("account",)
    person_of = "person"
    fields = (
        "community",
        "unit",
        "code",
        "name",
        "kind",
        "amount",
        "may_go_negative",
        "frozen_at",
        "statement",
    )
    readonly_fields = ("amount", "statement")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Account]:
        return super().get_queryset(request).select_related("person")

    @admin.display(description=pgettext_lazy("ledger", "account"), ordering="code")
    def title(self, account: Account) -> str:
        return account.name or names.of_account(account.code)

    @admin.display(description=_("balance"))
    def amount(self, account: Account) -> str:
        if account.keeps_balance:
            return shown(account.balance, account.unit)
        return shown(statements.balance(account), account.unit) if getattr(account, "_alone", True) else "—"

    @admin.display(description=_("Statement"))
    def statement(self, account: Account) -> SafeString:
        lines = statements.lines(account, limit=LINES)
        return render_to_string("ledger/_statement.html", {"lines": lines, "money": account.unit in IN_FEN})


class PostingInline(StationTabularInline):
    """The amounts of an entry."""

    model = Posting
    view_roles = READERS
    fields = ("unit_words", "out_of", "into", "how_much", "left_at_source", "there_at_target")
    readonly_fields = fields
    ordering = ("pk",)

    @admin.display(description=Posting._meta.get_field("unit").verbose_name)
    def unit_words(self, posting: Posting) -> str:
        return unit_words(posting.unit, dict(Unit.choices))

    @admin.display(description=Posting._meta.get_field("source").verbose_name)
    def out_of(self, posting: Posting) -> str:
        return posting.source.name or names.of_account(posting.source.code)

    @admin.display(description=Posting._meta.get_field("target").verbose_name)
    def into(self, posting: Posting) -> str:
        return posting.target.name or names.of_account(posting.target.code)

    @admin.display(description=_("amount"))
    def how_much(self, posting: Posting) -> str:
        return shown(posting.amount, posting.unit)

    @admin.display(description=_("balance of the source afterwards"))
    def left_at_source(self, posting: Posting) -> str:
        return shown(posting.source_balance, posting.unit)

    @admin.display(description=_("balance of the target afterwards"))
    def there_at_target(self, posting: Posting) -> str:
        return shown(posting.target_balance, posting.unit)


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Entries, newest first, with their postings."""

    list_display = ("posted_on", "kind", "cause", "memo", "by", "posted_at")
    list_filter = ("kind",)
    list_select_related = ("by",)
    search_fields = ("key",)
    ordering = ("-pk",)
    inlines = (PostingInline,)
    menu_icon = "receipt_long"
    fields = (
        "community", "kind", "posted_on", "posted_at", "by", "key", "cause", "memo", "reverses", "resolves",
    )  # fmt: skip
    readonly_fields = ("cause",)

    @admin.display(description=_("cause"))
    def cause(self, entry: Entry) -> str:
        """The row that caused it: its kind in words and its number."""
        return f"{names.of_cause(entry.cause_kind)} {entry.cause_id or ''}".strip() or "—"


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    """Amounts set aside, resolved or not."""

    list_display = ("entry", "unit", "source", "how_much")
    exclude = ("amount",)
    readonly_fields = ("how_much",)
    list_filter = ("unit",)
    list_select_related = ("entry", "source")
    ordering = ("-pk",)
    menu_icon = "lock_clock"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [each for each in super().get_readonly_fields(request, obj) if each != "amount"]

    @admin.display(description=_("amount"), ordering="amount")
    def how_much(self, hold: Hold) -> str:
        return shown(hold.amount, hold.unit)


@admin.register(PeriodLock)
class PeriodLockAdmin(ReadOnlyAdmin):
    """Months whose books are closed."""

    list_display = ("month", "closed_at", "closed_by")
    list_select_related = ("closed_by",)
    ordering = ("-month",)
    menu_icon = "event_busy"


@admin.register(AccountFreeze)
class AccountFreezeAdmin(ReadOnlyAdmin):
    """Who froze or thawed an account, and why."""

    list_display = ("account", "frozen", "why", "at", "by")
    list_select_related = ("account", "by")
    ordering = ("-pk",)
    menu_icon = "ac_unit"

    @admin.display(description=AccountFreeze._meta.get_field("reason").verbose_name)
    def why(self, row: AccountFreeze) -> str:
        return {"closed": str(_("account closed")), "closing": str(_("account being closed"))}.get(
            row.reason, row.reason
        )
