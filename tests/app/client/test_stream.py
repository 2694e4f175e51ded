"""The event stream: what arrives from a real appliance, in order, and where it goes on."""

from __future__ import annotations

from app.client import stream
from app.client.api import Call
from app.client.cancellation import Cancellation
from app.main.demonstration import Demonstration


def test_an_event_arrives_and_the_stream_goes_on_after_it(demonstration: Demonstration) -> None:
    api = demonstration.api.inside(demonstration.tenant_id)
    lines = stream.events(api, "/admin/v1/events/stream", None, Cancellation())
    assert next(lines) is None  # the line is open
    made = [api.ask(Call("POST", "/contacts", body={"first_name": name}))["id"] for name in ("Vera", "Yusuf")]
    first = next(found for found in lines if found is not None)
    assert (first.type, first.document["data"]["id"]) == ("contact.created", made[0])
    again = stream.events(api, "/admin/v1/events/stream", first.id, Cancellation())
    second = next(found for found in again if found is not None)
    assert second.document["data"]["id"] == made[1]
    lines.close()
    again.close()
