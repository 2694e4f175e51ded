"""Signatures: what relays do to a message leaves them whole, what anybody adds or changes breaks them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import dkim as dkimpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.domain.mail import dkim
from server.system import dkim_keys
from tests.peers.verifiers import Verify

MESSAGE = (
    b"From: Alice <alice@example.com>\r\nTo: bob@example.net\r\nSubject: Hello   there\r\n\tin two lines\r\n"
    b"Date: Sat, 21 Nov 2026 05:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n\r\nHello  \tBob \r\n\r\n  bye\r\n\r\n\r\n"
)
PAIRS = {algorithm: dkim_keys.new(algorithm) for algorithm in dkim.ALGORITHMS}
SIGNERS = [
    dkim.Signer("example.com", algorithm.partition("-")[0], algorithm, dkim_keys.signing(algorithm, pair.private))
    for algorithm, pair in PAIRS.items()
]


def published(name: bytes, timeout: int = 5) -> bytes:
    """Answer as the name server of example.com."""
    selector, _, rest = name.decode().partition(".")
    assert rest == "_domainkey.example.com."
    algorithm = next(one for one in PAIRS if one.startswith(selector))
    return dkim.public_record(algorithm, PAIRS[algorithm].public).encode()


def verdicts(message: bytes) -> list[bool]:
    """Return what dkimpy says of each of the two signatures."""
    verifier = dkimpy.DKIM(message)
    return [verified(verifier, index) for index in range(2)]


def verified(verifier: dkimpy.DKIM, index: int) -> bool:
    try:
        return bool(verifier.verify(index, published))
    except dkimpy.DKIMException:
        return False


@pytest.mark.criterion("email-11")
def test_both_signatures_are_verified_by_dkimpy() -> None:
    assert verdicts(dkim.sign(MESSAGE, SIGNERS, 1_795_000_000)) == [True, True]


@pytest.mark.criterion("email-11")
def test_verifiers_that_others_wrote_agree(foreign_verifier: Verify) -> None:
    keys = {f"{signer.selector}._domainkey.example.com": dkim.public_record(signer.algorithm, PAIRS[signer.algorithm].public) for signer in SIGNERS}
    rsa = [signer for signer in SIGNERS if signer.algorithm == "rsa-sha256"]
    signed = dkim.sign(MESSAGE, rsa, 1_795_000_000)
    assert foreign_verifier(signed, keys) == [True]
    assert foreign_verifier(signed.replace(b"Bob", b"Eve"), keys) == [False]
    for name in dkim.OVERSIGNED:
        added = signed.replace(b"From: Alice", f"{name}: added\r\nFrom: Alice".encode())
        assert True not in foreign_verifier(added, keys), name


@pytest.mark.criterion("email-11")
@pytest.mark.parametrize("name", dkim.OVERSIGNED)
def test_a_second_copy_of_a_signed_field_breaks_both(name: str) -> None:
    signed = dkim.sign(MESSAGE, SIGNERS, 1)
    for at in (b"From: Alice", b"\r\n\r\nHello"):
        assert verdicts(signed.replace(at, inserted(name, at), 1)) == [False, False]


def inserted(name: str, at: bytes) -> bytes:
    added = name.encode() + b": added"
    return added + b"\r\n" + at if at.startswith(b"From") else b"\r\n" + added + at


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"Subject: Hello   there\r\n\tin", b"subject:  Hello there in"),
        lambda text: text.replace(b"Hello  \tBob \r\n", b"Hello Bob\r\n"),
        lambda text: text + b"\r\n\r\n",
        lambda text: b"Received: from a relay\r\n" + text,
    ],
)
def test_what_relays_do_leaves_both_whole(change: Callable[[bytes], bytes]) -> None:
    signed = dkim.sign(MESSAGE, SIGNERS, 1)
    changed = change(signed)
    assert changed != signed
    assert verdicts(changed) == [True, True]


@pytest.mark.parametrize("change", [(b"Hello", b"Hallo"), (b"alice@example.com", b"mallory@example.com"), (b"  bye", b"bye")])
def test_a_change_of_words_breaks_both(change: tuple[bytes, bytes]) -> None:
    assert verdicts(dkim.sign(MESSAGE, SIGNERS, 1).replace(*change)) == [False, False]


def test_lines_are_ended_by_both_characters_whatever_ended_them() -> None:
    signed = dkim.sign(MESSAGE.replace(b"\r\n", b"\n"), SIGNERS, 1)
    assert signed == dkim.sign(MESSAGE, SIGNERS, 1)
    assert b"\n" not in signed.replace(b"\r\n", b"")


def test_a_message_without_body_is_signed() -> None:
    assert verdicts(dkim.sign(b"From: a@example.com\r\n\r\n", SIGNERS, 1)) == [True, True]
    assert dkim.relaxed_body(b"") == dkim.relaxed_body(b"\r\n\r\n") == b""


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=" \t\r\na.-", max_size=60), st.text(alphabet=" \tab", max_size=20))
def test_any_body_and_any_blanks_in_a_subject_are_verified(body: str, subject: str) -> None:
    message = b"From: a@example.com\r\nSubject:" + subject.encode() + b"\r\n\r\n" + body.encode()
    assert verdicts(dkim.sign(message, SIGNERS, 1)) == [True, True]


def test_no_line_of_a_signature_is_longer_than_lines_may_be() -> None:
    head = dkim.sign(MESSAGE, SIGNERS, 1).partition(b"From: Alice")[0]
    assert max(len(line) for line in head.split(b"\r\n")) <= 78


def test_the_body_hash_is_that_of_the_example_in_rfc_6376() -> None:
    assert dkim.relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n") == b" C\r\nD E\r\n"
    assert hashlib.sha256(dkim.relaxed_body(b"")).hexdigest().startswith("e3b0c442")
    assert dkim.relaxed_field(b"B ", b" Y\t\r\n\tZ  ") == b"b:Y Z"
