"""The shapes of methods: their defaults are the commonest way to sign."""

from __future__ import annotations

from server.domain.inbound.methods import TOLERANCE, Clock, Hmac


def test_the_commonest_way_is_base64_of_a_sha256_over_the_body() -> None:
    method = Hmac("header:X")
    assert (method.signed, method.digest, method.encoding, method.clock) == (("{body}",), "sha256", "base64", None)


def test_times_are_seconds_and_may_be_five_minutes_off() -> None:
    assert (Clock("header:X").unit, TOLERANCE) == ("s", 300)
