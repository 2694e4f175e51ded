"""Which version a request is served in, and what is said about its end."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from server.domain.errors import Gone, Invalid, JunctionError
from server.domain.versions import BY_NAME, CURRENT, Retirement, moment
from server.system import clock
from server.web import table
from server.web.calls import Answer
from server.web.versions import chosen, downgrade, notice, refuse_retired

OLD = BY_NAME["2026-08-01"]
LATER = moment("2028-06-01")


@pytest.mark.parametrize(
    ("asked", "pinned", "expected"),
    [
        (None, "", None),
        (None, CURRENT.name, None),
        (CURRENT.name, OLD.name, None),
        (None, OLD.name, OLD),
        (OLD.name, CURRENT.name, OLD),
        ("", OLD.name, OLD),
    ],
)
def test_the_header_goes_before_the_pinned_version(asked: str | None, pinned: str, expected: object) -> None:
    assert chosen(asked, pinned) is expected


@pytest.mark.parametrize(("at", "name", "kind"), [(0, "yesterday", Invalid), (LATER, OLD.name, Gone)])
def test_what_is_not_served_is_refused(at: int, name: str, kind: type[JunctionError]) -> None:
    with clock.frozen(at), pytest.raises(kind):
        chosen(name, CURRENT.name)


def test_an_operation_is_refused_from_its_last_day_on() -> None:
    route = next(route for route in table.build().routes if route.ending is not None)
    with clock.frozen(LATER - 1):
        refuse_retired(route)
        refuse_retired(replace(route, ending=None))
    with clock.frozen(LATER), pytest.raises(Gone) as caught:
        refuse_retired(route)
    assert caught.value.members == {"successor": "/api/v1/objects"}


@pytest.mark.criterion("api-23")
def test_an_end_is_announced_as_the_standards_write_it() -> None:
    assert notice(Retirement("2026-11-01", "2028-06-01", "/api/v1/objects")) == {
        "Deprecation": "@1793491200",
        "Sunset": "Thu, 01 Jun 2028 00:00:00 GMT",
        "Link": '</api/v1/versions>; rel="deprecation"; type="application/json", </api/v1/versions>; rel="sunset"; type="application/json", '
        '</api/v1/objects>; rel="successor-version"',
    }


@pytest.mark.criterion("api-23")
def test_every_announced_end_is_a_year_away_or_more_and_names_what_is_served() -> None:
    routes = table.build()
    endings = [route.ending for route in routes.routes if route.ending is not None]
    assert endings
    for ending in endings:
        assert moment(ending.sunset) - moment(ending.deprecated) >= 365 * 86_400_000
        assert ending.successor is None or routes.find(ending.successor) is not None


def test_only_json_is_rewritten() -> None:
    contact = orjson.dumps({"object": "contact", "lifecycle": "lead"})
    for found in (Answer(contact, content_type="text/csv"), Answer(b"", 204)):
        before = found.body
        downgrade(OLD, "/api/v1/contacts", found)
        assert found.body == before
    found = Answer(contact)
    downgrade(OLD, "/api/v1/contacts", found)
    assert orjson.loads(found.body) == {"object": "contact", "lifecycle_stage": "lead"}
