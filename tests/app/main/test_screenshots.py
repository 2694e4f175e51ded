"""Pictures: one for every page, in both themes, each with something on it; nothing is clipped at any scale, in any direction of writing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.main import screenshots
from app.main.demonstration import Demonstration
from app.pages.table import PAGES
from app.shell.window import Window


@pytest.mark.criterion("desktop-19")
def test_every_page_is_painted_in_both_themes(
    qtbot: QtBot, window: Window, demonstration: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SETTLE_MS", 20), ("READINGS", 3), ("READING_MS", 20)):
        monkeypatch.setattr(screenshots, name, value)
    found = list(screenshots.pictures(window, demonstration, tmp_path))
    names = {path.name for path in found}
    views = [f"{page.key}-{place}" for page in PAGES for place in range(len(page.views))]
    assert {f"{name}.{theme}.png" for name in ("sign-in", *views) for theme in screenshots.THEMES} <= names
    images = {path.name: QImage(str(path)) for path in found}
    assert [name for name, image in images.items() if image.isNull() or image.width() < 1000] == []
    assert images["overview-0.light.png"].pixelColor(600, 780).lightness() > 200
    assert images["overview-0.dark.png"].pixelColor(600, 780).lightness() < 60


# The scale belongs to the process, so a console of its own goes through all views and tells what is clipped and how sharp it is.
PROGRAM = """
import json, os, sys, tempfile
from pathlib import Path
from app.client.api import Api
from app.client.transport import Transport
from app.main import screenshots, starting
from app.main.demonstration import Demonstration
from app.shell.speaking import speak
from app.theme.brand import Brand
from tests.app.clipped import cut
url, tenant, code, theme = sys.argv[1:]
screenshots.SETTLE_MS = 20
application = starting.application_of(["x"])
window = starting.window_of(application, Path(tempfile.mkdtemp()), Brand())
speak(code)
window.look.choose(theme)
window.show()
screenshots.enter(window, Demonstration(url, Api(Transport(url, None, os.environ["TOKEN"])), tenant, ""))
clipped = []
for page in window.pages:
    for place in range(len(page.views)):
        window.workspace.look_at(page.key, place)
        screenshots.settle(window)
        if any(cut(window)):
            screenshots.settle(window, 100)
        clipped += [f"{page.key}.{place}: {words}" for words in cut(window)]
picture = window.grab().toImage()
scaled = picture.scaled(window.size()).scaled(picture.size())
print(json.dumps({"clipped": clipped, "width": picture.width() / window.width(), "sharp": scaled != picture, "dark": window.look.tokens.is_dark}))
window.close()
"""
ALL = [(code, theme, scale) for code in ("en", "pseudo", "ar") for theme in screenshots.THEMES for scale in ("1", "2")]


@pytest.mark.criterion("desktop-19")
def test_nothing_is_clipped_at_any_scale_in_any_direction(demonstration: Demonstration, thorough: bool) -> None:
    for code, theme, scale in ALL if thorough else [("pseudo", "dark", "2")]:
        found = walked(demonstration, code, theme, scale)
        assert (found["clipped"], found["width"], found["dark"]) == ([], float(scale), theme == "dark")
        assert found["sharp"] or scale == "1"


def walked(demonstration: Demonstration, code: str, theme: str, scale: str) -> dict[str, Any]:
    """Let a console of its own go through all views; return what it tells."""
    transport = demonstration.api.transport
    command = [sys.executable, "-c", PROGRAM, demonstration.url, demonstration.tenant_id, code, theme]
    environ = {**os.environ, "QT_SCALE_FACTOR": scale, "PYTHONPATH": str(Path.cwd()), "TOKEN": str(transport.token)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=environ)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
