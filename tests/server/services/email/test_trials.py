"""A trial of a template is a message with its sample, or with what is given instead."""

from __future__ import annotations

from pathlib import Path

from server.domain.actor import Actor
from server.services.email import templates, trials
from server.services.email.templates import NewTemplate
from server.services.email.trials import TemplateTrial
from tests.mailing import sending_settings, verified


def test_a_template_is_sent_filled_with_its_sample_or_with_what_is_given(alice: Actor, tmp_path: Path) -> None:
    verified(alice.tenant_id, "example.com")
    made = templates.create(alice, NewTemplate(name="a", subject="Hi {{ name }}", text="x", sample={"name": "Ada"}))
    limits = sending_settings(tmp_path).email
    for data, subject in ((None, "Hi Ada"), ({"name": "Bob"}, "Hi Bob")):
        trial = TemplateTrial.model_validate({"from": "alice@example.com", "to": "bob@customer.test", "data": data})
        sent = trials.send_trial(alice, made["id"], trial, limits)
        assert (sent["subject"], sent["metadata"], sent["template_id"]) == (subject, {"trial": "true"}, made["id"])
