"""What the user chooses for the console itself: language, theme, when it locks, and keys other than the table's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget

from app.shell.shortcuts import SHORTCUTS
from app.system.languages import LANGUAGES, active, tr
from app.system.profiles import Preferences
from app.widgets.dialogs import FormDialog
from app.widgets.fields import Field
from app.widgets.form import Form

LONGEST_MINUTES: Final = 1440  # a day
THEMES: Final = {"system": "As the system", "light": "Light", "dark": "Dark"}
FIELDS: Final = (
    Field("theme", "Theme", "choice", required=True, choices=THEMES),
    Field("language", "Language", "choice", required=True, choices={code: name for code, (name, _) in LANGUAGES.items()}),
    Field("lock_minutes", "Lock after so many idle minutes", "number", help="0: never."),
    Field("shortcuts", "Keys of your own", "pairs", placeholder="palette: Ctrl+P", help="The names: " + ", ".join(one.key for one in SHORTCUTS[:9])),
)


def edit(parent: QWidget, preferences: Preferences, changed: Callable[[Preferences], None]) -> FormDialog:
    """Open the form; `changed` takes the preferences."""
    values = {wanted.key: getattr(preferences, wanted.key) for wanted in FIELDS} | {"language": preferences.language or active().code}
    dialog = FormDialog(parent, tr("Preferences"), Form(FIELDS, values), act=tr("Save"))

    def keep(document: dict[str, Any]) -> None:
        if faults := faults_of(document):
            dialog.form.blame(faults)
            dialog.wait(waiting=False)
            return
        dialog.accept()
        changed(replace(preferences, **{**document, "shortcuts": document.get("shortcuts") or {}}))

    dialog.submitted.connect(keep)
    dialog.open()
    return dialog


def faults_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what cannot be meant so, by field: a time that no clock counts to, an act that there is none of, a key that no keyboard has."""
    found: dict[str, str] = {}
    if not 0 <= (document.get("lock_minutes") or 0) <= LONGEST_MINUTES:
        found["lock_minutes"] = tr("Between {least} and {most}.", least=0, most=LONGEST_MINUTES)
    for act, keys in (document.get("shortcuts") or {}).items():
        if act not in {one.key for one in SHORTCUTS}:
            found["shortcuts"] = tr("There is no act called {name}.", name=act)
        elif QKeySequence(keys).toString() == "":
            found["shortcuts"] = tr("{keys} is no key.", keys=keys)
    return found
