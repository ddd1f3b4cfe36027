"""Wang with 100 points, Li with none, and books that must prove themselves after a test."""

from __future__ import annotations

import pytest

from carenet.ledger import check
from carenet.parties import scope
from tests import make


@pytest.fixture
def issued(community):
    return make.issued(community)


@pytest.fixture
def wang(community):
    """Wang has 100 points."""
    return make.holder(community, code="volunteer:wang", points=100)


@pytest.fixture
def li(community):
    return make.holder(community, code="volunteer:li")


@pytest.fixture
def books_are_right(community):
    """Whatever a test did, the books prove themselves afterwards."""
    yield
    scope.set_for_transaction([community.pk])
    assert [fault.sentence for fault in check.check_books(community)] == []
