"""The scanner is spoken to as its protocol has it, and anything but its clean bill is none."""

from __future__ import annotations

import pytest

from server.domain.errors import Later
from server.outbound import scanning
from server.outbound.scanning import Verdict
from tests.peers.clamd import EICAR, Scanner


def test_what_is_clean_or_infected_is_told(scanner: Scanner) -> None:
    assert scanning.scan(scanner.address, [b"plain ", b"words"]) == Verdict(clean=True)
    assert scanning.scan(scanner.address, [EICAR[:20], EICAR[20:]]) == Verdict(clean=False, found="Eicar-Test-Signature")
    assert scanning.scan(scanner.address, []) == Verdict(clean=True)
    assert scanner.seen == [b"plain words", EICAR, b""]


@pytest.mark.parametrize("answer", [b"stream: OK but not quite\0", b"UNKNOWN COMMAND\0", b"stream: lstat() failed. ERROR\0", b"\xff\xfe\0"])
def test_an_answer_that_is_neither_is_no_clean_bill(scanner: Scanner, answer: bytes) -> None:
    scanner.answer = answer
    verdict = scanning.scan(scanner.address, [b"words"])
    assert (verdict.clean, verdict.found, verdict.problem is not None) == (False, None, True)


def test_a_scanner_that_stops_listening_in_the_middle_is_heard(scanner: Scanner) -> None:
    scanner.most = 1000
    verdict = scanning.scan(scanner.address, [b"x" * 500] * 3)
    assert verdict.problem == "INSTREAM size limit exceeded. ERROR"


def test_a_scanner_that_is_away_or_hangs_up_is_asked_later(scanner: Scanner) -> None:
    scanner.answer = b""
    for address in (scanner.address, "tcp://127.0.0.1:9", "unix:///nowhere/clamd.ctl"):
        with pytest.raises(Later):
            scanning.scan(address, [b"words"])
    assert scanning.answers(scanner.address)
    assert not scanning.answers("tcp://127.0.0.1:9")


def test_the_real_scanner_says_the_same(clamd: str) -> None:
    assert scanning.answers(clamd)
    assert scanning.scan(clamd, [b"words"]) == Verdict(clean=True)
    assert (scanning.scan(clamd, [EICAR]).found or "").startswith("Eicar-Test-Signature")
