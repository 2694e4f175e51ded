"""Operations of the appliance and the places of the console: which have one, and why the others have none."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from app.pages.resources import RESOURCES
from app.pages.specs import Action, ListView, Part, Reading, Tab
from app.pages.table import PAGES
from tests.house import source

LISTS = [view for page in PAGES for view in page.views if isinstance(view, ListView)]
PARTS = [(view, part) for view in LISTS for part in view.tabs if isinstance(part, Part)]
ACTIONS = [(view, action) for view in LISTS for action in (*view.actions, *view.also, *((view.create,) if view.create else ()))]
ACTIONS += [(view, action) for view, part in PARTS for action in part.actions]
OWN = "/admin/v1/tenants/{}"
# Patterns of operations that the console has no place for, and why.
LEFT_OUT = {
    r"\w+ /api/v1/api-keys.*": "another name of /keys",
    r"\w+ /api/v1/users.*": "the page of users does it, for all tenants",
    r"POST /admin/v1/users/invite": "an account without a password is invited by mail, too",
    r"POST /admin/v1/(invitations/accept|password-reset.*)": "a person follows the link of a mail in the browser",
    r"(DELETE|GET) /api/v1/integrations/{}(/uninstall|/status)?": "another name of what is done with the installation",
    r"GET /api/v1/integrations/{}/icon": "the catalogue's table has no room for pictures",
    r"GET /api/v1/integrations/categories": "the filter of the catalogue lists them",
    r"(GET|POST) /api/v1/objects": "another name of /object-types",
    r"GET /api/v1/webhooks/{}/logs": "another name of its deliveries",
    r"GET /api/v1/(audit|audit/export|usage/deprecations)": "the page of logs reads it of all tenants",
    r"GET /api/v1/(\w+|objects/{})/export": "the export wizard makes files of any size, as a job",
    r"\w+ /api/v1/convert.*": "for programs: the wizards read and write every format themselves",
    r"PUT /api/v1/(\w+|objects/{})/by-external-id/{}/{}": "for programs that know records by their own ids",
    r"PUT /api/v1/(\w+|objects/{})/{}": "a form sends what was changed, and nothing else",
    r"PUT /api/v1/activities/{}/content": "the mail that an activity is made of brings its content",
    r"DELETE /api/v1/activities/{}/content": "the mail that an activity is made of keeps its content",
    r"(GET|POST) /api/v1/activities/{}/(thumbnail|content/link)": "the content of an activity is mail, which is saved and not shown",
    r"(POST|PUT) /api/v1/documents(/upload|/{}/content)?": "every upload goes in parts, so that it can be followed and stopped",
    r"(GET|POST|DELETE) /api/v1/uploads/{}(/renew)?": "an upload ends with its window",
    r"\w+ /api/v1/events/poll": "for programs that cannot be called",
    r"GET /api/v1/events/stream": "the page of events follows all tenants",
    r"POST /api/v1/(graphql|batch)": "for programs",
    r"GET (/api/v1)?/openapi.json": "for programs",
    r"GET /(developers|\.well-known)/.*": "the developer portal's, for programs and integrators",
    r"GET /(healthz|readyz)": "for load balancers; the overview shows the health of every part",
    r"\w+ /files/.*": "signed addresses, for whoever was given one",
    r"GET /api/v1/me": "what a key may do is the key's own question",
    r"GET /api/v1/webhook-stats": "the overview has the figures of the whole appliance",
    r"GET /api/v1/(contacts|companies)/{}/merges": "the page of duplicates lists the merges of all of them",
    r"\w+ /api/v1/fields/objects/{}(/{})?": "the view of custom fields names the kind in its address",
    r"GET /api/v1/installations/{}/status": "the installation says it itself",
    r"GET .+/{}": "the list that it stands in shows all of it",
}
# Operations whose path the code puts together, in `declared`, `merging`, `vendor_actions`, `transfer` and `account`.
PUT_TOGETHER = {
    *(f"POST /api/v1/{resource}/{{}}/reveal" for resource in (*RESOURCES, "objects/{}")),
    "POST /admin/v1/me/totp",
    "POST /admin/v1/me/totp/disable",
    "POST /api/v1/companies/{}/merge",
    "POST /api/v1/contacts/{}/merge",
    "GET /api/v1/installations/{}/actions",
    "POST /api/v1/installations/{}/actions/{}",
    "POST /api/v1/uploads/{}/complete",
    "PUT /api/v1/uploads/{}/parts/{}",
}


def shape(path: str) -> str:
    """Return a path without the names of its parameters."""
    return re.sub(r"{[^}]*}", "{}", path)


@cache
def known() -> frozenset[str]:
    """Return every operation that the appliance describes."""
    document = json.loads(Path("resources/openapi.json").read_text(encoding="utf-8"))
    return frozenset(f"{method.upper()} {shape(path)}" for path, methods in document["paths"].items() for method in methods)


def named() -> Iterator[tuple[str, str]]:
    """Yield what the tables of the pages name: methods and paths."""
    yield from (("GET", view.path) for view in LISTS)
    yield from (("GET", re.sub(r"/[a-z]+$", "/{resource}", view.declares)) for view in LISTS if view.declares)
    yield from (("GET", view.picture.path) for view in LISTS if view.picture)
    yield from (("GET", view.of.path) for view in LISTS if view.of)
    yield from (("GET", tab.path) for view in LISTS for tab in view.tabs if isinstance(tab, Tab | Reading))
    yield from (("GET", f"{column.names}/{{id}}") for view in LISTS for column in (*view.columns, *view.facts) if column.names)
    for _, act in ACTIONS:
        yield from asked(act)


def asked(act: Action) -> Iterator[tuple[str, str]]:
    """Yield what an action asks of the appliance."""
    if not act.dialog:
        yield act.method, act.path
    if act.undo:
        yield "POST", act.undo
    if act.reads:
        yield "GET", act.reads
    # Records of any kind are counted at the place of their list, which is chosen above it.
    yield from (("GET", count.path) for count in (act.danger.counts if act.danger else ()) if count.path and not count.path.startswith("/{of}"))
    yield from (("GET", field.source) for field in act.fields if field.source)


def described(places: Iterable[tuple[str, str]]) -> set[str]:
    """Return operations as the appliance describes them: what lies inside a tenant as the tenant's own keys see it."""
    plain = {f"{method} {shape(path.partition('?')[0])}" for method, path in places}
    inside = {place.replace(f"{OWN}/", "/api/v1/") if f"{OWN}/" in place and place not in known() else place for place in plain}
    return {place if " /admin/" in place or " /api/" in place else place.replace(" /", " /api/v1/", 1) for place in inside}


def written() -> set[str]:
    """Return the paths that the code of the console names, by its calls or as parts of them."""
    found: set[str] = set()
    for tree in (module.tree for module in source.modules("app")):
        joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
        inner = {id(part) for node in joined for part in node.values}
        found |= {"".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values) for node in joined}
        found |= {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner}
    return {shape(path.partition("?")[0]) for path in found if re.match(r"/\w", path)}


def placed() -> set[str]:
    """Return the operations that have a place: a table names them, or the code of a window their path."""
    tables = [*named(), *((act.method, act.path) for _, act in ACTIONS if act.dialog)]
    code = written() - {shape(path.partition("?")[0]) for _, path in tables}  # a table says by which method, too
    paths = {path if path.startswith(("/admin/", "/metrics")) else f"/api/v1{path}" for path in code}
    return {one for one in known() if one.partition(" ")[2] in paths} | (described(tables) & known()) | PUT_TOGETHER


def left_out(operation: str) -> bool:
    """Tell whether there is a reason why an operation has no place."""
    return any(re.fullmatch(pattern.replace("{}", r"\{\}"), operation) for pattern in LEFT_OUT)
