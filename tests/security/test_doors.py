"""Every address × every role × the object of the own and of the neighbour community. ASVS 8.2.1, 8.2.2, 8.4.1.

The expected answers are data: `tests/security/doors/<app>.py`. An address without a row fails.
"""

from __future__ import annotations

import copy
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.contrib import admin
from django.db import connection, transaction
from django.template import loader
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLResolver

from carenet.accounts.backends import NameOrPhoneBackend
from carenet.accounts.middleware import SEEN, STARTED
from carenet.accounts.models import User
from carenet.parties import scope
from carenet.parties.models import Person
from carenet.webkit import error_pages, once
from tests import make
from tests.security.doors import ROLES, Door, doors
from tests.security.worlds import World

# Not doors of ours: the office is tried below, its login and password pages lead to ours.
OUTSIDE = {"admin:*", "?", "api-docs", "api-redoc", "api-schema"}


def addresses(patterns: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The names of all addresses in the resolver."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, (*spaces, each.namespace) if each.namespace else spaces)
        elif spaces[:1] == ("admin",):
            yield "admin:*"
        else:
            yield ":".join((*spaces, each.name or "?"))


def test_every_address_has_a_row_and_every_row_an_address():
    found, rows = set(addresses()) - OUTSIDE, {door.name for door in doors()}
    assert not found - rows, f"add rows to tests/security/doors/<app>.py for {sorted(found - rows)}"
    assert not rows - found, f"no such address: {sorted(rows - found)}"


def _made(maker: Any, world: World, otherwise: Any) -> Any:
    """What a row's maker gives for a world; it may query the world's rows."""
    if maker is None:
        return otherwise
    with connection.execute_wrapper(_forget_who_is_who), scope.within([world.community.pk]):
        return maker(world)


def knock(door: Door, client: Client, world: World, args: list[Any]) -> Any:
    """One request to a door, undone afterwards."""
    kwargs = _made(door.kwargs, world, None)
    url = reverse(door.name, args=args or None, kwargs=kwargs)
    body = _made(door.data, world, {})
    cookies = copy.deepcopy(client.cookies)
    with transaction.atomic():
        if door.method == "GET":
            response = client.get(url, body)
        elif door.is_api:
            response = client.generic(
                door.method, url, json.dumps(body, default=str), content_type="application/json",
                headers={"Idempotency-Key": once.new_key()},
            )  # fmt: skip
        else:
            response = client.generic(
                door.method, url,
                urlencode({**body, once.FIELD: once.new_key()}, doseq=True),
                content_type="application/x-www-form-urlencoded",
            )  # fmt: skip
        if hasattr(response, "streaming_content"):
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies  # a door may sign out or open a new session
    return response


def is_closed(door: Door, response: Any) -> bool:
    """Whether the answer keeps the person out."""
    if response.status_code in door.closed:
        return True
    if door.is_api:
        return response.status_code == 401
    return response.status_code == 302 and response["Location"].split("?")[0] == reverse(settings.LOGIN_URL)


def _signed_in(user: Any) -> Client:
    """A client whose session has begun and is not written again at each request."""
    client = Client(raise_request_exception=True)
    client.force_login(user)
    session = client.session
    session[STARTED], session[SEEN] = int(time.time()), int(time.time()) + 3600
    session.save()
    return client


def _names_of(world: World) -> set[str]:
    """The names of everybody known to a community."""
    with scope.within([world.community.pk]):
        return {name for name in Person.objects.values_list("name", flat=True) if len(name) > 1}


def _seen(response: Any, marks: set[str]) -> set[str]:
    """Names of the neighbours that stand on a page."""
    if response.status_code != 200 or getattr(response, "streaming", False):
        return set()
    text = response.content.decode(errors="ignore")
    return {mark for mark in marks if mark in text}


class ErrorPagesOnce:
    """Draws the error page of a person once: it is the same for all doors, and two answers of three are one."""

    def __init__(self) -> None:
        self._drawn: dict[tuple[Any, ...], str] = {}

    def render_to_string(self, name: str, context: dict[str, Any], request: Any = None) -> str:
        who = request.user.pk if request is not None else None
        which = (name, who, *sorted((key, str(value)) for key, value in context.items()))
        if which not in self._drawn:
            self._drawn[which] = loader.render_to_string(name, context, request)
        return self._drawn[which]


@pytest.fixture
def _error_pages_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(error_pages, "loader", ErrorPagesOnce())


# Whoever knocks, and the roles held: the same at each door until a maker writes something, for each knock is undone.
_who_is_who: dict[Any, User] = {}
_READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def _forget_who_is_who(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
    if not str(sql).lstrip().upper().startswith(_READS):
        _who_is_who.clear()
    return execute(sql, params, many, context)


@pytest.fixture
def _users_read_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each request gets a user of its own with the roles of the database, read once for all doors."""
    read = NameOrPhoneBackend.get_user

    def read_once(self: NameOrPhoneBackend, user_id: Any) -> User | None:
        if user_id not in _who_is_who:
            user = read(self, user_id)
            if user is None:
                return None
            user.current_grants  # noqa: B018  (kept with the user)
            _who_is_who[user_id] = user
        return copy.copy(_who_is_who[user_id])

    _who_is_who.clear()
    monkeypatch.setattr(NameOrPhoneBackend, "get_user", read_once)
    yield
    _who_is_who.clear()


GROUPS: dict[str, list[Door]] = defaultdict(list)
for _door in doors():
    GROUPS[_door.name.split(":")[0].removeprefix("api-")].append(_door)


# Each test builds its two worlds; a room with many doors is tried in pieces, so that no worker waits for another.
PIECE = 40
PIECES = [
    pytest.param(rows[start : start + PIECE], id=f"{group}-{start // PIECE + 1}")
    for group, rows in sorted(GROUPS.items())
    for start in range(0, len(rows), PIECE)
]


@pytest.mark.slow
@pytest.mark.usefixtures("_error_pages_once", "_users_read_once")
@pytest.mark.parametrize("piece", PIECES)
def test_each_door_opens_for_those_it_should_and_nobody_else(community, piece):
    here = World(community, "here")
    there = World(make.community(slug="there", name="邻居社区"), "there")
    clients = {role: _signed_in(here.user(role)) for role in ROLES}
    stranger = _signed_in(there.user("committee"))
    wrong: list[str] = []
    marks: set[str] = set()

    def expect(door: Door, who: str, client: Client, world: World, args: list[Any], comes_in: bool) -> None:
        try:
            response = knock(door, client, world, args)
        except Exception as broken:  # an unhandled error is a 500 for the visitor
            wrong.append(f"{door} as {who} on {world.tag} {args}: {type(broken).__name__}: {broken}")
            return
        if who == "a stranger" and not door.public and (seen := _seen(response, marks)):
            wrong.append(f"{door} as {who}: shows {seen} of the neighbours")
        closed = is_closed(door, response)
        if closed == comes_in or response.status_code >= 500:
            should = "come in" if comes_in else "stay out"
            wrong.append(f"{door} as {who} on {world.tag} {args}: {response.status_code}, should {should}")

    for door in piece:
        try:
            opens, opens_other = set(door.opens), set(door.opens_other)
            args, other_args = _made(door.args, here, []), _made(door.args, there, [])
            expect(door, "a visitor", Client(), here, args, door.public)
            for role, client in clients.items():
                own_args = _made(door.own.get(role), here, args)
                expect(door, role, client, here, own_args, door.public or role in opens)
                if role in door.own:
                    expect(door, f"{role} (somebody else's)", client, here, args, door.public)
                if door.args:
                    expect(door, role, client, there, other_args, door.public or role in opens_other)
            if door.args:
                expect(door, "a stranger", stranger, here, args, door.public)
            else:
                marks |= _names_of(here) - _names_of(there)
                expect(door, "a stranger", stranger, there, args, "committee" in opens)
        except NoReverseMatch as missing:
            wrong.append(f"{door}: {missing}")
    assert not wrong, "\n" + "\n".join(wrong)


# --- the office ----------------------------------------------------------------------------------
OUTSIDE_THE_OFFICE = ("elder", "family", "volunteer", "provider", "care_worker", "donor", "representative")


@pytest.mark.slow
@pytest.mark.usefixtures("_users_read_once")
def test_nobody_without_an_office_role_opens_any_page_of_the_office(community):
    here = World(community, "here")
    clients = {"a visitor": Client(), **{role: _signed_in(here.user(role)) for role in OUTSIDE_THE_OFFICE}}
    for model in admin.site._registry:
        for page in ("changelist", "add"):
            try:
                url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
            except NoReverseMatch:
                continue
            for who, client in clients.items():
                assert client.get(url).status_code in {302, 403, 404}, (who, url)


@pytest.mark.slow
def test_office_lists_of_the_neighbour_show_nothing_of_ours(community):
    here, there = World(community, "here"), World(make.community(slug="there", name="邻居社区"), "there")
    person = here.person
    stranger = _signed_in(there.user("committee"))
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        response = stranger.get(reverse(f"{base}_changelist"))
        assert response.status_code in {200, 302, 403}, base
        if response.status_code == 200:
            assert person.name not in response.content.decode(), base
    url = reverse("admin:parties_person_change", args=[person.pk])
    answer = stranger.get(url)
    assert answer.status_code in {302, 404}
    assert person.name not in answer.content.decode()
