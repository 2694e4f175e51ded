"""Resource indicators."""

from __future__ import annotations

import pytest

from server.services.oauth import resources
from server.services.oauth.resources import InvalidTargetError
from tests.server.services.oauth.rig import HERE, PUBLIC, message


def test_a_token_is_for_the_whole_api_unless_less_is_asked_for() -> None:
    part = f"{PUBLIC}/api/v1"
    assert resources.audience(message(), HERE, []) == [PUBLIC]
    assert resources.audience(message(), HERE, [part]) == [part]
    assert resources.audience(message(("resource", part + "/"), ("resource", part)), HERE, [part, PUBLIC]) == [part]
    with pytest.raises(InvalidTargetError):
        resources.audience(message(("resource", PUBLIC)), HERE, [part])


@pytest.mark.parametrize(
    "text",
    ["api", "/api", "https://[", f"{PUBLIC}#x", f"{PUBLIC}.evil.example.com", f"{PUBLIC}@evil.example.com", f"{PUBLIC}/apix", f"{PUBLIC}/admin",
     "https://api.example.com/", PUBLIC.replace("https", "http"), f"{PUBLIC}/api/" + "x" * 2000],
)  # fmt: skip
def test_what_is_not_served_here_is_no_target(text: str) -> None:
    with pytest.raises(InvalidTargetError):
        resources.wanted(message(("resource", text)), HERE)


def test_nobody_names_resources_without_end() -> None:
    with pytest.raises(InvalidTargetError):
        resources.wanted(message(*[("resource", PUBLIC)] * 11), HERE)
