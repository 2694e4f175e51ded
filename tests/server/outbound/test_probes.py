"""Whether something listens."""

from __future__ import annotations

import socket

from server.outbound.probes import problem_reaching


def test_what_listens_is_reached_and_what_does_not_is_named() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        port = listener.getsockname()[1]
        assert problem_reaching("127.0.0.1", port) is None
    assert problem_reaching("127.0.0.1", port) == "Connection refused"
