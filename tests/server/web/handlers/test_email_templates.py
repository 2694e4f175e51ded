"""Templates over HTTP: made, changed, previewed, sent on trial."""

from __future__ import annotations

from server.system import ids
from tests.api.appliance import Persona
from tests.mailing import verified
from tests.server.web.handlers.people import OVER_HTTP

alice, appliance, bob, charlie, operator, personas = OVER_HTTP
TEMPLATES = "/api/v1/email/templates"


def test_the_life_of_a_template(alice: Persona, bob: Persona) -> None:
    made = alice.client.post(TEMPLATES, {"name": "a", "subject": "Hi {{ name }}", "html": "<p>{{ name }}</p>", "sample": {"name": "Ada"}})
    assert (made.status, made.headers["etag"]) == (201, '"1"')
    one = made.headers["location"]
    assert bob.client.post(f"{one}/preview", None).json["subject"] == "Hi Ada"
    changed = alice.client.send("PATCH", one, {"subject": "Hello {{ name }}"}, {"If-Match": '"1"'})
    assert (changed.status, changed.json["current_version"]) == (200, 2)
    assert [row["number"] for row in alice.client.get(f"{one}/versions").json["data"]] == [2, 1]
    assert alice.client.send("PATCH", one, {"subject": "x"}, {"If-Match": '"1"'}).status == 412
    domain = f"{ids.new_id('d').replace('_', '-')}.example"
    verified(alice.tenant_id, domain)
    trial = alice.client.post(f"{one}/test", {"from": f"a@{domain}", "to": "ada@customer.example"})
    assert (trial.status, trial.json["subject"], trial.json["template_version"]) == (202, "Hello Ada", 2)
    assert [row["name"] for row in alice.client.get(TEMPLATES).json["data"]] == ["a"]
    assert (alice.client.delete(one).status, alice.client.get(one).status) == (204, 404)


def test_a_template_that_does_too_much_is_pointed_at(alice: Persona) -> None:
    reply = alice.client.post(TEMPLATES, {"name": "b", "subject": "{{ x.__class__ }}{% import 'os' as o %}", "html": "x"})
    assert (reply.status, reply.pointers) == (422, ["/subject"])
