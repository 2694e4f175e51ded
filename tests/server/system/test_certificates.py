"""Client certificates: judged before they are kept, and shown without lying in a file."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from server.system import certificates, tls


@pytest.fixture
def pair(tmp_path: Path) -> tuple[str, str]:
    """Return a certificate and its key."""
    paths = tmp_path / "c.pem", tmp_path / "k.pem"
    tls.create_self_signed(*paths, ["localhost"])
    return paths[0].read_text(), paths[1].read_text()


def test_a_certificate_with_its_key_is_fine_and_can_be_shown(pair: tuple[str, str]) -> None:
    assert certificates.problem_with(*pair) is None
    assert isinstance(certificates.client_context(*pair), ssl.SSLContext)


def test_what_does_not_fit_is_named(pair: tuple[str, str], tmp_path: Path) -> None:
    certificate, key = pair
    tls.create_self_signed(tmp_path / "other.pem", tmp_path / "other.key", ["localhost"])
    assert certificates.problem_with("no", key) == "The certificate is no certificate in PEM."
    assert certificates.problem_with(certificate, "no") == "The private key is no private key in PEM without a password."
    assert certificates.problem_with(certificate, (tmp_path / "other.key").read_text()) == "The private key does not belong to the first certificate."


def test_where_the_system_has_no_files_in_memory_a_private_one_is_used(pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    assert isinstance(certificates.client_context(*pair), ssl.SSLContext)
