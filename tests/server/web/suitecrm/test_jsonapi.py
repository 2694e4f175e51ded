"""V8's documents: how records look, and which status a refusal has."""

from __future__ import annotations

import orjson
import pytest

from server.domain import errors
from server.domain.errors import Fault, JunctionError
from server.services.suitecrm.modules import ACCOUNTS, MODULES
from server.web.suitecrm import jsonapi

BEAN = {"id": "b 1", "name": "Maple", "date_entered": "2026-11-20 12:00:00", "description": ""}


def test_a_record_has_attributes_without_its_id_and_moments_with_an_offset() -> None:
    found = jsonapi.resource(ACCOUNTS, ACCOUNTS.fields, BEAN)
    assert (found["type"], found["id"]) == ("Account", "b 1")
    assert found["attributes"] == {"name": "Maple", "date_entered": "2026-11-20T12:00:00+00:00", "description": ""}
    assert found["relationships"]["Contacts"]["links"]["related"] == "/V8/module/Accounts/b%201/relationships/contacts"
    assert jsonapi.related(ACCOUNTS, ACCOUNTS.fields, BEAN)["links"] == {"self": "V8/module/Account/b%201"}


def test_every_module_names_each_related_module_once() -> None:
    for module in MODULES.values():
        assert set(jsonapi.relationships(module, "x")) == {link.module for link in module.links.values()}


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.Invalid(), 400),
        (errors.Unprocessable(), 400),
        (errors.Missing(), 400),
        (errors.Conflict(), 400),
        (errors.Denied(), 400),
        (errors.Missing(code="unknown_route"), 404),
        (errors.Invalid(code="method_not_allowed"), 405),
        (errors.TooLarge(), 413),
        (errors.Unsupported(), 415),
        (errors.Unauthenticated(), 401),
        (errors.Limited(retry_after=3), 429),
        (errors.Later(), 503),
        (errors.Full(), 507),
        (errors.Bug("a secret place"), 500),
    ],
)
def test_a_refusal_has_the_status_that_clients_expect(error: JunctionError, status: int) -> None:
    found = jsonapi.refusal(error)
    body = orjson.loads(found.body)
    assert (found.status, body["errors"]["status"]) == (status, status)
    assert found.headers.get("Retry-After") == ("3" if status == 429 else None)
    assert ("WWW-Authenticate" in found.headers) is (status == 401)
    assert "secret" not in body["errors"]["detail"]


def test_everything_that_is_wrong_is_named() -> None:
    error = errors.Unprocessable("Not valid.", faults=[Fault("/custom/x", "c", "No number."), Fault("", "c", "Too few.")])
    assert jsonapi.detail_of(error) == "Not valid. custom.x: No number.; body: Too few."
