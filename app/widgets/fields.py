"""Fields of a form as data, and what a form wants of the editor of one; `app.widgets.editors` is the table of the editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from PySide6.QtWidgets import QWidget

from app.client.references import home_of


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `key` may reach inwards with dots; `kind` names an editor (see `editors.EDITORS`); an empty field is left out of what is sent."""

    key: str
    label: str
    kind: str = "text"
    required: bool = False
    help: str = ""
    default: Any = None
    choices: Sequence[str] | Mapping[str, str] = ()
    placeholder: str = ""
    # Where an appliance lists the choices, such as `/admin/v1/tiers`, and which keys hold value and label.
    source: str = ""
    source_keys: tuple[str, str] = ("id", "name")
    source_pattern: str = "{}"  # how a value that is listed there is sent
    secret: bool = field(default=False)
    # The part of the form that it stands in, folded away until it is wanted; fields of a part stand together.
    part: str = ""
    # It is asked for only while the field of this key has one of these values; no values mean any.
    only: tuple[str, tuple[Any, ...]] | None = None
    # What each of its rows asks for, where there may be several of them.
    fields: tuple[Field, ...] = ()

    @property
    def home(self) -> str:
        """Where the things lie that it picks from."""
        return (self.source or home_of(self.key)) if self.kind == "pick" else ""


class Editor(Protocol):
    """What a form wants of an editor."""

    @property
    def widget(self) -> QWidget:
        """The widget."""

    def value(self) -> Any:
        """Return what was entered; None for nothing. Raises ValueError with a sentence for what cannot be read."""

    def show(self, value: Any) -> None:
        """Show a value."""


@runtime_checkable
class ChoosingEditor(Editor, Protocol):
    """An editor that offers choices, some of which are known late."""

    def offer(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Offer more choices, pairs of value and label."""


def pairs_of(choices: Sequence[str] | Mapping[str, str]) -> list[tuple[str, str]]:
    """Return choices as pairs of value and label."""
    return list(choices.items()) if isinstance(choices, Mapping) else [(choice, choice) for choice in choices]
