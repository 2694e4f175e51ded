"""From words on the command line to a command that ran: the parser follows the table, and every failure is one clear line.

Exit status: 0 done, 1 refused or failed, 2 wrong usage. This is the door of the command line: no traceback passes it. With
`logging.level` at debug it is logged instead.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import TYPE_CHECKING, Any, Final

from server.domain.errors import JunctionError
from server.main.command_table import COMMANDS, GROUPS, Command
from server.main.invocation import Invocation, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

DONE, REFUSED, INTERRUPTED = 0, 1, 130
_EVERYWHERE: Final = argparse.ArgumentParser(add_help=False)
_EVERYWHERE.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help="data folder (default: $JUNCTION_DATA, else ./junction-data)")
_EVERYWHERE.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="answer as JSON")


def main(words: Sequence[str] | None = None) -> int:
    """Run the command that the words name and return the exit status."""
    arguments = parser().parse_args(words)
    invocation = Invocation(arguments)
    try:
        return find_handler(arguments.command)(invocation) or DONE
    except WrongUsage as error:
        parser().error(str(error))
    except JunctionError as error:
        return _refuse(explain(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answer has closed the pipe; a second attempt at exit would complain again.
        sys.stdout = None
        return REFUSED
    except OSError as error:
        return _refuse(f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error))
    except Exception as error:
        return _refuse(_unforeseen(error, arguments))


def parser() -> argparse.ArgumentParser:
    """Return the parser of every command in the table."""
    whole = argparse.ArgumentParser(prog="junction", description="Junction, the integration appliance.", parents=[_EVERYWHERE], allow_abbrev=False)
    top = whole.add_subparsers(metavar="COMMAND", required=True)
    groups: dict[str, Any] = {}
    for command in COMMANDS:
        group, _, name = command.name.rpartition(" ")
        _add(_group(top, groups, group) if group else top, name, command)
    return whole


def _group(top: Any, groups: dict[str, Any], name: str) -> Any:
    """Return where the commands of a group are added; it is made, in the group around it, when it is not there yet."""
    if name not in groups:
        around, _, last = name.rpartition(" ")
        branch = (_group(top, groups, around) if around else top).add_parser(last, help=GROUPS[name], description=GROUPS[name], allow_abbrev=False)
        groups[name] = branch.add_subparsers(metavar="COMMAND", required=True)
    return groups[name]


def _add(branch: Any, name: str, command: Command) -> None:
    # Without `help`, argparse leaves a command out of the list: the halves that only `serve` starts.
    shown = {"help": command.about} if command.listed else {}
    leaf = branch.add_parser(name, description=command.about, parents=[_EVERYWHERE], allow_abbrev=False, **shown)
    for option in command.options:
        leaf.add_argument(*option.names, **option.rules)
    leaf.set_defaults(command=command)


def find_handler(command: Command) -> Callable[[Invocation], int | None]:
    """Return what runs a command; only its own module is imported."""
    module, _, function = command.handler.partition(":")
    found: Callable[[Invocation], int | None] = getattr(importlib.import_module(f"server.main.commands.{module}"), function)
    return found


def explain(error: JunctionError) -> str:
    """Return a refusal in one line, with every fault that its sentence does not name."""
    first, *rest = error.detail.splitlines()
    if rest:
        return f"{first} {'; '.join(line.strip() for line in rest)}"
    faults = [_fault(fault.pointer.strip("/"), fault.detail) for fault in error.faults if fault.detail not in first]
    return f"{first.rstrip('.:')}: {'; '.join(faults)}" if faults else first


def _fault(place: str, detail: str) -> str:
    return f"{place.replace('/', '.')}: {detail}" if place else detail


def _refuse(line: str) -> int:
    print(f"junction: {line}", file=sys.stderr)
    return REFUSED


def _unforeseen(error: Exception, arguments: argparse.Namespace) -> str:
    from server.system import logs

    logs.get_logger().debug("command_failed", command=arguments.command.name, exc_info=error)
    first = next(iter(str(error).splitlines()), "without a word")
    return f"something went wrong inside ({type(error).__name__}: {first}); see what 'junction doctor' says."
