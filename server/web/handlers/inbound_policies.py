"""What a tenant does with mail that its sender's domain disowns."""

from __future__ import annotations

from typing import Final

from server.services.email import inbound_policies
from server.services.email.inbound_policies import InboundPolicyChange, InboundPolicyView
from server.web.calls import Answer, Call, answer
from server.web.routes import Group


def get_inbound_policy(call: Call) -> Answer:
    """Show what is done with mail that its sender's domain disowns."""
    return answer(inbound_policies.get(call.actor, call.settings))


def put_inbound_policy(call: Call) -> Answer:
    """Choose what is done with mail that its sender's domain disowns."""
    return answer(inbound_policies.put(call.actor, call.body, call.settings))


_GROUP: Final = Group("/api/v1/email/inbound/policy", "Email", "email")
ROUTES: Final = [
    _GROUP.get("", get_inbound_policy, "Show what is done with mail that its sender's domain disowns", answer=InboundPolicyView),
    _GROUP.put(
        "",
        put_inbound_policy,
        "Choose what is done with mail that its sender's domain disowns",
        body=InboundPolicyChange,
        answer=InboundPolicyView,
        example={"on_reject": "refuse", "on_quarantine": "quarantine", "trusted_authserv_ids": ["mx.google.com"]},
    ),
]
