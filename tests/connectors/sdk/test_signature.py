"""A call counts only with the proof of the scheme that the manifest names."""

from __future__ import annotations

import pytest

from connectors.sdk.errors import NeedsUser
from connectors.sdk.signature import Hook, require_proof
from connectors.sdk.values import Call


def call(proof: str) -> Call:
    return Call("POST", "https://junction.example/hooks/x", {}, (), b"{}", proof)


def test_the_declared_proof_is_enough() -> None:
    require_proof(Hook("stripe"), call("stripe"))


@pytest.mark.parametrize(("hook", "proof"), [(Hook("stripe"), ""), (Hook("stripe"), "token"), (None, "stripe"), (Hook(""), ""), (None, "")])
def test_any_other_call_is_refused(hook: Hook | None, proof: str) -> None:
    with pytest.raises(NeedsUser) as raised:
        require_proof(hook, call(proof))
    assert raised.value.stable_code == "unverified_hook"


def test_every_scheme_that_a_manifest_names_is_one_that_the_appliance_verifies() -> None:
    from connectors import registry
    from server.domain.inbound.schemes import SCHEMES

    named = {manifest.hook.scheme for manifest in registry.manifests().values() if manifest.hook}
    assert named <= set(SCHEMES)
