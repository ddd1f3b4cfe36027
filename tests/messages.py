"""Translations without gettext's command line tools: extract, update, compile and check with babel and polib.

    .venv/bin/python -m tests.messages update  [app …]   new strings into the .po files, yours are kept
    .venv/bin/python -m tests.messages compile [app …]   .po → .mo (both are committed)
    .venv/bin/python -m tests.messages check   [app …]   what is missing; exit status 1 when anything is
    .venv/bin/python -m tests.messages                   all three (`make messages`)

Strings of `/templates/<name>/` belong to the app of that name; those of the other templates, of `carenet.kernel`,
`carenet.channels` and of the third-party pages we show belong to `carenet.webkit`, whose catalogue wins over all.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import polib
from babel.messages.extract import extract

from tests import words

ROOT = Path(__file__).resolve().parents[1]
LOCALE = "zh_Hans"
CORE = (
    "parties",
    "accounts",
    "ledger",
    "audit",
    "notices",
    "jobs",
    "documents",
    "exports",
    "webkit",
    "portal",
    "api",
)
DOMAIN = ("elders", "services", "volunteers", "charity", "meetings")
APPS = (*CORE, *DOMAIN)
KEYWORDS = {
    "_": None,
    "_lazy": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = {
    "Project-Id-Version": "carenet",
    "Language": LOCALE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
_PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")


@dataclass(frozen=True)
class Message:
    """A translatable string: its context, its text and its plural."""

    text: str
    context: str | None = None
    plural: str | None = None

    @property
    def key(self) -> tuple[str, str | None]:
        return self.text, self.context


# Django has Chinese for these, but not the words our offices use.
BETTER = (Message("Filters"), Message("Log out"), Message("View site"))


@dataclass
class Found:
    """The strings of one app and the files they stand in."""

    messages: dict[tuple[str, str | None], Message] = field(default_factory=dict)
    places: dict[tuple[str, str | None], set[str]] = field(default_factory=dict)

    def add(self, message: Message, place: str) -> None:
        known = self.messages.get(message.key)
        if known is None or (message.plural and not known.plural):
            self.messages[message.key] = message
        self.places.setdefault(message.key, set()).add(place)


def folder(app: str) -> Path:
    """Where the app stands."""
    return ROOT / app if app in DOMAIN else ROOT / "carenet" / app


def catalogue(app: str) -> Path:
    """The app's .po file."""
    return folder(app) / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def _python(text: str) -> Iterator[Message]:
    for _line, content, _comments, context in extract(
        "python", io.BytesIO(text.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    ):
        parts = content if isinstance(content, tuple) else (content,)
        if parts[0]:
            yield Message(parts[0], context, parts[1] if len(parts) > 1 else None)


def _template(text: str) -> Iterator[Message]:
    from django.utils.translation import templatize

    # Everything but the strings is blanked out; inside brackets Python does not mind the indentation.
    return _python(f"(\n{templatize(text)}\n)")


def _sources(app: str) -> Iterator[Path]:
    roots = [folder(app)]
    if app == "webkit":
        roots += [ROOT / "carenet" / "kernel", ROOT / "carenet" / "channels"]
    for root in roots:
        yield from sorted(path for path in root.rglob("*.py") if "migrations" not in path.parts)
    if app == "webkit":
        yield from sorted((ROOT / "carenet").glob("*.py"))


def _templates(app: str) -> Iterator[Path]:
    top = ROOT / "templates"
    own = [top / app]
    if app == "webkit":
        yield from sorted(top.glob("*.html"))
        own += [each for each in sorted(top.iterdir()) if each.is_dir() and each.name not in APPS]
    for each in own:
        for pattern in ("*.html", "*.txt"):
            yield from sorted(each.rglob(pattern))


def strings(app: str) -> Found:
    """Every translatable string of an app's code and templates."""
    found = Found()
    for path in _sources(app):
        for message in _python(path.read_text("utf-8")):
            found.add(message, str(path.relative_to(ROOT)))
    for path in _templates(app):
        for message in _template(path.read_text("utf-8")):
            found.add(message, str(path.relative_to(ROOT)))
    if app == "webkit":
        for message in third_party():
            found.add(message, "django-unfold")
    return found


@cache
def third_party() -> tuple[Message, ...]:
    """The strings of unfold that Django's own catalogues do not already translate."""
    import django
    import unfold

    place = Path(unfold.__file__).parent
    known: set[tuple[str, str | None]] = set()
    inside = Path(django.__file__).parent
    for path in (
        *inside.glob(f"contrib/*/locale/{LOCALE}/**/django.po"),
        inside / f"conf/locale/{LOCALE}/LC_MESSAGES/django.po",
    ):
        known |= {
            (each.msgid, each.msgctxt)
            for each in polib.pofile(str(path))
            if each.msgstr or each.msgstr_plural
        }
    skipped = {"constance", "guardian", "import_export", "inlines", "location_field", "simple_history"}
    found: dict[tuple[str, str | None], Message] = {}
    for path in sorted(place.rglob("*")):
        if skipped & set(path.relative_to(place).parts) or path.suffix not in {".py", ".html"}:
            continue
        read = _python if path.suffix == ".py" else _template
        for message in read(path.read_text("utf-8")):
            if message.key not in known:
                found.setdefault(message.key, message)
    for message in BETTER:
        found.setdefault(message.key, message)
    return tuple(found.values())


def load(app: str) -> polib.POFile:
    """The app's catalogue, or an empty one."""
    path = catalogue(app)
    made = polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)
    made.metadata = dict(HEADER)
    return made


def update(app: str) -> int:
    """Bring new strings into the catalogue and drop those that are gone; returns how many want a translation."""
    found, old = strings(app), load(app)
    kept = {(each.msgid, each.msgctxt): each for each in old if not each.obsolete}
    new = polib.POFile(wrapwidth=110)
    new.metadata = dict(HEADER)
    waiting = 0
    for key in sorted(found.messages, key=lambda each: (each[0].lower(), each[0], each[1] or "")):
        message, before = found.messages[key], kept.get(key)
        entry = polib.POEntry(
            msgid=message.text,
            msgctxt=message.context,
            occurrences=[(each, "") for each in sorted(found.places[key])],
        )
        if "%(" in message.text or re.search(r"%[sd]", message.text):
            entry.flags.append("python-format")
        house = words.HOUSE.get(message.text) if message.context is None and not message.plural else None
        told = house or ("" if before is None else before.msgstr or (before.msgstr_plural or {}).get(0, ""))
        if message.plural:
            entry.msgid_plural, entry.msgstr_plural = message.plural, {0: told}
        else:
            entry.msgstr = told
        waiting += not told
        new.append(entry)
    path = catalogue(app)
    if len(new):
        path.parent.mkdir(parents=True, exist_ok=True)
        new.save(str(path))
    return waiting


def compile_(app: str) -> None:
    """Write the .mo file beside the .po file."""
    path = catalogue(app)
    if path.exists():
        load(app).save_as_mofile(str(path.with_suffix(".mo")))


def _told(entry: polib.POEntry) -> str:
    return entry.msgstr or (entry.msgstr_plural or {}).get(0, "")


def problems(app: str) -> list[str]:
    """What is wrong with an app's Chinese, in sentences."""
    found, book = strings(app), load(app)
    known = {(each.msgid, each.msgctxt): each for each in book if not each.obsolete}
    wrong = []
    for key, message in sorted(found.messages.items(), key=lambda each: (each[0][0], each[0][1] or "")):
        entry, place = known.get(key), ", ".join(sorted(found.places[key])[:2])
        if entry is None:
            wrong.append(f"{app}: missing {message.text!r} ({place})")
        elif "fuzzy" in entry.flags:
            wrong.append(f"{app}: fuzzy {message.text!r}")
        elif not _told(entry):
            wrong.append(f"{app}: empty {message.text!r} ({place})")
        else:
            wanted = {match.group(0) for match in _PLACE.finditer(message.plural or message.text)}
            given = {match.group(0) for match in _PLACE.finditer(_told(entry))}
            if wanted != given and not (message.plural and given <= wanted):
                wrong.append(
                    f"{app}: places differ in {message.text!r}: {sorted(wanted)} and {sorted(given)}"
                )
    compiled = catalogue(app).with_suffix(".mo")
    if found.messages and not compiled.exists():
        wrong.append(f"{app}: not compiled")
    elif found.messages:
        shown = {(each.msgid, each.msgctxt): _told(each) for each in polib.mofile(str(compiled))}
        if shown != {key: _told(each) for key, each in known.items() if _told(each)}:
            wrong.append(f"{app}: the .mo file is older than the .po file")
    return wrong


def contradictions() -> list[str]:
    """The same string with different Chinese in two apps: only one of them would be shown."""
    told: dict[tuple[str, str | None], dict[str, str]] = {}
    for app in APPS:
        for entry in load(app):
            if _told(entry):
                told.setdefault((entry.msgid, entry.msgctxt), {})[app] = _told(entry)
    return [
        f"{key[0]!r}: " + ", ".join(f"{app} {text!r}" for app, text in sorted(by_app.items()))
        for key, by_app in sorted(told.items(), key=lambda each: each[0][0])
        if len(set(by_app.values())) > 1
    ]


def main(arguments: list[str]) -> int:
    """The command line."""
    import django
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=True)
        django.setup()
    if not arguments:
        main(["update"])
        main(["compile"])
        return main(["check"])
    wanted = arguments[1:] or list(APPS)
    unknown = set(wanted) - set(APPS)
    if arguments[0] not in {"update", "compile", "check"} or unknown:
        print(__doc__)
        return 2
    if arguments[0] == "update":
        for app in wanted:
            print(f"{app}: {update(app)} strings want a translation")
    elif arguments[0] == "compile":
        for app in wanted:
            compile_(app)
    else:
        wrong = [line for app in wanted for line in problems(app)]
        if len(wanted) == len(APPS):
            wrong += contradictions()
        print("\n".join(wrong) or "complete")
        return bool(wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
