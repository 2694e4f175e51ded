"""A call counts only with the proof of the scheme that the manifest names."""

from __future__ import annotations

import pytest

from connectors.sdk.errors import NeedsUser
from connectors.sdk.signature import Hook, require_proof
from connectors.sdk.values import Call


def call(proof: str) -> Call:
    return Call("POST", "https://junction.example/hooks/x", {}, (), b"{}", proof)


def refusal(hook: Hook | None, proof: str) -> str | None:
    try:
        require_proof(hook, call(proof))
    except NeedsUser as error:
        return error.stable_code
    return None


@pytest.mark.parametrize("proof", ["stripe", "", "token"])
@pytest.mark.parametrize("hook", [Hook("stripe"), Hook("token"), Hook(""), None])
def test_a_call_counts_with_the_proof_that_is_declared_and_with_no_other(hook: Hook | None, proof: str) -> None:
    declared = bool(proof) and hook == Hook(proof)
    assert refusal(hook, proof) == (None if declared else "unverified_hook")


def test_every_scheme_that_a_manifest_names_is_one_that_the_appliance_verifies() -> None:
    from connectors import registry
    from server.domain.inbound.schemes import SCHEMES

    named = {manifest.hook.scheme for manifest in registry.manifests().values() if manifest.hook}
    assert named <= set(SCHEMES)
