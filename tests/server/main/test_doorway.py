"""The listening socket and its refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from server.domain.errors import Conflict, Unprocessable
from server.main import doorway
from server.system import settings
from server.system.settings import Settings


def at(address: str, folder: Path) -> Settings:
    return settings.load(folder, {}, {"server.listen": address})


def test_a_port_that_is_taken_is_refused_in_one_line(tmp_path: Path) -> None:
    with doorway.listen(at("127.0.0.1:0", tmp_path)) as first:
        address = doorway.address_of(first)
        with pytest.raises(Conflict, match=rf"{address} is in use by another program; .*--listen"):
            doorway.listen(at(address, tmp_path))


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unprocessable, match=r"not possible to listen on 192\.0\.2\.1:0"):
        doorway.listen(at("192.0.2.1:0", tmp_path))


def test_the_address_is_the_one_that_was_really_opened(tmp_path: Path) -> None:
    with doorway.listen(at("127.0.0.1:0", tmp_path)) as listener:
        assert doorway.address_of(listener) == f"127.0.0.1:{listener.getsockname()[1]}"
        with doorway.adopt(listener.detach()) as adopted:
            assert adopted.getsockname()[0] == "127.0.0.1"


def test_ipv6_is_written_in_brackets(tmp_path: Path) -> None:
    with doorway.listen(at("[::1]:0", tmp_path)) as listener:
        assert doorway.address_of(listener).startswith("[::1]:")
