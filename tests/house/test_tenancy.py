"""No query of a tenant's rows can be called without saying whose: `tenant_id` comes first in every function of the store.

The tables name what is not a tenant's row, or is found before the tenant can be known, each with its reason.
"""

from __future__ import annotations

from pathlib import Path

from tests.house import source

STORE = Path("server/store")
# Modules without tenants' rows.
UNSCOPED_MODULES: dict[str, str] = {}
# Functions of other modules.
UNSCOPED_FUNCTIONS: dict[str, str] = {}


def test_every_query_takes_the_tenant_first() -> None:
    loose = [name for name in unscoped_functions() if name not in UNSCOPED_FUNCTIONS and name.split(".")[0] not in UNSCOPED_MODULES]
    assert loose == []


def test_every_exception_is_still_one() -> None:
    loose = unscoped_functions()
    assert [name for name in UNSCOPED_FUNCTIONS if name not in loose] == []
    assert [name for name in UNSCOPED_MODULES if not any(function.startswith(f"{name}.") for function in loose)] == []


def unscoped_functions() -> list[str]:
    """Return `module.function` for each public function of the store whose first parameter is not `tenant_id`."""
    return [
        f"{module.path.stem}.{node.name}"
        for module in source.modules("server")
        if module.path.parent == STORE
        for node in module.tree.body
        if isinstance(node, source.Function) and not node.name.startswith("_") and first_parameter(node) != "tenant_id"
    ]


def first_parameter(function: source.Function) -> str | None:
    """Return the name of the first parameter, or None."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    return parameters[0].arg if parameters else None
