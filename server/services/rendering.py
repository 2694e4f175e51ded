"""Rendering: the body that a webhook's receiver gets, in the format that was chosen for it.

    json        the event exactly as it is kept                         raw    the event's `data` alone
    flat_json   one level, names joined by full stops                   form   the same as `application/x-www-form-urlencoded`
    template    text written by the tenant, for receivers that want their own shape

A template is data, no program: values, conditions, filters and loops over what the event holds, one inside no other. So
what a template costs grows with the event and never faster, and whatever it names is either in the event or empty.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson

from server.domain.flattening import flat, form

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import Template, nodes
    from jinja2.sandbox import SandboxedEnvironment

LONGEST: Final = 20_000
LONGEST_DOCUMENT: Final = 200_000
"""A template of a whole document, such as a mail, may be longer than that of a webhook's body."""
LARGEST_BYTES: Final = 1_048_576
LARGEST_EVENT: Final = 262_144
MOST_FILTERS: Final = 5
MOST_PIECES: Final = 20
FILTERS: Final = frozenset({
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "int", "items", "join", "last", "length", "list",
    "lower", "max", "min", "reverse", "round", "sort", "string", "sum", "title", "tojson", "trim", "truncate", "unique", "upper", "urlencode",
})  # fmt: skip
TESTS: Final = frozenset({"defined", "undefined", "none", "string", "number", "mapping", "sequence", "true", "false", "boolean", "in", "eq", "ne"})
_NODES: Final = (
    "Template", "Output", "TemplateData", "Const", "Name", "Getattr", "Getitem", "If", "CondExpr", "For", "Filter", "Test", "Compare", "Operand",
    "And", "Or", "Not", "Neg", "Concat", "Keyword", "Slice",
)  # fmt: skip
_NAMES: Final = frozenset({"self", "super", "caller"})
_MARKUP: Final = ("xml", "html")


class TemplateFailed(ValueError):
    """A template that cannot be used, or not with this event; the words say why."""


def _raw(body: bytes) -> bytes:
    return orjson.dumps(orjson.loads(body)["data"])


FORMATS: Final[dict[str, tuple[str, Callable[[bytes], bytes] | None]]] = {
    "json": ("application/json", None),
    "flat_json": ("application/json", lambda body: orjson.dumps(flat(orjson.loads(body)))),
    "raw": ("application/json", _raw),
    "form": ("application/x-www-form-urlencoded", lambda body: form(orjson.loads(body)).encode()),
}


def renderer(chosen: str, template: dict[str, str] | None = None) -> tuple[str, Callable[[bytes], bytes] | None]:
    """Return a format's content type, and what turns a kept body into the one that is sent; None where nothing has to be done."""
    if template is None:
        return FORMATS[chosen]
    content_type, source = template["content_type"], template["body"]
    return content_type, lambda body: _filled(source, content_type, body)


def fill(source: str, content_type: str, values: Mapping[str, Any]) -> str:
    """Return what a template makes of values. Raises TemplateFailed, in words for its author; what comes of it has at most a megabyte."""
    template = _compiled(source, _escapes(content_type))
    parts: list[str] = []
    room = LARGEST_BYTES
    try:
        for part in template.generate(values):
            parts.append(part)
            room -= len(part)
            if room < 0:
                break
    except (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError) as error:
        raise TemplateFailed(str(error)[:300]) from error
    if room < 0:
        raise TemplateFailed("What comes of it is larger than 1 MB.")
    return "".join(parts)


def check_template(source: str, content_type: str, *, longest: int = LONGEST) -> None:
    """Raise TemplateFailed, in words for its author, for what is no template or does what none may."""
    if len(source) > longest:
        raise TemplateFailed(f"It is longer than {longest} characters.")
    _compiled(source, _escapes(content_type))


def _filled(source: str, content_type: str, body: bytes) -> bytes:
    if len(body) > LARGEST_EVENT:
        raise TemplateFailed("The event is larger than 256 kB.")
    return fill(source, content_type, orjson.loads(body)).encode()


def _escapes(content_type: str) -> bool:
    return any(word in content_type for word in _MARKUP)


@lru_cache(maxsize=256)
def _compiled(source: str, escapes: bool) -> Template:  # noqa: FBT001 - part of the key
    from jinja2 import TemplateError

    if len(source) > LONGEST_DOCUMENT:
        raise TemplateFailed(f"It is longer than {LONGEST_DOCUMENT} characters.")
    environment = _environment(escapes)
    try:
        _check(environment.parse(source), environment)
        return environment.from_string(source)
    except (TemplateError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise TemplateFailed(f"{error}{f' (line {line})' if line else ''}") from error


def _check(tree: nodes.Template, environment: SandboxedEnvironment) -> None:
    from jinja2 import nodes

    allowed = tuple(getattr(nodes, name) for name in _NODES)
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Filter | nodes.Test):
            known = environment.filters if isinstance(node, nodes.Filter) else environment.tests
            if node.name not in known:
                raise TemplateFailed(f"Line {node.lineno}: there is no {type(node).__name__.lower()} '{node.name}' here.")
        elif not isinstance(node, allowed) or (isinstance(node, nodes.Name) and node.name in _NAMES):
            raise TemplateFailed(f"Line {node.lineno}: '{type(node).__name__.lower()}' is not allowed in these templates.")
        if isinstance(node, nodes.For) and (node.recursive or any(node.find_all(nodes.For))):
            raise TemplateFailed(f"Line {node.lineno}: a loop cannot stand inside another.")
        if isinstance(node, nodes.Filter | nodes.Concat):
            _check_growth(node)


def _check_growth(node: nodes.Filter | nodes.Concat) -> None:
    """Refuse what makes much of little: each filter of a chain may double what it is given, and joining multiplies."""
    from jinja2 import nodes

    within = [node, *node.find_all(nodes.Filter), *node.find_all(nodes.Concat)]
    chain = [one for one in within if isinstance(one, nodes.Filter)]
    if len(chain) > MOST_FILTERS or sum(one.name == "join" for one in chain) > 1:
        raise TemplateFailed(f"Line {node.lineno}: a value takes at most {MOST_FILTERS} filters, and one 'join'.")
    if sum(len(one.nodes) for one in within if isinstance(one, nodes.Concat)) > MOST_PIECES:
        raise TemplateFailed(f"Line {node.lineno}: at most {MOST_PIECES} pieces can be put together by '~'.")
    if isinstance(node, nodes.Filter) and node.name in {"join", "tojson", "truncate"}:
        given = [*node.args, *(pair.value for pair in node.kwargs)]
        if node.name == "tojson" and given:
            raise TemplateFailed(f"Line {node.lineno}: 'tojson' takes no argument here.")
        if node.dyn_args or node.dyn_kwargs or any(not isinstance(one, nodes.Const) or len(str(one.value)) > MOST_PIECES for one in given):
            raise TemplateFailed(f"Line {node.lineno}: '{node.name}' takes short literals only.")


@lru_cache(maxsize=2)
def _environment(escapes: bool) -> SandboxedEnvironment:  # noqa: FBT001 - part of the key
    from jinja2 import ChainableUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    found = ImmutableSandboxedEnvironment(autoescape=escapes, undefined=ChainableUndefined, keep_trailing_newline=True)
    found.globals.clear()
    found.filters = {name: function for name, function in found.filters.items() if name in FILTERS}
    found.tests = {name: function for name, function in found.tests.items() if name in TESTS}
    found.finalize = lambda value: "" if value is None else value
    return found
