"""One table of the kinds of field: each with its editor, which shows a value and reads it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from app.widgets.area_editors import AreaEditor, CertificatesEditor, JsonEditor, LinesEditor, MappingEditor, NamesEditor, PairsEditor
from app.widgets.choice_editors import AnswerEditor, ChoiceEditor, FileEditor, ManyEditor, SwitchEditor
from app.widgets.fields import Editor, Field
from app.widgets.line_editors import CommasEditor, DateEditor, LineEditor, NumberEditor, NumbersEditor, TimeEditor
from app.widgets.picker import PickerEditor

EDITORS: Final[Mapping[str, Callable[[Field], Editor]]] = {
    "text": LineEditor,
    "code": LineEditor,
    "password": LineEditor,
    "commas": CommasEditor,
    "date": DateEditor,
    "number": NumberEditor,
    "numbers": NumbersEditor,
    "time": TimeEditor,
    "area": AreaEditor,
    "lines": LinesEditor,
    "pairs": PairsEditor,
    "mapping": MappingEditor,
    "names": NamesEditor,
    "certificates": CertificatesEditor,
    "json": JsonEditor,
    "switch": SwitchEditor,
    "choice": ChoiceEditor,
    "answer": AnswerEditor,
    "many": ManyEditor,
    "file": FileEditor,
    "pick": PickerEditor,
}
