"""The address of search."""

from __future__ import annotations

import pytest

from server.domain.actor import Actor
from server.domain.errors import Invalid
from tests.server.crm import index, made, viewer
from tests.server.web.calling import called


def test_a_question_is_answered_in_the_envelope_of_every_list(alice: Actor, charlie: Actor) -> None:
    ann = made(alice, "contact", first_name="Ann")
    made(alice, "deal", name="Ann's engine")
    index()
    found = called(alice, "GET", "/search?q=ann").json
    assert (found["object"], found["has_more"], found["next_cursor"], len(found["data"])) == ("list", False, None, 2)
    assert found["data"][0]["id"] == ann["id"]
    assert len(called(alice, "GET", "/search?q=ann&limit=1").json["data"]) == 1
    assert [one["object"] for one in called(alice, "GET", "/search?q=ann&types=deals").json["data"]] == ["deal"]
    assert len(called(viewer(alice), "GET", "/search?q=ann").json["data"]) == 2
    assert called(charlie, "GET", "/search?q=ann").json["data"] == []


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=ann&limit=0", "?q=ann&types=nobody"])
def test_a_question_that_is_none_is_refused(alice: Actor, query: str) -> None:
    with pytest.raises(Invalid) as refused:
        called(alice, "GET", f"/search{query}")
    assert refused.value.faults
