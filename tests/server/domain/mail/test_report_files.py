"""Finding reports in files and mails, packed or not, without being blown up."""

from __future__ import annotations

import gzip
import os
import tracemalloc
from pathlib import Path

import pytest

from server.domain.errors import Unprocessable
from server.domain.mail.report_files import LARGEST, reports_in
from tests.server.domain.mail.report_texts import AGGREGATE, FORMS, TLS, mailed, zipped

pytestmark = pytest.mark.criterion("email-21")
CORPUS = Path(os.environ.get("JUNCTION_TEST_DATA", "/nowhere")) / "corpora" / "dmarc"


@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_found_however_it_is_packed(form: str) -> None:
    (found,) = reports_in(FORMS[form])
    assert (found.kind, found.domain, found.reporter, found.passed, found.failed) == ("dmarc", "example.test", "receiver.example", 12, 3)


@pytest.mark.parametrize("content", [TLS, gzip.compress(TLS), mailed(gzip.compress(TLS), "tlsrpt+gzip")])
def test_a_report_of_tls_is_found_too(content: bytes) -> None:
    assert [(one.kind, one.domain, one.passed, one.failed) for one in reports_in(content)] == [
        ("tls", "example.test", 90, 10),
        ("tls", "other.test", 1, 0),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\x1f\x8bnot gzip", b"PK\x03\x04not zip", mailed(b"nothing"), b"<html><body>hello</body></html>", zipped(AGGREGATE, files=11),
        gzip.compress(gzip.compress(AGGREGATE)), b"{}", b'{"policies": []}', b'{"policies": ' + b"[" * 100_000, b"<feedback></feedback>",
        AGGREGATE.replace(b"1795132800", b"yesterday"), AGGREGATE.replace(b"Example.Test", b"not a name"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(Unprocessable) as caught:
        reports_in(content)
    assert caught.value.stable_code == "report_unreadable"
    assert len(caught.value.detail) > len("This is no report that can be read. ")


@pytest.mark.parametrize("packed", [gzip.compress(b"<feedback>" + b" " * (3 * LARGEST)), zipped(b"<feedback>" + b" " * (3 * LARGEST))])
def test_a_bomb_is_stopped_before_it_goes_off(packed: bytes) -> None:
    assert len(packed) < LARGEST // 100
    tracemalloc.start()
    with pytest.raises(Unprocessable, match="more than"):
        reports_in(packed)
    assert tracemalloc.get_traced_memory()[1] < 3 * LARGEST
    tracemalloc.stop()


def test_every_report_of_the_corpus_is_read() -> None:
    if not CORPUS.is_dir():
        pytest.skip("JUNCTION_TEST_DATA names no folder with reports")
    for path in sorted(CORPUS.iterdir()):
        if path.name != "LICENSE":
            assert [one.kind for one in reports_in(path.read_bytes())] == ["dmarc"], path.name


def test_a_packed_report_that_is_cut_off_is_refused_whole() -> None:
    with pytest.raises(Unprocessable, match="cut off"):
        reports_in(gzip.compress(AGGREGATE)[:-12])
