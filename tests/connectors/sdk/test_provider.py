"""Provider files are read whole, and a wrong one is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors import registry
from connectors.sdk.provider import read_provider, read_providers

GOOD = 'title = "X"\nauthorize_url = "https://x.example/authorize"\ntoken_url = "https://x.example/token"\ntoken_fields = ["instance_url"]\n'


def test_a_file_is_a_provider_under_its_name(tmp_path: Path) -> None:
    (tmp_path / "acme.toml").write_text(GOOD, encoding="utf-8")
    (found,) = read_providers(tmp_path).values()
    assert (found.key, found.pkce, found.token_fields) == ("acme", True, ("instance_url",))


@pytest.mark.parametrize(
    ("text", "words"), [(GOOD + "pcke = true", "did you mean `pkce`"), ("title = 1 2", "acme.toml"), ('title = "X"', "token_url")]
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "acme.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_provider(tmp_path / "acme.toml", "acme")


def test_every_provider_of_ours_speaks_to_its_own_hosts_by_https() -> None:
    for provider in registry.providers().values():
        for url in filter(None, (provider.authorize_url, provider.token_url, provider.revoke_url, provider.metadata_url)):
            assert url.startswith(("https://", "{"))
            host = url.removeprefix("https://").partition("/")[0]
            assert host in provider.hosts or "{" in host or any(one.startswith("*") and host.endswith(one[1:]) for one in provider.hosts)
