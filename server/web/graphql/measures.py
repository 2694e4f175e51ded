"""What a question costs, known before anything of it runs: its tokens, nesting, fields, aliases, depth, and the records it may read.

Fragments are counted wherever they are spread, and a fragment inside itself is refused here already, so that nothing that
looks at the question later can be made to work without end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    IntValueNode,
    Lexer,
    OperationDefinitionNode,
    Source,
    Token,
    TokenKind,
    VariableNode,
    get_named_type,
)

from server.domain.filters import LARGEST_LIMIT
from server.web.addresses import storable
from server.web.bodies import WIDEST
from server.web.graphql.conditions import FIRST
from server.web.graphql.records import NODE, USER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import DocumentNode, GraphQLSchema

MOST_TOKENS: Final = 5000
DEEPEST_NESTING: Final = 60
MOST_FIELDS: Final = 1000
DEEPEST_SCHEMA: Final = 20
"""How many levels deeper a look at the schema may go; validation allows no more than a few lists in one another there."""
MUTATION: Final = 10
"""What a mutation costs, in records read."""
INTROSPECTION: Final = 500
"""What a look at the schema costs, in records read; what is inside it reads none."""
_TEXTS: Final = {TokenKind.STRING, TokenKind.BLOCK_STRING}
_NUMBERS: Final = {TokenKind.INT, TokenKind.FLOAT}
_OPENS: Final = {TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L}
_CLOSES: Final = {TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R}


class TooMuch(GraphQLError):
    """A question is over a limit, which `code` names."""

    def __init__(self, detail: str, *, code: str) -> None:
        """Take what is wrong, and the code."""
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one question may be; `cost` in records read."""

    depth: int
    aliases: int
    cost: int


def check_text(text: str) -> None:
    """Raise TooMuch for a text that is too long or nested too deeply to be parsed without harm, GraphQLSyntaxError for a broken one."""
    lexer, depth = Lexer(Source(text)), 0
    for _ in range(MOST_TOKENS):
        token = lexer.advance()
        kind = token.kind
        if kind is TokenKind.EOF:
            return
        _check_value(token)
        depth += (kind in _OPENS) - (kind in _CLOSES)
        if depth > DEEPEST_NESTING:
            raise TooMuch(f"A question nests at most {DEEPEST_NESTING} brackets.", code="graphql_too_deep")
    raise TooMuch(f"A question has at most {MOST_TOKENS} tokens.", code="graphql_too_large")


def _check_value(token: Token) -> None:
    """Refuse what stands in the text itself and no database takes; in variables, reading the body has refused it already."""
    if token.kind in _TEXTS and not storable(token.value or ""):
        raise TooMuch("A string holds a character that no text can hold.", code="malformed_value")
    if token.kind in _NUMBERS and not abs(float(token.value or "0")) < WIDEST:
        raise TooMuch("A number is beyond 64 bits.", code="number_too_large")


def measure(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, given: Mapping[str, Any], limits: Limits) -> int:
    """Return what an operation costs, at least 1. Raises TooMuch; what is not in the schema costs nothing, validation refuses it."""
    walk = _Walk(document, given, limits)
    root = schema.get_root_type(operation.operation)
    cost = walk.cost(operation.selection_set, root, 1, frozenset())
    if cost > limits.cost:
        raise TooMuch(
            f"This question may read {cost} records, and {limits.cost} are allowed; ask for fewer with `first` or `last`.", code="graphql_too_costly"
        )
    return max(cost, 1)


class _Walk:
    """A walk through everything that an operation selects."""

    def __init__(self, document: DocumentNode, given: Mapping[str, Any], limits: Limits) -> None:
        self._fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        self._given, self._limits = given, limits
        self._fields = self._aliases = 0

    def cost(self, selected: Any, parent: Any, depth: int, inside: frozenset[str]) -> int:
        """Return the records that a selection may read for one parent."""
        if selected is None:
            return 0
        if depth > self._limits.depth:
            raise TooMuch(f"A question goes at most {self._limits.depth} levels deep.", code="graphql_too_deep")
        total = 0
        for node in selected.selections:
            if isinstance(node, FieldNode):
                total += self._field(node, parent, depth, inside)
            else:
                total += self._fragment(node, parent, depth, inside)
        return total

    def _fragment(self, node: Any, parent: Any, depth: int, inside: frozenset[str]) -> int:
        if not isinstance(node, FragmentSpreadNode):
            return self.cost(node.selection_set, parent, depth, inside)
        name = node.name.value
        if name in inside:
            raise TooMuch(f"The fragment '{name}' contains itself.", code="graphql_invalid")
        self._count_field()
        found = self._fragments.get(name)
        return self.cost(found.selection_set, parent, depth, inside | {name}) if found else 0

    def _field(self, node: FieldNode, parent: Any, depth: int, inside: frozenset[str]) -> int:
        self._count_field()
        if node.alias is not None:
            self._aliases += 1
            if self._aliases > self._limits.aliases:
                raise TooMuch(f"A question has at most {self._limits.aliases} aliases.", code="graphql_too_many_aliases")
        if node.name.value in {"__schema", "__type"}:
            self.cost(node.selection_set, None, -DEEPEST_SCHEMA, inside)
            return INTROSPECTION
        declared = parent.fields.get(node.name.value) if parent is not None and hasattr(parent, "fields") else None
        if declared is None:
            self.cost(node.selection_set, None, depth + 1, inside)
            return 0
        kind, times = get_named_type(declared.type), self._times(node, declared)
        return _own_cost(parent, kind, declared, times) + times * self.cost(node.selection_set, kind, depth + 1, inside)

    def _count_field(self) -> None:
        self._fields += 1
        if self._fields > MOST_FIELDS:
            detail = f"A question selects at most {MOST_FIELDS} fields, those of fragments counted wherever they are spread."
            raise TooMuch(detail, code="graphql_too_large")

    def _times(self, node: FieldNode, declared: Any) -> int:
        """Return how many records a field may return."""
        if "first" not in declared.args:
            return 1
        given = [self._number(argument.value) for argument in node.arguments or () if argument.name.value in {"first", "last"}]
        return max(given, default=FIRST)

    def _number(self, value: Any) -> int:
        if isinstance(value, IntValueNode):
            return 1 if value.value.startswith("-") else min(int(value.value[:7]), LARGEST_LIMIT)
        found = self._given.get(value.name.value) if isinstance(value, VariableNode) else None
        # A variable that is not given may have a default; more than the largest page is refused when it runs.
        return min(max(found, 1), LARGEST_LIMIT) if isinstance(found, int) else LARGEST_LIMIT


def _own_cost(parent: Any, kind: Any, declared: Any, times: int) -> int:
    if parent.name == "Mutation":
        return MUTATION
    if "first" in declared.args:
        return times
    # What stands inside a page was counted with the page.
    inside_page = parent.name.endswith(("Connection", "Edge"))
    return int(not inside_page and (kind is USER or kind is NODE or NODE in getattr(kind, "interfaces", ())))
