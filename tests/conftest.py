"""Fixtures everybody uses. All work happens as the application's role, behind row security.

A template database is migrated once as the owner and kept by the hash of all migrations; every pytest worker
clones it. `station_db` clones again, for tests with threads, processes or a browser that need real commits.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connections
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from tests import clones, make
from tests.make import NOW

if TYPE_CHECKING:
    from carenet.accounts.models import User
    from carenet.parties.models import Community

ALIASES = ("default", "owner")


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk through it again after every 700 new objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """The databases are cloned by `django_db_setup`; Django's own renaming is not wanted."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """Clone the template for this worker and point both roles at it; 测试社区 is there before the first test."""
    with django_db_blocker.unblock():
        template = clones.template()
        name = clones.clone(template, suffix=f"{worker_id}_{os.getpid()}")
        clones.point_to(name)
        make.community()
        yield
        clones.drop(name)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """`gw0`, `gw1` … under xdist, otherwise `main`."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session", autouse=True)
def _static_files_listed_once() -> Iterator[None]:
    """Each test client makes WhiteNoise look at every static file anew (a tenth of a second): once a process is enough."""
    found: dict[str, Any] = {}
    look = WhiteNoiseMiddleware.add_files_from_finders

    def look_once(self: WhiteNoiseMiddleware) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", look_once)
        yield


@pytest.fixture(autouse=True)
def chinese() -> None:
    """Each test begins in the station's language, whatever page the last one asked for in English."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture
def now() -> datetime:
    """The moment most tests happen: Saturday 21 November 2026, 10:00 in Shanghai."""
    return NOW


@pytest.fixture
def today() -> date:
    return NOW.date()


@pytest.fixture
def community(db: None) -> Community:
    """测试社区: in scope for the whole test. It stands in the worker's database; each test gets it as it was made."""
    from carenet.parties import scope
    from carenet.parties.models import Community

    found = Community.objects.select_related("area__parent").get(slug="test")
    scope.set_for_transaction([found.pk])
    return found


@pytest.fixture
def other_community(community: Community) -> Community:
    """A neighbour whose rows nobody of 测试社区 may see."""
    return make.community(slug="other", name="邻居社区")


@pytest.fixture
def staff(community: Community) -> User:
    """Li of the residents' committee: registers, takes requests, records donations."""
    return make.user("COMMITTEE", community, username="li", display_name="李主任")


@pytest.fixture
def director(community: Community) -> User:
    """Zhang runs the station: approves, grants roles."""
    return make.user("DIRECTOR", community, username="zhang", display_name="张站长")


@pytest.fixture
def worker(community: Community) -> User:
    """Chen is a social worker: assesses, confirms colours, visits."""
    return make.user("SOCIAL_WORKER", community, username="chen", display_name="陈社工")


@pytest.fixture
def supervisor(community: Community) -> User:
    """Zhou supervises the social workers: the second pair of eyes."""
    return make.user("SUPERVISOR", community, username="zhou", display_name="周督导")


@pytest.fixture
def auditor(community: Community) -> User:
    """Wu reads who did and saw what, and changes nothing."""
    return make.user("AUDITOR", community, username="wu", display_name="吴审计")


@pytest.fixture
def street_officer(community: Community) -> User:
    """Qian of the sub-district: reads indicators of all communities below her street."""
    return make.user(
        "STREET_OFFICER", None, area=community.area.parent, username="qian", display_name="钱科员"
    )


@pytest.fixture
def stranger(other_community: Community) -> User:
    """Zhao of the neighbour community: must not even learn that our rows exist."""
    return make.user("COMMITTEE", other_community, username="zhao", display_name="赵主任")


@pytest.fixture
def client_for() -> Callable[[User], Any]:
    """A signed-in Django test client; second factor passed."""
    return make.client_for


@pytest.fixture
def api_for() -> Callable[[User], Any]:
    """A signed-in REST test client."""
    return make.api_for


@pytest.fixture
def station_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[Community]:
    """A fresh committed database: no test transaction, real commits, real threads. Gives its community."""
    with django_db_blocker.unblock():
        before = connections["default"].settings_dict["NAME"]
        name = clones.clone(clones.template(), suffix=f"live_{os.getpid()}_{clones.next_number()}")
        clones.point_to(name)
        try:
            yield make.community()
        finally:
            clones.point_to(before)
            clones.drop(name)
