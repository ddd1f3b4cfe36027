"""Names of services that stand as plain words in old books, told in the reader's language."""

from __future__ import annotations

from django.utils import translation

from carenet.parties.catalogue_rows import ROWS

_ENGLISH = {row[2]: row[3] for row in ROWS}
_NAMES = {row[1]: row[2:4] for row in ROWS}
_CHINESE = {row[3]: row[2] for row in ROWS}


def service_name(words: str) -> str:
    """What was done, in the reader's language when it is a service of the catalogue; otherwise as it was written."""
    known = _CHINESE if (translation.get_language() or "").startswith("zh") else _ENGLISH
    return known.get(words, words)


def name_of_code(code: str) -> str:
    """The service of a code, in the reader's language, without a query; an unknown code stays a code."""
    chinese, english = _NAMES.get(code, (code, code))
    return chinese if (translation.get_language() or "").startswith("zh") else english
