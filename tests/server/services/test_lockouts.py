"""A few failures are free; each further one locks for twice as long, whoever the account belongs to."""

from __future__ import annotations

import pytest

from server.domain.errors import Limited
from server.services import lockouts
from server.system import clock

NOW = 1_800_000_000_000


@pytest.mark.usefixtures("opened")
def test_the_wait_doubles_and_ends_at_a_quarter_of_an_hour() -> None:
    subject = lockouts.account("ada@example.com")
    waits = []
    with clock.frozen(NOW) as held:
        for _ in range(4):
            lockouts.count_failure((subject,))
        lockouts.check((subject,))
        for _ in range(14):
            lockouts.count_failure((subject,))
            with pytest.raises(Limited) as caught:
                lockouts.check((subject,))
            waits.append(caught.value.retry_after)
            held.advance((caught.value.retry_after or 0) * 1000)
            lockouts.check((subject,))
    assert waits[:4] == [1, 2, 4, 8]
    assert max(wait or 0 for wait in waits) == 900


@pytest.mark.usefixtures("opened")
def test_an_hour_without_failures_and_a_success_forget() -> None:
    subject = lockouts.account("ada@example.com")
    with clock.frozen(NOW) as held:
        for _ in range(4):
            lockouts.count_failure((subject,))
        held.advance(lockouts.FORGET_AFTER_MS + 1)
        lockouts.count_failure((subject,))
        lockouts.check((subject,))
        for _ in range(4):
            lockouts.count_failure((subject,))
        with pytest.raises(Limited):
            lockouts.check((subject,))
        lockouts.clear(subject)
        lockouts.check((subject,))


@pytest.mark.usefixtures("opened")
def test_an_address_has_more_failures_free_than_an_account_and_locks_every_account() -> None:
    with clock.frozen(NOW):
        for number in range(lockouts.FREE_FOR_ADDRESS):
            lockouts.count_failure((lockouts.account(f"{number}@example.com"), lockouts.address("192.0.2.1")))
        with pytest.raises(Limited):
            lockouts.check((lockouts.account("new@example.com"), lockouts.address("192.0.2.1")))
        lockouts.check((lockouts.account("new@example.com"), lockouts.address("192.0.2.2")))


@pytest.mark.usefixtures("opened")
def test_an_ipv6_client_is_known_by_its_network() -> None:
    assert lockouts.address("2001:db8::1") == lockouts.address("2001:db8::ffff:2")
    assert lockouts.address("2001:db8::1") != lockouts.address("2001:db8:0:1::1")
    assert lockouts.address("::ffff:192.0.2.1").name
    assert lockouts.address(None) == lockouts.address("not an address")


@pytest.mark.usefixtures("opened")
def test_what_is_stored_does_not_name_the_account() -> None:
    assert "ada" not in lockouts.account("ada@example.com").name
