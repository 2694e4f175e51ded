"""What was refused is told where it belongs: below the fields that it is about, and what is about none of them at the foot of the dialog."""

from __future__ import annotations

from collections.abc import Callable

from app.client.errors import ClientError
from app.pages.refusals import details_of, faults_of, told
from app.widgets.form import Form


def blame(form: Form, say: Callable[[str], None], error: ClientError, within: str = "") -> None:
    """Show an error in a form, `say` what has no field; `within` is where the appliance has the form's document in what was sent."""
    faults, details = ({key.removeprefix(within): text for key, text in found.items()} for found in (faults_of(error), details_of(error)))
    loose = form.blame(faults, details)
    say(" ".join(loose) if faults else told(error))
