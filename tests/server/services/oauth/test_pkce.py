"""Proof keys, against the vector of RFC 7636 appendix B."""

from __future__ import annotations

from typing import Any

import pytest

from server.services.oauth.pkce import ProofKey
from tests.server.services.oauth.rig import App, back

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_published_vector_fits() -> None:
    assert ProofKey.CODE_CHALLENGE_METHODS["S256"](VERIFIER, CHALLENGE)
    assert list(ProofKey.CODE_CHALLENGE_METHODS) == ["S256"]


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize(
    "changed", [{"code_challenge": ""}, {"code_challenge_method": ""}, {"code_challenge_method": "plain"}, {"code_challenge": "x"}]
)
def test_an_authorization_request_without_a_good_challenge_gets_no_code(changed: dict[str, Any]) -> None:
    reply = App().authorizing(**changed).show(None)
    assert back(reply)["error"] == "invalid_request"  # type: ignore[arg-type]


@pytest.mark.usefixtures("opened")
def test_a_code_is_worth_nothing_without_its_verifier() -> None:
    app = App()
    code = app.code(code_challenge=CHALLENGE)
    assert app.exchange(code, code_verifier=VERIFIER[::-1]).body["error"] == "invalid_grant"
    assert app.exchange(code, code_verifier=VERIFIER).status == 200
