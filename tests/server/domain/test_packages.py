"""Packages: only a few plain files in one folder, judged by the table of contents; what is signed covers each of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.errors import Unprocessable
from server.domain.packages import LARGEST_FILE, Entry, file_names, has_code, signed_text


def entries(*names: str) -> list[Entry]:
    return [Entry(name, 10, special=False) for name in names]


def test_files_of_one_folder_or_of_none_are_taken() -> None:
    assert file_names(entries("acme/manifest.toml", "acme/icon.svg")) == {"manifest.toml": "acme/manifest.toml", "icon.svg": "acme/icon.svg"}
    assert set(file_names(entries("manifest.toml", "LICENSE"))) == {"manifest.toml", "LICENSE"}


@pytest.mark.parametrize(
    "found",
    [
        entries("icon.svg"),
        entries("a/manifest.toml", "b/icon.svg"),
        entries("manifest.toml", "a/manifest.toml"),
        entries("manifest.toml", "../x.toml"),
        entries("manifest.toml", ".hidden.toml"),
        entries("manifest.toml", "run.exe"),
        entries("manifest.toml", "a\\b.toml"),
        [*entries("manifest.toml"), Entry("x.svg", 1, special=True)],
        [*entries("manifest.toml"), Entry("x.svg", LARGEST_FILE + 1, special=False)],
        entries("manifest.toml", *(f"{number}.md" for number in range(40))),
    ],
)
def test_anything_else_refuses_the_whole(found: list[Entry]) -> None:
    with pytest.raises(Unprocessable) as refused:
        file_names(found)
    assert refused.value.stable_code == "package_refused"


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}\.py", fullmatch=True), st.binary(max_size=20), min_size=1, max_size=4),
    st.binary(min_size=1, max_size=3),
)
def test_every_change_of_any_file_changes_what_is_signed(files: dict[str, bytes], more: bytes) -> None:
    name = next(iter(files))
    assert signed_text({**files, name: files[name] + more}) != signed_text(files)
    assert signed_text({**files, "signature.toml": more}) == signed_text(files)
    assert has_code(files)
    assert not has_code({"manifest.toml": more})
