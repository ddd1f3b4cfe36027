"""What no template may contain. Source: architecture.md laws 4, 10, 12; ux.md §8.3."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OURS = [path for path in TEMPLATES if "admin" not in path.relative_to(ROOT / "templates").parts]
# Posting these twice changes nothing: a choice of language or contrast, signing out. See once.EXEMPT.
REPEATABLE = {"components/header.html", "components/footer.html"}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "templates"))


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", text, flags=re.S)


@pytest.mark.parametrize("path", OURS, ids=name)
def test_no_inline_script_style_or_handler(path: Path) -> None:
    text = without_comments(path.read_text("utf-8"))
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "inline script"
    assert not re.search(r"<style\b|\sstyle\s*=", text), "inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline handler"
    assert not re.search(r"\bhx-on\b|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = without_comments(path.read_text("utf-8"))
    assert not re.findall(r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", text)
    assert "googleapis" not in text


@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_writing_form_has_a_token_and_a_key(path: Path) -> None:
    # `{# repeatable: why #}` inside a form says that sending it twice changes nothing, or that its token is the key.
    text = path.read_text("utf-8")
    for form in re.findall(r"<form\b[^>]*method=[\"']post[\"'].*?</form>", text, flags=re.S | re.I):
        if "{# repeatable:" in form:
            continue
        assert "csrf_token" in form
        if name(path) not in REPEATABLE:
            assert "idempotency_key" in form, form[:200]


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_no_chinese_stands_in_a_template(path: Path) -> None:
    text = without_comments(path.read_text("utf-8")).replace(">中文<", "")
    assert not re.findall(r"[\u4e00-\u9fff]+", text)


def test_vendored_work_has_its_licence_and_the_built_sheets_are_the_listed_ones() -> None:
    import hashlib
    import json

    static = ROOT / "carenet" / "webkit" / "static"
    for entry in json.loads((static / "vendor" / "vendor.json").read_text("utf-8")):
        assert (static / "vendor" / entry["licence_file"]).is_file()
        for sheet, digest in entry["built"].items():
            content = (static / "carenet" / sheet).read_bytes()
            assert hashlib.sha256(content).hexdigest() == digest, f"{sheet}: build it with `make css`"
            assert not re.search(rb"url\(|@import", content), "a style sheet fetches something"
            assert b"@font-face" not in content


def test_the_style_sheet_stays_small() -> None:
    import gzip

    sheet = (ROOT / "carenet" / "webkit" / "static" / "carenet" / "carenet.css").read_bytes()
    assert len(gzip.compress(sheet)) < 22_000
