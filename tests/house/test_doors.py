"""Only named doors may catch everything: behind each stands one place that logs the failure and lets the rest go on."""

from __future__ import annotations

import ast

from tests.house import source

EVERYTHING = {"Exception", "BaseException"}
# Path: why everything that goes wrong has to be caught there.
DOORS = {
    "server/domain/mail/judging.py": "whatever a stranger's mail does to a rule, it is an ordinary message and the next one is judged",
    "server/domain/mail/reading.py": "whatever a stranger's mail does to the parser, it comes back as a message with its problem named",
    "server/main/api.py": "the upkeep loop goes on after a database that was away",
    "server/outbound/posting.py": "whatever ends a post is the outcome of the attempt, told by its code",
    "server/outbound/signatures.py": "mail that strangers wrote: whatever the library raises of it is its result, a permanent error",
    "server/outbound/spf.py": "what strangers said at HELO and MAIL FROM: whatever the library raises of it is its result, a permanent error",
    "server/services/inbound/processing.py": "a vendor's message that breaks its connector is quarantined and logged; the others go on",
    "server/services/email/sorting.py": "a stranger's mail that breaks what is done with it is quarantined and logged; the others are sorted",
    "server/web/execution.py": "what a job of the group commit raises belongs to the request that waits for it, not to the group",
    "server/web/pipeline.py": "the web door: an unexpected error is logged once and answered by an empty 500",
    "server/main/command_line.py": "no traceback reaches whoever typed a command",
    "server/worker/deliveries.py": "the delivery loop goes on after a turn that failed",
    "server/worker/mail.py": "a turn or a lot that failed is logged and tried again; the sender goes on",
    "server/worker/jobs.py": "a job that fails unexpectedly is logged and ends; the others go on",
    "server/worker/schedule.py": "a task that fails is logged and runs again at its next time",
    "server/worker/queue.py": "a wake that could not be stored costs a second, not the service that asked for it",
}


def test_everything_is_caught_at_named_doors_only() -> None:
    caught = {str(module.path) for module in source.modules(*source.PACKAGES, "packaging") if any(map(catches_all, ast.walk(module.tree)))}
    assert sorted(caught - set(DOORS)) == []
    assert sorted(set(DOORS) - caught) == [], "these doors are closed; take them off the table"


def catches_all(node: ast.AST) -> bool:
    """Tell whether a node is a handler, or a suppress(), that lets nothing through. One that raises again is none."""
    if isinstance(node, ast.ExceptHandler):
        raises_again = isinstance(node.body[-1], ast.Raise)
        return (node.type is None or bool(names(node.type) & EVERYTHING)) and not raises_again
    if isinstance(node, ast.Call):
        return names(node.func) == {"suppress"} and any(names(argument) & EVERYTHING for argument in node.args)
    return False


def names(node: ast.expr) -> set[str]:
    """Return the last names in an expression such as `Error`, `module.Error` or `(Error, Other)`."""
    if isinstance(node, ast.Tuple):
        return {name for element in node.elts for name in names(element)}
    return {node.attr} if isinstance(node, ast.Attribute) else {node.id} if isinstance(node, ast.Name) else set()
