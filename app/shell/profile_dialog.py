"""Changes what a profile is called, how it looks and what kind of environment it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QPushButton, QWidget

from app.system.languages import tr
from app.system.profiles import ENVIRONMENTS, Profile
from app.widgets.dialogs import FormDialog
from app.widgets.fields import Field
from app.widgets.form import Form

FIELDS: Final = (
    Field("label", "Name", placeholder="Head office"),
    Field("environment", "Environment", "choice", required=True, choices=ENVIRONMENTS, help="On production, dangerous acts want the name typed."),
    Field("colour", "Colour", "code", placeholder="#c5283a", help="Empty: that of the environment."),
    Field("fingerprint", "Trusted certificate (SHA-256)", "code", help="Empty: what public authorities vouch for."),
)


def edit(parent: QWidget, profile: Profile, changed: Callable[[Profile], None], removed: Callable[[Profile], None]) -> FormDialog:
    """Open the form; `changed` takes the profile, `removed` one that should be known no longer."""
    values = {wanted.key: getattr(profile, wanted.key) for wanted in FIELDS}
    dialog = FormDialog(parent, tr("Profile"), Form(FIELDS, values), profile.url, tr("Save"))

    def keep(document: dict[str, str]) -> None:
        dialog.accept()
        changed(replace(profile, **{wanted.key: document.get(wanted.key) or "" for wanted in FIELDS}))

    def remove() -> None:
        dialog.accept()
        removed(profile)

    dialog.submitted.connect(keep)
    forgetting = QPushButton(tr("Remove this profile"))
    forgetting.setProperty("role", "hurting")
    forgetting.setAutoDefault(False)
    forgetting.clicked.connect(remove)
    dialog.buttons.insertWidget(0, forgetting)
    dialog.open()
    return dialog
