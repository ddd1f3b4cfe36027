"""The walls of the database, for migrations: row security, append-only tables, step tables, narrow functions.

Each function returns a list of operations: `operations = [..., *walls.guard("elders_elder")]`. Values are written
as literals so that an old migration never changes its meaning. Source: proof.md §4, A6; architecture.md law 11.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import RunSQL

_VISIBLE = (
    "({column} = any(array(select unnest(string_to_array("
    "nullif(current_setting('carenet.communities', true), ''), ','))::bigint)))"
)


def guard(table: str, *, column: str = "community_id", city: bool = True) -> list[Operation]:
    """Row security on a table: owner all rows, app the scope's rows, city (if `city`) all rows, read only.

    FORCE makes the policies hold for the owner too, hence its own open policy.
    """
    visible = _VISIBLE.format(column=column)
    forward = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy {table}_owner on {table} to carenet_owner using (true) with check (true)",
        f"create policy {table}_app on {table} to carenet_app using {visible} with check {visible}",
        f"grant select, insert, update, delete on {table} to carenet_app",
    ]
    backward = [
        f"drop policy if exists {table}_app on {table}",
        f"drop policy if exists {table}_owner on {table}",
        f"alter table {table} no force row level security",
        f"alter table {table} disable row level security",
    ]
    if city:
        forward += [
            f"create policy {table}_city on {table} for select to carenet_city using (true)",
            f"grant select on {table} to carenet_city",
        ]
        backward = [
            f"revoke all on {table} from carenet_city",
            f"drop policy if exists {table}_city on {table}",
            *backward,
        ]
    return [RunSQL(sql=forward, reverse_sql=backward)]


def append_only(table: str) -> list[Operation]:
    """What happened is never edited: no update, delete or truncate, by grant and by trigger."""
    return [
        RunSQL(
            sql=[
                f"revoke update, delete, truncate on {table} from carenet_app",
                f"create trigger {table}_append_only before update or delete on {table} "
                "for each row execute function parties_append_only()",
                f"create trigger {table}_no_truncate before truncate on {table} "
                "for each statement execute function parties_append_only()",
            ],
            reverse_sql=[
                f"drop trigger if exists {table}_no_truncate on {table}",
                f"drop trigger if exists {table}_append_only on {table}",
                f"grant update, delete on {table} to carenet_app",
            ],
        )
    ]


def read_only(table: str) -> list[Operation]:
    """The application may only read; a SECURITY DEFINER function of the owner writes."""
    return [
        RunSQL(
            sql=[f"revoke insert, update, delete, truncate on {table} from carenet_app"],
            reverse_sql=[f"grant insert, update, delete on {table} to carenet_app"],
        )
    ]


def no_delete(table: str) -> list[Operation]:
    """Rows may change but never vanish."""
    return [
        RunSQL(
            sql=[f"revoke delete, truncate on {table} from carenet_app"],
            reverse_sql=[f"grant delete on {table} to carenet_app"],
        )
    ]


def steps(
    table: str, column: str, edges: Mapping[str, Iterable[str]], *, initial: Iterable[str]
) -> list[Operation]:
    """A step table as a trigger: which state may follow which, and in which a row may be born.

    Our own trigger, without pgtrigger's session switch: the application role cannot ignore it.
    """
    name = f"{table}_{column}_steps"
    pairs = ", ".join(f"('{source}', '{target}')" for source, targets in edges.items() for target in targets)
    born = ", ".join(f"'{each}'" for each in initial)
    body = f"""
create function {name}() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if new.{column} not in ({born}) then
      raise exception 'a row of {table} cannot begin as %', new.{column}
        using errcode = 'check_violation', constraint = '{name}';
    end if;
  elsif new.{column} is distinct from old.{column}
    and (old.{column}, new.{column}) not in (values {pairs}) then
    raise exception '{table}: % cannot follow %', new.{column}, old.{column}
      using errcode = 'check_violation', constraint = '{name}';
  end if;
  return new;
end $$"""
    return [
        RunSQL(
            sql=[
                body,
                f"create trigger {name} before insert or update of {column} on {table} "
                f"for each row execute function {name}()",
            ],
            reverse_sql=[f"drop trigger if exists {name} on {table}", f"drop function if exists {name}()"],
        )
    ]


def frozen(table: str, columns: Iterable[str]) -> list[Operation]:
    """Columns that never change once written (a request's elder, a donation's amount)."""
    name = f"{table}_frozen"
    changed = " or ".join(f"new.{each} is distinct from old.{each}" for each in columns)
    return [
        RunSQL(
            sql=[
                f"""
create function {name}() returns trigger language plpgsql as $$
begin
  if {changed} then
    raise exception '{table}: these facts are frozen' using errcode = 'check_violation', constraint = '{name}';
  end if;
  return new;
end $$""",
                f"create trigger {name} before update on {table} for each row execute function {name}()",
            ],
            reverse_sql=[f"drop trigger if exists {name} on {table}", f"drop function if exists {name}()"],
        )
    ]


def definer(create: str, *, name: str, arguments: str) -> list[Operation]:
    """A function that runs as the owner. `create` is the whole statement with SECURITY DEFINER and search_path.

    Only the application role may execute it.
    """
    return [
        RunSQL(
            sql=[
                create,
                f"revoke all on function {name}({arguments}) from public",
                f"grant execute on function {name}({arguments}) to carenet_app",
            ],
            reverse_sql=[f"drop function if exists {name}({arguments})"],
        )
    ]


def sql(forward: str | list[str], reverse: str | list[str]) -> list[Operation]:
    """Any other statement with its reverse."""
    return [RunSQL(sql=forward, reverse_sql=reverse)]
