"""The shipped vectors of Standard Webhooks, judged by our verifier and by other people's, at the second they were made for."""

from __future__ import annotations

import json
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks
import svix
from standardwebhooks.webhooks import EmptyWebhookSecretError

from server.domain.errors import Unauthenticated
from server.domain.signing import verify

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "resources" / "webhooks" / "vectors.json").read_bytes())
ACCEPTED, REFUSED = VECTORS["accepted"], VECTORS["refused"]
LIBRARIES = {"standardwebhooks-python": standardwebhooks.Webhook, "svix-python": svix.Webhook}


def titled(vector: dict[str, Any]) -> str:
    return str(vector["title"])


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets the clock of the libraries, which ask `datetime` for the time."""

    def put(seconds: int) -> None:
        class Frozen(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Frozen:
                return cls.fromtimestamp(seconds, tz)

        monkeypatch.setattr("standardwebhooks.webhooks.datetime", Frozen)

    return put


@pytest.mark.criterion("webhooks-17")
def test_there_are_enough_of_both_and_no_two_alike() -> None:
    assert len(ACCEPTED) >= 15
    assert len(REFUSED) >= 25
    for kind in (ACCEPTED, REFUSED):
        assert len({titled(vector) for vector in kind}) == len(kind)


@pytest.mark.criterion("webhooks-16", "webhooks-17")
@pytest.mark.parametrize("vector", ACCEPTED, ids=titled)
def test_a_good_vector_verifies_with_us_and_with_others(vector: dict[str, Any], at: Any) -> None:
    verify([vector["secret"]], vector["headers"], vector["body"].encode(), vector["now"])
    at(vector["now"])
    for library in LIBRARIES.values():
        library(vector["secret"]).verify(vector["body"], vector["headers"])


@pytest.mark.criterion("webhooks-17")
@pytest.mark.parametrize("vector", REFUSED, ids=titled)
def test_a_bad_vector_is_refused_by_name_and_by_others_unless_they_are_known_to_be_lax(vector: dict[str, Any], at: Any) -> None:
    with pytest.raises(Unauthenticated) as refused:
        verify([vector["secret"]], vector["headers"], vector["body"].encode(), vector["now"])
    assert refused.value.stable_code == vector["code"]
    at(vector["now"])
    assert [name for name in LIBRARIES if accepts(name, vector)] == [name for name in vector.get("accepted_by", ()) if name in LIBRARIES]


def accepts(name: str, vector: dict[str, Any]) -> bool:
    """Tell whether a library takes a message; some refuse a malformed header by whatever error it leads to."""
    try:
        LIBRARIES[name](vector["secret"]).verify(vector["body"], vector["headers"])
    except (standardwebhooks.WebhookVerificationError, EmptyWebhookSecretError, ValueError):
        return False
    return True
