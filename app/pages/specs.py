"""What a page is made of, as data: views, columns, filters, actions with their forms, and what makes an action dangerous."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from app.models.columns import Column
from app.widgets.fields import Field

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog, QWidget

    from app.pages.context import Context

Row = dict[str, Any]
OWNER: Final = "{of}"  # in the paths of a list that belongs to something


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter above a list. `query` names the parameter, `pattern` is how its value is sent; without choices it is a field to type in.

    What is typed filters once it has the form of `complete`, a regular expression, where there is one.
    """

    query: str
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    complete: str = ""
    pattern: str = "{}"
    # What is listed while nothing is chosen.
    void: str = "all"
    # The choice that is in force at first; there is no 'all' then.
    default: str = ""
    # Where the appliance lists what can be chosen, and which keys hold value and label.
    source: str = ""
    source_keys: tuple[str, str] = ("id", "name")
    # It is looked for in the rows that have come, of a list that the appliance gives whole.
    held: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """One number of what an action hits, asked of the appliance: rows of a list, or a `figure` of a document, which may be a list itself.

    Without a path it is a figure of the row, as the appliance gave it.
    """

    label: str
    path: str
    figure: str = ""
    when: Callable[[Row], bool] | None = None


@dataclass(frozen=True, slots=True)
class Danger:
    """Why an action hurts, what it hits, and which key of the row has to be typed on a production profile."""

    says: str
    counts: tuple[Count, ...] = ()
    typed: str = "name"


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a row or of an answer, to be read and copied."""

    label: str
    text: Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the answer of an action is shown as: facts of it, the list under `rows` as a table, and texts."""

    facts: tuple[Column, ...] = ()
    rows: str = ""
    columns: tuple[Column, ...] = ()
    texts: tuple[Words, ...] = ()
    # A page of HTML that is drawn; nothing that it refers to is fetched.
    drawn: Words | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done to a row, to several, or (as a view's `create`) to none.

    `path`, and the texts of `body` and `query`, may hold `{names}` of the row; `body` is sent together with what the form gives, which a GET asks
    as its query. With `edits` the form begins with the row's values, and a PATCH sends only what was changed. `secret` names the field of the answer
    that is shown once. A dangerous action either has an `undo` path, or waits ten seconds in which it can be taken back.
    """

    key: str
    label: str
    path: str
    method: str = "POST"
    icon: str = "more"
    fields: tuple[Field, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    about: str = ""
    done: str = "Done"
    edits: bool = False
    # The appliance merges a PATCH into what is there, however deep: what was emptied inside a value is named too.
    merges: bool = False
    secret: str = ""
    danger: Danger | None = None
    undo: str = ""
    bulk: bool = False
    # The answer is a job: its progress is shown, and it can be stopped.
    job: bool = False
    # The answer is a file that the user keeps; the name it is offered may hold `{names}` of the row.
    file: str = ""
    # The field `file` is sent as the body, the other fields as the query.
    uploads: bool = False
    when: Callable[[Row], bool] | None = None
    # The fields come of the row and of what is read at `reads` for it: what a connector's manifest asks for.
    form: Callable[[Row, Row], tuple[Field, ...]] | None = None
    reads: str = ""
    # What the answer says is shown.
    shows: Outcome | None = None
    # What can be done with the job once it has ended.
    then: tuple[Action, ...] = ()
    # A window of its own, for what no form can ask: it is told when something was done.
    dialog: Callable[[Context, Row, Callable[[], None]], QDialog] | None = None
    # Nothing is asked of the appliance: the console goes somewhere.
    goes: Callable[[Context, Row], None] | None = None
    # The address under this key of the answer, if there is one, is opened in the browser.
    opens: str = ""

    def fits(self, row: Row) -> bool:
        """Tell whether the action makes sense for a row."""
        return self.when is None or self.when(row)

    def of(self, owner: str) -> Action:
        """Return the action with what its list belongs to in its paths."""
        if not owner:
            return self
        counts = tuple(replace(count, path=count.path.replace(OWNER, owner)) for count in self.danger.counts) if self.danger else ()
        danger = replace(self.danger, counts=counts) if self.danger else None
        return replace(self, path=self.path.replace(OWNER, owner), undo=self.undo.replace(OWNER, owner), danger=danger)


def removal(path: str, done: str, danger: Danger, label: str = "Remove", **more: Any) -> Action:
    """Return the action that removes a row."""
    return Action("remove", label, path, "DELETE", "trash", done=done, danger=danger, **more)


@dataclass(frozen=True, slots=True)
class Tab:
    """A list inside the drawer of a row; its path may hold `{names}` of the row. A row of it opens in the inspector."""

    label: str
    path: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A list that a row holds itself, inside its drawer; `actions` are what can be done to one of it."""

    label: str
    rows: Callable[[Row], Sequence[Row]]
    columns: tuple[Column, ...]
    actions: tuple[Action, ...] = ()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A small picture of a row above its facts, where it has one."""

    path: str
    when: Callable[[Row], bool]


@dataclass(frozen=True, slots=True)
class Document:
    """A part of a row shown as a tree in the drawer; an empty key is the whole row."""

    label: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of a row at another place and shown as facts in its drawer, such as its figures."""

    label: str
    path: str
    facts: tuple[Column, ...]


Shown = Tab | Part | Words | Document | Reading


@dataclass(frozen=True, slots=True)
class Of:
    """What a list belongs to, chosen above it: a list of its own, whose chosen row's key, put into `pattern`, stands for `{of}` in the paths."""

    label: str
    path: str
    name: str = "name"
    key: str = "id"
    pattern: str = "{}"
    # What can be chosen besides, by what stands for `{of}`.
    choices: Mapping[str, str] = field(default_factory=dict)
    # What is said where there is nothing to choose from.
    empty: str = ""


@dataclass(frozen=True, slots=True)
class ListView:
    """A list of things: where it lies, how it is shown, what can be done."""

    label: str
    path: str
    columns: tuple[Column, ...]
    name: str = "name"
    object: str = ""
    filters: tuple[Filter, ...] = ()
    create: Action | None = None
    # What else can be done with no row: buttons above the list.
    also: tuple[Action, ...] = ()
    actions: tuple[Action, ...] = ()
    facts: tuple[Column, ...] = ()
    tabs: tuple[Shown, ...] = ()
    empty: str = "There is nothing here yet."
    # Where one thing is read by its id, when it is not below the list.
    read: str = ""
    sort: str = ""
    of: Of | None = None
    # Whether new rows come in at the top by themselves, while somebody wants to see them.
    live: bool = False
    # Where the custom fields of its rows are listed: they are shown, filtered and asked for as its own.
    declares: str = ""
    picture: Picture | None = None
    # What is made of a row before it is shown.
    prepared: Callable[[Row], Row] | None = None


@dataclass(frozen=True, slots=True)
class Custom:
    """A view that no list can be."""

    label: str
    build: Callable[[Context], QWidget]
    # Whether it shows something of a tenant: then it is built again with the tenant.
    inside: bool = False


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One page: how it is found in the rail and what it shows; several views are tabs."""

    key: str
    label: str
    icon: str
    section: str
    about: str
    views: tuple[ListView | Custom, ...]
