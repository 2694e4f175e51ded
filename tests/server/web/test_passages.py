"""A request begins as nobody's, and nobody may do nothing."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from server.domain.errors import Denied
from server.domain.permissions import SCOPES, permit
from server.services.tenants import require_operator
from server.web.passages import NOBODY, Passage


@pytest.mark.parametrize("scope", sorted(SCOPES))
def test_nobody_may_do_nothing(scope: str) -> None:
    with pytest.raises(Denied):
        permit(NOBODY, scope)


def test_nobody_is_no_operator_and_in_no_tenant() -> None:
    with pytest.raises(Denied):
        require_operator(NOBODY)
    assert NOBODY.tenant_id == ""


def test_a_request_begins_as_nobodys() -> None:
    passage = Passage(make_mocked_request("GET", "/"), "req_1", "mine", 0, "/")
    assert (passage.actor, passage.credential, passage.verdict, passage.code) == (NOBODY, None, None, None)
