"""Tokens: used for most of their life, and never longer than an hour."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from server.outbound import tokens
from server.outbound.posting import Reply
from server.outbound.tokens import Tokens

GIVEN = {"token_url": "http://127.0.0.1:9/token", "client_id": "a", "client_secret": "b", "client_authentication": "header"}
KEY = ("whk_1", 1)


class Granting:
    """Answers as an authorization server would, a new token each time."""

    def __init__(self, **fields: Any) -> None:
        self.fields, self.asked = fields, 0

    async def post(self, *_: Any) -> Reply:
        self.asked += 1
        return Reply(200, None, None, 1.0, orjson.dumps({"access_token": f"token-{self.asked}", **self.fields}))


@pytest.mark.parametrize(("expires_in", "good_for"), [(100, 80), (100_000, 2880), ("60", 48), (None, 240)])
async def test_a_token_is_used_for_most_of_its_life(monkeypatch: pytest.MonkeyPatch, expires_in: Any, good_for: int) -> None:
    now = 1000.0
    monkeypatch.setattr(tokens, "monotonic", lambda: now)
    granting = Granting(**({} if expires_in is None else {"expires_in": expires_in}))
    mine = Tokens(granting)  # type: ignore[arg-type]
    assert await mine.get(KEY, GIVEN, None, None) == "token-1"
    now += good_for - 0.1
    assert await mine.get(KEY, GIVEN, None, None) == "token-1"
    now += 0.2
    assert await mine.get(KEY, GIVEN, None, None) == "token-2"


async def test_another_webhook_and_version_have_their_own() -> None:
    granting = Granting()
    mine = Tokens(granting)  # type: ignore[arg-type]
    for key in (KEY, ("whk_1", 2), ("whk_2", 1), KEY):
        await mine.get(key, GIVEN, None, None)
    assert granting.asked == 3
    mine.forget(KEY)
    assert await mine.get(KEY, GIVEN, None, None) == "token-4"
