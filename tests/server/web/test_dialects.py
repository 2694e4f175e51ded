"""Whose words a refusal is said in follows from the route, or from the address where there is none."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request

from server.domain.errors import Missing
from server.web import dialects, table
from server.web.passages import Passage

TABLE = table.build()


def passage(path: str) -> Passage:
    """Return a request on its way, with its route if there is one."""
    found = TABLE.find(path)
    route = next(iter(found[0].values()))[0] if found else None
    return Passage(make_mocked_request("GET", path), "req_1", "req_1", 0, path, route=route)


@pytest.mark.parametrize(
    ("path", "protocol"),
    [
        ("/api/v1/contacts", "native"),
        ("/nothing", "native"),
        ("/oauth/token", "oauth"),
        ("/Api/V8/module/Accounts", "suitecrm_v8"),
        ("/legacy/Api/V8/module/Accounts", "suitecrm_v8"),
        ("/Api/V8/nothing", "suitecrm_v8"),
        ("/legacy/Api/V9", "suitecrm_v8"),
        ("/Api/access_token", "suitecrm_tokens"),
    ],
)
def test_an_address_has_its_protocol(path: str, protocol: str) -> None:
    assert dialects.protocol_of(passage(path)) == protocol


def test_only_foreign_protocols_have_words_of_their_own() -> None:
    assert dialects.refusal_for(passage("/api/v1/contacts")) is None
    refusal = dialects.refusal_for(passage("/Api/V8/nothing"))
    assert refusal is not None
    assert b'"errors"' in refusal(Missing()).body
