"""Templates of mail: made, changed in versions, previewed."""

from __future__ import annotations

from typing import Final

from server.services.email import templates, trials
from server.services.email.messages import MessageView
from server.services.email.templates import NewTemplate, Preview, RenderedView, TemplateChange, TemplateVersionView, TemplateView
from server.services.email.trials import TemplateTrial
from server.web.calls import Answer, Call, answer, empty_answer, list_answer, record_answer
from server.web.documents import PAGE_PARAMETERS
from server.web.routes import Group, Runs

_BASE: Final = "/api/v1/email/templates"
_EXAMPLE: Final = {
    "name": "receipt",
    "subject": "Receipt {{ number }}",
    "mjml": "<mjml><mj-body><mj-section><mj-column><mj-text>Thank you, {{ name }}.</mj-text></mj-column></mj-section></mj-body></mjml>",
    "sample": {"number": "1001", "name": "Ada"},
}


def list_email_templates(call: Call) -> Answer:
    """List templates."""
    return list_answer(*templates.list_page(call.actor, call.query("cursor"), call.number("limit", 50, 1, 200)), call)


def create_email_template(call: Call) -> Answer:
    """Make a template."""
    found = templates.create(call.actor, call.body)
    return record_answer(found, 201, f"{_BASE}/{found['id']}")


def get_email_template(call: Call) -> Answer:
    """Get a template."""
    return record_answer(templates.get(call.actor, call.params["id"]))


def update_email_template(call: Call) -> Answer:
    """Change a template."""
    return record_answer(templates.update(call.actor, call.params["id"], call.body, version=call.version()))


def delete_email_template(call: Call) -> Answer:
    """Remove a template."""
    templates.remove(call.actor, call.params["id"], version=call.version())
    return empty_answer()


def list_email_template_versions(call: Call) -> Answer:
    """List versions."""
    return list_answer(templates.versions(call.actor, call.params["id"]), None, call)


def preview_email_template(call: Call) -> Answer:
    """Render a template."""
    return answer(templates.preview(call.actor, call.params["id"], call.body or Preview()))


def send_email_template(call: Call) -> Answer:
    """Send a template to somebody who is to look at it."""
    found = trials.send_trial(call.actor, call.params["id"], call.body, call.settings.email)
    return answer(found, 202, Location=f"/api/v1/email/messages/{found['id']}")


_GROUP: Final = Group(_BASE, "Email", "email")
ROUTES: Final = [
    _GROUP.get("", list_email_templates, "List templates", answer=TemplateView, listed=True, query=PAGE_PARAMETERS),
    _GROUP.post("", create_email_template, "Make a template", body=NewTemplate, answer=TemplateView, status=201, example=_EXAMPLE, runs=Runs.WORK),
    _GROUP.get("/{id}", get_email_template, "Get a template and its current version", answer=TemplateView),
    _GROUP.patch(
        "/{id}",
        update_email_template,
        "Change a template; what changes the mail makes a new version",
        body=TemplateChange,
        answer=TemplateView,
        takes_version=True,
        example={"subject": "Your receipt {{ number }}"},
        runs=Runs.WORK,
    ),
    _GROUP.delete("/{id}", delete_email_template, "Remove a template", takes_version=True),
    _GROUP.get("/{id}/versions", list_email_template_versions, "List the versions of a template", answer=TemplateVersionView, listed=True),
    _GROUP.post(
        "/{id}/preview",
        preview_email_template,
        "Show what a template makes of data",
        body=Preview,
        body_optional=True,
        answer=RenderedView,
        example={"data": {"number": "1001", "name": "Ada"}},
        scope="email:read",
        runs=Runs.WORK,
    ),
    _GROUP.post(
        "/{id}/test",
        send_email_template,
        "Send a template to somebody who is to look at it",
        body=TemplateTrial,
        answer=MessageView,
        status=202,
        example={"from": "orders@example.com", "to": "ada@example.com"},
        runs=Runs.WORK,
    ),
]
