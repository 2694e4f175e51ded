"""A one-time token works once, for its purpose, until it expires."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from server.domain.errors import Unprocessable
from server.services import one_time_tokens
from server.services.one_time_tokens import INVITATION, PASSWORD_RESET
from server.store import database
from server.system import clock

pytestmark = pytest.mark.usefixtures("opened")


def test_a_token_names_its_user_until_it_is_used() -> None:
    token = one_time_tokens.issue("usr_1", PASSWORD_RESET)
    assert one_time_tokens.user_of(token, PASSWORD_RESET) == "usr_1"
    one_time_tokens.use(token, PASSWORD_RESET)
    for refuse in (one_time_tokens.use, one_time_tokens.user_of):
        with pytest.raises(Unprocessable) as caught:
            refuse(token, PASSWORD_RESET)
        assert caught.value.stable_code == "invalid_token"


def test_a_token_is_worthless_for_another_purpose_and_after_its_time() -> None:
    token = one_time_tokens.issue("usr_1", PASSWORD_RESET)
    with pytest.raises(Unprocessable):
        one_time_tokens.user_of(token, INVITATION)
    with clock.frozen(clock.now_ms() + PASSWORD_RESET.valid_ms + 1), pytest.raises(Unprocessable):
        one_time_tokens.user_of(token, PASSWORD_RESET)


def test_a_new_token_ends_the_one_before() -> None:
    first = one_time_tokens.issue("usr_1", INVITATION)
    one_time_tokens.issue("usr_1", INVITATION)
    with pytest.raises(Unprocessable):
        one_time_tokens.use(first, INVITATION)


def test_of_two_at_once_one_may_use_it() -> None:
    token = one_time_tokens.issue("usr_1", INVITATION)

    def use(_: int) -> bool:
        try:
            with database.transaction():
                one_time_tokens.use(token, INVITATION)
        except Unprocessable:
            return False
        else:
            return True
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, range(4))) == [False, False, False, True]


def test_the_token_itself_is_stored_nowhere() -> None:
    token = one_time_tokens.issue("usr_1", INVITATION)
    assert token not in repr(database.rows("SELECT * FROM one_time_tokens"))
