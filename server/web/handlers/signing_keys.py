"""Signing keys, as operators see and change them."""

from __future__ import annotations

from typing import Final

from server.services import signing_keys
from server.services.signing_keys import SigningKeyView
from server.web.calls import Answer, Call, answer, list_answer
from server.web.routes import Group, Runs


def list_signing_keys(call: Call) -> Answer:
    """List signing keys."""
    return list_answer(signing_keys.list_all(call.actor), None, call)


def rotate_signing_key(call: Call) -> Answer:
    """Sign with a new key."""
    return answer(signing_keys.rotate(call.actor), 201)


_GROUP: Final = Group("/admin/v1/signing-keys", "Administration", access="operator")
ROUTES: Final = [
    _GROUP.get("", list_signing_keys, "List the keys that tokens are signed with", runs=Runs.WORK, answer=SigningKeyView, listed=True),
    _GROUP.post("/rotate", rotate_signing_key, "Sign with a new key from now on", runs=Runs.WORK, answer=SigningKeyView, status=201),
]
