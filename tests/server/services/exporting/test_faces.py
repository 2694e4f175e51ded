"""Which font draws which words, and what is said of those that none draws."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.services.exporting import faces
from server.services.exporting.faces import BUNDLED, UNSEEN, runs, unseen, width

CACHES = (faces.machine_fonts, faces._font_of, faces.runs, faces.unseen)
ONLY_IN_INTER = "\u1efd"


@pytest.fixture(params=["bare", "with a font"])
def machine(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Have a machine without fonts, or with one under a name that is looked for."""
    folder = tmp_path / "fonts" / "deep"
    folder.mkdir(parents=True)
    (folder / "Tahoma.ttf").write_bytes(b"no font at all")
    if request.param != "bare":
        shutil.copy(BUNDLED.with_name("Inter.ttf"), folder / "NanumGothic.TTF")
    monkeypatch.setattr(faces, "_FOLDERS", {"linux": (str(tmp_path / "fonts"), str(tmp_path / "missing"))})
    monkeypatch.setattr("sys.platform", "linux")
    for cache in CACHES:
        cache.cache_clear()
    yield str(request.param)
    for cache in CACHES:
        cache.cache_clear()


@pytest.mark.usefixtures("machine")
def test_every_script_has_its_font() -> None:
    found = [runs(text) for text in ("Ada", "Jürgen €", "Ωμέγα", "Київ", "東京", "とうきょう", "서울")]
    fonts = ("Helvetica", "Helvetica", "DejaVuSans", "DejaVuSans", "STSong-Light", "HeiseiKakuGo-W5", "HYSMyeongJo-Medium")
    assert [part[0][0] for part in found] == list(fonts)
    assert all(len(part) == 1 for part in found)


def test_words_of_several_scripts_are_each_drawn_in_their_own_font() -> None:
    assert [part for part in runs("Ωμέγα 東京 und サン") if part[1].strip()] == [
        ("DejaVuSans", "Ωμέγα"),
        ("STSong-Light", "東京"),
        ("Helvetica", " und "),
        ("HeiseiKakuGo-W5", "サン"),
    ]
    assert "".join(part for _, part in runs("Ωμέγα 東京 und サン")) == "Ωμέγα 東京 und サン"
    assert not unseen("Ωμέγα 東京 und サン")


def test_a_script_whose_letters_change_is_never_drawn_wrong_but_named() -> None:
    assert runs("Ada हिन्दी Lovelace") == (("Helvetica", f"Ada {UNSEEN} Lovelace"),)
    assert unseen("Ada हिन्दी শুভ") == {"Devanagari", "Bengali"}


def test_a_font_of_the_machine_helps_out(machine: str) -> None:
    helped = machine != "bare"
    assert runs(ONLY_IN_INTER) == ((("NanumGothic", ONLY_IN_INTER),) if helped else (("Helvetica", UNSEEN),))
    assert unseen(ONLY_IN_INTER) == (set() if helped else {"Latin"})


def test_the_width_of_a_text_is_that_of_its_parts() -> None:
    assert width("Ωμέγα 東京", 7) == pytest.approx(width("Ωμέγα", 7) + width(" ", 7) + width("東京", 7))
    assert width("bold", 7, "Helvetica-Bold") > width("bold", 7)
