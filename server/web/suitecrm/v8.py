"""SuiteCRM's V8 interface: records, relationships and what there is to know about modules, at every address that clients use for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import Invalid, Missing
from server.domain.permissions import permit
from server.services.search import may
from server.services.suitecrm import beans, files, links, tokens, translate
from server.services.suitecrm.modules import MODULES, USERS
from server.web.calls import Answer, Call
from server.web.routes import Group, Route, Runs
from server.web.suitecrm import jsonapi, parameters, v8_descriptions
from server.web.suitecrm.v8_tokens import ADDRESSES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from server.services.suitecrm.declaration import Field, Module
    from server.services.suitecrm.translate import Bean
    from server.web.suitecrm.parameters import Listing

    Handler = Callable[[Call], Answer]


def admitted(handle: Handler) -> Handler:
    """Return a handler that runs as whoever the token stands for, counted for its tenant."""

    def run(call: Call) -> Answer:
        call.actor, token = tokens.caller(call.actor, call.headers.get("Authorization"))
        if call.admit is not None:
            call.admit(token.client_id, token.tenant_id, token.tier, call.actor)
        return handle(call)

    run.__name__ = handle.__name__
    run.__doc__ = handle.__doc__
    return run


def _module(call: Call) -> tuple[Module, dict[str, Field]]:
    module = translate.module_of(call.params["module"])
    return module, dict(translate.fields_of(call.actor, module))


def list_records(call: Call) -> Answer:
    """List a module's records."""
    module, fields = _module(call)
    asked = parameters.listing(call, module, fields)
    found, total = beans.window(call.actor, module, asked.reading)
    return _list(call, asked, [jsonapi.resource(module, fields, bean) for bean in found], total, jsonapi.NOTHING_FOUND)


def _list(call: Call, asked: Listing, found: Sequence[Any], total: int, nothing: str, **meta: int) -> Answer:
    """Return a list, with its pages when it was asked for by pages. Raises Invalid when everything is more than one answer holds."""
    size, number = asked.size, asked.number
    if size is None and total > parameters.MOST:
        raise Invalid(f"There are {total} records; ask for them by page[size] and page[number].", code="too_many_records")
    pages = -(-total // size) if size else 1
    if not found:
        return jsonapi.answer({"meta": {"message": nothing, "total-pages": pages if total else 0, "records-on-this-page": 0, **meta}, "data": []})
    if size is None:
        return jsonapi.answer({**({"meta": meta} if meta else {}), "data": found})
    shown = {"total-pages": pages, "records-on-this-page": len(found), **meta}
    return jsonapi.answer({"meta": shown, "data": found, "links": _links(call, number, pages)})


def _links(call: Call, number: int, pages: int) -> dict[str, str | None]:
    def to(page: int) -> str:
        query = [(name, value) for name, value in call.pairs if name != "page[number]"] + [("page[number]", str(page))]
        return f"{_below(call)}?{'&'.join(f'{name}={value}' for name, value in query)}"

    before, after = number > 1, number < pages
    return {
        "first": to(1) if before else None,
        "prev": to(number - 1) if before else None,
        "next": to(number + 1) if after else None,
        "last": to(pages) if after else None,
    }


def _below(call: Call) -> str:
    """Return the address from `/V8` on, as SuiteCRM's links have it."""
    path = call.request.path
    return path[path.index("/V8/") :]


def get_record(call: Call) -> Answer:
    """Get a record."""
    module, fields = _module(call)
    bean_id = parameters.identifier(call.params["id"])
    wanted = parameters.names(module, fields, parameters.options(call, parameters.SINGLE))
    return jsonapi.answer({"data": jsonapi.resource(module, fields, beans.get(call.actor, module, bean_id, wanted))})


def create_record(call: Call) -> Answer:
    """Create a record."""
    given = parameters.sent(_document(call), "id", "attributes")
    brought = given.id or given.attributes.get("id")
    values = {**given.attributes, "id": parameters.new_identifier(str(brought)) if brought else None}
    return _written(call, given.type, values, None, lambda module, fields: beans.create(call.actor, module, fields))


def update_record(call: Call) -> Answer:
    """Change some fields of a record; its id is in the body."""
    given = parameters.sent(_document(call), "id", "attributes", needed=("type", "id"))
    bean_id = parameters.identifier(given.id or "")
    return _written(call, given.type, given.attributes, bean_id, lambda module, fields: beans.update(call.actor, module, bean_id, fields))


def _document(call: Call) -> Any:
    parameters.options(call, ())
    return call.document


def _written(call: Call, name: str, values: Mapping[str, Any], bean_id: str | None, write: Callable[[Module, Mapping[str, Any]], Bean]) -> Answer:
    module = translate.module_of(name)
    bean = files.written(call.actor, module, values, bean_id, lambda fields: write(module, fields))
    return jsonapi.answer({"data": jsonapi.resource(module, translate.fields_of(call.actor, module), bean)}, 201)


def delete_record(call: Call) -> Answer:
    """Delete a record; it can be restored natively."""
    module = translate.module_of(call.params["module"])
    bean_id = parameters.identifier(call.params["id"])
    beans.remove(call.actor, module, bean_id)
    return jsonapi.said(f"Record with id {bean_id} is deleted")


def list_related(call: Call) -> Answer:
    """List the records related to one by a link."""
    module = translate.module_of(call.params["module"])
    link = links.link_of(module, call.params["link"])
    other = MODULES[link.module]
    fields = translate.fields_of(call.actor, other)
    asked = parameters.listing(call, other, fields, parameters.RELATED)
    found, total = links.window(call.actor, module, parameters.identifier(call.params["id"]), link, asked.reading)
    nothing = f"There is no relationship set in {module.object} module with {link.name} link field"
    return _list(call, asked, [jsonapi.related(other, fields, bean) for bean in found], total, nothing, **{"total-records": total})


def create_relationship(call: Call) -> Answer:
    """Relate two records; the link follows from their modules, unless it is named."""
    module = translate.module_of(call.params["module"])
    given = parameters.sent(_document(call), "id", needed=("type", "id"))
    other = translate.module_of(given.type)
    name = call.params.get("link")
    link = links.link_of(module, name) if name else links.link_to(module, other)
    if link.module != other.name:
        raise Invalid(f"{link.name} of {module.name} leads to {link.module}, not to {other.name}.", code="unknown_relationship")
    here, there = parameters.identifier(call.params["id"]), parameters.identifier(given.id or "")
    links.relate(call.actor, module, here, link, there)
    message = f"{other.object} with id {there} has been added to {module.object} with id {here}"
    named = {"sourceModule": module.name, "sourceModuleLabel": module.name, "sourceId": here}
    named |= {"relatedModule": other.name, "relatedModuleLabel": other.name, "relatedId": there, "relationshipLink": link.name}
    return jsonapi.said(message, 201, **(named if name else {}))


def delete_relationship(call: Call) -> Answer:
    """Part two records."""
    module = translate.module_of(call.params["module"])
    link = links.link_of(module, call.params["link"])
    here, there = parameters.identifier(call.params["id"]), parameters.identifier(call.params["related_id"])
    try:
        links.part(call.actor, module, here, link, there)
    except Missing as error:
        raise Missing(f"Module with {there} id is not related to {module.object}", code=error.stable_code) from error
    other = MODULES[link.module].object
    return jsonapi.said(f"Relationship has been deleted between {module.object} with id {here} and {other} with id {there}")


def get_current_user(call: Call) -> Answer:
    """Tell who the caller is."""
    found = beans.shown(call.actor, USERS, [tokens.own_user(call.actor)])[0]
    return jsonapi.answer({"data": jsonapi.resource(USERS, USERS.fields, found)})


def log_out(call: Call) -> Answer:
    """End the token that was sent, and what belongs to it."""
    tokens.log_out(*tokens.caller(call.actor, call.headers.get("Authorization")))
    return jsonapi.said("You have been successfully logged out")


def list_modules(call: Call) -> Answer:
    """Tell which modules there are, and what the caller may do with each."""
    access: dict[str, list[str]] = {}
    for module in MODULES.values():
        reads, writes = may(call.actor, f"{module.scope}:read"), may(call.actor, f"{module.scope}:write") and module.resource is not None
        acts = [*(("access", "view", "list", "export") if reads else ()), *(("edit", "delete", "import") if writes else ())]
        if acts:
            access[module.name] = acts
    return jsonapi.answer(jsonapi.modules_document(access))


def list_fields(call: Call) -> Answer:
    """Describe a module's fields."""
    module, fields = _module(call)
    permit(call.actor, f"{module.scope}:read")
    return jsonapi.answer(v8_descriptions.fields_document(module, fields))


def list_columns(call: Call) -> Answer:
    """Tell which columns a list of a module shows."""
    module, fields = _module(call)
    permit(call.actor, f"{module.scope}:read")
    return jsonapi.answer(v8_descriptions.columns(module, fields))


def get_search_definitions(call: Call) -> Answer:
    """Tell what a module is searched by."""
    module, fields = _module(call)
    permit(call.actor, f"{module.scope}:read")
    return jsonapi.answer(v8_descriptions.search_document(module, fields))


def get_user_preferences(call: Call) -> Answer:
    """Return a user's preferences, which are those of the tenant."""
    bean = beans.get(call.actor, USERS, parameters.identifier(call.params["id"]))
    return jsonapi.answer({"data": {"type": "UserPreference", "id": bean["id"], "attributes": v8_descriptions.preferences(call.actor)}})


def get_swagger(call: Call) -> Answer:
    """Describe this interface as OpenAPI 3.0."""
    base = call.request.path.removesuffix("/meta/swagger.json")
    return Answer(v8_descriptions.swagger(base, _TABLE), content_type=jsonapi.PLAIN)


_RECORD: Final = "/module/{module}/{id}"
_LINKS: Final = f"{_RECORD}/relationships"
_TABLE: Final[tuple[tuple[str, str, Handler, str], ...]] = (
    ("POST", "/logout", log_out, "Log out"),
    ("GET", "/current-user", get_current_user, "Get the current user"),
    ("GET", "/meta/modules", list_modules, "List modules"),
    ("GET", "/meta/fields/{module}", list_fields, "List a module's fields"),
    ("GET", "/meta/swagger.json", get_swagger, "Describe this interface"),
    ("GET", "/module/{module}", list_records, "List records"),
    ("GET", _RECORD, get_record, "Get a record"),
    ("POST", "/module", create_record, "Create a record"),
    ("PATCH", "/module", update_record, "Change a record"),
    ("DELETE", _RECORD, delete_record, "Delete a record"),
    ("GET", f"{_LINKS}/{{link}}", list_related, "List related records"),
    ("POST", _LINKS, create_relationship, "Relate two records"),
    ("POST", f"{_LINKS}/{{link}}", create_relationship, "Relate two records by a link"),
    ("DELETE", f"{_LINKS}/{{link}}/{{related_id}}", delete_relationship, "Part two records"),
    ("GET", "/listview/columns/{module}", list_columns, "List the columns of a list"),
    ("GET", "/search-defs/module/{module}", get_search_definitions, "List what a module is searched by"),
    ("GET", "/user-preferences/{id}", get_user_preferences, "Get a user's preferences"),
)


def _routes() -> list[Route]:
    found: list[Route] = []
    for address in ADDRESSES:
        suffix = address.replace(".php", "").replace("/", "_").lower()
        group = Group(f"{address}/V8", "SuiteCRM V8", access="anyone")
        for method, path, handler, summary in _TABLE:
            by_link = "_by_link" if (method, path) == ("POST", f"{_LINKS}/{{link}}") else ""
            rest: dict[str, Any] = {"protocol": "suitecrm_v8", "any_query": True, "described": False, "runs": Runs.WORK, "status": 200}
            rest["when_full"] = handler is log_out
            make = {"GET": group.get, "POST": group.post, "PATCH": group.patch, "DELETE": group.delete}[method]
            rest |= {"media_types": ("application/json",), "body_optional": True, "name": f"v8_{handler.__name__}{by_link}{suffix}"}
            found.append(make(path, admitted(handler), summary, **rest))
    return found


ROUTES: Final = _routes()
