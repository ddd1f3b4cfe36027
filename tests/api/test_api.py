"""The REST root, its documentation, and its frozen contract."""

from __future__ import annotations

import difflib
import re
from typing import Any

import pytest
import yaml
from django.test import Client
from django.urls import reverse

from tests import make
from tests.api import openapi


def test_the_root_names_every_collection_and_only_json(community: Any) -> None:
    answer = Client().get("/api/v1/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer["Content-Type"] == "application/json"
    found = answer.json()
    assert found.get("version") == 1, found
    for name, url in found["collections"].items():
        assert re.fullmatch(r"[a-z.-]+", name), name
        assert url == f"http://testserver/api/v1/{name.replace('.', '/')}/"


def test_the_api_wants_a_sign_in_and_says_so_in_its_own_shape(community: Any) -> None:
    for name, url in Client().get("/api/v1/").json()["collections"].items():
        answer = Client().get(url)
        assert answer.status_code in {401, 403, 405}, name
        assert set(answer.json()) >= {"code", "message"}, name


def test_the_contract_has_not_changed_by_accident() -> None:
    document, complaints = openapi.current()
    assert not complaints or "Errors:   0" in complaints, complaints
    difference = list(
        difflib.unified_diff(
            openapi.SNAPSHOT.read_text("utf-8").splitlines(),
            document.splitlines(),
            "snapshot",
            "code",
            lineterm="",
            n=1,
        )
    )
    assert not difference, "if meant, run `.venv/bin/python -m tests.api.openapi`:\n" + "\n".join(
        difference[:60]
    )


def test_every_write_names_its_idempotency_header() -> None:
    document = yaml.safe_load(openapi.current()[0])
    without = [
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method, call in methods.items()
        if method in {"post", "put", "patch", "delete"}
        and not any(each.get("name") == "Idempotency-Key" for each in call.get("parameters", []))
    ]
    assert not without


def test_the_documentation_is_for_the_office_and_comes_from_our_own_host(staff: Any, community: Any) -> None:
    assert Client().get(reverse("api-docs")).status_code == 302
    page = make.client_for(staff).get(reverse("api-docs")).content.decode()
    assert "drf_spectacular_sidecar" in page
    assert "cdn" not in page
    assert make.client_for(staff).get(reverse("api-schema")).status_code == 200


@pytest.mark.parametrize("name", ["api-docs", "api-redoc"])
def test_volunteers_do_not_read_the_documentation(community: Any, name: str) -> None:
    assert make.client_for(make.user("VOLUNTEER", community)).get(reverse(name)).status_code == 302
