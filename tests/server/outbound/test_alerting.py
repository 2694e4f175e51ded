"""An alert is posted once, to a vetted address, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from server.domain.errors import Later, Skip
from server.outbound import alerting, guard
from tests.peers.listener import Listener


@pytest.fixture(autouse=True)
def _guard() -> Iterator[None]:
    guard.install(["127.0.0.0/8"])
    yield
    guard.install(())


def test_body_and_headers_arrive_as_they_are(listener: Listener) -> None:
    alerting.post(listener.url, {"webhook-id": "out_1", "Content-Type": "application/json"}, b'{"a":1}')
    ((headers, body),) = listener.posts
    assert body == b'{"a":1}'
    assert (headers["webhook-id"], headers["content-type"]) == ("out_1", "application/json")
    assert headers["user-agent"].startswith("Junction/")


def test_a_redirect_is_not_followed(listener: Listener) -> None:
    listener.status, listener.headers = 307, {"Location": listener.url}
    with pytest.raises(Later, match="307"):
        alerting.post(listener.url, {}, b"{}")
    assert len(listener.posts) == 1


@pytest.mark.parametrize("status", [404, 500])
def test_another_answer_than_2xx_is_tried_again(listener: Listener, status: int) -> None:
    listener.status = status
    with pytest.raises(Later, match=str(status)):
        alerting.post(listener.url, {}, b"{}")


def test_nobody_at_home_is_tried_again() -> None:
    with pytest.raises(Later):
        alerting.post("http://127.0.0.1:9/", {}, b"{}")


def test_a_private_address_needs_to_be_allowed(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    guard.install(())
    with pytest.raises(Skip) as caught:
        alerting.post(listener.url, {}, b"{}")
    assert caught.value.stable_code == guard.REFUSED
    assert listener.posts == []


def test_a_proxy_of_the_environment_is_not_used(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    alerting.post(listener.url, {}, b"{}")
    assert len(listener.posts) == 1
