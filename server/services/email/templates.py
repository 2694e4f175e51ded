"""Templates: mails with gaps, in versions that never change; what a tenant writes is data, as templates of webhooks are.

Written as MJML or HTML, with a text beside it or made from it. A name that the tenant has no template of may be one of those that
every appliance brings (`resources/email`). Nothing is fetched while one is rendered, whatever it names. Beside the data every template
knows `unsubscribe_url` and `preferences_url`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from server.domain.actor import Actor
from server.domain.errors import Conflict, Fault, Missing, Stale, Unprocessable
from server.domain.mail import personal_links
from server.domain.permissions import permit
from server.services import events, pages, rendering
from server.services.changes import Change
from server.services.email import composing, markup
from server.services.rendering import TemplateFailed
from server.store import database, email_templates
from server.system import clock, ids

if TYPE_CHECKING:
    from server.store.tables import Row

BUILT_IN: Final = Path(__file__).parents[3] / "resources" / "email"
LARGEST_DATA: Final = 262_144
MOST_VERSIONS: Final = 200
_PARTS: Final = ("subject", "html", "text", "mjml")
_KINDS: Final = {"subject": "text/plain", "text": "text/plain", "html": "text/html", "mjml": "text/html"}

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f]+$")]
Source = Annotated[str, StringConstraints(min_length=1, max_length=rendering.LONGEST_DOCUMENT)]
Subject = Annotated[str, StringConstraints(min_length=1, max_length=composing.LONGEST_SUBJECT)]


class TemplateChange(Change):
    """What may be changed. Whatever changes a mail makes a new version; `sample` is data to preview it with."""

    clearable = frozenset({"description", "html", "text", "mjml"})

    name: Name | None = None
    description: Annotated[str, StringConstraints(max_length=1000)] | None = None
    subject: Subject | None = None
    html: Source | None = None
    text: Source | None = None
    mjml: Source | None = None
    sample: dict[str, Any] | None = None


class NewTemplate(TemplateChange):
    """What makes a template: a subject, and `mjml` or `html` or `text`."""

    name: Name
    subject: Subject


class TemplateView(BaseModel):
    """A template with its current version."""

    id: str
    object: str
    name: str
    description: str | None
    current_version: int
    subject: str
    html: str | None
    text: str | None
    mjml: str | None
    sample: dict[str, Any]
    version: int
    created_at: str
    updated_at: str


class TemplateVersionView(BaseModel):
    """One version of a template."""

    object: str
    number: int
    subject: str
    html: str | None
    text: str | None
    mjml: str | None
    sample: dict[str, Any]
    created_at: str


class Preview(BaseModel):
    """What a template is filled with: `data`, or its sample; a version other than the current one."""

    model_config = ConfigDict(extra="forbid")

    data: dict[str, Any] | None = None
    version: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class RenderedView(BaseModel):
    """What comes of a template."""

    subject: str
    html: str | None
    text: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """What came of a template; one that the appliance brings has no id."""

    subject: str
    html: str | None
    text: str | None
    template_id: str | None
    number: int | None


def built_in() -> tuple[str, ...]:
    """Return the names of the templates that every appliance brings."""
    return tuple(sorted(path.stem for path in BUILT_IN.glob("*.mjml")))


@cache
def _built_in(name: str) -> dict[str, str | None]:
    """Return a template of the appliance: its file begins with the subject in a comment."""
    source = (BUILT_IN / f"{name}.mjml").read_text(encoding="utf-8")
    head, _, mjml = source.partition("-->\n")
    return {"subject": head.removeprefix("<!--").strip(), "mjml": mjml, "html": None, "text": None}


def render_for(actor: Actor, wanted: str, data: dict[str, Any], subject: str | None) -> Rendered:
    """Return what a template, named by id or name, makes of data. Raises Unprocessable (`unknown_template`, `template_failed`)."""
    row = email_templates.find(actor.tenant_id, actor.mode, wanted) or email_templates.find_by_name(actor.tenant_id, actor.mode, wanted)
    if row is None and wanted in built_in():
        return render(_built_in(wanted) | ({"subject": subject} if subject else {}), data)
    version = email_templates.find_version(actor.tenant_id, actor.mode, row["id"], row["current"]) if row else None
    if row is None or version is None:
        detail = "There is no template with this id or name."
        raise Unprocessable(f"There is no template '{wanted}'.", code="unknown_template", faults=[Fault("/template", "unknown_template", detail)])
    return render({**version, "subject": subject or version["subject"]}, data, template_id=row["id"], number=version["number"])


def render(parts: Row | dict[str, str | None], data: dict[str, Any], *, template_id: str | None = None, number: int | None = None) -> Rendered:
    """Fill a template's parts: CSS is brought into the elements, MJML becomes HTML, and a text is made where none was written."""
    if len(orjson.dumps(data)) > LARGEST_DATA:
        raise Unprocessable("The data is larger than 256 kB.", code="template_failed", faults=[Fault("/data", "template_failed", "It is too large.")])
    filled = {name: _filled(name, parts[name], {**personal_links.MARKS, **data}) for name in _PARTS if parts[name]}
    try:
        html = markup.finished(filled.get("html"), filled.get("mjml"))
    except TemplateFailed as error:
        raise _failed("mjml" if "mjml" in filled else "html", error) from error
    text = filled.get("text") or (markup.as_text(html) if html is not None else None)
    return Rendered(" ".join(filled["subject"].split()), html, text, template_id, number)


def _filled(part: str, source: str | None, data: dict[str, Any]) -> str:
    try:
        return rendering.fill(source or "", _KINDS[part], data)
    except TemplateFailed as error:
        raise _failed(part, error) from error


def _failed(part: str, error: TemplateFailed) -> Unprocessable:
    return Unprocessable("The template could not be filled.", code="template_failed", faults=[Fault(f"/{part}", "template_failed", str(error))])


def _checked(parts: Row) -> Row:
    """Return a template's parts. Raises Unprocessable pointing at each that is no template, or not one that may be."""
    faults: list[Fault] = []
    for name in _PARTS:
        try:
            if parts[name]:
                rendering.check_template(parts[name], _KINDS[name], longest=rendering.LONGEST_DOCUMENT)
        except TemplateFailed as error:
            faults.append(Fault(f"/{name}", "invalid_template", str(error)))
    if not any(parts[name] for name in ("html", "text", "mjml")):
        faults.append(Fault("/html", "invalid_template", "A template needs html, mjml or text."))
    if "<mj-include" in (parts["mjml"] or "").lower():
        faults.append(Fault("/mjml", "invalid_template", "Nothing is included: write what mj-include names into the template."))
    if parts["html"] and parts["mjml"]:
        faults.append(Fault("/mjml", "invalid_template", "A template has either html or mjml."))
    if faults:
        raise Unprocessable("The template cannot be used.", code="invalid_template", faults=faults)
    return parts


def create(actor: Actor, body: NewTemplate) -> dict[str, Any]:
    """Make a template with its first version."""
    permit(actor, "email:write")
    now, template_id = clock.now_ms(), ids.new_id("tpl")
    row: Row = {"id": template_id, "name": body.name, "description": body.description, "current": 1, "version": 1}
    row |= {"created_at": now, "updated_at": now, "deleted_at": None}
    parts = _checked({name: getattr(body, name) for name in _PARTS})
    with database.transaction():
        if email_templates.find_by_name(actor.tenant_id, actor.mode, body.name):
            raise Conflict(f"There is a template '{body.name}' already.", code="not_unique")
        email_templates.insert(actor.tenant_id, actor.mode, row)
        version = _write_version(actor, template_id, 1, parts, body.sample or {})
        events.record_audit(actor, "email_template.created", template_id, {"name": [None, body.name]})
    return _shown(row, version)


def _write_version(actor: Actor, template_id: str, number: int, parts: Row, sample: dict[str, Any]) -> Row:
    version = {**parts, "template_id": template_id, "number": number, "sample": orjson.dumps(sample).decode()}
    version |= {"created_by": actor.id, "created_at": clock.now_ms()}
    email_templates.insert_version(actor.tenant_id, actor.mode, version)
    return version


def _find(actor: Actor, template_id: str) -> tuple[Row, Row]:
    row = email_templates.find(actor.tenant_id, actor.mode, template_id)
    version = email_templates.find_version(actor.tenant_id, actor.mode, template_id, row["current"]) if row else None
    if row is None or version is None:
        raise Missing(f"There is no template '{template_id}'.")
    return row, version


def get(actor: Actor, template_id: str) -> dict[str, Any]:
    """Return a template. Raises Missing."""
    permit(actor, "email:read")
    return _shown(*_find(actor, template_id))


def _shown(row: Row, version: Row) -> dict[str, Any]:
    found = {name: row[name] for name in ("id", "name", "description", "version")} | {name: version[name] for name in _PARTS}
    found |= {"object": "email_template", "current_version": row["current"], "sample": orjson.loads(version["sample"])}
    return found | {"created_at": clock.rfc3339(row["created_at"]), "updated_at": clock.rfc3339(row["updated_at"])}


def list_page(actor: Actor, cursor: str | None, limit: int) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of templates, and the cursor of the next."""
    permit(actor, "email:read")
    scope = pages.scope_of(actor, "email_templates")
    found, following = pages.page(scope, cursor, limit, lambda before, most: email_templates.page(actor.tenant_id, actor.mode, before, most))
    return [_shown(*_find(actor, row["id"])) for row in found], following


def versions(actor: Actor, template_id: str) -> list[dict[str, Any]]:
    """Return the versions of a template, the newest first. Raises Missing."""
    permit(actor, "email:read")
    _find(actor, template_id)
    return [_version_shown(row) for row in email_templates.versions(actor.tenant_id, actor.mode, template_id, MOST_VERSIONS)]


def _version_shown(row: Row) -> dict[str, Any]:
    found = {name: row[name] for name in ("number", *_PARTS)}
    return found | {"object": "email_template_version", "sample": orjson.loads(row["sample"]), "created_at": clock.rfc3339(row["created_at"])}


def update(actor: Actor, template_id: str, body: TemplateChange, *, version: int | None = None) -> dict[str, Any]:
    """Change a template; what changes its mail makes a new version, and messages made of the old one keep it."""
    permit(actor, "email:write")
    given = body.model_dump(exclude_unset=True)
    with database.transaction():
        row, current = _find(actor, template_id)
        if version is not None and row["version"] != version:
            raise Stale(current=row["version"])
        parts = {name: given.get(name, current[name]) for name in _PARTS}
        sample = given.get("sample", orjson.loads(current["sample"]))
        changed: Row = {name: given[name] for name in ("name", "description") if name in given}
        if parts != {name: current[name] for name in _PARTS} or "sample" in given:
            changed["current"] = row["current"] + 1
            current = _write_version(actor, template_id, changed["current"], _checked(parts), sample)
        after = _write(row, changed)
        events.record_audit(actor, "email_template.updated", template_id, {name: [row[name], value] for name, value in changed.items()})
    return _shown(after, current)


def _write(before: Row, changed: Row) -> Row:
    after = {**before, **changed, "version": before["version"] + 1, "updated_at": clock.now_ms()}
    if not email_templates.update(before["tenant_id"], before["mode"], after, before["version"]):
        raise Stale
    return after


def remove(actor: Actor, template_id: str, *, version: int | None = None) -> None:
    """Remove a template; its versions stay for the messages that were made of them."""
    permit(actor, "email:write")
    with database.transaction():
        row, _ = _find(actor, template_id)
        if version is not None and row["version"] != version:
            raise Stale(current=row["version"])
        _write(row, {"deleted_at": clock.now_ms()})
        events.record_audit(actor, "email_template.deleted", template_id, {"name": [row["name"], None]})


def preview(actor: Actor, template_id: str, body: Preview) -> dict[str, Any]:
    """Return what a template makes of data, or of its sample."""
    permit(actor, "email:read")
    row, current = _find(actor, template_id)
    number = body.version or row["current"]
    version = email_templates.find_version(actor.tenant_id, actor.mode, template_id, number)
    if version is None:
        raise Missing(f"The template has no version {number}.")
    data = body.data if body.data is not None else orjson.loads(version["sample"] or current["sample"])
    made = render(version, data)
    shown = {name: text and personal_links.addressed(text, personal_links.EXAMPLE) for name, text in (("html", made.html), ("text", made.text))}
    return {"subject": made.subject, **shown, "version": number}
