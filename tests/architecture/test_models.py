"""Laws that import-linter cannot see: foreign keys point down, tables stand behind walls, actions are verbs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models
from pghistory.models import Event

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("elders", "charity", "volunteers", "services", "meetings")
CORE = tuple(
    f"carenet/{each}"
    for each in ("parties", "accounts", "audit", "ledger", "notices", "jobs", "documents", "exports")
)

# Lower first; a set is one floor whose apps do not know each other.
FLOORS: tuple[frozenset[str], ...] = tuple(
    frozenset(each.split())
    for each in (
        "contenttypes pghistory", "parties", "auth otp_totp otp_static accounts", "audit ledger notices jobs documents",
        "exports", "webkit", "elders", "charity", "volunteers", "services", "meetings", "portal api",
    )
)  # fmt: skip
# Neighbours on one floor that may know each other, with the reason.
NEIGHBOURS = {("jobs", "documents"): "a job keeps the file it was started with"}
# Outside the wall on purpose: the scope of a request is computed from the grants.
OUTSIDE = {"accounts.RoleGrant", "accounts.RoleGrantEvent"}


def ours() -> list[type[models.Model]]:
    known = set().union(*FLOORS)
    return [each for each in apps.get_models() if each._meta.app_label in known and each._meta.managed]


def floor_of(label: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if label in floor)


def test_foreign_keys_point_down():
    wrong = []
    for model in ours():
        source = model._meta.app_label
        if source in FLOORS[0]:
            continue
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.ManyToManyField):
                continue
            target = field.related_model._meta.app_label
            if target == source or (source, target) in NEIGHBOURS or target not in set().union(*FLOORS):
                continue
            down = floor_of(target) < floor_of(source)
            if not down and not {source, target} <= FLOORS[2]:
                wrong.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert not wrong


def with_community() -> list[type[models.Model]]:
    return [each for each in ours() if any(field.name == "community" for field in each._meta.concrete_fields)]


def test_every_model_with_a_community_is_behind_the_wall(db):
    with connection.cursor() as cursor:
        cursor.execute("select relname from pg_class where relrowsecurity and relforcerowsecurity")
        guarded = {row[0] for row in cursor.fetchall()}
    missing = [each._meta.label for each in with_community() if each._meta.db_table not in guarded]
    assert set(missing) <= OUTSIDE
    assert len(with_community()) > 20


def test_every_history_of_rows_only_grows(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname like '%append_only'"
        )
        frozen = {row[0] for row in cursor.fetchall()}
    events = [each for each in ours() if issubclass(each, Event)]
    assert [each._meta.label for each in events if each._meta.db_table not in frozen] == []
    assert len(events) > 10


def test_nothing_is_deleted_by_a_foreign_key():
    """History is never torn out by a cascade; drafts below their own parent may be."""
    wrong = [
        f"{model._meta.label}.{field.name}"
        for model in ours()
        if model._meta.app_label not in {"auth", "contenttypes", "pghistory", "otp_totp", "otp_static"}
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and field.remote_field.on_delete is models.CASCADE
        and field.related_model._meta.app_label != model._meta.app_label
    ]
    assert wrong == []


# --- actions -------------------------------------------------------------------------------------
def action_files() -> list[Path]:
    found = []
    for app in (*ROOMS, *CORE):
        folder = ROOT / app / "actions"
        found += sorted(folder.rglob("*.py")) if folder.is_dir() else [ROOT / app / "actions.py"]
    return [each for each in found if each.exists()]


def verbs() -> Iterator[tuple[str, ast.FunctionDef]]:
    """The public functions of action modules that somebody (`by`) does."""
    for path in action_files():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


# Not verbs but the pen that a room's actions share: the thing stands first.
PENS = ("services/actions/trail.py", "services/actions/dispatch/asked.py")


def test_actions_take_keywords_only_and_name_actor_and_time():
    wrong = []
    for where, node in verbs():
        keywords = {each.arg for each in node.args.kwonlyargs}
        positional = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        bulk = node.name.endswith("_many")  # each row brings its own moment
        if "by" in positional or ("by" in keywords and positional and not where.startswith(PENS)):
            wrong.append(f"{where}: keywords only, please")
        if "by" in keywords and not keywords & {"at", "on"} and not bulk:
            wrong.append(f"{where}: who did it is there, when is not")
        defaults = dict(zip([each.arg for each in node.args.kwonlyargs], node.args.kw_defaults, strict=True))
        if any(defaults.get(each) is not None for each in ("by", "at")):
            wrong.append(f"{where}: `by` and `at` have no default")
    assert not wrong, "\n".join(wrong)
    assert sum(1 for _each in verbs()) > 30


def test_actions_say_in_a_docstring_what_they_do():
    silent = [where for where, node in verbs() if not ast.get_docstring(node)]
    assert not silent, "\n".join(silent)


CLOCKS = {"now", "localdate", "today", "utcnow", "localtime"}


def below_the_doors() -> list[Path]:
    found = []
    for app in (*ROOMS, *CORE):
        for name in ("actions", "reports", "policies", "querysets", "models", "states"):
            place = ROOT / app / name
            found += sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return [each for each in found if each.exists()]


def test_nobody_below_the_doors_reads_the_clock():
    wrong = []
    for path in below_the_doors():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            holder = node.func.value
            named = holder.id if isinstance(holder, ast.Name) else getattr(holder, "attr", "")
            if (
                node.func.attr in CLOCKS
                and named in {"timezone", "datetime", "date", "time"}
                and not (node.func.attr == "localtime" and node.args)
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {named}.{node.func.attr}()")
    assert not wrong, "\n".join(wrong)


# --- doors ---------------------------------------------------------------------------------------
def door_files() -> list[Path]:
    found: list[Path] = []
    for app in (*ROOMS, *CORE, "carenet/portal", "carenet/api"):
        for name in ("web", "api", "admin", "tasks", "views"):
            place = ROOT / app / name
            found += sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]
    return [each for each in found if each.exists()]


# Reference data outside the wall, and what the register's own form already fetched through visible_to.
FREE = ("ServiceKind.objects.get(", "Area.objects.get(", "form.instance.pk")


@pytest.mark.parametrize("pattern", [".objects.get(", "._base_manager", ".save_m2m(", "unsafe_hash"])
def test_doors_never_fetch_around_visible_to(pattern):
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in door_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern in line and not any(each in line for each in FREE)
    ]
    assert not found, "use get_object_or_404(….visible_to(request.user), …):\n" + "\n".join(found)


def test_doors_leave_the_transaction_to_the_middleware():
    """A `select_for_update` or a raw INSERT in a door is an action in the wrong place."""
    found = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in door_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if ".select_for_update(" in line or ".objects.create(" in line or ".bulk_create(" in line
    ]
    assert not found, "\n".join(found)


LONGEST = 400
# Files that may be longer, up to this many lines, and why.
LONG_FOR_A_REASON = {
    "carenet/parties/catalogue_rows.py": (500, "data"),
    "elders/actions/registry.py": (450, "the register's verbs belong together; split when it grows"),
    "elders/models/register.py": (520, "Elder with what hangs directly on it; split when it grows"),
}


def test_no_file_is_longer_than_four_hundred_lines_without_a_reason():
    long = []
    for top in (*ROOMS, "carenet"):
        for path in (ROOT / top).rglob("*.py"):
            name = str(path.relative_to(ROOT))
            count = len(path.read_text(encoding="utf-8").splitlines())
            if "/migrations/" not in name and count > LONG_FOR_A_REASON.get(name, (LONGEST, ""))[0]:
                long.append(f"{name}: {count}")
    assert not long, "\n".join(long)


DEMO_HELPERS = ROOT / "carenet/demo/helpers.py"  # the people who help, not odds and ends


def test_there_is_no_drawer_for_odds_and_ends():
    names = {"utils", "helpers", "common", "core", "misc"}
    found = [
        str(path.relative_to(ROOT))
        for top in (*ROOMS, "carenet")
        for path in (ROOT / top).rglob("*.py")
        if (path.stem in names or path.parent.name in names) and path != DEMO_HELPERS
    ]
    assert not found
